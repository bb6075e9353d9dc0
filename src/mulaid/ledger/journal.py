"""From a decided bill to its transfers, and from transfers to their exact opposite.

An account is a kind and a number. People's purses and pools hold running balances; funds, institutions and clearing are
sums over transfers. A transfer row lives with the one person whose balance it moves (else with the patient); money that
passes from one region's books to another's goes through clearing as two transfers.
"""

from collections.abc import Iterable
from enum import IntEnum

import msgspec

from mulaid.terms.codes import Mechanism
from mulaid.terms.money import Fen


class AccountKind(IntEnum):
    """Whose money an account is. The numbers are stored; they may be added to, never changed."""

    CURRENT_YEAR = 1
    """当年 money of a purse; the account's number is the person's."""
    PRIOR_YEARS = 2
    """历年 money of a purse."""
    FROZEN = 3
    """Quota frozen for relatives (共济额度)."""
    WALLET = 4
    """Money received in a wallet (2025 transfers); the number is the receiver's."""
    POOL = 5
    """A family pool."""
    FUND = 10
    """A fund; the number is the position in `Fund`."""
    INSTITUTION = 20
    """What an institution has earned; its number is given by the caller."""
    CLEARING = 30
    """Owed between regions; the number is the other region's code."""


class Account(msgspec.Struct, frozen=True, gc=False, array_like=True):
    kind: AccountKind
    number: int


class Transfer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One movement: `amount` > 0 leaves `debit` and reaches `credit`.

    `region` is where the row lives; `person` is whose running balance it moves, None when it moves none.
    """

    region: int
    debit: Account
    credit: Account
    amount: Fen
    person: int | None


class Spending(msgspec.Struct, frozen=True, gc=False):
    """Money one purse gives for a bill."""

    region: int
    person: int
    """Whose purse it is: the patient's own (also for wallet money received), a sponsor's, or the pool's number."""
    mechanism: Mechanism
    amount: Fen
    prior_years: Fen


_PURSE_KINDS = frozenset(
    {AccountKind.CURRENT_YEAR, AccountKind.PRIOR_YEARS, AccountKind.FROZEN, AccountKind.WALLET, AccountKind.POOL}
)


# Every transfer asks for these: bound here, because Python 3.11 takes as long to find a member as to call.
_CURRENT, _PRIOR, _FUND, _INSTITUTION = (
    AccountKind.CURRENT_YEAR,
    AccountKind.PRIOR_YEARS,
    AccountKind.FUND,
    AccountKind.INSTITUTION,
)
_OTHER_PURSES = {
    Mechanism.WALLET_QUOTA: AccountKind.FROZEN,
    Mechanism.WALLET_TRANSFER: AccountKind.WALLET,
    Mechanism.POOL: AccountKind.POOL,
}
"""What an own account does not pay from."""


def settlement(
    patient_region: int, institution: int, funds: tuple[Fen, ...], spendings: Iterable[Spending]
) -> list[Transfer]:
    """The transfers of one settled bill: every fund and every purse pays the institution, through clearing if apart."""
    earned = Account(_INSTITUTION, institution)
    transfers: list[Transfer] = []
    for position, amount in enumerate(funds):
        if amount:
            fund = Account(_FUND, position)
            transfers.append(Transfer(patient_region, fund, earned, amount, None))
    for spending in spendings:
        transfers += _paid(spending, patient_region, earned)
    return transfers


def reversal(transfers: Iterable[Transfer]) -> list[Transfer]:
    """The exact opposite of some transfers, in the opposite order: every payer gets back what they paid."""
    undone = [Transfer(each.region, each.credit, each.debit, each.amount, each.person) for each in transfers]
    return undone[::-1]


def balance_changes(transfers: Iterable[Transfer]) -> dict[tuple[int, Account], Fen]:
    """What each purse account gains or loses, by the region its purse is kept in."""
    changes: dict[tuple[int, Account], Fen] = {}
    for each in transfers:
        for account, sign in ((each.debit, -1), (each.credit, 1)):
            if account.kind in _PURSE_KINDS:
                key = (each.region, account)
                changes[key] = changes.get(key, 0) + sign * each.amount
    return changes


def _paid(spending: Spending, patient_region: int, earned: Account) -> list[Transfer]:
    """One purse pays: its parts leave it; if it is kept in another region, clearing carries them to the patient's."""
    if not spending.amount:
        return []
    near = spending.region == patient_region
    reached = earned if near else Account(AccountKind.CLEARING, patient_region)
    transfers = [
        Transfer(spending.region, Account(kind, spending.person), reached, amount, spending.person)
        for kind, amount in _parts(spending)
        if amount
    ]
    if not near:
        owed = Account(AccountKind.CLEARING, spending.region)
        transfers.append(Transfer(patient_region, owed, earned, spending.amount, None))
    return transfers


def _parts(spending: Spending) -> tuple[tuple[AccountKind, Fen], ...]:
    """Which balances of the purse the money leaves."""
    kind = _OTHER_PURSES.get(spending.mechanism)
    if kind is not None:
        return ((kind, spending.amount),)
    return (_PRIOR, spending.prior_years), (_CURRENT, spending.amount - spending.prior_years)
