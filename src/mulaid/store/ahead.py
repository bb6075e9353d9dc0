"""What bears a day that has not come, because a clock was wrong: found, and put right under the sponsor's lock."""

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from mulaid.store import regions
from mulaid.store.arrays import Columns, Key
from mulaid.store.connect import Connection

# Relations keep nobody's lock of their own: each is put right with its sponsor's purse.
SPONSORS = """
select region, person from purse where used_on > $1
union
select region, sponsor from sponsorship where used_on > $1 or bound_on > $1 or (state = 'ended' and until > $1)
union
select region, sponsor from end_wish where asked_on > $1
order by 1, 2
"""

# Settlements that nobody has undone.
_STANDING = """
c.settled_on > $1 and c.kind = 'settlement'
    and not exists (select from reversal r where r.region = c.region and r.undone_case = c.case_id)
"""

COUNTS = f"""
select (select count(*) from purse where used_on > $1),
    (select count(*) from sponsorship where used_on > $1),
    (select count(*) from sponsorship where bound_on > $1),
    (select count(*) from sponsorship where state = 'ended' and until > $1),
    (select count(*) from end_wish where asked_on > $1),
    (select count(*) from first_swipe where moment > $2),
    (select count(*) from cases c where {_STANDING})
"""

CASES = f"select region, case_id from cases c where {_STANDING} order by region, case_id limit $2"

_OWNERS = Columns(2, person="bigint")
RELATIONS = f"""
select s.region, s.sponsor, s.beneficiary, s.bound_at, s.beneficiary_region, s.state, s.bound_on, s.effective_on,
    s.until, s.used_on
from {_OWNERS} as asked
join sponsorship s on s.region = coalesce($1, asked.region) and s.sponsor = asked.person
"""

PAID = """
select case_id, record from cases
where region = $1 and person = any($2::bigint[]) and mutual_fen <> 0 and settled_on >= $3
"""

MISDATED = "select case_id from misdated where region = $1 and case_id = any($2::bigint[])"

KEEP_MISDATED = """
insert into misdated (region, case_id, found_at) select $1, case_id, $3 from unnest($2::bigint[]) as new (case_id)
on conflict do nothing
"""

_PURSES = Columns(3, person="bigint", used_day_fen="bigint", used_month_fen="bigint", used_year_fen="bigint")
SET_PURSES = f"""
update purse p set used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen,
    used_year_fen = new.used_year_fen, used_on = $2
from {_PURSES} as new
where p.region = coalesce($1, new.region) and p.person = new.person
"""

_USED = Columns(
    3,
    sponsor="bigint",
    beneficiary="bigint",
    bound_at="timestamptz",
    used_day_fen="bigint",
    used_month_fen="bigint",
    used_year_fen="bigint",
)
SET_USED = f"""
update sponsorship s set used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen,
    used_year_fen = new.used_year_fen, used_on = $2
from {_USED} as new
where s.region = coalesce($1, new.region) and s.sponsor = new.sponsor and s.beneficiary = new.beneficiary
    and s.bound_at = new.bound_at
"""

# How long after binding a relation takes effect stays as it was.
SET_BOUND = """
update sponsorship set bound_on = $3, effective_on = $3::date + (effective_on - bound_on)
where region = $1 and sponsor = any($2::bigint[]) and bound_on > $3
"""

SET_ENDED = """
update sponsorship set until = $3
where region = $1 and sponsor = any($2::bigint[]) and state = 'ended' and until > $3
"""

SET_WISHED = """
update end_wish set asked_on = $3 where region = $1 and sponsor = any($2::bigint[]) and asked_on > $3
"""

FORGET_SWIPES = "delete from first_swipe where region = $1 and moment > $2"
SWIPED = "select distinct region from first_swipe where moment > $1"


class Ahead(msgspec.Struct, frozen=True):
    """How many rows of each kind bear a day, or a moment, that has not come."""

    purses: int
    """Whose money was used then."""
    relations: int
    bound: int
    ended: int
    wishes: int
    """Of one side, to end a relation."""
    swipes: int
    cases: int
    """Settlements that nobody has undone."""

    @property
    def repairable(self) -> int:
        """All but the cases, which stay as they are."""
        return self.purses + self.relations + self.bound + self.ended + self.wishes + self.swipes


class Relation(msgspec.Struct, frozen=True, gc=False):
    """A sponsor's relation, as far as its days go."""

    region: str
    sponsor: int
    beneficiary: int
    bound_at: datetime.datetime
    beneficiary_region: str
    used_on: datetime.date | None


UsedRow = tuple[object, ...]
"""The key of a purse or relation from its region on, then what it has used of the day, month and year."""


async def count(connection: Connection, day: datetime.date, moment: datetime.datetime) -> Ahead:
    """What bears a day after this one, or a moment after that one. Reads whole tables."""
    row = await connection.fetchrow(COUNTS, day, moment)
    assert row is not None
    return Ahead(*row)


async def cases(connection: Connection, day: datetime.date, most: int) -> list[Key]:
    """The first settlements of after a day that nobody has undone."""
    return [(regions.text(row[0]), row[1]) for row in await connection.fetch(CASES, day, most)]


async def sponsors(connection: Connection, day: datetime.date) -> list[Key]:
    """Whose purse or whose relations bear a day after this one, in the order in which purses are locked."""
    return [(regions.text(row[0]), row[1]) for row in await connection.fetch(SPONSORS, day)]


async def relations(connection: Connection, sponsors: Sequence[Key]) -> list[Relation]:
    """All relations of these sponsors."""
    found = await connection.fetch(RELATIONS, *_OWNERS.given(sponsors))
    return [
        Relation(
            region=regions.text(row["region"]),
            sponsor=row["sponsor"],
            beneficiary=row["beneficiary"],
            bound_at=row["bound_at"],
            beneficiary_region=regions.text(row["beneficiary_region"]),
            used_on=row["used_on"],
        )
        for row in found
    ]


async def paid(
    connection: Connection, region: str, patients: Sequence[int], since: datetime.date
) -> list[tuple[int, bytes]]:
    """(case, record) of what relatives have paid for these patients, undone or not, settled or undone since a day."""
    return [tuple(row) for row in await connection.fetch(PAID, regions.number(region), patients, since)]


async def misdated(connection: Connection, region: str, case_ids: Iterable[int]) -> set[int]:
    """Which of these settlements usage does not count."""
    found = await connection.fetch(MISDATED, regions.number(region), list(case_ids))
    return {row[0] for row in found}


async def keep_misdated(
    connection: Connection, region: str, case_ids: Sequence[int], moment: datetime.datetime
) -> None:
    """Count these settlements no more."""
    await connection.execute(KEEP_MISDATED, regions.number(region), case_ids, moment)


async def set_purses(connection: Connection, day: datetime.date, rows: Sequence[UsedRow]) -> None:
    """Write what locked purses have used as of a day."""
    await _set(connection, SET_PURSES, _PURSES, day, rows)


async def set_used(connection: Connection, day: datetime.date, rows: Sequence[UsedRow]) -> None:
    """Write what relations have used as of a day; their sponsors' purses are locked."""
    await _set(connection, SET_USED, _USED, day, rows)


async def set_days(connection: Connection, region: str, sponsors: Sequence[int], day: datetime.date) -> None:
    """What was bound, ended or asked for after a day was so on it; the sponsors' purses are locked."""
    for statement in (SET_BOUND, SET_ENDED, SET_WISHED):
        await connection.execute(statement, regions.number(region), sponsors, day)


async def swiped(connection: Connection, moment: datetime.datetime) -> list[str]:
    """The regions that have first swipes after a moment."""
    return [regions.text(row[0]) for row in await connection.fetch(SWIPED, moment)]


async def forget_swipes(connection: Connection, region: str, moment: datetime.datetime) -> None:
    """Forget a region's first swipes after a moment: whoever made them is asked to swipe again."""
    await connection.execute(FORGET_SWIPES, regions.number(region), moment)


async def _set(
    connection: Connection, statement: str, columns: Columns, day: datetime.date, rows: Sequence[UsedRow]
) -> None:
    if rows:
        only, *given = columns.given(rows)
        await connection.execute(statement, only, day, *given)
