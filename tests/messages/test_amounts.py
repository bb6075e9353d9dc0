"""Numbers: from the wire and back without losing a fen, and never a guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.gateway.amounts import Amount, Moment, decode, fixed, moment_of, money, plain, scaled
from mulaid.gateway.faults import FieldFault
from mulaid.wording import gateway as say

FEN = st.integers(min_value=0, max_value=9_999_999_999)


@given(FEN)
def test_fen_to_the_wire_and_back(amount: int) -> None:
    assert scaled(bytes(money(amount)).decode(), 2) == amount


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_money_is_a_json_number_with_two_decimals(amount: int) -> None:
    text = bytes(money(amount)).decode()
    assert text[-3] == "." and Decimal(text) * 100 == amount


@given(FEN, st.integers(min_value=1, max_value=6))
def test_plain_numbers_keep_their_value(value: int, decimals: int) -> None:
    text = bytes(plain(value, decimals)).decode()
    assert Decimal(text).scaleb(decimals) == value
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("128.50", 2, 12850),
        ("128.5", 2, 12850),
        ("128", 2, 12800),
        ("0", 2, 0),
        ("007.10", 2, 710),
        ("0.085", 6, 85000),
    ],
)
def test_what_is_read(text: str, decimals: int, expected: int) -> None:
    assert scaled(text, decimals) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.005", say.too_many_decimals),
        ("1.500", say.too_many_decimals),
        ("-0.01", say.negative),
        ("1e2", say.not_a_number),
        ("1E-2", say.not_a_number),
        ("+1", say.not_a_number),
        (".5", say.not_a_number),
        ("5.", say.not_a_number),
        ("1,000.00", say.not_a_number),
        ("１２", say.not_a_number),
        ("NaN", say.not_a_number),
        ("", say.not_a_number),
        ("100000000", say.too_large),
        ("9" * 40, say.too_large),
        ("9" * 5000, say.not_a_number),
    ],
)
def test_what_is_refused(text: str, sentence: say.Sentence) -> None:
    with pytest.raises(FieldFault) as refused:
        scaled(text, 2)
    assert refused.value.sentence is sentence


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in (Amount, Moment):
        try:
            decode(kind, text)
        except FieldFault:
            continue


def test_times_are_chinese_unless_they_say_otherwise() -> None:
    assert moment_of("2026-03-02 10:15:00") == moment_of("2026-03-02T02:15:00+00:00")
    assert type(moment_of("2026-03-02").plain()) is not Moment


def test_ratios_keep_their_decimals() -> None:
    assert bytes(fixed(5500, 4)) == b"0.5500"
