"""Visits and the batches of charges uploaded for them. Both live with the patient's region."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.store import regions
from mulaid.store.arrays import Columns, Key
from mulaid.store.connect import Connection
from mulaid.store.writes import Row, Write, insertion
from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import Scheme, Use

_BATCH = """
select c.visit, c.batch, c.total_fen, c.in_scope_fen, c.upfront_share_fen, c.over_price_limit_fen, c.excluded_fen,
    c.barred_fen, c.lines, c.settled_by
"""

_BATCHES = Columns(2, visit="bigint", batch="text")
READ_BATCHES = (
    _BATCH
    + f""", c.region
from {_BATCHES} as asked
join charge_batch c on c.region = coalesce($1, asked.region) and c.visit = asked.visit and c.batch = asked.batch
order by c.region, c.visit, c.batch
"""
)

# Locked in sorted order after the purses: a batch of charges is settled once, whoever asks at the same time.
LOCK_BATCHES = READ_BATCHES + "for update of c"

_VISITS = Columns(2, visit="bigint")
READ_UNSETTLED = (
    _BATCH
    + f""", c.region
from {_VISITS} as asked
join charge_batch c on c.region = coalesce($1, asked.region) and c.visit = asked.visit and c.settled_by is null
order by c.region, c.visit, c.batch
"""
)

LOCK_UNSETTLED = READ_UNSETTLED + "for update of c"

BATCHES = _BATCH + "from charge_batch c where c.region = $1 and c.visit = any($2::bigint[]) order by c.visit, c.batch"

# Of locked batches: one that is settled already, or is not there, ends the transaction.
MARK_SETTLED = Write(
    """
update charge_batch c set settled_by = done.case_id
from {rows} as done
where c.region = coalesce($1, done.region) and c.visit = done.visit and c.batch = done.batch and c.settled_by is null
""",
    {"visit": "bigint", "batch": "text", "case_id": "bigint"},
    exact=True,
)

UNMARK = Write(
    """
update charge_batch c set settled_by = null
from {rows} as undone
where c.region = coalesce($1, undone.region) and c.visit = undone.visit and c.settled_by = undone.case_id
""",
    {"visit": "bigint", "case_id": "bigint"},
)

VISITS = f"""
select v.region, v.visit, v.person, v.institution_region, v.institution, v.scheme, v.use, v.begun, v.ended, v.number,
    v.state, v.details
from {_VISITS} as asked
join visit v on v.region = coalesce($1, asked.region) and v.visit = asked.visit
"""

# Another visit of the same person here: by the same number of the institution's, else within the same day.
TWIN = """
select visit, number = $4 from visit
where region = $1 and person = $2 and institution = $3 and state <> 'withdrawn'
    and (number = $4 or (begun >= $5 and begun < $6))
order by number = $4 desc, visit desc
limit 1
"""

CHARGED_BESIDE = """
select c.visit, c.lines
from visit v
join charge_batch c on c.region = v.region and c.visit = v.visit
where v.region = $1 and v.person = $2 and v.institution = $3 and v.visit <> $4 and v.state <> 'withdrawn'
    and v.begun >= $5 and v.begun < $6
order by c.visit, c.batch
"""

_VISIT = {
    "visit": "bigint",
    "person": "bigint",
    "institution_region": "integer",
    "institution": "text",
    "scheme": "text",
    "use": "text",
    "begun": "timestamptz",
    "ended": "timestamptz",
    "number": "text",
    "state": "text",
    "details": "bytea",
}
INSERT = insertion("visit", _VISIT)

# Whose, where and by what covered a visit is never changes.
CHANGE = Write(
    """
update visit v set use = new.use, begun = new.begun, ended = new.ended, number = new.number, state = new.state,
    details = new.details
from {rows} as new
where v.region = coalesce($1, new.region) and v.visit = new.visit
""",
    _VISIT,
    exact=True,
)

INSERT_BATCH = insertion(
    "charge_batch",
    {
        "visit": "bigint",
        "batch": "text",
        "total_fen": "bigint",
        "in_scope_fen": "bigint",
        "upfront_share_fen": "bigint",
        "over_price_limit_fen": "bigint",
        "excluded_fen": "bigint",
        "barred_fen": "bigint",
        "lines": "bytea",
    },
)

# Settled charges stay until their settlement is cancelled.
DELETE_BATCH = Write(
    """
delete from charge_batch c
using {rows} as gone
where c.region = coalesce($1, gone.region) and c.visit = gone.visit and c.batch = gone.batch and c.settled_by is null
""",
    {"visit": "bigint", "batch": "text"},
    exact=True,
)


_SCHEMES: dict[str | None, Scheme | None] = {None: None, **{scheme.value: scheme for scheme in Scheme}}

BatchKey = tuple[str, int, str]
"""Region and number of a visit, and the name of one of its batches."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """就诊: one person's stay or visit at one institution. `state` is open, closed or withdrawn."""

    region: str
    """The patient's."""
    visit: int
    person: int
    institution_region: str
    institution: str
    scheme: Scheme | None = None
    """What covers it, as registered; None for a visit of before that was kept."""
    use: Use
    begun: datetime.datetime
    ended: datetime.datetime | None = None
    number: str
    """The institution's own number for it."""
    state: str = "open"
    details: bytes = b""


class Batch(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A batch of priced charges; `settled_by` is the case that settled it."""

    visit: int
    batch: str
    bill: Bill
    lines: bytes
    settled_by: int | None


async def lock_batches(connection: Connection, keys: Sequence[BatchKey]) -> dict[BatchKey, Batch]:
    """Lock batches of charges until the transaction ends; those that do not exist are missing. After the purses."""
    return await _batches(connection, LOCK_BATCHES, keys)


async def read_batches(connection: Connection, keys: Sequence[BatchKey]) -> dict[BatchKey, Batch]:
    """The same without a lock, for quotes."""
    return await _batches(connection, READ_BATCHES, keys)


async def lock_unsettled(connection: Connection, keys: Sequence[Key]) -> dict[BatchKey, Batch]:
    """Lock every batch of these visits that is not settled. After the purses of their patients."""
    return _by_key(await connection.fetch(LOCK_UNSETTLED, *_VISITS.given(keys)))


async def read_unsettled(connection: Connection, keys: Sequence[Key]) -> dict[BatchKey, Batch]:
    """The same without a lock, for quotes."""
    return _by_key(await connection.fetch(READ_UNSETTLED, *_VISITS.given(keys)))


async def batches(connection: Connection, region: str, visits: Sequence[int]) -> list[Batch]:
    """All batches of these visits, settled ones included, without a lock."""
    found = await connection.fetch(BATCHES, regions.number(region), visits)
    return [_batch(row[:10]) for row in found]


async def visits(connection: Connection, keys: Sequence[Key]) -> dict[Key, Visit]:
    """The visits that exist among these."""
    known = map(_visit, await connection.fetch(VISITS, *_VISITS.given(keys)))
    return {(visit.region, visit.visit): visit for visit in known}


async def visit(connection: Connection, region: str, number: int) -> Visit | None:
    """One visit, or None."""
    return (await visits(connection, [(region, number)])).get((region, number))


async def twin(connection: Connection, visit: Visit) -> tuple[int, bool] | None:
    """Another visit of the same person at the same institution: (its number, is it the institution's number as well).

    By the institution's own number on whatever day, else on the day this one begins; withdrawn visits do not count.
    """
    where = regions.number(visit.region), visit.person, visit.institution
    row = await connection.fetchrow(TWIN, *where, visit.number, *_day(visit))
    return None if row is None else (row[0], row[1])


async def charged_beside(connection: Connection, visit: Visit) -> list[tuple[int, bytes]]:
    """What the same institution has charged the same person on the same day at other visits: (visit, lines) a batch."""
    where = regions.number(visit.region), visit.person, visit.institution
    return [tuple(row) for row in await connection.fetch(CHARGED_BESIDE, *where, visit.visit, *_day(visit))]


def row(visit: Visit) -> Row:
    """A visit as `INSERT` and `CHANGE` take it."""
    return (
        regions.number(visit.region),
        visit.visit,
        visit.person,
        regions.number(visit.institution_region),
        visit.institution,
        visit.scheme,
        visit.use,
        visit.begun,
        visit.ended,
        visit.number,
        visit.state,
        visit.details,
    )


def batch_row(visit: Visit, batch: str, bill: Bill, lines: bytes) -> Row:
    """A batch of priced charges as `INSERT_BATCH` takes it."""
    parts = (bill.total, bill.in_scope, bill.upfront_share, bill.over_price_limit, bill.excluded, bill.barred)
    return *batch_key(visit, batch), *parts, lines


def batch_key(visit: Visit, batch: str) -> Row:
    """A batch as `DELETE_BATCH` takes it."""
    return regions.number(visit.region), visit.visit, batch


async def _batches(connection: Connection, statement: str, keys: Sequence[BatchKey]) -> dict[BatchKey, Batch]:
    return _by_key(await connection.fetch(statement, *_BATCHES.given(keys)))


def _by_key(found: Iterable[asyncpg.Record]) -> dict[BatchKey, Batch]:
    return {(regions.text(row[10]), row[0], row[1]): _batch(row[:10]) for row in found}


def _day(visit: Visit) -> tuple[datetime.datetime, datetime.datetime]:
    """When the day the visit begins on begins, and the next."""
    start = visit.begun.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + datetime.timedelta(days=1)


def _batch(row: Sequence[Any]) -> Batch:
    visit, batch, total, in_scope, upfront_share, over_price_limit, excluded, barred, lines, settled_by = row
    bill = Bill(
        total=total,
        in_scope=in_scope,
        upfront_share=upfront_share,
        over_price_limit=over_price_limit,
        excluded=excluded,
        barred=barred,
    )
    return Batch(visit, batch, bill, lines, settled_by)


def _visit(row: asyncpg.Record) -> Visit:
    fields = dict(row)
    fields["region"] = regions.text(fields["region"])
    fields["institution_region"] = regions.text(fields["institution_region"])
    fields["use"] = Use(fields["use"])
    fields["scheme"] = _SCHEMES[fields["scheme"]]
    return Visit(**fields)
