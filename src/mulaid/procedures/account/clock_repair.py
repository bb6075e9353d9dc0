"""Put right what a wrong clock has left behind: days that have not come, in what decisions read.

Usage becomes what the settlements of this year say as of today. Settlements that bear a day to come stay as they are,
because the chain hashes their records; they are kept as misdated, and usage counts them no more. Found anew under the
lock, a few people a transaction, so that it may run beside the service and, when it was stopped, once more.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from mulaid.procedures.act import records
from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.households import CLOCKS_APART, RelationKey
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.records import BillRecord
from mulaid.store import ahead, regions
from mulaid.store.ahead import Ahead, Relation
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.rows import Purse
from mulaid.terms.money import Fen

SPONSORS_AT_ONCE = 200
CASES_NAMED = 20

Paid = tuple[datetime.date, Fen]
"""The day something counts on, and the amount; negative when it was given back."""


class Found(msgspec.Struct, frozen=True):
    """What bears a day to come, and the first of the settlements that do."""

    ahead: Ahead
    cases: tuple[Key, ...]


class RepairRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Put right what bears a day to come with these sponsors of a region, as of the present day."""

    region: str
    sponsors: tuple[int, ...]


class NearMidnight(ValueError):
    """Another service's clock may show tomorrow already, so a day to come may be right."""


async def look(connection: Connection, moment: datetime.datetime) -> Found:
    """What bears a day to come, as of a moment. Changes nothing. Raises `NearMidnight`."""
    today = _today(moment)
    return Found(
        await ahead.count(connection, today, moment + CLOCKS_APART),
        tuple(await ahead.cases(connection, today, CASES_NAMED)),
    )


async def requests(connection: Connection, moment: datetime.datetime) -> list[RepairRequest]:
    """What puts all of it right but the settlements themselves. `moment` is the present one. Raises `NearMidnight`."""
    found: dict[str, list[int]] = {region: [] for region in await ahead.swiped(connection, moment + CLOCKS_APART)}
    for region, sponsor in await ahead.sponsors(connection, _today(moment)):
        found.setdefault(region, []).append(sponsor)
    return [
        RepairRequest(region=region, sponsors=tuple(sponsors[at : at + SPONSORS_AT_ONCE]))
        for region, sponsors in sorted(found.items())
        for at in range(0, len(sponsors) or 1, SPONSORS_AT_ONCE)
    ]


class RepairDesk(Desk):
    """Puts right while it reads, under the locks of the sponsors' purses: each step asks what the one before left."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        request: RepairRequest = matters[0].request
        return {(request.region, sponsor) for sponsor in request.sponsors}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        request: RepairRequest = matters[0].request
        await ahead.forget_swipes(connection, request.region, self.moment + CLOCKS_APART)
        keys = sorted(await self.owners(connection, matters))
        await _repair(connection, keys, self.house.money, _today(self.moment), self.moment)


def repair(desk: RepairDesk, matter: Matter) -> Answer:
    """Record that it was put right."""
    request: RepairRequest = matter.request
    record = matter.record("repair_clock")
    desk.posting.add_act(matter.number, request.region, None, matter.origin, record, [], desk.law.book.digest)
    return Done(case_id=matter.number)


def _today(moment: datetime.datetime) -> datetime.date:
    today = moment.date()
    if (moment + CLOCKS_APART).date() != today:
        raise NearMidnight(str(moment))
    return today


async def _repair(
    connection: Connection,
    keys: Sequence[Key],
    purses: Mapping[Key, Purse],
    today: datetime.date,
    moment: datetime.datetime,
) -> None:
    relations = await ahead.relations(connection, keys)
    by_relation = await _paid(connection, relations, today, moment)
    by_purse: dict[Key, list[Paid]] = {key: [] for key in purses}
    for (region, sponsor, _, _), paid in by_relation.items():
        by_purse[region, sponsor] += paid
    used = [
        (*key, *_used(by_purse[key], today))
        for key, purse in purses.items()
        if purse.used_on is not None and purse.used_on > today
    ]
    await ahead.set_purses(connection, today, used)
    used_by = [
        (*_key(each), *_used(by_relation[_key(each)], today))
        for each in relations
        if each.used_on is not None and each.used_on > today
    ]
    await ahead.set_used(connection, today, used_by)
    for region in sorted({region for region, _ in keys}):
        sponsors = [person for place, person in keys if place == region]
        await ahead.set_days(connection, region, sponsors, today)


def _used(paid: Iterable[Paid], today: datetime.date) -> tuple[Fen, Fen, Fen]:
    """What was used of today, of this month and of this year."""
    day = month = year = 0
    for on, amount in paid:
        if on.year == today.year:
            year += amount
            month += amount if on.month == today.month else 0
            day += amount if on == today else 0
    return day, month, year


def _key(relation: Relation) -> RelationKey:
    return relation.region, relation.sponsor, relation.beneficiary, relation.bound_at


async def _paid(
    connection: Connection, relations: Sequence[Relation], today: datetime.date, moment: datetime.datetime
) -> dict[RelationKey, list[Paid]]:
    """What each relation has paid this year. Settlements of days to come are kept as misdated and left out."""
    paid: dict[RelationKey, list[Paid]] = {_key(each): [] for each in relations}
    patients: dict[str, set[int]] = {}
    for each in relations:
        patients.setdefault(each.beneficiary_region, set()).add(each.beneficiary)
    for region, people in sorted(patients.items()):
        since = datetime.date(today.year, 1, 1)
        found = {
            case: records.decode_bill(record)
            for case, record in await ahead.paid(connection, region, sorted(people), since)
        }
        settled = {case if record.undone is None else record.undone: record for case, record in found.items()}
        new = [case for case, record in settled.items() if record.case.settled_on > today]
        await ahead.keep_misdated(connection, region, new, moment)
        misdated = await ahead.misdated(connection, region, settled)
        for case, record in found.items():
            if (case if record.undone is None else record.undone) not in misdated:
                _count(record, paid)
    return paid


def _count(record: BillRecord, paid: dict[RelationKey, list[Paid]]) -> None:
    """Add what a settlement's sponsors paid, or a reversal gave back, on the day of the settlement."""
    sign = 1 if record.undone is None else -1
    for draw in record.outcome.draws:
        key = record.sponsors[draw.sponsor]
        relation = regions.text(key.region), key.person, key.beneficiary, key.bound_at
        if relation in paid:
            paid[relation].append((record.case.settled_on, sign * draw.amount))
