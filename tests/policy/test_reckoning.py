"""Sums that people ask for, against figures that were published and worked by hand."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.policy.book import Book
from mulaid.policy.notices import CreditRow, read_credit
from mulaid.policy.reckoning import NotGiven, contribution_base, monthly_credit, waiting_period
from mulaid.policy.rules import RULES
from mulaid.terms.money import fen
from tests.policy.made import policy

DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31))


def credited(row: dict[str, Any], own: str = "", pension: str = "") -> tuple[int, str]:
    (read,) = read_credit([row])
    found = monthly_credit(read, fen(own) if own else None, fen(pension) if pension else None)
    return found.amount, found.formula


@pytest.mark.parametrize(
    ("row", "own", "pension", "amount", "formula"),
    [
        ({"ratio": "2%", "of": "own_base"}, "7310.00", "", "146.20", "7310.00 × 2% = 146.20"),
        ({"ratio": "2%", "of": "own_base"}, "5182.00", "", "103.64", "5182.00 × 2% = 103.64"),
        ({"ratio": "2%", "of": "average_pension"}, "", "3258.00", "65.16", "3258.00 × 2% = 65.16"),
        ({"ratio": "2%", "of": "average_pension"}, "", "3675.00", "73.50", "3675.00 × 2% = 73.50"),
        ({"ratio": "3%", "of": "average_pension"}, "", "3700.00", "111.00", "3700.00 × 3% = 111.00"),
        ({"ratio": "4.3%", "of": "average_pension"}, "", "4000.00", "172.00", "4000.00 × 4.3% = 172.00"),
        ({"amount": "1680.00", "per": "year"}, "", "", "140.00", "1680.00 ÷ 12 = 140.00"),
        ({"amount": "110.00", "per": "month", "less": "3.00"}, "", "", "107.00", "110.00 − 3.00 = 107.00"),
        ({"amount": "169.08", "per": "month", "less": "8.66"}, "", "", "160.42", "169.08 − 8.66 = 160.42"),
        ({"amount": "105.00", "per": "month", "less": "10.25"}, "", "", "94.75", "105.00 − 10.25 = 94.75"),
        ({"amount": "840.00", "per": "year", "less": "30.00"}, "", "", "67.50", "(840.00 − 30.00) ÷ 12 = 67.50"),
        ({"amount": "85.00", "per": "month"}, "", "", "85.00", "85.00"),
    ],
)
def test_a_published_credit_comes_out(row: dict[str, Any], own: str, pension: str, amount: str, formula: str) -> None:
    assert credited(row, own, pension) == (fen(amount), formula)


def test_a_base_that_was_not_given_is_asked_for() -> None:
    with pytest.raises(NotGiven, match="own_base"):
        monthly_credit(CreditRow(ratio=200, of="own_base"), None, 1)


@pytest.mark.parametrize(
    ("wage", "base", "bound"),
    [
        ("2999.99", "3000.00", "low"),
        ("3000.00", "3000.00", ""),
        ("15000.00", "15000.00", ""),
        ("15000.01", "15000.00", "high"),
    ],
)
def test_a_base_lies_between_its_bounds(wage: str, base: str, bound: str) -> None:
    found = contribution_base(fen(wage), fen("5000.00"), 6_000, 30_000)
    assert (found.amount, found.bound) == (fen(base), bound)
    assert found.low.formula == "5000.00 × 60% = 3000.00" and found.high.formula == "5000.00 × 300% = 15000.00"


@given(st.integers(0, 10**8), st.integers(1, 10**7), st.integers(0, 20_000), st.integers(0, 40_000))
def test_no_base_is_outside_its_bounds(wage: int, average: int, low: int, more: int) -> None:
    found = contribution_base(wage, average, low, low + more)
    assert found.low.amount <= found.amount <= found.high.amount
    assert found.amount == wage or found.bound
    with pytest.raises(ValueError, match=">"):
        contribution_base(wage, average, low + 1, low)


def waited(begins: datetime.date, missed: int, repaired: int = 0) -> tuple[int, datetime.date]:
    """By the national rule of 2025: three months, one more a year, half a year at least after four."""
    found = waiting_period(
        begins,
        fixed=3,
        missed_years=missed,
        each_year=1,
        repaired_years=repaired,
        long_gap_years=4,
        long_gap_least=6,
    )
    return found.months, found.first_day


def test_the_published_examples_of_a_gap() -> None:
    """Missing 2025 and 2026, paid in season for 2027: until 1 May; with one year repaired until 1 April."""
    new_year = datetime.date(2027, 1, 1)
    assert waited(new_year, 2) == (4, datetime.date(2027, 5, 1))
    assert waited(new_year, 2, 1) == (3, datetime.date(2027, 4, 1))
    assert waited(new_year, 2, 9) == (3, datetime.date(2027, 4, 1)), "the fixed part cannot be repaired"
    assert waited(new_year, 1) == (3, datetime.date(2027, 4, 1))
    assert waited(new_year, 3, 2) == (3, datetime.date(2027, 4, 1))
    assert waited(new_year, 4) == (6, datetime.date(2027, 7, 1))
    assert waited(new_year, 4, 3) == (6, datetime.date(2027, 7, 1)), "four years: at least half a year is left"
    assert waited(new_year, 6) == (8, datetime.date(2027, 9, 1))
    assert waited(datetime.date(2026, 11, 30), 1) == (3, datetime.date(2027, 2, 28))
    assert waited(datetime.date(2023, 11, 29), 1) == (3, datetime.date(2024, 2, 29))


@given(DAYS, st.integers(1, 12), st.integers(0, 12))
def test_a_longer_gap_never_waits_less_and_a_repair_never_longer(
    day: datetime.date, missed: int, repaired: int
) -> None:
    assert waited(day, missed, repaired)[1] <= waited(day, missed)[1] <= waited(day, missed + 1)[1]
    assert waited(day, missed, repaired)[0] >= 3


def told(*arguments: str, exit_code: int = 0) -> Any:
    result = policy("sum", *arguments, "--json")
    assert result.exit_code == exit_code, result.stderr
    return json.loads(result.stdout)


def test_the_commands_show_formula_and_clause() -> None:
    found = told("credit", "310000", "--retired", "--age", "75", "--on", "2024-08-01")
    assert (found["monthly"], found["formula"]) == ("157.50", "1890.00 ÷ 12 = 157.50")
    assert policy("why", found["clause"]["address"]).exit_code == 0
    younger = told("credit", "310000", "--retired", "--age", "74", "--on", "2024-08-01")
    assert younger["monthly"] == "140.00"
    assert told("credit", "310000", "--base", "7310.00", "--on", "2024-08-01")["monthly"] == "146.20"
    assert told("credit", "310000", "--on", "2024-08-01", exit_code=1)["wanted"] == "own_base"
    assert told("credit", "440300", "--retired", "--on", "2026-02-01", exit_code=1)["unknown"]
    text = policy("sum", "credit", "310000", "--base", "7310", "--on", "2024-08-01").stdout
    assert "每月划入 146.20 元" in text and "算式：7310.00 × 2% = 146.20" in text and "依据：" in text


def test_a_premium_names_its_year_and_season() -> None:
    found = told("premium", "430000", "--on", "2023-10-01")
    assert (found["year"], found["amount"]) == (2024, "380.00") and "9月1日" in found["season"]
    assert told("premium", "430000", "--year", "2024", "--on", "2024-06-01")["amount"] == "380.00"
    assert told("premium", "430000", "--year", "1999", exit_code=1)["amount"] is None
    unknown = told("premium", "420100", "--on", "2000-06-01", exit_code=1)
    assert unknown["amount"] is None and unknown["unknown"]
    assert "不知道" in policy("sum", "premium", "420100", "--on", "2000-06-01").stdout


def test_a_share_is_what_a_settlement_would_pay() -> None:
    """武汉 from 2023-04-10: no deductible, 65 % at a second-level hospital for people at work."""
    found = told("share", "420100", "--cost", "3600", "--level", "2", "--on", "2023-06-01")
    assert (found["funds"], found["own"]) == ("2340.00", "1260.00")
    assert any(step["code"] == "POOLED" and step["rule"] == "fund_ratio" for step in found["steps"])
    unknown = told("share", "990100", "--cost", "100", "--policies", _nothing_known(), exit_code=1)
    assert unknown["refused"] == "POLICY_UNKNOWN" and unknown["funds"] is None


def test_sums_of_given_numbers_say_that_they_were_given() -> None:
    arguments = ("waiting", "--from", "2027-01-01", "--missed", "2", "--fixed", "3", "--each-year", "1")
    assert told(*arguments) == {"months": 4, "first_day": "2027-05-01", "formula": "3 + 1 × 1 = 4"}
    assert "政策册里还没有这条规则" in policy("sum", *arguments).stdout
    bounds = ("--average", "5000", "--low", "60%", "--high", "300%")
    assert told("contribution", "--wage", "2000", *bounds)["base"] == "3000.00"
    assert (
        policy("sum", "contribution", "--wage", "2000", "--average", "5000", "--low", "3", "--high", "2").exit_code == 2
    )
    for wrong in ("1.5", "-1.00", "x", "1.234"):
        result = policy("sum", "contribution", "--wage", wrong, *bounds)
        assert result.exit_code == 2 and "不是金额" in result.stderr
    result = policy("sum", "contribution", "--wage", "1", "--average", "1", "--low", "x%", "--high", "3%")
    assert result.exit_code == 2 and "不是比例" in result.stderr


def test_every_row_of_account_credit_in_the_book_can_be_computed() -> None:
    rows = [row for entry in Book.load().entries if entry.key == "account_credit" for row in entry.value or ()]
    assert len(rows) > 5 and "account_credit" in {rule.key for rule in RULES}
    for row in rows:
        if row.unknown is None:
            assert monthly_credit(row, 1_000_000, 1_000_000).amount >= 0


def _nothing_known() -> str:
    return str(Path(__file__).parents[1] / "invented")


def test_next_years_premium_leaves_this_years_as_it_is(tmp_path: Path) -> None:
    """Of the next year's only the latest possible day is known: for its own year the older amount stays known."""
    (tmp_path / "divisions.toml").write_text('whole = []\n[provinces]\n39 = "某省"\n', "utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "all.toml").write_text('[[source]]\nid = "a"\ntitle = "某页"\ntier = "A"\n', "utf-8")
    entry = '[[premium_amount]]\nfrom = {}\nvalue = {{ year = {}, amount = "{}" }}\nsource = "a"\nsays = "保费"\n{}'
    head = 'region = "390000"\nname = "某省"\nchecked_on = 2026-01-01\n'
    entries = entry.format("2023-09-01", 2024, "380.00", "") + entry.format(
        "2024-09-01", 2025, "400.00", "no_later_than = true\n"
    )
    (tmp_path / "39.toml").write_text(head + entries, "utf-8")
    of_this = ("premium", "390000", "--policies", str(tmp_path), "--on")
    for day, year, amount in (
        ("2023-09-01", 2024, "380.00"),
        ("2024-08-31", 2024, "380.00"),
        ("2024-09-01", 2025, "400.00"),
    ):
        found = told(*of_this, day)
        assert (found["year"], found["amount"]) == (year, amount)
    assert told(*of_this, "2025-01-01", "--year", "2024")["amount"] == "380.00"
    assert told(*of_this, "2023-08-31", exit_code=1)["clause"] is None
    assert told(*of_this, "2024-08-31", "--year", "2025", exit_code=1)["amount"] is None
