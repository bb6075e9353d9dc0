"""Making, changing and ending sponsorships, and what lies beside each. Both people's purses must be locked."""

import datetime
from collections.abc import Sequence
from typing import Any

from mulaid.store import regions, rows
from mulaid.store.arrays import Columns
from mulaid.store.connect import Connection
from mulaid.store.rows import Sponsorship
from mulaid.store.writes import Row, Write, insertion
from mulaid.terms.money import Fen

INSERT = insertion("sponsorship", rows.SPONSORSHIP)
POINT = insertion("sponsored_by", rows.POINTER)

_KEY = {name: rows.SPONSORSHIP[name] for name in ("sponsor", "beneficiary", "bound_at")}
_SAME = """
{table}.region = coalesce($1, {other}.region) and {table}.sponsor = {other}.sponsor
    and {table}.beneficiary = {other}.beneficiary and {table}.bound_at = {other}.bound_at
"""

_CHANGED = (
    *("state", "bound_on", "effective_on", "until", "rank", "cap_payment_fen", "cap_day_fen", "cap_month_fen"),
    *("cap_year_fen", "cap_scope", "uses", "quota_fen", "quota_prior_fen"),
)
"""Everything about a relation that acts change. Usage is the bills' alone."""
REWRITE = Write(
    f"update sponsorship s set {', '.join(f'{name} = new.{name}' for name in _CHANGED)}"
    " from {rows} as new where s.state <> 'ended' and " + _SAME.format(table="s", other="new"),
    {name: rows.SPONSORSHIP[name] for name in (*_KEY, *_CHANGED)},
    exact=True,
)

FORGET_WISHES = Write(
    "delete from end_wish w using {rows} as gone where " + _SAME.format(table="w", other="gone"),
    _KEY,
)

WISH = Write(
    """
insert into end_wish (region, {names}) select coalesce($1, region), {names} from {rows} as new
on conflict (sponsor, beneficiary, region, bound_at, side) do update set asked_on = excluded.asked_on
""",
    {**_KEY, "side": "text", "asked_on": "date"},
)

_RELATIONS = Columns(2, **_KEY)
WISHES = f"""
select w.region, w.sponsor, w.beneficiary, w.bound_at, w.side, w.asked_on
from {_RELATIONS} as asked
join end_wish w on {_SAME.format(table="w", other="asked")}
"""

SUSPEND = insertion(
    "relation_suspension",
    {**_KEY, "side": "text", "by_actor": "text", "since": "timestamptz", "case_id": "bigint"},
)
RESUME = Write(
    "delete from relation_suspension w using {rows} as gone where " + _SAME.format(table="w", other="gone"), _KEY
)
SUSPENSIONS = f"""
select w.region, w.sponsor, w.beneficiary, w.bound_at, w.side
from {_RELATIONS} as asked
join relation_suspension w on {_SAME.format(table="w", other="asked")}
"""

SET_QUOTA = Write(
    """
insert into quota (region, {names}) select coalesce($1, region), {names} from {rows} as new
on conflict (sponsor, beneficiary, region, bound_at) do update set size_fen = excluded.size_fen
""",
    {**_KEY, "size_fen": "bigint"},
)
QUOTAS = f"""
select w.region, w.sponsor, w.beneficiary, w.bound_at, w.size_fen
from {_RELATIONS} as asked
join quota w on {_SAME.format(table="w", other="asked")}
"""

# Read by a job a few times a day, whole: nothing about a time that comes once is kept on rows that bills change.
DUE = f"""
select {rows.sponsorship_columns("s")}, s.region from sponsorship s
where s.state = 'proposed' and s.bound_on <= $1
    or s.state in ('active', 'suspended') and s.until <= $2
order by s.region, s.sponsor, s.bound_at
"""

Place = tuple[str, int, int, datetime.datetime]
"""Which relation: the sponsor's region, the sponsor, the beneficiary, the moment it was made."""


def row(place: Place) -> Row:
    """A relation's key as the statements here take it."""
    return regions.number(place[0]), *place[1:]


async def wishes(connection: Connection, places: Sequence[Place]) -> dict[tuple[Place, str], datetime.date]:
    """When each side of these relations last asked for the end, for those that did."""
    return {(each[:4], each[4]): each[5] for each in await _beside(connection, WISHES, places)}


async def suspensions(connection: Connection, places: Sequence[Place]) -> dict[Place, str]:
    """On whose wish these relations are suspended, for those that are."""
    return {each[:4]: each[4] for each in await _beside(connection, SUSPENSIONS, places)}


async def quotas(connection: Connection, places: Sequence[Place]) -> dict[Place, Fen]:
    """How large the quotas of these relations were set, for those that have one."""
    return {each[:4]: each[4] for each in await _beside(connection, QUOTAS, places)}


async def due(connection: Connection, proposed: datetime.date, until: datetime.date) -> list[tuple[str, Sponsorship]]:
    """Proposals made on or before the one day, and relations that no longer hold on the other, each with its region."""
    found = await connection.fetch(DUE, proposed, until)
    return [(regions.text(row[-1]), rows.sponsorship(row)) for row in found]


async def _beside(connection: Connection, statement: str, places: Sequence[Place]) -> list[tuple[Any, ...]]:
    """What lies beside these relations, the place of each first."""
    found = await connection.fetch(statement, *_RELATIONS.given(places)) if places else []
    return [(regions.text(row[0]), *row[1:]) for row in found]
