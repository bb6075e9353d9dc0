"""From a decided bill to its transfers, and from transfers to their exact opposite.

An account is a kind and a number. People's purses and pools hold running balances; all other accounts are sums over
transfers. A transfer moves at most one balance, and its row lives with the person whose it is (else with the patient).
So money that passes from one region's books to another's goes through clearing, and money that passes between two
balances of one region over the contra account, as two transfers; that account is zero again after each case.
"""

from collections.abc import Iterable, Mapping
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
    OPENING = 40
    """What balances held before they were counted here. From here down the number is 0 unless it says otherwise."""
    CONTRIBUTION = 41
    """划入: what employers, employees and the fund credit to personal accounts."""
    COLLECTOR = 50
    """Premiums that have gone to the tax collector."""
    INSURER = 51
    """Premiums that have gone to an insurer other than basic medical insurance."""
    HEIRS = 52
    """What was paid out when an account was closed after a death."""
    PENDING = 60
    """In flight between two people; the number is the receiver's."""
    CONTRA = 70
    """The way from one balance to another in one region."""


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


PURSE_KINDS = frozenset(
    {AccountKind.CURRENT_YEAR, AccountKind.PRIOR_YEARS, AccountKind.FROZEN, AccountKind.WALLET, AccountKind.POOL}
)
"""The kinds with a running balance; the smallest numbers of all."""


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


def opening(region: int, person: int, balances: Mapping[AccountKind, Fen]) -> list[Transfer]:
    """What a purse holds when it is first written down; a negative amount takes back what was too much."""
    before = Account(AccountKind.OPENING, 0)
    transfers = []
    for kind, amount in balances.items():
        sides = before, Account(kind, person)
        if amount:
            transfers.append(Transfer(region, *(sides if amount > 0 else sides[::-1]), abs(amount), person))
    return transfers


def move(region: int, giver: Account, taker: Account, amount: Fen) -> list[Transfer]:
    """From one balance to another of the same region, of one person or of two; nothing for nothing."""
    if not amount:
        return []
    contra = Account(AccountKind.CONTRA, 0)
    return [
        Transfer(region, giver, contra, amount, giver.number),
        Transfer(region, contra, taker, amount, taker.number),
    ]


def carry(giver_region: int, giver: Account, taker_region: int, taker: Account, amount: Fen) -> list[Transfer]:
    """From one balance to another, wherever each is kept: across regions through clearing."""
    if giver_region == taker_region or not amount:
        return move(giver_region, giver, taker, amount)
    return [
        Transfer(giver_region, giver, Account(AccountKind.CLEARING, taker_region), amount, giver.number),
        Transfer(taker_region, Account(AccountKind.CLEARING, giver_region), taker, amount, taker.number),
    ]


def set_apart(region: int, person: int, amount: Fen, prior_years: Fen) -> list[Transfer]:
    """Freeze money of a purse for somebody; `prior_years` of it is 历年 money."""
    frozen = Account(AccountKind.FROZEN, person)
    parts = (AccountKind.PRIOR_YEARS, prior_years), (AccountKind.CURRENT_YEAR, amount - prior_years)
    return [each for kind, part in parts for each in move(region, Account(kind, person), frozen, part)]


def set_free(region: int, person: int, amount: Fen, prior_years: Fen) -> list[Transfer]:
    """Give frozen money back to the balances it came from."""
    frozen = Account(AccountKind.FROZEN, person)
    parts = (AccountKind.PRIOR_YEARS, prior_years), (AccountKind.CURRENT_YEAR, amount - prior_years)
    return [each for kind, part in parts for each in move(region, frozen, Account(kind, person), part)]


def balance_changes(transfers: Iterable[Transfer]) -> dict[tuple[int, Account], Fen]:
    """What each purse account gains or loses, by the region its purse is kept in."""
    changes: dict[tuple[int, Account], Fen] = {}
    for each in transfers:
        for account, sign in ((each.debit, -1), (each.credit, 1)):
            if account.kind in PURSE_KINDS:
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
