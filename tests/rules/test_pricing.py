"""Charge lines against the catalogue: every class, bound and flag, to the fen."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.pricing import adds_up, bill, price
from mulaid.terms.charges import Approval, Item, Line, Note, PricedLine
from mulaid.terms.codes import Scheme
from tests.messages.made import CATALOGUE

DAY = datetime.date(2026, 3, 2)
ITEMS = {item.code: item for item in CATALOGUE}
"""The last entry of each code: for XJ0000003 the one from 2026."""


def line(code: str, amount: int, quantity: int = 1, approval: Approval = Approval.NOT_NEEDED) -> Line:
    """`quantity` units for `amount` fen together."""
    return Line("1", code, quantity * 10**4, amount * 10**4 // quantity, amount, approval, DAY)


def parts(priced: PricedLine) -> tuple[int, int, int, int]:
    return priced.in_scope, priced.upfront_share, priced.over_price_limit, priced.excluded


@pytest.mark.parametrize(
    ("code", "amount", "quantity", "scheme", "expected"),
    [
        ("XJ0000001", 2000, 1, Scheme.EMPLOYEE, (2000, 0, 0, 0)),
        ("XJ0000002", 1250, 1, Scheme.EMPLOYEE, (1250, 0, 0, 0)),
        ("XJ0000002", 1251, 1, Scheme.EMPLOYEE, (1250, 0, 1, 0)),
        ("XJ0000002", 2760, 2, Scheme.EMPLOYEE, (2500, 0, 260, 0)),
        ("XJ0000003", 5000, 2, Scheme.EMPLOYEE, (4850, 150, 0, 0)),
        ("XJ0000003", 5000, 2, Scheme.RESIDENT, (4750, 250, 0, 0)),
        ("XJ0000003", 6000, 2, Scheme.EMPLOYEE, (5587, 173, 240, 0)),
        ("XJ0000003", 50, 1, Scheme.EMPLOYEE, (48, 2, 0, 0)),
        ("XJ0000003", 49, 1, Scheme.EMPLOYEE, (48, 1, 0, 0)),
        ("XJ0000005", 100, 10, Scheme.EMPLOYEE, (85, 0, 15, 0)),
        ("XJ0000006", 990, 1, Scheme.EMPLOYEE, (0, 0, 0, 990)),
        ("nowhere", 990, 1, Scheme.EMPLOYEE, (0, 0, 0, 990)),
    ],
)
def test_parts_of_a_line(code: str, amount: int, quantity: int, scheme: Scheme, expected: tuple[int, ...]) -> None:
    assert parts(price(line(code, amount, quantity), ITEMS.get(code), scheme)) == expected


@pytest.mark.parametrize(
    ("code", "approval", "note", "excluded"),
    [
        ("XJ0000004", Approval.APPROVED, Note.NONE, 0),
        ("XJ0000004", Approval.NOT_NEEDED, Note.NOT_APPROVED, 1000),
        ("XJ0000004", Approval.REJECTED, Note.REJECTED, 1000),
        ("XJ0000001", Approval.NOT_NEEDED, Note.NONE, 0),
        ("XJ0000001", Approval.APPROVED, Note.NONE, 0),
        ("XJ0000001", Approval.REJECTED, Note.REJECTED, 1000),
    ],
)
def test_restricted_use_and_approval(code: str, approval: Approval, note: Note, excluded: int) -> None:
    priced = price(line(code, 1000, approval=approval), ITEMS[code], Scheme.EMPLOYEE)
    assert (priced.note, priced.excluded) == (note, excluded)


def test_a_barred_item_is_barred_whole_and_says_so() -> None:
    priced = price(line("XJ0000007", 1000), ITEMS["XJ0000007"], Scheme.EMPLOYEE)
    assert (priced.barred, priced.excluded, priced.note) == (1000, 1000, Note.BARRED)


@pytest.mark.parametrize(
    ("amount", "expected"), [(1048, False), (1049, True), (1050, True), (1051, True), (1052, False)]
)
def test_price_times_quantity_may_miss_by_one_fen(amount: int, expected: bool) -> None:
    assert adds_up(Line("1", "x", 15_000, 7_000_000, amount, Approval.NOT_NEEDED, DAY)) is expected


@given(
    st.integers(0, 10**10),
    st.integers(0, 10**10),
    st.integers(0, 10_000),
    st.none() | st.integers(0, 10**12),
    st.sampled_from(list(Approval)),
    st.booleans(),
    st.integers(1, 3),
)
def test_parts_make_the_line(
    amount: int, quantity: int, ratio: int, limit: int | None, approval: Approval, flag: bool, item_class: int
) -> None:
    item = Item(
        code="x",
        from_day=CATALOGUE[0].from_day,
        name="x",
        item_class=item_class,
        upfront_employee_bp=ratio,
        upfront_resident_bp=10_000 - ratio,
        price_limit_micro=limit,
        restricted=flag,
        barred=not flag,
        fee_kind="14",
    )
    given_line = Line("1", "x", quantity, amount, amount, approval, DAY)
    for scheme in Scheme:
        priced = price(given_line, item, scheme)
        assert min(parts(priced)) >= 0
        assert sum(parts(priced)) == amount
        assert sum(parts(priced)) == bill([priced]).total
