"""A scratch database for sums that do not fit in memory: SQLite in a nameless file that goes away when it is closed."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

PREFETCH = 2_000
"""Rows a server-side cursor brings at a time."""

# A draw counts on the day its case was settled, also when a reversal takes it back. Caps are those the case recorded.
_TABLES = """
create table draw (sponsor, beneficiary, bound_at, day, amount, cap_day, cap_month, cap_year);
create table spent (sponsor, beneficiary, prior);
create table bound (sponsor, beneficiary, bound_at, case_id, primary key (sponsor, beneficiary, bound_at, case_id));
create table decided (person, document, said, case_id);
create table lifted (person, document, ended_on, ended_by, case_id);
create table ended (sponsor, beneficiary, moment, ends_on, case_id);
create table year (person, benefit_year, care_group, deductible, in_scope, funds, admissions,
    before_deductible, before_in_scope, before_funds, before_admissions);
create table claim (kind, place, name, case_id);
create table received (person, amount);
create table seen (kind, region, key, case_id, day, said, primary key (kind, region, key)) without rowid;
"""

# Visits live with their patient, the messages that opened them with the institution.
_ACROSS = """
create table opened (region, visit);
create table visited (region, visit);
"""


def open_scratch() -> sqlite3.Connection:
    """An empty scratch database. SQLite keeps what fits in its cache and puts the rest on disk."""
    return _open(_TABLES)


def open_across() -> sqlite3.Connection:
    """The same for what is compared once all regions are through."""
    return _open(_ACROSS)


def _open(tables: str) -> sqlite3.Connection:
    scratch = sqlite3.connect("", isolation_level=None)
    scratch.executescript("pragma journal_mode = off; pragma synchronous = off;" + tables)
    scratch.execute("begin")
    return scratch


def keep(scratch: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]], width: int) -> None:
    """Put rows of one table aside."""
    scratch.executemany(f"insert into {table} values ({', '.join('?' * width)})", rows)


def groups(
    scratch: sqlite3.Connection, query: str, width: int
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Rows in the order of the query, together by their first `width` columns; the rest of each row."""
    for key, rows in groupby(scratch.execute(query), key=lambda row: row[:width]):
        yield key, [row[width:] for row in rows]


async def beside(
    connection: Connection,
    query: str,
    region: int,
    key_of: Callable[[asyncpg.Record], tuple[Any, ...]],
    grouped: Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]],
    prefetch: int = PREFETCH,
) -> AsyncIterator[tuple[tuple[Any, ...], asyncpg.Record | None, list[tuple[Any, ...]]]]:
    """Walk the rows of a region and the groups of a scratch table side by side, both in the order of their keys.

    Gives (key, row or None, rows of the group or none) for every key that either has.
    """
    waiting = next(grouped, None)
    async for row in connection.cursor(query, region, prefetch=prefetch):
        key = key_of(row)
        while waiting is not None and waiting[0] < key:
            yield waiting[0], None, waiting[1]
            waiting = next(grouped, None)
        if waiting is not None and waiting[0] == key:
            yield key, row, waiting[1]
            waiting = next(grouped, None)
        else:
            yield key, row, []
    while waiting is not None:
        yield waiting[0], None, waiting[1]
        waiting = next(grouped, None)


async def batches(connection: Connection, query: str, *arguments: object) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of a query through a server-side cursor, `PREFETCH` at a time."""
    cursor = await connection.cursor(query, *arguments)
    while rows := await cursor.fetch(PREFETCH):
        yield rows


def by_place(rows: Iterable[asyncpg.Record], column: str) -> dict[int, list[asyncpg.Record]]:
    """Rows by the region a column of theirs names."""
    found: dict[int, list[asyncpg.Record]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
