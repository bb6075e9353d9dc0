"""Running balances: each begins at nothing, or at what was brought forward, and every step begins where another ended.

What a purse holds is the sum of its transfers from zero. A purse that was filled before openings were posted has what
it began with written down beside it, once and for all.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

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
select u.person, u.current_fen, u.prior_fen, u.frozen_fen, u.wallet_fen,
    coalesce(b.current_fen, 0) as began_current, coalesce(b.prior_fen, 0) as began_prior,
    coalesce(b.frozen_fen, 0) as began_frozen, coalesce(b.wallet_fen, 0) as began_wallet
from purse u left join brought_forward b on b.region = $1 and b.person = u.person
where u.region = $1 order by u.person
"""

# What was brought forward is money of a purse, and no debt.
BROUGHT_FORWARD = """
select b.person, least(b.current_fen, b.prior_fen, b.frozen_fen, b.wallet_fen), u.person is not null as has_purse
from brought_forward b left join purse u on u.region = $1 and u.person = b.person
where b.region = $1 and (u.person is null or least(b.current_fen, b.prior_fen, b.frozen_fen, b.wallet_fen) < 0)
order by b.person
"""

NEGATIVE_PURSES = """
select person, least(current_fen, prior_fen, frozen_fen, wallet_fen) from purse
where region = $1 and least(current_fen, prior_fen, frozen_fen, wallet_fen) < 0 order by person
"""

NEGATIVE_TRANSFERS = """
select case_id, n, balance_after_fen from transfer
where region = $1 and balance_after_fen < 0 order by case_id, n
"""

BALANCES = {1: "current", 2: "prior", 3: "frozen", 4: "wallet", 5: "current"}
"""The balance each kind of account is kept in; a family pool's money is the current money of the pool's own purse."""

Step = tuple[Fen, Fen, int]
"""(balance before, balance after, case)."""

Steps = dict[str, list[Step]]
"""One person's steps by balance, in the order of the cases' numbers."""


async def check_balances(connection: Connection, region: int, report: Report) -> None:
    """Every balance of a region."""
    purses = aiter(connection.cursor(PURSES, region, prefetch=PREFETCH))
    purse = await anext(purses, None)
    async for person, steps in _people(connection, region, report):
        while purse is not None and purse["person"] < person:
            report.take(_purse(region, purse, {}))
            purse = await anext(purses, None)
        if purse is None or purse["person"] != person:
            report.take([finding(Check.TRANSFER_WITHOUT_PURSE, region, {"person": person})])
            continue
        report.count("purses")
        report.take(_purse(region, purse, steps))
        purse = await anext(purses, None)
    while purse is not None:
        report.take(_purse(region, purse, {}))
        purse = await anext(purses, None)
    async for person, least, has_purse in connection.cursor(BROUGHT_FORWARD, region, prefetch=PREFETCH):
        check = Check.BALANCE_NEGATIVE if has_purse else Check.TRANSFER_WITHOUT_PURSE
        report.take([finding(check, region, {"person": person, "row": "brought_forward"}, found=yuan(least))])
    async for person, least in connection.cursor(NEGATIVE_PURSES, region, prefetch=PREFETCH):
        report.take([finding(Check.BALANCE_NEGATIVE, region, {"person": person}, found=yuan(least))])
    async for case_id, n, after in connection.cursor(NEGATIVE_TRANSFERS, region, prefetch=PREFETCH):
        where = {"case": case_id, "transfer": n}
        report.take([finding(Check.BALANCE_NEGATIVE, region, where, found=yuan(after))])


async def _people(connection: Connection, region: int, report: Report) -> AsyncIterator[tuple[int, Steps]]:
    """Everybody whose purse a transfer has moved, with the steps of their balances."""
    last: int | None = None
    steps: Steps = {}
    async for person, case_id, _, debit, credit, amount, after in connection.cursor(MOVED, region, prefetch=PREFETCH):
        report.count("balance_steps")
        if person != last:
            if last is not None:
                yield last, steps
            last, steps = person, defaultdict(list)
        # One that moves two balances is found by itself; what is left afterwards is said of the first.
        kind, gained = (debit, -amount) if debit < FUND else (credit, amount)
        if kind in BALANCES:
            steps[BALANCES[kind]].append((after - gained, after, case_id))
    if last is not None:
        yield last, steps


def _purse(region: int, purse: asyncpg.Record, steps: Steps) -> Iterator[Finding]:
    """The four balances of a purse."""
    for at, balance in enumerate(("current", "prior", "frozen", "wallet"), 1):
        walked, held, began = steps.get(balance), purse[at], purse[at + 4]
        if walked is not None:
            yield from _balance(region, purse["person"], balance, walked, held, began)
        elif held != began:
            where = {"person": purse["person"], "balance": balance}
            yield finding(Check.BALANCE_PURSE, region, where, yuan(began), yuan(held))


def _balance(region: int, person: int, balance: str, steps: list[Step], held: Fen, began: Fen) -> Iterator[Finding]:
    where: dict[str, object] = {"person": person, "balance": balance}
    closing, broken = steps[-1][1], _first_break(steps)
    if broken is not None or steps[0][0] != began:
        last = reordered(steps, began)
        if last is not None:
            closing = last
        elif broken is None:
            yield finding(Check.BALANCE_OPENING, region, where, yuan(began), yuan(steps[0][0]))
        else:
            before, (begins, _, case_id) = steps[broken - 1], steps[broken]
            yield finding(Check.BALANCE_SEQUENCE, region, {**where, "case": case_id}, yuan(before[1]), yuan(begins))
            return
    if closing != held:
        yield finding(Check.BALANCE_PURSE, region, where, yuan(closing), yuan(held))


def _first_break(steps: list[Step]) -> int | None:
    """The first step that does not begin where the one before ended."""
    for position in range(1, len(steps)):
        if steps[position][0] != steps[position - 1][1]:
            return position
    return None


def reordered(steps: list[Step], began: Fen) -> Fen | None:
    """The last balance, if the steps can be put in any order in which each begins where another ended, from `began` on.

    Cases are numbered when they arrive and written when the purse is free, so two at once may be numbered the other
    way round. Seen as arrows between balances, the steps make one walk exactly when they hang together and every
    balance is left as often as it is reached, save the first and the last (Euler).
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
    if began not in joined or len({root(balance) for balance in list(joined)}) != 1:
        return None
    ends = {balance: number for balance, number in surplus.items() if number}
    if not ends:
        return began
    if sorted(ends.values()) != [-1, 1] or ends.get(began) != 1:
        return None
    return min(ends, key=lambda balance: ends[balance])
