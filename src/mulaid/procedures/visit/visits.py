"""Visits and their charges before any money moves: open, describe, withdraw, add charges, remove them.

Each holds the patient's purse lock while it works, so that charges cannot change under a settlement.
"""

import datetime
import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from mulaid.decide.benefit import registration_refusal
from mulaid.decide.pricing import bill, price
from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.visit.pricing import packed
from mulaid.procedures.visit.requests import (
    Charged,
    ChargesRequest,
    DescribeRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store import catalogue, people, registry, visits
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.rows import Enrolment
from mulaid.store.visits import Batch, Visit
from mulaid.terms.calendar import CHINA
from mulaid.terms.charges import Item, Line, PricedLine
from mulaid.terms.codes import Scheme

OPEN, WITHDRAWN = "open", "withdrawn"

Later = DescribeRequest | WithdrawRequest | ChargesRequest | RemoveChargesRequest
"""What is asked about a visit that was registered before."""


class VisitDesk(Desk):
    """One patient's visit, registered before or asked for now, and what is charged there."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        return {patient_of(matter.request) for matter in matters}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        [matter] = matters
        self.visit: Visit | None = None
        self.batches: list[Batch] = []
        if isinstance(matter.request, VisitRequest):
            await self._read_patient(connection, matter)
            return
        region, number = matter.request.visit_region, matter.request.visit
        self.visit = await visits.visit(connection, region, number)
        self.batches = await visits.batches(connection, region, [number])
        if isinstance(matter.request, ChargesRequest) and self.visit is not None:
            await self._read_prices(connection, matter, self.visit)

    async def _read_patient(self, connection: Connection, matter: Matter) -> None:
        self.enrolments: list[Enrolment] = await people.enrolments(connection, *patient_of(matter.request))
        self.twin = await visits.twin(connection, new_visit(matter))

    async def _read_prices(self, connection: Connection, matter: Matter, visit: Visit) -> None:
        """The catalogue of the place of care on each line's day, the scheme, and what is charged beside that day."""
        codes: dict[datetime.date, set[str]] = {}
        for batch in matter.request.batches:
            for line in batch.lines:
                codes.setdefault(line.day, set()).add(line.code)
        place = matter.origin.region
        self.items: dict[datetime.date, Mapping[str, Item]] = {
            day: await catalogue.items(connection, place, sorted(each), day) for day, each in codes.items()
        }
        self.scheme = visit.scheme or await self._scheme(connection, visit)
        self.beside = await visits.charged_beside(connection, visit)

    async def _scheme(self, connection: Connection, visit: Visit) -> Scheme:
        """What covers a visit of before schemes were kept: the cover that began last."""
        day = visit.begun.astimezone(CHINA).date()
        return (await registry.people(connection, visit.region, [visit.person], day))[visit.person].scheme

    def open_visit(self, matter: Matter) -> Visit | Refused:
        """The visit a request is about, if its sender may work on it."""
        visit = self.visit
        if visit is None or visit.state == WITHDRAWN:
            return Refused(code=Fault.UNKNOWN_VISIT)
        if visit.institution != matter.origin.sender:
            return Refused(code=Fault.VISIT_OF_OTHER_INSTITUTION)
        if visit.person != matter.request.patient:
            return Refused(code=Fault.VISIT_OF_OTHER_PERSON)
        return visit if visit.state == OPEN else Refused(code=Fault.VISIT_CLOSED)

    def priced(self, lines: Sequence[Line]) -> tuple[PricedLine, ...]:
        """Lines priced as the visit's scheme wants it, in the order given."""
        return tuple(price(line, self.items[line.day].get(line.code), self.scheme) for line in lines)


def new_visit(matter: Matter) -> Visit:
    """The visit a registration asks for."""
    request: VisitRequest = matter.request
    return Visit(
        region=request.patient_region,
        visit=matter.number,
        person=request.patient,
        institution_region=matter.origin.region,
        institution=matter.origin.sender,
        scheme=request.scheme,
        use=request.use,
        begun=request.begun,
        number=request.number,
        details=request.details,
    )


def register(desk: VisitDesk, matter: Matter) -> Answer:
    """Open a visit; another message for the same one opens a second, with its twin named."""
    request: VisitRequest = matter.request
    who = patient_of(request)
    if who not in desk.house.money:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if who in desk.house.moved:
        return Refused(code=Fault.PERSON_MOVED, detail={"region": desk.house.moved[who]})
    rules = desk.law.aid(request.patient_region, desk.moment.date())
    refusal = registration_refusal(request.credential, rules)
    if refusal is not None:
        return Refused(code=refusal)
    day = request.begun.astimezone(CHINA).date()
    if not any(each.scheme is request.scheme and each.holds(day) for each in desk.enrolments):
        return Refused(code=Fault.SCHEME_NOT_HELD)
    desk.write(visits.INSERT, *visits.row(new_visit(matter)))
    twin, same_number = desk.twin or (None, False)
    return Registered(case_id=matter.number, twin=twin, same_number=same_number)


def describe(desk: VisitDesk, matter: Matter) -> Answer:
    """Keep what the institution says about an open visit: kind of care and diagnoses."""
    request: DescribeRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    desk.write(visits.CHANGE, *visits.row(msgspec.structs.replace(visit, use=request.use, details=request.details)))
    return Done(case_id=matter.number)


def withdraw(desk: VisitDesk, matter: Matter) -> Answer:
    """Take a visit back; it must have no charges, and above all none that are settled."""
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    settled = next((each.settled_by for each in desk.batches if each.settled_by is not None), None)
    if settled is not None:
        return Refused(code=Fault.VISIT_SETTLED, detail={"case": wire(visit.region, settled)})
    if desk.batches:
        return Refused(code=Fault.VISIT_HAS_CHARGES)
    desk.write(visits.CHANGE, *visits.row(msgspec.structs.replace(visit, state=WITHDRAWN)))
    return Done(case_id=matter.number)


def add_charges(desk: VisitDesk, matter: Matter) -> Answer:
    """Price and store charges, all batches or none. The same batch with the same lines again changes nothing."""
    request: ChargesRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    stored = {each.batch: each for each in desk.batches}
    taken = {serial for each in stored.values() for serial in serials_of(each.lines)}
    shown: list[PricedLine] = []
    new: dict[str, tuple[PricedLine, ...]] = {}
    for batch in request.batches:
        lines = desk.priced(batch.lines)
        shown += lines
        earlier = _stored_before(stored, batch.batch, packed(lines))
        if isinstance(earlier, Refused):
            return earlier
        if earlier:
            continue
        repeated = sorted(taken & {line.serial for line in lines})
        if repeated:
            return Refused(code=Fault.LINE_SERIAL_REPEATED, detail={"serial": repeated[0]})
        taken |= {line.serial for line in lines}
        new[batch.batch or _free_name({*stored, *new})] = lines
    for name, lines in new.items():
        desk.write(visits.INSERT_BATCH, *visits.batch_row(visit, name, bill(lines), packed(lines)))
    twin = _charged_twice(desk, list(new.values()))
    return Charged(case_id=matter.number, lines=tuple(shown), twin=twin, replayed=not new)


def remove_charges(desk: VisitDesk, matter: Matter) -> Answer:
    """Remove unsettled charges; settled ones stay until their settlement is cancelled."""
    request: RemoveChargesRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    named = [each for each in desk.batches if request.batch in (None, each.batch)]
    if request.batch is not None and not named:
        return Refused(code=Fault.UNKNOWN_BATCH, detail={"batch": request.batch})
    for each in named:
        if each.settled_by is None:
            desk.write(visits.DELETE_BATCH, *visits.batch_key(visit, each.batch))
        elif request.batch is not None:
            detail = {"case": wire(visit.region, each.settled_by)}
            return Refused(code=Fault.BATCH_ALREADY_SETTLED, detail=detail)
    return Done(case_id=matter.number)


def patient_of(request: VisitRequest | Later) -> Key:
    """Whose visit it is; a visit is kept where its patient is."""
    region = request.patient_region if isinstance(request, VisitRequest) else request.visit_region
    return region, request.patient


def serials_of(lines: bytes) -> list[str]:
    """The line serials of stored charges: the first item of every line."""
    return [line[0] for line in msgspec.msgpack.decode(lines)]


def _stored_before(stored: Mapping[str, Batch], name: str | None, lines: bytes) -> bool | Refused:
    """Whether these lines are stored already, by this name or, without one, by whatever name."""
    if name is None:
        return any(each.lines == lines for each in stored.values())
    if name not in stored:
        return False
    return stored[name].lines == lines or Refused(code=Fault.BATCH_EXISTS, detail={"batch": name})


def _free_name(taken: Collection[str]) -> str:
    """A name for lines that came without one."""
    names = itertools.chain(["0"], (f"0-{at}" for at in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _charged_twice(desk: VisitDesk, batches: Sequence[Sequence[PricedLine]]) -> int | None:
    """Another visit of the day that has all lines of one of these batches: item, quantity, price and amount."""
    beside: dict[int, Counter[tuple[object, ...]]] = {}
    for other, lines in desk.beside if batches else ():
        beside.setdefault(other, Counter()).update(tuple(line[1:5]) for line in msgspec.msgpack.decode(lines))
    for batch in batches:
        asked = Counter((line.code, line.quantity, line.price, line.amount) for line in batch)
        for other, charged in beside.items():
            if asked <= charged:
                return other
    return None
