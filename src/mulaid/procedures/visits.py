"""Visits and their charges before any money moves: open, describe, withdraw, add charges, remove them.

Each holds the patient's purse lock while it works, so that charges cannot change under a settlement.
"""

from collections.abc import Sequence

import msgspec

from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Done, Refused
from mulaid.procedures.visit_requests import (
    ChargesRequest,
    DescribeRequest,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store import visits
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.visits import Batch, Visit
from mulaid.terms.codes import Credential
from mulaid.terms.reasons import BillRefusal

OPEN, WITHDRAWN = "open", "withdrawn"

Later = DescribeRequest | WithdrawRequest | ChargesRequest | RemoveChargesRequest
"""What is asked about a visit that was registered before."""


class VisitDesk(Desk):
    """The visits that are asked about, with all their batches of charges."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        return {patient_of(matter.request) for matter in matters}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        named = [visit_of(each.request) for each in matters if not isinstance(each.request, VisitRequest)]
        self.visits = await visits.visits(connection, named) if named else {}
        self.batches: dict[Key, list[Batch]] = {}
        for region, visit in self.visits:
            self.batches[region, visit] = await visits.batches(connection, region, [visit])

    def open_visit(self, matter: Matter) -> Visit | Refused:
        """The visit a request is about, if its sender may work on it."""
        visit = self.visits.get(visit_of(matter.request))
        if visit is None or visit.state == WITHDRAWN:
            return Refused(code=Fault.UNKNOWN_VISIT)
        if visit.institution != matter.origin.sender:
            return Refused(code=Fault.VISIT_OF_OTHER_INSTITUTION)
        if visit.person != matter.request.patient:
            return Refused(code=Fault.VISIT_OF_OTHER_PERSON)
        return visit if visit.state == OPEN else Refused(code=Fault.VISIT_CLOSED)

    def batches_of(self, visit: Visit) -> list[Batch]:
        """Its charges as they stand."""
        return self.batches[visit.region, visit.visit]


def register(desk: VisitDesk, matter: Matter) -> Answer:
    """Open a visit; the number of what was done is the visit's."""
    request: VisitRequest = matter.request
    rules = desk.law.aid(request.patient_region, desk.moment.date())
    if request.credential is Credential.OTHER and rules.own_credential_only.value is True:
        return Refused(code=BillRefusal.WRONG_CREDENTIAL)
    if patient_of(request) not in desk.house.money:
        return Refused(code=Fault.UNKNOWN_PERSON)
    visit = Visit(
        region=request.patient_region,
        visit=matter.number,
        person=request.patient,
        institution_region=matter.origin.region,
        institution=matter.origin.sender,
        use=request.use,
        begun=request.begun,
        number=request.number,
        details=request.details,
    )
    desk.write(visits.INSERT, *visits.row(visit))
    return Done(case_id=matter.number)


def describe(desk: VisitDesk, matter: Matter) -> Answer:
    """Keep what the institution says about an open visit: kind of care and diagnoses."""
    request: DescribeRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    desk.write(visits.CHANGE, *visits.row(msgspec.structs.replace(visit, use=request.use, details=request.details)))
    return Done(case_id=matter.number)


def withdraw(desk: VisitDesk, matter: Matter) -> Answer:
    """Take a visit back; it must have no charges."""
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    if desk.batches_of(visit):
        return Refused(code=Fault.VISIT_HAS_CHARGES)
    desk.write(visits.CHANGE, *visits.row(msgspec.structs.replace(visit, state=WITHDRAWN)))
    return Done(case_id=matter.number)


def add_charges(desk: VisitDesk, matter: Matter) -> Answer:
    """Store priced charges, all batches or none. The same batch with the same lines again changes nothing."""
    request: ChargesRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    stored = {each.batch: each for each in desk.batches_of(visit)}
    taken = {serial for each in stored.values() for serial in serials_of(each.lines)}
    new = []
    for batch in request.batches:
        earlier = stored.get(batch.batch)
        if earlier is not None and earlier.lines == batch.lines:
            continue
        if earlier is not None:
            return Refused(code=Fault.BATCH_EXISTS, detail={"batch": batch.batch})
        repeated = sorted(taken & set(batch.serials))
        if repeated:
            return Refused(code=Fault.LINE_SERIAL_REPEATED, detail={"serial": repeated[0]})
        taken |= set(batch.serials)
        new.append(batch)
    for batch in new:
        desk.write(visits.INSERT_BATCH, *visits.batch_row(visit, batch.batch, batch.bill, batch.lines))
    return Done(case_id=matter.number, replayed=not new)


def remove_charges(desk: VisitDesk, matter: Matter) -> Answer:
    """Remove unsettled charges; settled ones stay until their settlement is cancelled."""
    request: RemoveChargesRequest = matter.request
    visit = desk.open_visit(matter)
    if isinstance(visit, Refused):
        return visit
    named = [each for each in desk.batches_of(visit) if request.batch in (None, each.batch)]
    if request.batch is not None and not named:
        return Refused(code=Fault.UNKNOWN_BATCH, detail={"batch": request.batch})
    for each in named:
        if each.settled_by is None:
            desk.write(visits.DELETE_BATCH, *visits.batch_key(visit, each.batch))
        elif request.batch is not None:
            detail = {"case": wire(visit.region, each.settled_by)}
            return Refused(code=Fault.BATCH_ALREADY_SETTLED, detail=detail)
    return Done(case_id=matter.number)


def patient_of(
    request: VisitRequest | DescribeRequest | WithdrawRequest | ChargesRequest | RemoveChargesRequest,
) -> Key:
    """Whose visit it is; a visit is kept where its patient is."""
    region = request.patient_region if isinstance(request, VisitRequest) else request.visit_region
    return region, request.patient


def visit_of(request: Later) -> Key:
    """Which visit a request is about."""
    return request.visit_region, request.visit


def serials_of(lines: bytes) -> list[str]:
    """The line serials of stored charges: the first item of every line."""
    return [line[0] for line in msgspec.msgpack.decode(lines)]
