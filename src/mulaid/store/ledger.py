"""Writing money down: purses, what sponsors' money has paid, and the transfers, in one statement.

Every amount arrives computed. A refusal of the database (`asyncpg.CheckViolationError`,
`asyncpg.UniqueViolationError`) ends the transaction.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.store.arrays import literal, texts
from mulaid.store.connect import Connection

# No balance can become negative: the checks on purse refuse it, whatever was computed. The payers' purses are locked,
# so a relation's own row needs no lock before it is written; the patient's is, so nobody else writes their year, and
# the first bill of a year makes its own row. A transfer is one debit and one credit; the checks refuse
# nothing-transfers, transfers to oneself and parts that do not sum to their total. The key of the chain is its
# compare-and-swap: of two writers of the same next number one is refused. The counts say whether every row to change
# was there. As everywhere in a batch, $1 is the region of all rows, or null.
BOOK = """
with purses as (
    update purse p set current_fen = new.current_fen, prior_fen = new.prior_fen, frozen_fen = new.frozen_fen,
        wallet_fen = new.wallet_fen, used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen,
        used_year_fen = new.used_year_fen, used_on = $2
    from unnest($7::text::integer[], $8::text::bigint[], $9::text::bigint[], $10::text::bigint[], $11::text::bigint[],
        $12::text::bigint[], $13::text::bigint[], $14::text::bigint[], $15::text::bigint[])
        as new (region, person, current_fen, prior_fen, frozen_fen, wallet_fen, used_day_fen, used_month_fen,
            used_year_fen)
    where p.region = coalesce($1, new.region) and p.person = new.person
    returning 1
), relations as (
    update sponsorship s set quota_fen = new.quota_fen, used_day_fen = new.used_day_fen,
        used_month_fen = new.used_month_fen, used_year_fen = new.used_year_fen, used_on = $2
    from unnest($16::text::integer[], $17::text::bigint[], $18::text::bigint[], $19::timestamptz[], $20::text::bigint[],
        $21::text::bigint[], $22::text::bigint[], $23::text::bigint[])
        as new (region, sponsor, beneficiary, bound_at, quota_fen, used_day_fen, used_month_fen, used_year_fen)
    where s.region = coalesce($1, new.region) and s.sponsor = new.sponsor and s.beneficiary = new.beneficiary
        and s.bound_at = new.bound_at
    returning 1
), transfers as (
    insert into transfer (region, case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
        balance_after_fen, moment)
    select coalesce($1, region), case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
        balance_after_fen, $3
    from unnest($24::text::integer[], $25::text::bigint[], $26::text::smallint[], $27::text::smallint[],
        $28::text::bigint[], $29::text::smallint[], $30::text::bigint[], $31::text::bigint[],
        $32::text::bigint[], $33::text::bigint[])
        as new (region, case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
            balance_after_fen)
), years as (
    insert into accumulator (region, person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen,
        admissions)
    select coalesce($1, region), person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen, admissions
    from unnest($34::text::integer[], $35::text::bigint[], $36::text::smallint[], $37::text::text[],
        $38::text::bigint[], $39::text::bigint[], $40::text::bigint[], $41::text::smallint[])
        as new (region, person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen, admissions)
    on conflict (region, person, benefit_year, care_group) do update set
        deductible_fen = excluded.deductible_fen, in_scope_fen = excluded.in_scope_fen,
        funds_fen = excluded.funds_fen, admissions = excluded.admissions
), recorded as (
    insert into cases (region, case_id, person, institution_region, institution, visit, day, use, total_fen, funds_fen,
        own_fen, mutual_fen, cash_fen, institution_fen, record, seq, settled_on, moment, kind, policy, lane)
    select coalesce($1, region), case_id, person, institution_region, institution, visit, day, use, total_fen,
        funds_fen, own_fen, mutual_fen, cash_fen, institution_fen, record, seq, $2, $3, $4, $5, $6
    from unnest($42::text::integer[], $43::text::bigint[], $44::text::bigint[], $45::text::integer[], $46::text::text[],
        $47::text::bigint[], $48::date[], $49::text::text[], $50::text::bigint[], $51::text::bigint[],
        $52::text::bigint[], $53::text::bigint[], $54::text::bigint[], $55::text::bigint[], $56::bytea[],
        $57::text::bigint[])
        as new (region, case_id, person, institution_region, institution, visit, day, use, total_fen, funds_fen,
            own_fen, mutual_fen, cash_fen, institution_fen, record, seq)
), linked as (
    insert into chain (region, seq, hash, previous, first_case, n, lane, moment)
    select coalesce($1, region), seq, hash, previous, first_case, n, $6, $3
    from unnest($58::text::integer[], $59::text::bigint[], $60::bytea[], $61::bytea[], $62::text::bigint[],
        $63::text::smallint[])
        as new (region, seq, hash, previous, first_case, n)
)
select (select count(*) from purses), (select count(*) from relations)
"""


_COLUMN: dict[str, Callable[[Sequence[Any]], object]] = {"n": literal, "t": texts, ".": list}

_PURSES, _RELATIONS, _TRANSFERS = "nnnnnnnnn", "nnn.nnnn", "nnnnnnnnnn"
_YEARS, _CASES, _LINKS = "nnntnnnn", "nnnntn.tnnnnnn.n", "nn..nn"


class RowsMissing(RuntimeError):
    """An update reached fewer rows than it was given: somebody or something in the batch does not exist."""


class HeadMoved(RuntimeError):
    """Somebody else has appended to this lane's chain; read the head again and redo the batch."""


class Bookings(msgspec.Struct, kw_only=True):
    """What one transaction writes down, a tuple a row, each with the number of its region first.

    `purses`: (person, current, prior, frozen, wallet, used day, month, year), each person once.
    `relations`: (sponsor, beneficiary, bound_at, quota, used day, month, year), each once.
    `transfers`: (case, n, debit kind, debit number, credit kind, credit number, amount, person, balance after); n
    counts a case's transfers from 0, person and balance after come together.
    `years`: (person, benefit year, care group, deductible, in scope, funds, admissions), new totals, each key once.
    `cases`: (case, person, institution's region, institution, visit, day, use, total, funds, own, mutual, cash,
    institution's part, record, seq); `kind` is settlement or reversal (all amounts negative or zero).
    `links`: (seq, hash, previous, first case, number of cases), one for each region that has cases.
    """

    kind: str
    policy: str
    lane: int
    purses: list[tuple[object, ...]] = []
    relations: list[tuple[object, ...]] = []
    transfers: list[tuple[object, ...]] = []
    years: list[tuple[object, ...]] = []
    cases: list[tuple[object, ...]] = []
    links: list[tuple[object, ...]] = []


async def book(connection: Connection, bookings: Bookings, moment: datetime.datetime) -> None:
    """Write locked purses, usage and transfers, with the cases, the years they count in and their links of the chain.

    Raises `RowsMissing` when a purse or a relation does not exist, and `HeadMoved` when a number in the chain is taken.
    """
    tables = (
        (bookings.purses, _PURSES),
        (bookings.relations, _RELATIONS),
        (bookings.transfers, _TRANSFERS),
        (bookings.years, _YEARS),
        (bookings.cases, _CASES),
        (bookings.links, _LINKS),
    )
    everywhere = {row[0] for rows, _ in tables for row in rows}
    columns = [column for rows, kinds in tables for column in _columns(rows, kinds)]
    try:
        found = await connection.fetchrow(
            BOOK,
            everywhere.pop() if len(everywhere) == 1 else None,
            moment.date(),
            moment,
            bookings.kind,
            bookings.policy,
            bookings.lane,
            *columns,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "chain_pkey":
            raise HeadMoved(f"lane {bookings.lane}") from error
        raise
    expected = (len(bookings.purses), len(bookings.relations))
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
