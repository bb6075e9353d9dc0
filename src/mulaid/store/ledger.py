"""Writing money down: purses, what sponsors' money has paid, and the transfers, in one statement a region.

Every amount arrives computed. A refusal of the database (`asyncpg.CheckViolationError`,
`asyncpg.UniqueViolationError`) ends the transaction.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.store import regions
from mulaid.store.arrays import literal, texts
from mulaid.store.connect import Connection
from mulaid.terms.money import Fen

# No balance can become negative: the checks on purse refuse it, whatever was computed. The sponsors' purses are
# locked, so the relation's own row needs no lock before it is written. A transfer is one debit and one credit; the
# checks refuse nothing-transfers and transfers to oneself. The counts say whether every row to change was there.
_CHANGES = """
with purses as (
    update purse p set current_fen = new.current_fen, prior_fen = new.prior_fen, frozen_fen = new.frozen_fen,
        wallet_fen = new.wallet_fen, used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen,
        used_year_fen = new.used_year_fen, used_on = $2
    from unnest($4::text::bigint[], $5::text::bigint[], $6::text::bigint[], $7::text::bigint[], $8::text::bigint[],
        $9::text::bigint[], $10::text::bigint[], $11::text::bigint[])
        as new (person, current_fen, prior_fen, frozen_fen, wallet_fen, used_day_fen, used_month_fen, used_year_fen)
    where p.region = $1 and p.person = new.person
    returning 1
), relations as (
    update sponsorship s set quota_fen = new.quota_fen, used_day_fen = new.used_day_fen,
        used_month_fen = new.used_month_fen, used_year_fen = new.used_year_fen, used_on = $2
    from unnest($12::text::bigint[], $13::text::bigint[], $14::timestamptz[], $15::text::bigint[],
        $16::text::bigint[], $17::text::bigint[], $18::text::bigint[])
        as new (sponsor, beneficiary, bound_at, quota_fen, used_day_fen, used_month_fen, used_year_fen)
    where s.region = $1 and s.sponsor = new.sponsor and s.beneficiary = new.beneficiary and s.bound_at = new.bound_at
    returning 1
), transfers as (
    insert into transfer (region, case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
        balance_after_fen, moment)
    select $1, *, $3 from unnest($19::text::bigint[], $20::text::smallint[], $21::text::smallint[],
        $22::text::bigint[], $23::text::smallint[], $24::text::bigint[], $25::text::bigint[], $26::text::bigint[],
        $27::text::bigint[])
)"""

# The patient's purse is locked, so nobody else writes their year; the first bill of a year makes its own row. The
# database refuses parts that do not sum to their total. The key of the chain is its compare-and-swap: of two writers of
# the same next number one is refused.
_CASES = """, years as (
    insert into accumulator (region, person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen,
        admissions)
    select $1, * from unnest($28::text::bigint[], $29::text::smallint[], $30::text::text[], $31::text::bigint[],
        $32::text::bigint[], $33::text::bigint[], $34::text::smallint[])
    on conflict (region, person, benefit_year, care_group) do update set
        deductible_fen = excluded.deductible_fen, in_scope_fen = excluded.in_scope_fen,
        funds_fen = excluded.funds_fen, admissions = excluded.admissions
), recorded as (
    insert into cases (region, case_id, person, institution_region, institution, visit, day, use, total_fen, funds_fen,
        own_fen, mutual_fen, cash_fen, institution_fen, record, settled_on, moment, kind, policy, lane, seq)
    select $1, *, $2, $3, $49, $50, $51, $52 from unnest($35::text::bigint[], $36::text::bigint[],
        $37::text::integer[], $38::text::text[], $39::text::bigint[], $40::date[], $41::text::text[],
        $42::text::bigint[], $43::text::bigint[], $44::text::bigint[], $45::text::bigint[], $46::text::bigint[],
        $47::text::bigint[], $48::bytea[])
), linked as (
    insert into chain (region, lane, seq, hash, previous, first_case, n, moment)
    values ($1, $51, $52, $53, $54, ($35::text::bigint[])[1], cardinality($35::text::bigint[]), $3)
)"""

_COUNTS = """
select (select count(*) from purses), (select count(*) from relations)
"""

POST = _CHANGES + _COUNTS
BOOK = _CHANGES + _CASES + _COUNTS


_COLUMN: dict[str, Callable[[Sequence[Any]], object]] = {"n": literal, "t": texts, ".": list}


class RowsMissing(RuntimeError):
    """An update reached fewer rows than it was given: somebody or something in the batch does not exist."""


class Postings(msgspec.Struct):
    """What one transaction changes in one region, a tuple a row.

    `purses`: (person, current, prior, frozen, wallet, used day, month, year), each person once.
    `relations`: (sponsor, beneficiary, bound_at, quota, used day, month, year), each once.
    `transfers`: (case, n, debit kind, debit number, credit kind, credit number, amount, person, balance after); n
    counts a case's transfers from 0, person and balance after come together.
    """

    purses: list[tuple[int, Fen, Fen, Fen, Fen, Fen, Fen, Fen]] = []
    relations: list[tuple[int, int, datetime.datetime, Fen, Fen, Fen, Fen]] = []
    transfers: list[tuple[int, int, int, int, int, int, Fen, int | None, Fen | None]] = []


class Bookings(msgspec.Struct):
    """The cases one transaction records in its patients' region, one link of the chain, a tuple a row.

    `cases`: (case, person, institution's region, institution, visit, day, use, total, funds, own, mutual, cash,
    institution's part, record); `kind` is settlement or reversal (all amounts negative or zero).
    `years`: (person, benefit year, care group, deductible, in scope, funds, admissions), new totals, each key once.
    """

    kind: str
    policy: str
    lane: int
    seq: int
    hash: bytes
    previous: bytes
    cases: list[tuple[object, ...]]
    years: list[tuple[object, ...]]


class HeadMoved(RuntimeError):
    """Somebody else has appended to this lane's chain; read the head again and redo the batch."""


async def post(connection: Connection, region: str, postings: Postings, moment: datetime.datetime) -> None:
    """Write locked purses, usage and transfers. Raises `RowsMissing` when a purse or a relation does not exist."""
    found = await connection.fetchrow(POST, regions.number(region), moment.date(), moment, *_changes(postings))
    _expect_rows(found, postings)


async def book(
    connection: Connection, region: str, postings: Postings, bookings: Bookings, moment: datetime.datetime
) -> None:
    """The same for the patients' region, with the cases, the years they count in and their link of the chain.

    Raises `HeadMoved` when the number in the chain is taken.
    """
    try:
        found = await connection.fetchrow(
            BOOK,
            regions.number(region),
            moment.date(),
            moment,
            *_changes(postings),
            *_columns(bookings.years, "nntnnnn"),
            *_columns(bookings.cases, "nnntn.tnnnnnn."),
            bookings.kind,
            bookings.policy,
            bookings.lane,
            bookings.seq,
            bookings.hash,
            bookings.previous,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "chain_pkey":
            raise HeadMoved(f"{region} {bookings.lane} {bookings.seq}") from error
        raise
    _expect_rows(found, postings)


def _changes(postings: Postings) -> list[object]:
    return [
        *_columns(postings.purses, "nnnnnnnn"),
        *_columns(postings.relations, "nn.nnnn"),
        *_columns(postings.transfers, "nnnnnnnnn"),
    ]


def _expect_rows(found: asyncpg.Record | None, postings: Postings) -> None:
    expected = (len(postings.purses), len(postings.relations))
    if found is None or tuple(found) != expected:
        raise RowsMissing(f"{found} of {expected}")


def expect(status: str, count: int) -> None:
    """Compare a command's status ("UPDATE 3") with the rows it was meant to reach."""
    if int(status.rpartition(" ")[2]) != count:
        raise RowsMissing(f"{status} of {count}")


def _columns(rows: Sequence[tuple[Any, ...]], kinds: str) -> list[object]:
    """Rows turned into columns: whole numbers ("n") and texts ("t") as literals, others as they are.

    Empty columns when there are no rows.
    """
    columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return [_COLUMN[kind](column) for kind, column in zip(kinds, columns, strict=True)]
