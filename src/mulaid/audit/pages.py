"""The cases of a region, page by page, each with its record read and everything that was posted for it."""

import datetime
from collections.abc import AsyncIterator, Iterable, Mapping

import asyncpg
import msgspec

from mulaid.audit.reading import Account, ActRecord, Movement, Record, Unreadable, read
from mulaid.audit.scratch import Connection

PAGE = 1_000

CASES = """
select case_id, kind, person, institution_region, institution, visit, day, settled_on, moment, use, total_fen,
    funds_fen, own_fen, mutual_fen, cash_fen, institution_fen, policy, record, lane, seq, actor, channel
from cases where region = $1 and case_id > $2 order by case_id limit $3
"""

TRANSFERS = """
select case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person, moment
from transfer where region = $1 and case_id = any($2::bigint[]) order by case_id, n
"""

MISDATED = "select case_id from misdated where region = $1 and case_id = any($2::bigint[])"

UNDONE = "select undone_case, by_case from reversal where region = $1 and undone_case = any($2::bigint[])"

# Rows without a case here are those of other regions' patients, and orphans.
STRAYS = """
select case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person
from transfer t
where region = $1 and (case_id, n) > ($2::bigint, $3::smallint)
    and not exists (select from cases c where c.region = $1 and c.case_id = t.case_id)
order by case_id, n limit $4
"""

Posted = dict[tuple[int, int], Movement]
"""Transfers of one case by (region, n)."""


class Page(msgspec.Struct):
    region: int
    cases: list[asyncpg.Record]
    read: dict[int, Record]
    """Bills and their reversals, by case; what cannot be read is in `unreadable`."""
    acts: dict[int, ActRecord]
    """All other acts, by case."""
    unreadable: dict[int, str]
    posted: dict[int, Posted]
    moved_at: dict[int, set[datetime.datetime]]
    """When the transfers of a case say that they were posted."""
    undone: dict[int, int]
    """Which case undid a case of this page."""
    misdated: set[int] = msgspec.field(default_factory=set)
    """Settlements of this page, or undone on it, that usage does not count: a wrong clock gave them their day."""

    def settled(self) -> Iterable[tuple[asyncpg.Record, Record]]:
        """The settlements that nobody undid, as far as they can be read."""
        for case in self.cases:
            number = case["case_id"]
            if case["kind"] == "settlement" and number not in self.undone and number in self.read:
                yield case, self.read[number]


async def pages(connection: Connection, region: int) -> AsyncIterator[Page]:
    """Every case of a region in the order of their numbers."""
    after = -1
    while cases := await connection.fetch(CASES, region, after, PAGE):
        after = cases[-1]["case_id"]
        yield await _page(connection, region, cases)


async def strays(connection: Connection, region: int) -> AsyncIterator[list[asyncpg.Record]]:
    """Transfers kept in a region whose case is not, in pages."""
    after = (-1, -1)
    while rows := await connection.fetch(STRAYS, region, *after, PAGE):
        after = rows[-1]["case_id"], rows[-1]["n"]
        yield rows


async def _page(connection: Connection, region: int, cases: list[asyncpg.Record]) -> Page:
    numbers = [case["case_id"] for case in cases]
    page = Page(region, cases, {}, {}, {}, {each: {} for each in numbers}, {each: set() for each in numbers}, {})
    elsewhere: dict[int, set[int]] = {region: set(page.posted)}
    for case in cases:
        number = case["case_id"]
        try:
            record = read(case["record"])
        except Unreadable as error:
            page.unreadable[number] = str(error)
            continue
        if isinstance(record, ActRecord):
            page.acts[number] = record
        else:
            page.read[number] = record
        for movement in record.transfers:
            if movement.region != region:
                elsewhere.setdefault(movement.region, set()).add(number)
    for place, there in elsewhere.items():
        for row in await connection.fetch(TRANSFERS, place, sorted(there)):
            page.posted[row[0]][place, row[1]] = movement_of(place, row)
            page.moved_at[row[0]].add(row["moment"])
    page.undone = {row[0]: row[1] for row in await connection.fetch(UNDONE, region, sorted(page.posted))}
    page.misdated = await misdated(connection, region, page.read)
    return page


async def misdated(connection: Connection, region: int, read: Mapping[int, Record]) -> set[int]:
    """The settlements among these cases, or undone by them, that usage does not count."""
    settled = {number if record.undone is None else record.undone for number, record in read.items()}
    return {row[0] for row in await connection.fetch(MISDATED, region, sorted(settled))}


def movement_of(region: int, row: asyncpg.Record) -> Movement:
    """A transfer's row as a record writes it."""
    _, _, debit_kind, debit, credit_kind, credit, amount, person = row[:8]
    return Movement(region, Account(debit_kind, debit), Account(credit_kind, credit), amount, person)
