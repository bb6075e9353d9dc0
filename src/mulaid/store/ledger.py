"""Writing money down: purses, what sponsors' money has paid, and the transfers, in one statement.

Every amount arrives computed. A refusal of the database (`asyncpg.CheckViolationError`,
`asyncpg.UniqueViolationError`) ends the transaction.
"""

import datetime

import asyncpg
import msgspec

from mulaid.store.arrays import Columns, only_region
from mulaid.store.connect import Connection

_PURSES = Columns(
    9,
    person="bigint",
    current_fen="bigint",
    prior_fen="bigint",
    frozen_fen="bigint",
    wallet_fen="bigint",
    used_day_fen="bigint",
    used_month_fen="bigint",
    used_year_fen="bigint",
)
_RELATIONS = Columns(
    _PURSES.after,
    sponsor="bigint",
    beneficiary="bigint",
    bound_at="timestamptz",
    quota_fen="bigint",
    quota_prior_fen="bigint",
    used_day_fen="bigint",
    used_month_fen="bigint",
    used_year_fen="bigint",
)
_TRANSFERS = Columns(
    _RELATIONS.after,
    case_id="bigint",
    n="smallint",
    debit_kind="smallint",
    debit_id="bigint",
    credit_kind="smallint",
    credit_id="bigint",
    amount_fen="bigint",
    person="bigint",
    balance_after_fen="bigint",
)
_YEARS = Columns(
    _TRANSFERS.after,
    person="bigint",
    benefit_year="smallint",
    care_group="text",
    deductible_fen="bigint",
    in_scope_fen="bigint",
    funds_fen="bigint",
    admissions="smallint",
)
_CASES = Columns(
    _YEARS.after,
    case_id="bigint",
    person="bigint",
    institution_region="integer",
    institution="text",
    visit="bigint",
    day="date",
    use="text",
    total_fen="bigint",
    funds_fen="bigint",
    own_fen="bigint",
    mutual_fen="bigint",
    cash_fen="bigint",
    institution_fen="bigint",
    record="bytea",
    seq="bigint",
)
_LINKS = Columns(
    _CASES.after,
    seq="bigint",
    hash="bytea",
    previous="bytea",
    first_case="bigint",
    n="smallint",
)

# No balance can become negative: the checks on purse refuse it, whatever was computed. The payers' purses are locked,
# so a relation's own row needs no lock before it is written; the patient's is, so nobody else writes their year, and
# the first bill of a year makes its own row. A transfer is one debit and one credit; the checks refuse
# nothing-transfers, transfers to oneself and parts that do not sum to their total. The key of the chain is its
# compare-and-swap: of two writers of the same next number one is refused. The counts say whether every row to change
# was there. As everywhere in a batch, $1 is the region of all rows, or null.
BOOK = f"""
with purses as (
    update purse p set current_fen = new.current_fen, prior_fen = new.prior_fen, frozen_fen = new.frozen_fen,
        wallet_fen = new.wallet_fen, used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen,
        used_year_fen = new.used_year_fen, used_on = $2
    from {_PURSES} as new
    where p.region = coalesce($1, new.region) and p.person = new.person
    returning 1
), relations as (
    update sponsorship s set quota_fen = new.quota_fen, quota_prior_fen = new.quota_prior_fen,
        used_day_fen = new.used_day_fen, used_month_fen = new.used_month_fen, used_year_fen = new.used_year_fen,
        used_on = $2
    from {_RELATIONS} as new
    where s.region = coalesce($1, new.region) and s.sponsor = new.sponsor and s.beneficiary = new.beneficiary
        and s.bound_at = new.bound_at
    returning 1
), transfers as (
    insert into transfer (region, {_TRANSFERS.names}, moment)
    select coalesce($1, region), {_TRANSFERS.names}, $3
    from {_TRANSFERS} as new
), years as (
    insert into accumulator (region, {_YEARS.names})
    select coalesce($1, region), {_YEARS.names}
    from {_YEARS} as new
    on conflict (region, person, benefit_year, care_group) do update set
        deductible_fen = excluded.deductible_fen, in_scope_fen = excluded.in_scope_fen,
        funds_fen = excluded.funds_fen, admissions = excluded.admissions
), recorded as (
    insert into cases (region, {_CASES.names}, settled_on, moment, kind, policy, lane, actor, channel)
    select coalesce($1, region), {_CASES.names}, $2, $3, $4, $5, $6, $7, $8
    from {_CASES} as new
), linked as (
    insert into chain (region, {_LINKS.names}, lane, moment)
    select coalesce($1, region), {_LINKS.names}, $6, $3
    from {_LINKS} as new
)
select (select count(*) from purses), (select count(*) from relations)
"""


class RowsMissing(RuntimeError):
    """An update reached fewer rows than it was given: somebody or something in the batch does not exist."""


class HeadMoved(RuntimeError):
    """Somebody else has appended to this lane's chain; read the head again and redo the batch."""


class Bookings(msgspec.Struct, kw_only=True):
    """What one transaction writes down, a tuple a row, each with the number of its region first.

    `purses`: (person, current, prior, frozen, wallet, used day, month, year), each person once.
    `relations`: (sponsor, beneficiary, bound_at, quota, its prior part, used day, month, year), each once.
    `transfers`: (case, n, debit kind, debit number, credit kind, credit number, amount, person, balance after); n
    counts a case's transfers from 0, person and balance after come together.
    `years`: (person, benefit year, care group, deductible, in scope, funds, admissions), new totals, each key once.
    `cases`: (case, person, institution's region, institution, visit, day, use, total, funds, own, mutual, cash,
    institution's part, record, seq); `kind` is settlement, reversal (all amounts negative or zero) or another act's
    name: that has `actor` and `channel`, and None from the institution to its part.
    `links`: (seq, hash, previous, first case, number of cases), one for each region that has cases.
    """

    kind: str
    policy: str
    lane: int
    actor: str | None = None
    channel: str | None = None
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
    columns = [column for rows, table in tables for column in table.of(rows)]
    try:
        found = await connection.fetchrow(
            BOOK,
            only_region(row for rows, _ in tables for row in rows),
            moment.date(),
            moment,
            bookings.kind,
            bookings.policy,
            bookings.lane,
            bookings.actor,
            bookings.channel,
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
