"""Undo a settled bill: the exact opposite transfers, built from the original ones, back to every payer.

Undoing asks no rule: whoever paid gets back what they paid, also after the relation has ended. Caps and the benefit
year forget the bill as far as the same day, month and year still run.
"""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.ledger.journal import Account, AccountKind, Transfer, reversal
from mulaid.procedures.act import records, replies
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import Link, YearKey
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.posting import Place
from mulaid.procedures.act.records import BillRecord
from mulaid.procedures.till.payment import balance_after, year_added
from mulaid.procedures.till.requests import CancelRequest
from mulaid.store import ahead, cases, regions, registry, visits
from mulaid.store.arrays import Key
from mulaid.store.cases import Case
from mulaid.store.connect import Connection
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import RelationState, Use, care_group


class Original(msgspec.Struct):
    """A case to undo, and whether it is undone already.

    By the sponsor's position `links` are the relations that paid, and `newest` those that count now between the same
    people: what a relation used of a running day, month or year goes on in the one that follows it.
    """

    case: Case
    record: BillRecord
    links: dict[int, Link] = {}
    newest: dict[int, Link] = {}
    undone: bool = False
    counted_on: datetime.date | None = None
    """The day on which caps counted the bill; None when they did not, because a wrong clock gave it that day."""

    @property
    def year_key(self) -> YearKey:
        """The benefit year it counts in."""
        return self.case.region, self.case.person, self.record.benefit_year, care_group(self.record.case.use)


class UndoDesk(Desk):
    """What undoing reads: the cases, everybody whose money they moved, the relations and years they count in."""

    reach = Reach.PAYERS
    originals: dict[int, Original | Refused | None]
    """By the number of the matter: what to undo, why it cannot be undone, or None when there is nothing."""

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        self.originals = {each.number: await original(connection, each.request, each) for each in matters}
        return self.payers()

    def payers(self) -> set[Key]:
        """Everybody whose money the originals moved."""
        return {key for each in self.originals.values() if isinstance(each, Original) for key in _payers(each)}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        for each in self.originals.values():
            if isinstance(each, Original):
                region, person, year, group = each.year_key
                await self.house.read_patients(connection, [(region, person, each.case.day, year, group)])
                each.undone = bool(await cases.reversals(connection, region, [each.case.case_id]))
                if not (each.record.outcome.draws and await ahead.misdated(connection, region, [each.case.case_id])):
                    each.counted_on = each.case.settled_on
                await self._read_relations(connection, each)

    async def _read_relations(self, connection: Connection, original: Original) -> None:
        """The relations that paid, ended ones included, and those that followed them."""
        record, today = original.record, self.house.today
        paid = {draw.sponsor: record.sponsors[draw.sponsor] for draw in record.outcome.draws}
        pairs = {(regions.text(key.region), key.person, key.beneficiary) for key in paid.values()}
        found = await registry.sponsors(connection, list(pairs), today) if pairs else []
        links = [Link(region, row, cover, "", today) for region, row, cover in found]
        for at, key in paid.items():
            same = [link for link in links if link.key[:3] == (regions.text(key.region), key.person, key.beneficiary)]
            link = next((each for each in same if each.row.bound_at == key.bound_at), None)
            if link is not None:
                original.links[at] = link
                original.newest[at] = [each for each in same if each.row.mechanism is link.row.mechanism][-1]


async def original(connection: Connection, request: CancelRequest, matter: Matter) -> Original | Refused:
    """The case a request names, if its sender may undo it."""
    case = await cases.case(connection, request.case_region, request.case_id)
    if case is None:
        return Refused(code=Fault.UNKNOWN_CASE)
    if case.kind != "settlement":
        return Refused(code=Fault.NOT_CANCELLABLE)
    if case.institution != matter.origin.sender:
        return Refused(code=Fault.CASE_OF_OTHER_INSTITUTION)
    if case.person != request.patient:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON)
    if request.visit not in (None, case.visit):
        return Refused(code=Fault.CASE_OF_OTHER_VISIT)
    record = records.decode_bill(case.record)
    is_sale = record.case.use is Use.PHARMACY
    if request.sale not in (None, is_sale):
        return Refused(code=Fault.CASE_IS_SALE if is_sale else Fault.CASE_IS_NO_SALE)
    return Original(case, record)


def undo(desk: UndoDesk, matter: Matter) -> Settled | Refused:
    """Cancel a settlement (撤销): post its reversal as a case of its own with negative amounts."""
    named = desk.originals[matter.number]
    assert named is not None
    if isinstance(named, Refused):
        return named
    if named.undone:
        return Refused(code=Fault.ALREADY_CANCELLED)
    if desk.house.ahead:
        return Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(max(desk.house.ahead.values()))})
    case, record, house = named.case, named.record, desk.house
    transfers = _opposite(named)
    balances = [house.move(transfer) for transfer in transfers]
    _uncount(desk, named)
    undone = msgspec.structs.replace(
        record,
        transfers=tuple(transfers),
        balance_after=balance_after(house, case.person, record.case),
        message_id=matter.origin.message_id,
        lines=b"",
        undone=case.case_id,
        transaction=matter.origin.transaction,
        content=matter.origin.content,
    )
    place = Place(case.person, case.institution_region, case.institution, case.visit)
    desk.posting.add_bill(matter.number, place, undone, balances, case.policy)
    region = regions.number(case.region)
    desk.write(cases.REVERSE, region, case.case_id, matter.number, desk.moment)
    if case.visit is not None:
        desk.write(visits.UNMARK, region, case.visit, case.case_id)
    seen = replies.patient_seen(house.people[case.region, case.person, case.day], record.case)
    return replies.settled(matter.number, seen, undone, case.visit, desk.moment, case.policy)


def _payers(named: Original) -> set[Key]:
    """The patient, everybody whose purse a transfer moved, and every sponsor who paid."""
    owners = {(named.case.region, named.case.person)}
    for transfer in named.record.transfers:
        if transfer.person is not None:
            owners.add((regions.text(transfer.region), transfer.person))
    for draw in named.record.outcome.draws:
        key = named.record.sponsors[draw.sponsor]
        owners.add((regions.text(key.region), key.person))
    return owners


def _opposite(named: Original) -> list[Transfer]:
    """The opposite transfers. Quota of a relation that has ended meanwhile comes back to the balances it came from."""
    free = {
        named.record.sponsors[draw.sponsor].purse: draw.prior_years
        for draw in named.record.outcome.draws
        if draw.sponsor in named.links and named.links[draw.sponsor].row.state is RelationState.ENDED
    }
    transfers: list[Transfer] = []
    for each in reversal(named.record.transfers):
        if each.credit.kind is AccountKind.FROZEN and each.credit.number in free:
            prior = free[each.credit.number]
            parts = (AccountKind.PRIOR_YEARS, prior), (AccountKind.CURRENT_YEAR, each.amount - prior)
            transfers += [
                msgspec.structs.replace(each, credit=Account(kind, each.credit.number), amount=amount)
                for kind, amount in parts
                if amount
            ]
        else:
            transfers.append(each)
    return transfers


def _uncount(desk: UndoDesk, named: Original) -> None:
    """Take the bill out of caps and quotas, as far as its day still counts, and out of the benefit year."""
    for draw in named.record.outcome.draws:
        link = named.links.get(draw.sponsor)
        if link is None:
            continue
        if link.row.state is RelationState.ENDED:
            desk.house.count(named.newest[draw.sponsor], -draw.amount, named.counted_on)
        else:
            desk.house.use(link, -draw.amount, -draw.prior_years, named.counted_on)
    added = year_added(named.record.case, named.record.outcome)
    taken = YearSoFar(**{name: -value for name, value in msgspec.structs.asdict(added).items()})
    desk.house.add_to_year(named.year_key, taken)
