"""Transfers: every payer pays, the institution earns it all, clearing nets to zero, an undo is the exact opposite."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.ledger.journal import (
    Account,
    AccountKind,
    Spending,
    Transfer,
    balance_changes,
    reversal,
    settlement,
)
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Mechanism
from tests.rules.made import LAW, family_bills

HOME, HOSPITAL = 990100, 77
PURSES = {
    Mechanism.INSTANT_DRAW: {AccountKind.CURRENT_YEAR, AccountKind.PRIOR_YEARS},
    Mechanism.POOL: {AccountKind.POOL},
    Mechanism.WALLET_TRANSFER: {AccountKind.WALLET},
    Mechanism.WALLET_QUOTA: {AccountKind.FROZEN},
}
_fen = st.integers(0, 10_000_000)


@st.composite
def spendings(draw: st.DrawFn) -> Spending:
    amount = draw(st.integers(1, 10_000_000))
    mechanism = draw(st.sampled_from(Mechanism))
    prior = draw(st.integers(0, amount)) if mechanism is Mechanism.INSTANT_DRAW else 0
    return Spending(draw(st.sampled_from([HOME, 990200, 450600])), draw(st.integers(1, 5)), mechanism, amount, prior)


settlements = st.tuples(st.tuples(*[_fen] * 5), st.lists(spendings(), max_size=5))


def sums(transfers: list[Transfer]) -> dict[tuple[int, Account], int]:
    """What every account gains in every region's books."""
    found: dict[tuple[int, Account], int] = defaultdict(int)
    for each in transfers:
        found[each.region, each.debit] -= each.amount
        found[each.region, each.credit] += each.amount
    return found


@given(settlements)
def test_the_institution_earns_what_funds_and_purses_pay(bill: tuple[tuple[int, ...], list[Spending]]) -> None:
    funds, spent = bill
    transfers = settlement(HOME, HOSPITAL, funds, spent)
    found = sums(transfers)
    assert found[HOME, Account(AccountKind.INSTITUTION, HOSPITAL)] == sum(funds) + sum(each.amount for each in spent)
    for position, amount in enumerate(funds):
        assert found[HOME, Account(AccountKind.FUND, position)] == -amount
    assert sum(found.values()) == 0
    assert all(each.amount > 0 and each.debit != each.credit for each in transfers)


@given(settlements)
def test_clearing_between_two_regions_nets_to_zero(bill: tuple[tuple[int, ...], list[Spending]]) -> None:
    funds, spent = bill
    found = sums(settlement(HOME, HOSPITAL, funds, spent))
    for region in {each.region for each in spent} - {HOME}:
        paid = sum(each.amount for each in spent if each.region == region)
        assert found[region, Account(AccountKind.CLEARING, HOME)] == paid
        assert found[HOME, Account(AccountKind.CLEARING, region)] == -paid


@given(settlements)
def test_each_purse_loses_exactly_its_spending(bill: tuple[tuple[int, ...], list[Spending]]) -> None:
    funds, spent = bill
    transfers = settlement(HOME, HOSPITAL, funds, spent)
    changes = balance_changes(transfers)
    for (region, account), change in changes.items():
        of_it = [each for each in spent if (each.region, each.person) == (region, account.number)]
        if account.kind is AccountKind.PRIOR_YEARS:
            assert change == -sum(each.prior_years for each in of_it)
        elif account.kind is AccountKind.CURRENT_YEAR:
            drawn = [each for each in of_it if each.mechanism is Mechanism.INSTANT_DRAW]
            assert change == -sum(each.amount - each.prior_years for each in drawn)
        else:
            assert change == -sum(each.amount for each in of_it if account.kind in PURSES[each.mechanism])
    assert -sum(changes.values()) == sum(each.amount for each in spent)
    owners = {(each.region, each.person) for each in transfers if each.person is not None}
    assert owners == {(each.region, each.person) for each in spent if each.amount}


@given(settlements)
def test_a_reversal_is_the_exact_opposite(bill: tuple[tuple[int, ...], list[Spending]]) -> None:
    transfers = settlement(HOME, HOSPITAL, *bill)
    undone = reversal(transfers)
    assert reversal(undone) == transfers
    assert [(each.debit, each.credit, each.amount) for each in undone[::-1]] == [
        (each.credit, each.debit, each.amount) for each in transfers
    ]
    assert [(each.region, each.person) for each in undone[::-1]] == [(each.region, each.person) for each in transfers]
    assert set(balance_changes([*transfers, *undone]).values()) <= {0}
    assert set(sums([*transfers, *undone]).values()) <= {0}


@given(family_bills())
def test_a_decided_bill_reaches_the_institution_less_the_cash(case: BillCase) -> None:
    outcome = decide(case, LAW)
    own = Spending(HOME, 1, Mechanism.INSTANT_DRAW, outcome.own, outcome.own_prior_years)
    spent = [own] + [
        Spending(HOME, 2 + draw.sponsor, case.sponsors[draw.sponsor].mechanism, draw.amount, draw.prior_years)
        for draw in outcome.draws
    ]
    found = sums(settlement(HOME, HOSPITAL, outcome.funds, spent))
    earned = found[HOME, Account(AccountKind.INSTITUTION, HOSPITAL)]
    assert earned == outcome.total - outcome.cash - outcome.institution


def test_nothing_paid_moves_nothing() -> None:
    assert settlement(HOME, HOSPITAL, (0,) * 5, [Spending(HOME, 1, Mechanism.INSTANT_DRAW, 0, 0)]) == []
    assert settlement(HOME, HOSPITAL, (0,) * 5, []) == []
    assert balance_changes([]) == {} and reversal([]) == []


def test_nothing_paid_elsewhere_moves_nothing() -> None:
    """A transfer has a positive amount, and the database refuses any other."""
    assert settlement(HOME, HOSPITAL, (0,) * 5, [Spending(990200, 1, Mechanism.INSTANT_DRAW, 0, 0)]) == []
