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
        ("90.0000", 2, 9000),
        ("1.500", 2, 150),
        ("-0.00", 2, 0),
        ("12.345600000", 4, 123456),
        ("90.00000000000001", 2, 9000),
        ("89.99999999999999", 2, 9000),
        ("0.30000000000000004", 2, 30),
        ("99999999.98999999", 2, 9999999999),
        ("0.1000000000000000055511151231257827021181583404541015625", 2, 10),
        ("5.551115123125783e-17", 2, 0),
        ("-2.7755575615628914E-17", 2, 0),
        ("2.0000000000000004", 4, 20000),
        ("25.100000000000001", 6, 25100000),
        ("0.08499999999999999", 6, 85000),
    ],
)
def test_what_is_read(text: str, decimals: int, expected: int) -> None:
    assert scaled(text, decimals) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.005", say.too_many_decimals),
        ("128.501", say.too_many_decimals),
        ("128.505", say.too_many_decimals),
        ("128.500001", say.too_many_decimals),
        ("128.5000010", say.too_many_decimals),
        ("-0.001", say.negative),
        ("1.5e-3", say.too_many_decimals),
        ("-0.01", say.negative),
        ("1e2", say.not_a_number),
        ("1E-2", say.not_a_number),
        ("9000e-2", say.not_a_number),
        ("+1", say.not_a_number),
        (".5", say.not_a_number),
        ("5.", say.not_a_number),
        ("1,000.00", say.not_a_number),
        ("１２", say.not_a_number),
        ("NaN", say.not_a_number),
        ("", say.not_a_number),
        ("100000000", say.too_large),
        ("99999999.9999999", say.too_large),
        ("9" * 40, say.too_large),
        ("9" * 5000, say.not_a_number),
    ],
)
def test_what_is_refused(text: str, sentence: say.Sentence) -> None:
    with pytest.raises(FieldFault) as refused:
        scaled(text, 2)
    assert refused.value.sentence is sentence


@given(FEN, FEN)
def test_what_floating_point_makes_of_fen_is_read_as_it_was_meant(one: int, other: int) -> None:
    """Every sum and difference of two amounts, computed as a client without decimals does."""
    high, low = max(one, other), min(one, other)
    for text, meant in ((repr(one / 100), one), (repr(high / 100 - low / 100), high - low)):
        assert scaled(text, 2) == meant, text
    if one + other < 10**10:
        assert scaled(repr(one / 100 + other / 100), 2) == one + other


@given(FEN, st.integers(min_value=1, max_value=9))
def test_a_third_decimal_is_never_guessed(amount: int, third: int) -> None:
    text = f"{bytes(money(amount)).decode()}{third}"
    for written in (text, text + "0000", text + "0000000000001"):
        with pytest.raises(FieldFault) as refused:
            scaled(written, 2)
        assert refused.value.sentence is say.too_many_decimals


@pytest.mark.parametrize(
    ("text", "decimals"), [("0.00005", 4), ("2.00000001", 4), ("0.0000005", 6), ("25.0000000001", 6)]
)
def test_real_decimals_of_quantities_and_prices_are_refused(text: str, decimals: int) -> None:
    with pytest.raises(FieldFault) as refused:
        scaled(text, decimals)
    assert refused.value.sentence is say.too_many_decimals


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


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 10:15:00",
        "2026-03-02T10:15:00",
        "2026-03-02T10:15:00.0000000+08:00",
        "2026-03-02T02:15:00Z",
        "2026/3/2 10:15:00",
        "2026/03/02 10:15",
        "2026.3.2 10:15:00.000",
        "20260302101500",
        "202603021015",
        "20260302101500000",
        "1772417700000",
        "/Date(1772417700000)/",
        "/Date(1772417700000+0800)/",
        "\\/Date(1772417700000+0800)\\/",
    ],
)
def test_times_as_libraries_write_them(text: str) -> None:
    assert moment_of(text).isoformat() == "2026-03-02T10:15:00+08:00"


@pytest.mark.parametrize("text", ["20260302", "2026/3/2", "2026-03-02"])
def test_days_as_libraries_write_them(text: str) -> None:
    assert moment_of(text).isoformat() == "2026-03-02T00:00:00+08:00"


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01 00:00:00",
        "0001-01-01T00:00:00",
        "2026/13/2 10:00:00",
        "2026/3/32",
        "20261302101500",
        "202603021",
        "20260302101",
        "99999999999999999999",
        "/Date(9999999999999999)/",
        "/Date()/",
        "/Date(-62135596800000)/",
        "２０２６０３０２",
        "10:15:00",
        "2026年3月2日",
    ],
)
def test_no_times(text: str) -> None:
    with pytest.raises(FieldFault) as refused:
        moment_of(text)
    assert refused.value.sentence is say.not_a_time


@given(st.text(alphabet="0123456789-/:. TZ+()Date", max_size=24))
def test_any_text_is_a_time_or_none(text: str) -> None:
    try:
        assert moment_of(text).year >= 1900
    except FieldFault:
        return
