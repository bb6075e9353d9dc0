"""Relations come to their end: what is left of a quota, or of what was paid into a pool, returns to its balances.

历年 money was set apart and spent first, so what is left of it is known, and each part returns where it came from.
"""

import datetime
from collections.abc import Sequence

from mulaid.ledger.journal import Account, AccountKind, Transfer, carry, set_free
from mulaid.procedures.sponsorship.desk import COUNTING, RelationDesk
from mulaid.store import pools, regions
from mulaid.store.arrays import Key
from mulaid.store.pools import lefts
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import Mechanism, RelationState
from mulaid.terms.money import Fen


def conclude(desk: RelationDesk, ending: Sequence[Sponsorship], until: datetime.date) -> list[Transfer]:
    """End these relations; the money still has to be moved."""
    transfers = returns(desk, ending, closing=True)
    for each in ending:
        last = until if each.until is None else min(each.until, until)
        desk.rewrite(each, state=RelationState.ENDED, until=last, quota=0, quota_prior=0)
    return transfers


def returns(desk: RelationDesk, ending: Sequence[Sponsorship], *, closing: bool = False) -> list[Transfer]:
    """What goes back when these relations end; `closing` also writes down what that closes."""
    region, sponsor = regions.number(desk.sponsor[0]), desk.sponsor[1]
    transfers: list[Transfer] = []
    for each in ending:
        if each.mechanism is Mechanism.WALLET_QUOTA:
            transfers += set_free(region, sponsor, each.quota, each.quota_prior)
    for pool in sorted({each.pool for each in ending if each.pool is not None}):
        gone = {(each.beneficiary_region, each.beneficiary) for each in ending if each.pool == pool}
        stay = any(
            each.pool == pool and each.state in COUNTING and each not in ending
            for each in desk.sponsoring[desk.sponsor]
        )
        transfers += _out_of_pool(desk, (desk.sponsor[0], pool), gone if stay else None, closing)
    return transfers


def given_back(transfers: Sequence[Transfer]) -> Fen:
    """How much of this reaches somebody's own balances."""
    own = AccountKind.CURRENT_YEAR, AccountKind.PRIOR_YEARS
    return sum(each.amount for each in transfers if each.credit.kind in own)


def _out_of_pool(desk: RelationDesk, pool: Key, leaving: set[Key] | None, closing: bool) -> list[Transfer]:
    """What those who leave get back of a pool (None: everybody, it closes). What nobody paid in is the holder's."""
    here, money = regions.number(pool[0]), desk.money_in(pool)
    purse = Account(AccountKind.POOL, pool[1])
    transfers: list[Transfer] = []
    for paid, left in lefts(desk.paid_in.get(pool, []), money):
        payer = paid.payer_region, paid.payer
        if leaving is not None and payer not in leaving:
            continue
        money -= left
        prior = max(0, paid.prior - (paid.amount - left))
        for kind, amount in ((AccountKind.PRIOR_YEARS, prior), (AccountKind.CURRENT_YEAR, left - prior)):
            there = regions.number(paid.payer_region)
            transfers += carry(here, purse, there, Account(kind, paid.payer), amount)
        if closing:
            desk.write(pools.CLOSE, here, pool[1], paid.paid_at, paid.payer, left)
    if leaving is None:
        transfers += carry(here, purse, here, Account(AccountKind.CURRENT_YEAR, desk.sponsor[1]), money)
    return transfers
