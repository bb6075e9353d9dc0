"""Cancel a settlement: the exact opposite transfers, built from the original ones, back to every payer.

Undoing asks no rule: whoever paid gets back what they paid, also after the relation has ended. Caps and the benefit
year forget the bill as far as the same day, month and year still run.
"""

import datetime

import msgspec

from mulaid.ledger.journal import Account, AccountKind, Transfer, reversal
from mulaid.procedures import records, replies
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.claims import claim, replay
from mulaid.procedures.faults import Fault
from mulaid.procedures.households import Households, Link, Locking, YearKey
from mulaid.procedures.posting import Place, Posting, balance_after, year_added
from mulaid.procedures.records import Record
from mulaid.procedures.requests import CancelRequest, Refused, Reply, Settled
from mulaid.store import ahead, cases, regions, registry, visits
from mulaid.store.connect import Connection
from mulaid.store.refused import release
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import RelationState, Use, care_group


async def cancel(
    connection: Connection, bureau: Bureau, request: CancelRequest, moment: datetime.datetime, posting: Posting
) -> Reply:
    """Undo one settlement as a case of its own with negative amounts. The caller holds the transaction."""
    sender = request.sender
    claimed = claim(sender, request.case_region, bureau.minter.mint())
    if not await cases.claim_messages(connection, [claimed], moment):
        found = await cases.messages(connection, sender.region, [sender.institution], [sender.message_id])
        return await replay(connection, bureau, sender, found[sender.institution, sender.message_id])
    reply = await undo(connection, bureau, request, claimed.case_id, moment, posting)
    if isinstance(reply, Refused):
        await release(connection, [claimed], moment)
    return reply


async def undo(
    connection: Connection,
    bureau: Bureau,
    request: CancelRequest,
    case_id: int,
    moment: datetime.datetime,
    posting: Posting,
) -> Settled | Refused:
    """Post the reversal of a case. The message that asked for it is already settled or voided by the caller."""
    original = await cases.case(connection, request.case_region, request.case_id)
    if original is None:
        return Refused(code=Fault.UNKNOWN_CASE)
    record = records.decode(original.record)
    why_not = _why_not(original, request) or _of_other_kind(record, request)
    if why_not is not None:
        return Refused(code=why_not)
    house = await _open(connection, original, record, moment)
    if await cases.reversals(connection, original.region, [original.case_id]):
        return Refused(code=Fault.ALREADY_CANCELLED)
    if house.ahead:
        return Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(max(house.ahead.values()))})
    links = await _links(connection, house, record)
    transfers = _opposite(record, links)
    balances = [house.move(transfer) for transfer in transfers]
    day = await _counted_on(connection, original, record)
    _uncount(house, original, record, links, day)
    undone = msgspec.structs.replace(
        record,
        transfers=tuple(transfers),
        balance_after=balance_after(house, original.person, record.case),
        message_id=request.sender.message_id,
        lines=b"",
        undone=original.case_id,
        transaction=request.sender.transaction,
        content=request.sender.content,
    )
    place = Place(original.person, original.institution_region, original.institution, original.visit)
    posting.add(case_id, place, undone, balances, original.policy)
    await cases.record_reversals(connection, original.region, [original.case_id], [case_id], moment)
    if original.visit is not None:
        await visits.unmark(connection, original.region, [original.visit], [original.case_id])
    await posting.write(connection, house, moment)
    seen = replies.patient_seen(house.people[original.region, original.person, original.day], record.case)
    return replies.settled(case_id, seen, undone, original.visit, moment, original.policy)


def _why_not(original: cases.Case, request: CancelRequest) -> Fault | None:
    if original.kind != "settlement":
        return Fault.NOT_CANCELLABLE
    if original.institution != request.sender.institution:
        return Fault.CASE_OF_OTHER_INSTITUTION
    if original.person != request.patient:
        return Fault.CASE_OF_OTHER_PERSON
    return Fault.CASE_OF_OTHER_VISIT if request.visit not in (None, original.visit) else None


def _of_other_kind(record: Record, request: CancelRequest) -> Fault | None:
    """A sale and a visit's settlement are undone by transactions of their own."""
    is_sale = record.case.use is Use.PHARMACY
    if request.sale is None or request.sale is is_sale:
        return None
    return Fault.CASE_IS_SALE if is_sale else Fault.CASE_IS_NO_SALE


async def _open(connection: Connection, original: cases.Case, record: Record, moment: datetime.datetime) -> Households:
    """Lock every purse that paid and every sponsor's, then read the benefit year."""
    house = Households(moment)
    owners = {(original.region, original.person)}
    for transfer in record.transfers:
        if transfer.person is not None:
            owners.add((regions.text(transfer.region), transfer.person))
    for draw in record.outcome.draws:
        key = record.sponsors[draw.sponsor]
        owners.add((regions.text(key.region), key.person))
    await house.read_money(connection, owners, Locking.WAIT)
    region, person, year, group = _year_key(original, record)
    await house.read_patients(connection, [(region, person, original.day, year, group)])
    return house


def _year_key(original: cases.Case, record: Record) -> YearKey:
    return original.region, original.person, record.benefit_year, care_group(record.case.use)


async def _links(connection: Connection, house: Households, record: Record) -> dict[int, Link]:
    """The relations that paid, by the sponsor's position; ended ones included."""
    paid = {draw.sponsor: record.sponsors[draw.sponsor] for draw in record.outcome.draws}
    keys = {at: (regions.text(key.region), key.person, key.beneficiary, key.bound_at) for at, key in paid.items()}
    pairs = {key[:3] for key in keys.values()}
    found = await registry.sponsors(connection, list(pairs), house.today) if pairs else []
    links = {link.key: link for link in (Link(region, row, cover, "", house.today) for region, row, cover in found)}
    return {at: links[key] for at, key in keys.items() if key in links}


def _opposite(record: Record, links: dict[int, Link]) -> list[Transfer]:
    """The opposite transfers. Quota of a relation that has ended meanwhile comes back as free money."""
    ended = {record.sponsors[at].purse for at, link in links.items() if link.row.state is RelationState.ENDED}
    return [
        msgspec.structs.replace(each, credit=Account(AccountKind.CURRENT_YEAR, each.credit.number))
        if each.credit.kind is AccountKind.FROZEN and each.credit.number in ended
        else each
        for each in reversal(record.transfers)
    ]


async def _counted_on(connection: Connection, original: cases.Case, record: Record) -> datetime.date | None:
    """The day on which caps counted the bill; None when they did not, because a wrong clock gave it that day."""
    if record.outcome.draws and await ahead.misdated(connection, original.region, [original.case_id]):
        return None
    return original.settled_on


def _uncount(
    house: Households, original: cases.Case, record: Record, links: dict[int, Link], day: datetime.date | None
) -> None:
    """Take the bill out of caps and quotas, as far as its day still counts, and out of the benefit year."""
    for draw in record.outcome.draws:
        if draw.sponsor in links:
            house.use(links[draw.sponsor], -draw.amount, day)
    added = year_added(record.case, record.outcome)
    taken = YearSoFar(**{name: -value for name, value in msgspec.structs.asdict(added).items()})
    house.add_to_year(_year_key(original, record), taken)
