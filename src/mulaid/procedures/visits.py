"""Visits and their charges before any money moves: open, describe, withdraw, add charges, remove them.

Each holds the patient's purse lock while it works, so that charges cannot change under a settlement.
"""

import datetime
import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from mulaid.decide.benefit import registration_refusal
from mulaid.decide.pricing import bill
from mulaid.policy.law import AidRules
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.claims import claim
from mulaid.procedures.faults import Fault
from mulaid.procedures.pricing import packed, priced
from mulaid.procedures.requests import Done, Refused, Sender
from mulaid.procedures.visit_requests import (
    Charged,
    ChargesRequest,
    DescribeRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store import cases, people, registry, visits
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.refused import release
from mulaid.store.visits import Batch, Visit
from mulaid.terms.calendar import CHINA
from mulaid.terms.charges import PricedLine
from mulaid.terms.codes import Scheme

OPEN, WITHDRAWN = "open", "withdrawn"


async def register(
    connection: Connection, bureau: Bureau, request: VisitRequest, moment: datetime.datetime
) -> Registered | Refused:
    """Open a visit; the same message again gives the same one, another message a second one, with its twin named."""
    rules = bureau.law.aid(request.patient_region, moment.date())
    async with connection.transaction():
        number = bureau.minter.mint()
        earlier = await _claim(connection, request.sender, request.patient_region, number, moment)
        if earlier is not None:
            return earlier
        refused = await _why_not(connection, request, rules)
        if refused is not None:
            await release(connection, [claim(request.sender, request.patient_region, number)], moment)
            return refused
        visit = Visit(
            region=request.patient_region,
            visit=number,
            person=request.patient,
            institution_region=request.sender.region,
            institution=request.sender.institution,
            scheme=request.scheme,
            use=request.use,
            begun=request.begun,
            number=request.number,
            details=request.details,
        )
        twin, same_number = await visits.twin(connection, visit) or (None, False)
        await visits.insert(connection, visit)
    return Registered(visit=number, twin=twin, same_number=same_number)


async def _why_not(connection: Connection, request: VisitRequest, rules: AidRules) -> Refused | None:
    """Lock the patient; whether it is them, and whether they have the cover the visit is to go by."""
    who = request.patient_region, request.patient
    purse = (await registry.lock_purses(connection, [who])).get(who)
    if purse is None:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if purse.moved_to is not None:
        return Refused(code=Fault.PERSON_MOVED, detail={"region": purse.moved_to})
    refusal = registration_refusal(request.credential, rules)
    if refusal is not None:
        return Refused(code=refusal)
    day = request.begun.astimezone(CHINA).date()
    held = await people.enrolments(connection, *who)
    if any(each.scheme is request.scheme and each.holds(day) for each in held):
        return None
    return Refused(code=Fault.SCHEME_NOT_HELD)


async def describe(connection: Connection, request: DescribeRequest) -> Done | Refused:
    """Keep what the institution says about an open visit: kind of care and diagnoses."""
    async with connection.transaction():
        visit = await _open_visit(connection, request.sender, request.visit_region, request.visit, request.patient)
        if isinstance(visit, Refused):
            return visit
        await visits.update(connection, msgspec.structs.replace(visit, use=request.use, details=request.details))
    return Done()


async def withdraw(connection: Connection, request: WithdrawRequest) -> Done | Refused:
    """Take a visit back; it must have no charges, and above all none that are settled."""
    async with connection.transaction():
        visit = await _open_visit(connection, request.sender, request.visit_region, request.visit, request.patient)
        if isinstance(visit, Refused):
            return visit
        charged = await visits.batches(connection, visit.region, [visit.visit])
        settled = next((each.settled_by for each in charged if each.settled_by is not None), None)
        if settled is not None:
            return Refused(code=Fault.VISIT_SETTLED, detail={"case": wire(visit.region, settled)})
        if charged:
            return Refused(code=Fault.VISIT_HAS_CHARGES)
        await visits.update(connection, msgspec.structs.replace(visit, state=WITHDRAWN))
    return Done()


async def add_charges(connection: Connection, request: ChargesRequest) -> Charged | Refused:
    """Price and store charges, all batches or none. The same batch with the same lines again changes nothing."""
    async with connection.transaction():
        visit = await _open_visit(connection, request.sender, request.visit_region, request.visit, request.patient)
        if isinstance(visit, Refused):
            return visit
        scheme = await _scheme(connection, visit)
        stored = {each.batch: each for each in await visits.batches(connection, visit.region, [visit.visit])}
        taken = {serial for each in stored.values() for serial in serials_of(each.lines)}
        shown: list[PricedLine] = []
        new: dict[str, tuple[PricedLine, ...]] = {}
        for batch in request.batches:
            lines = await priced(connection, request.sender.region, batch.lines, scheme)
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
            await visits.insert_batch(connection, visit.region, visit.visit, name, bill(lines), packed(lines))
        twin = await _charged_twice(connection, visit, new.values()) if new else None
    return Charged(lines=tuple(shown), twin=twin, replayed=not new)


async def remove_charges(connection: Connection, request: RemoveChargesRequest) -> Done | Refused:
    """Remove unsettled charges; settled ones stay until their settlement is cancelled."""
    async with connection.transaction():
        visit = await _open_visit(connection, request.sender, request.visit_region, request.visit, request.patient)
        if isinstance(visit, Refused):
            return visit
        for each in await visits.batches(connection, visit.region, [visit.visit]):
            if each.batch == request.batch and each.settled_by is not None:
                detail = {"case": wire(visit.region, each.settled_by)}
                return Refused(code=Fault.BATCH_ALREADY_SETTLED, detail=detail)
        removed = await visits.delete_batches(connection, visit.region, visit.visit, request.batch)
        if request.batch is not None and not removed:
            return Refused(code=Fault.UNKNOWN_BATCH, detail={"batch": request.batch})
    return Done()


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


async def _charged_twice(connection: Connection, visit: Visit, batches: Iterable[Sequence[PricedLine]]) -> int | None:
    """Another visit of the day that has all lines of one of these batches: item, quantity, price and amount."""
    beside: dict[int, Counter[tuple[object, ...]]] = {}
    for other, lines in await visits.charged_beside(connection, visit):
        beside.setdefault(other, Counter()).update(tuple(line[1:5]) for line in msgspec.msgpack.decode(lines))
    for batch in batches:
        asked = Counter((line.code, line.quantity, line.price, line.amount) for line in batch)
        for other, charged in beside.items():
            if asked <= charged:
                return other
    return None


def serials_of(lines: bytes) -> list[str]:
    """The line serials of stored charges: the first item of every line."""
    return [line[0] for line in msgspec.msgpack.decode(lines)]


async def _open_visit(
    connection: Connection, sender: Sender, region: str, number: int, patient: int
) -> Visit | Refused:
    """The visit under its patient's lock, if this institution may work on it."""
    await registry.lock_purses(connection, [(region, patient)])
    visit = await visits.visit(connection, region, number)
    if visit is None or visit.state == WITHDRAWN:
        return Refused(code=Fault.UNKNOWN_VISIT)
    if visit.institution != sender.institution:
        return Refused(code=Fault.VISIT_OF_OTHER_INSTITUTION)
    if visit.person != patient:
        return Refused(code=Fault.VISIT_OF_OTHER_PERSON)
    return visit if visit.state == OPEN else Refused(code=Fault.VISIT_CLOSED)


async def _scheme(connection: Connection, visit: Visit) -> Scheme:
    """The scheme that covers the visit: its charges are priced by the one that will settle them."""
    if visit.scheme is not None:
        return visit.scheme
    day = visit.begun.astimezone(CHINA).date()
    return (await registry.people(connection, visit.region, [visit.person], day))[visit.person].scheme


async def _claim(
    connection: Connection, sender: Sender, region: str, number: int, moment: datetime.datetime
) -> Registered | Refused | None:
    """Claim the message id for this visit; what it led to when it was seen before."""
    if await cases.claim_messages(connection, [claim(sender, region, number)], moment):
        return None
    found = await cases.messages(connection, sender.region, [sender.institution], [sender.message_id])
    message = found[sender.institution, sender.message_id]
    if message.voided:
        return Refused(code=Fault.MESSAGE_VOIDED)
    if message.content != sender.content or message.case_id is None:
        return Refused(code=Fault.MESSAGE_ID_REUSED)
    return Registered(visit=message.case_id, replayed=True)
