"""What must hold of any database after any settlements, by SQL of its own; and the audit, which asks in another way."""

import datetime
from typing import Any

from mulaid.audit.findings import NOTES, Check, Finding
from mulaid.audit.walk import audit
from mulaid.cli.audit import replayer
from mulaid.store.connect import Connection
from mulaid.terms.money import Fen

MONEY = "select coalesce(sum(current_fen + prior_fen + frozen_fen + wallet_fen), 0)::bigint from purse"

KEY = bytes(32)
LONG_AFTER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
OWN_CLOCK = frozenset({Check.MOMENT_OF_ID})
"""A test's clock stands where the test wants it; numbers are minted by the machine's."""

# Every query returns the rows that must not be there.
FORBIDDEN = {
    "a case whose transfers do not sum to what was not cash": """
        select c.case_id from cases c left join transfer t
            on t.case_id = c.case_id and t.region = c.region and 20 in (t.debit_kind, t.credit_kind)
        group by c.region, c.case_id
        having coalesce(sum(case when t.credit_kind = 20 then t.amount_fen else -t.amount_fen end), 0)
            <> c.total_fen - c.cash_fen - c.institution_fen""",
    "a transfer of no case": """
        select 1 from transfer t where not exists (select 1 from cases c where c.case_id = t.case_id)""",
    "a settlement without its message": """
        select 1 from cases c where kind = 'settlement'
        and (select count(*) from message m where m.case_region = c.region and m.case_id = c.case_id) <> 1""",
    "a message of no case": """
        select 1 from message m where case_id is not null
        and not exists (select 1 from cases c where c.region = m.case_region and c.case_id = m.case_id)
        and not exists (select 1 from visit v where v.region = m.case_region and v.visit = m.case_id)""",
    "a charge batch of a case that is not there or undone": """
        select 1 from charge_batch b where settled_by is not null and (
            not exists (select 1 from cases c where c.region = b.region and c.case_id = b.settled_by)
            or exists (select 1 from reversal r where r.region = b.region and r.undone_case = b.settled_by))""",
    "two living cases of one visit's only batch": """
        select c.visit from cases c where c.visit is not null and c.kind = 'settlement'
            and not exists (select 1 from reversal r where r.region = c.region and r.undone_case = c.case_id)
        group by c.visit having count(*) > (select count(*) from charge_batch b where b.visit = c.visit)""",
    "a reversal that is not marked": """
        select 1 from cases c where kind = 'reversal'
        and not exists (select 1 from reversal r where r.region = c.region and r.by_case = c.case_id)""",
    "a link that counts other cases": """
        select 1 from chain h left join cases c using (region, lane, seq)
        group by h.region, h.lane, h.seq having h.n <> count(c.case_id)""",
    "clearing that does not come back": """
        select least(a, b), greatest(a, b), sum(owed) from (
            select region as a, debit_id as b, -amount_fen as owed from transfer where debit_kind = 30
            union all select region, credit_id, amount_fen from transfer where credit_kind = 30) each
        group by 1, 2 having sum(owed) <> 0""",
}

EARNED = """
select coalesce(sum(case when credit_kind = 20 then amount_fen when debit_kind = 20 then -amount_fen else 0 end), 0)
    - coalesce(sum(case when debit_kind = 10 then amount_fen when credit_kind = 10 then -amount_fen else 0 end), 0)
from transfer
"""

PURSES = """
select region, person, current_fen, prior_fen, frozen_fen, wallet_fen, used_on, used_day_fen, used_month_fen,
    used_year_fen
from purse
"""
RELATIONS = """
select region, sponsor, beneficiary, bound_at, quota_fen, used_on, used_day_fen, used_month_fen, used_year_fen
from sponsorship
"""
YEARS = """
select region, person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen, admissions
from accumulator where deductible_fen + in_scope_fen + funds_fen + admissions <> 0
"""
BATCHES = "select region, visit, batch, settled_by from charge_batch"


async def money(connection: Connection) -> Fen:
    """All the money in purses."""
    total: Fen = await connection.fetchval(MONEY)
    return total


async def wrongs(connection: Connection, opened: Fen) -> list[str]:
    """What is wrong with the records of a world that opened with so much money; empty when nothing is."""
    found = [name for name, query in FORBIDDEN.items() if await connection.fetchrow(query) is not None]
    if await money(connection) + await connection.fetchval(EARNED) != opened:
        found.append("money made or lost")
    return found


async def damage(connection: Connection, key: bytes = KEY) -> list[Any]:
    """What the audit finds damaged with the installation's key, decisions made again included."""
    return [each for each in await audited(connection, key) if each.check not in NOTES | OWN_CLOCK]


async def audited(connection: Connection, key: bytes = KEY) -> list[Finding]:
    """Everything the audit finds, notes included."""
    regions = [row[0] for row in await connection.fetch("select distinct region from purse order by 1")]
    async with connection.transaction():
        report = await audit(connection, now=LONG_AFTER, key=key, replay=replayer(), regions=regions)
    return report.findings


async def state(connection: Connection, day: datetime.date) -> dict[str, set[tuple[Any, ...]]]:
    """Balances, quotas, accumulators, charges, and usage as far as it counts on a day: what an undo must restore."""
    purses = await connection.fetch(PURSES)
    relations = await connection.fetch(RELATIONS)
    return {
        "purses": {(*row[:6], *_counting(row[6:], day)) for row in purses},
        "relations": {(*row[:5], *_counting(row[5:], day)) for row in relations},
        "years": {tuple(row) for row in await connection.fetch(YEARS)},
        "batches": {tuple(row) for row in await connection.fetch(BATCHES)},
    }


def _counting(used: Any, day: datetime.date) -> tuple[Fen, Fen, Fen]:
    """Usage of the day, month and year that still run."""
    used_on, of_day, of_month, of_year = used
    if used_on is None or used_on.year != day.year:
        return 0, 0, 0
    return (of_day if used_on == day else 0), (of_month if used_on.month == day.month else 0), of_year
