"""Yuan and percentages as text: read exactly, written back exactly, and everything else refused."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.terms.money import FULL_RATIO, MoneyError, basis_points, fen, half_up, yuan


@given(st.integers(-(10**15), 10**15))
def test_yuan_and_fen_are_each_others_opposite(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@given(st.integers(0, 10**13), st.integers(0, 99))
def test_the_last_two_digits_are_fen(whole: int, part: int) -> None:
    assert fen(f"{whole}.{part:02d}") == whole * 100 + part


NO_AMOUNTS = ["", "1", "1.", "1.0", ".50", "1.000", "01.00", "00.00", "+1.00", " 1.00", "1.00 ", "1.00\n", "1,000.00"]
NO_AMOUNTS += ["1e2", "1.0o", "--1.00", "-", "１.００", "1．00", "NaN", "1.00元", "999999999999999.00"]


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        fen(text)


@given(st.text(max_size=8))
def test_no_text_is_guessed_at(text: str) -> None:
    try:
        amount = fen(text)
    except MoneyError:
        return
    assert yuan(amount) == text or text == "-0.00"


@given(st.integers(0, FULL_RATIO))
def test_percentages_are_whole_basis_points(points: int) -> None:
    whole, part = divmod(points, 100)
    assert basis_points(f"{whole}.{part:02d}%") == points
    if part % 10 == 0:
        assert basis_points(f"{whole}.{part // 10}%") == points
    if part == 0:
        assert basis_points(f"{whole}%") == points


@pytest.mark.parametrize(
    "text", ["", "55", "0.55", "55.555%", "100.01%", "101%", "-5%", "055%", "5.%", "5 %", "５%", "55%%", "55%\n"]
)
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        basis_points(text)


@given(st.integers(0, 10**18), st.integers(1, 10**9))
def test_half_up_rounds_the_exact_fraction(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == math.floor(Fraction(numerator, denominator) + Fraction(1, 2))


def test_exactly_half_goes_up() -> None:
    assert [half_up(number, 10) for number in (4, 5, 14, 15, 25)] == [0, 1, 1, 2, 3]
