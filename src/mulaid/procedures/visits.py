"""Visits and their charges before any money moves: open, describe, withdraw, add charges, remove them.

Each holds the patient's purse lock while it works, so that charges cannot change under a settlement.
"""

import datetime

import msgspec

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
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store import cases, people, registry, visits
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.refused import release
from mulaid.store.visits import Visit
from mulaid.terms.calendar import CHINA
from mulaid.terms.charges import PricedLine
from mulaid.terms.codes import Credential, Scheme
from mulaid.terms.reasons import BillRefusal

OPEN, WITHDRAWN = "open", "withdrawn"


async def register(
    connection: Connection, bureau: Bureau, request: VisitRequest, moment: datetime.datetime
) -> int | Refused:
    """Open a visit and return its number; the same message again returns the same number."""
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
        await visits.insert(connection, visit)
    return number


async def _why_not(connection: Connection, request: VisitRequest, rules: AidRules) -> Refused | None:
    """Lock the patient; whether it is them, and whether they have the cover the visit is to go by."""
    who = request.patient_region, request.patient
    purse = (await registry.lock_purses(connection, [who])).get(who)
    if purse is None:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if purse.moved_to is not None:
        return Refused(code=Fault.PERSON_MOVED, detail={"region": purse.moved_to})
    if request.credential is Credential.OTHER and rules.own_credential_only.value is True:
        return Refused(code=BillRefusal.WRONG_CREDENTIAL)
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
    """Take a visit back; it must have no charges."""
    async with connection.transaction():
        visit = await _open_visit(connection, request.sender, request.visit_region, request.visit, request.patient)
        if isinstance(visit, Refused):
            return visit
        if await visits.batches(connection, visit.region, [visit.visit]):
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
        new: list[tuple[str, tuple[PricedLine, ...]]] = []
        for batch in request.batches:
            lines = await priced(connection, request.sender.region, batch.lines, scheme)
            shown += lines
            earlier = stored.get(batch.batch)
            if earlier is not None and earlier.lines == packed(lines):
                continue
            if earlier is not None:
                return Refused(code=Fault.BATCH_EXISTS, detail={"batch": batch.batch})
            repeated = sorted(taken & {line.serial for line in lines})
            if repeated:
                return Refused(code=Fault.LINE_SERIAL_REPEATED, detail={"serial": repeated[0]})
            taken |= {line.serial for line in lines}
            new.append((batch.batch, lines))
        for name, lines in new:
            await visits.insert_batch(connection, visit.region, visit.visit, name, bill(lines), packed(lines))
    return Charged(lines=tuple(shown), replayed=not new)


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
) -> int | Refused | None:
    """Claim the message id for this visit; what it led to when it was seen before."""
    if await cases.claim_messages(connection, [claim(sender, region, number)], moment):
        return None
    found = await cases.messages(connection, sender.region, [sender.institution], [sender.message_id])
    message = found[sender.institution, sender.message_id]
    if message.voided:
        return Refused(code=Fault.MESSAGE_VOIDED)
    if message.content != sender.content or message.case_id is None:
        return Refused(code=Fault.MESSAGE_ID_REUSED)
    return message.case_id
