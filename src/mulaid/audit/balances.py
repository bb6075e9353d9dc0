"""Running balances: every transfer of a purse begins where another ended, and the last ends at what the purse holds.

What a purse held before its first transfer has no transfer of its own; it is worked out from the first and must not be
negative. Purses without transfers cannot be wrong and are skipped.
"""

from collections import defaultdict
from collections.abc import Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.audit.sums import FUND
from mulaid.terms.money import Fen, yuan

MOVED = """
select person, case_id, n, debit_kind, credit_kind, amount_fen, balance_after_fen
from transfer where region = $1 and person is not null order by person, case_id, n
"""

PURSES = """
select person, current_fen, prior_fen, frozen_fen, wallet_fen from purse
where region = $1 and person = any($2::bigint[])
"""

NEGATIVE_PURSES = """
select person, least(current_fen, prior_fen, frozen_fen, wallet_fen) from purse
where region = $1 and least(current_fen, prior_fen, frozen_fen, wallet_fen) < 0 order by person
"""

NEGATIVE_TRANSFERS = """
select case_id, n, balance_after_fen from transfer
where region = $1 and balance_after_fen < 0 order by case_id, n
"""

COLUMNS = {1: "current_fen", 2: "prior_fen", 3: "frozen_fen", 4: "wallet_fen", 5: "current_fen"}
"""The balance each kind of account is kept in; a family pool's money is the current money of the pool's own purse."""

PEOPLE = 1_000

Step = tuple[Fen, Fen, int]
"""(balance before, balance after, case)."""

Steps = dict[str, list[Step]]
"""One person's steps by balance, in the order of the cases' numbers."""


async def check_balances(connection: Connection, region: int, report: Report) -> None:
    """Every balance of a region that a transfer has moved."""
    waiting: dict[int, Steps] = {}
    async for person, case_id, _, debit, credit, amount, after in connection.cursor(MOVED, region, prefetch=PREFETCH):
        report.count("balance_steps")
        if person not in waiting:
            if len(waiting) == PEOPLE:
                report.take(await _compare(connection, region, waiting))
                report.count("purses", len(waiting))
                waiting = {}
            waiting[person] = defaultdict(list)
        kind, gained = (debit, -amount) if debit < FUND else (credit, amount)
        if kind in COLUMNS:
            waiting[person][COLUMNS[kind]].append((after - gained, after, case_id))
    report.take(await _compare(connection, region, waiting))
    report.count("purses", len(waiting))
    async for person, least in connection.cursor(NEGATIVE_PURSES, region, prefetch=PREFETCH):
        report.take([finding(Check.BALANCE_NEGATIVE, region, {"person": person}, found=yuan(least))])
    async for case_id, n, after in connection.cursor(NEGATIVE_TRANSFERS, region, prefetch=PREFETCH):
        where = {"case": case_id, "transfer": n}
        report.take([finding(Check.BALANCE_NEGATIVE, region, where, found=yuan(after))])


async def _compare(connection: Connection, region: int, people: dict[int, Steps]) -> list[Finding]:
    """Compare the steps of some people with their purses."""
    purses = {row["person"]: row for row in await connection.fetch(PURSES, region, list(people))}
    found: list[Finding] = []
    for person, steps in people.items():
        if person not in purses:
            found.append(finding(Check.TRANSFER_WITHOUT_PURSE, region, {"person": person}))
            continue
        for column, walked in steps.items():
            found += _one_balance(region, person, column, walked, purses[person])
    return found


def _one_balance(region: int, person: int, column: str, steps: list[Step], purse: asyncpg.Record) -> Iterator[Finding]:
    where: dict[str, object] = {"person": person, "balance": column.removesuffix("_fen")}
    held = purse[column]
    opening, closing, broken = steps[0][0], steps[-1][1], _first_break(steps)
    if broken is not None:
        trail = reordered(steps, held)
        if trail is None:
            before, (begins, _, case_id) = steps[broken - 1], steps[broken]
            where["case"] = case_id
            yield finding(Check.BALANCE_SEQUENCE, region, where, yuan(before[1]), yuan(begins))
            return
        opening, closing = trail
    if opening < 0:
        yield finding(Check.BALANCE_OPENING, region, where, found=yuan(opening))
    if closing != held:
        yield finding(Check.BALANCE_PURSE, region, where, yuan(closing), yuan(held))


def _first_break(steps: list[Step]) -> int | None:
    """The first step that does not begin where the one before ended."""
    for position in range(1, len(steps)):
        if steps[position][0] != steps[position - 1][1]:
            return position
    return None


def reordered(steps: list[Step], held: Fen) -> tuple[Fen, Fen] | None:
    """The first and the last balance, if the steps can be put in any order in which each begins where another ended.

    Cases are numbered when they arrive and written when the purse is free, so two at once may be numbered the other
    way round. Seen as arrows between balances, the steps make one walk exactly when they hang together and every
    balance is left as often as it is reached, save the first and the last (Euler). A walk that ends where it began may
    begin anywhere on its way: it is taken to begin at what the purse holds, where that lies on it.
    """
    surplus: dict[Fen, int] = defaultdict(int)
    joined: dict[Fen, Fen] = {}

    def root(balance: Fen) -> Fen:
        while (above := joined.setdefault(balance, balance)) != balance:
            joined[balance] = balance = joined.setdefault(above, above)
        return balance

    for before, after, _ in steps:
        surplus[before] += 1
        surplus[after] -= 1
        joined[root(before)] = root(after)
    if len({root(balance) for balance in list(joined)}) != 1:
        return None
    ends = {balance: number for balance, number in surplus.items() if number}
    if not ends:
        return (held, held) if held in joined else (steps[0][0], steps[0][0])
    if sorted(ends.values()) != [-1, 1]:
        return None
    first, last = sorted(ends, key=lambda balance: -ends[balance])
    return first, last
