"""Claims over every region, rule and boundary day: what is said of a rule is what the book rules, day by day."""

import datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Claim, Comparison, read_value
from mulaid.policy.claims.evidence import is_sourced
from mulaid.policy.claims.truth import Period, Truth, answers, period_on, periods, truth
from mulaid.policy.ruling import GAP, UNKNOWN, Ruling
from mulaid.policy.shapes import UNLIMITED, ShapeFault
from tests.policy.made import BOOKS, STRICT, boundary_days, questions
from tests.rules.made import BOOK

books = pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
SETS = frozenset({"spouse", "child"})


def claim(value: Any, comparison: Comparison = Comparison.IS, key: str = "max_members", **more: Any) -> Claim:
    return Claim(key=key, comparison=comparison, value=value, **more)


@books
def test_a_rule_is_its_value_on_every_boundary_day_and_not_something_else(book: Book) -> None:
    for region, key, qualifier in questions(book):
        for day in boundary_days(book, region, key, qualifier):
            ruling = book.ruling(region, key, day, qualifier)
            if not ruling.known:
                continue
            told = Claim(key=key, comparison=Comparison.IS, value=ruling.value, qualifier=qualifier)
            denied = msgspec.structs.replace(told, comparison=Comparison.IS_NOT)
            open_to_doubt = ruling.maybe or not is_sourced(book.entries[ruling.rule])
            assert period_on(periods(book, told, region), day).truth is (
                Truth.UNKNOWN if open_to_doubt else Truth.HOLDS
            )
            assert period_on(periods(book, denied, region), day).truth is (
                Truth.UNKNOWN if open_to_doubt else Truth.FAILS
            )


@books
def test_every_answer_is_what_the_book_rules_on_that_day(book: Book) -> None:
    for region, key, qualifier in questions(book):
        values = {
            repr(entry.value): entry.value for entry in book.entries if entry.key == key and entry.value is not None
        }
        for value in list(values.values())[:3]:
            told = Claim(key=key, comparison=Comparison.IS, value=value, qualifier=qualifier)
            found = periods(book, told, region)
            for day in boundary_days(book, region, key, qualifier):
                ruling = book.ruling(region, key, day, qualifier)
                sourced = ruling is GAP or is_sourced(book.entries[ruling.rule])
                assert period_on(found, day).truth is (truth(told, ruling) if sourced else Truth.UNKNOWN)


@books
def test_periods_leave_no_day_out(book: Book) -> None:
    for region, key, qualifier in questions(book):
        stated = [entry.value for entry in book.entries if entry.key == key and entry.value is not None]
        if not stated:
            continue
        told = Claim(key=key, comparison=Comparison.IS, value=stated[0], qualifier=qualifier)
        check_partition(periods(book, told, region))


def check_partition(found: tuple[Period, ...]) -> None:
    assert found[0].first is None
    assert found[-1].end is None
    for period, following in pairwise(found):
        assert period.end == following.first
        assert period.truth is not following.truth
    for period in found:
        assert (period.truth is Truth.ABSENT and not period.spans) or all(
            one.end == other.entry.first_day for one, other in pairwise(period.spans)
        )


def test_regions_that_answer_alike_stand_together() -> None:
    told = claim(frozenset({"sibling"}), Comparison.HAS, "relations_allowed")
    found = answers(BOOK, told, sorted(BOOK.regions))
    assert sorted(region for answer in found for region in answer.regions) == sorted(BOOK.regions)
    for answer in found:
        for region in answer.regions:
            own = periods(BOOK, told, region)
            assert [(each.first, each.end, each.truth) for each in own] == [
                (each.first, each.end, each.truth) for each in answer.periods
            ]


def test_one_day_has_one_period_and_one_span() -> None:
    day = datetime.date(2022, 1, 1)
    for answer in answers(BOOK, claim(7), sorted(BOOK.regions), day):
        (period,) = answer.periods
        assert len(period.spans) == (period.truth is not Truth.ABSENT)
        assert period.first is None or period.first <= day


def test_siblings_in_hubei_from_the_day_hubei_switched() -> None:
    found = periods(BOOK, claim(frozenset({"sibling"}), Comparison.HAS, "relations_allowed"), "420000")
    day = datetime.date(2024, 10, 1)
    assert period_on(found, day).truth is Truth.HOLDS
    assert period_on(found, day - datetime.timedelta(days=1)).truth is Truth.FAILS


def test_spouse_parents_in_jinan_and_nowhere_else() -> None:
    told = claim(frozenset({"spouse_parent"}), Comparison.HAS, "relations_allowed")
    day = datetime.date(2022, 1, 1)
    holding = {
        region
        for answer in answers(BOOK, told, BOOK.regions, day)
        for region in answer.regions
        if answer.periods[0].truth is Truth.HOLDS
    }
    assert "370100" in holding
    assert "000000" not in holding
    assert period_on(periods(BOOK, told, "370100"), datetime.date(2024, 8, 30)).truth is Truth.FAILS


def test_an_unknown_count_is_still_not_smaller_than_it_is_known_to_be() -> None:
    unknown = Ruling(UNKNOWN, 0, least=2)
    assert truth(claim(1), unknown) is Truth.FAILS
    assert truth(claim(2), unknown) is Truth.UNKNOWN
    assert truth(claim(2, Comparison.AT_LEAST), unknown) is Truth.HOLDS
    assert truth(claim(3, Comparison.AT_LEAST), unknown) is Truth.UNKNOWN
    assert truth(claim(1, Comparison.AT_MOST), unknown) is Truth.FAILS
    assert truth(claim(2, Comparison.AT_MOST), unknown) is Truth.UNKNOWN
    assert truth(claim(1, Comparison.IS_NOT), unknown) is Truth.HOLDS
    assert truth(claim(1), GAP) is Truth.ABSENT
    assert truth(claim(1), Ruling(UNKNOWN, 0)) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("comparison", "value", "expected"),
    [
        (Comparison.HAS, {"spouse"}, Truth.HOLDS),
        (Comparison.HAS, {"spouse", "child"}, Truth.UNKNOWN),
        (Comparison.HAS, {"sibling"}, Truth.FAILS),
        (Comparison.LACKS, {"spouse"}, Truth.FAILS),
        (Comparison.LACKS, {"child"}, Truth.UNKNOWN),
        (Comparison.LACKS, {"sibling"}, Truth.HOLDS),
        (Comparison.LACKS, {"sibling", "spouse"}, Truth.FAILS),
        (Comparison.IS, {"spouse"}, Truth.UNKNOWN),
        (Comparison.IS, {"spouse", "child"}, Truth.UNKNOWN),
        (Comparison.IS, {"spouse", "sibling"}, Truth.FAILS),
        (Comparison.IS, {"child"}, Truth.FAILS),
        (Comparison.IS_NOT, {"child"}, Truth.HOLDS),
    ],
)
def test_a_set_that_is_partly_unknown(comparison: Comparison, value: set[str], expected: Truth) -> None:
    ruling = Ruling(frozenset({"spouse"}), 0, frozenset({"child"}))
    assert truth(claim(frozenset(value), comparison, "relations_allowed"), ruling) is expected


def test_one_entry_of_a_table() -> None:
    table = Ruling({"payment": 50_000, "scope": "member"}, 0)
    assert truth(claim(50_000, key="limits", item="payment"), table) is Truth.HOLDS
    assert truth(claim(50_000, key="limits", item="day"), table) is Truth.FAILS
    assert truth(claim(UNLIMITED, key="limits", item="day"), table) is Truth.HOLDS
    assert truth(claim("same_area", key="territory", item="pool"), Ruling({"premium": "province"}, 0)) is Truth.ABSENT


def test_what_rows_say_somewhere() -> None:
    day = datetime.date(2023, 6, 1)
    ruling = BOOK.ruling("420100", "fund_ratio", day, ("employee", "outpatient"))
    told = [read_value("fund_ratio", Comparison.HAS, percent) for percent in ("55%", "85%", "56%")]
    found = [truth(claim(value, Comparison.HAS, "fund_ratio"), ruling) for value in told]
    assert found == [Truth.PERSON, Truth.PERSON, Truth.FAILS]
    third = claim(told[0], Comparison.HAS, "fund_ratio", who={"level": 3, "retired": False})
    assert truth(third, ruling) is Truth.HOLDS
    assert truth(msgspec.structs.replace(third, who={"level": 2}), ruling) is Truth.FAILS
    assert truth(claim(told[2], Comparison.LACKS, "fund_ratio"), ruling) is Truth.HOLDS


@pytest.mark.parametrize(
    ("key", "comparison", "written"),
    [
        ("max_members", Comparison.IS, "many"),
        ("max_members", Comparison.HAS, 6),
        ("consent_mode", Comparison.AT_MOST, "both"),
        ("wallet_open", Comparison.AT_LEAST, True),
        ("relations_allowed", Comparison.HAS, ["neighbour"]),
        ("territory", Comparison.HAS, "mars"),
        ("deductible", Comparison.HAS, "much"),
    ],
)
def test_values_a_rule_cannot_have(key: str, comparison: Comparison, written: Any) -> None:
    with pytest.raises(ShapeFault):
        read_value(key, comparison, written)


def test_strict_counts_no_weak_source() -> None:
    told = claim(90, key="min_bound_days")
    day = datetime.date(2025, 1, 1)
    assert period_on(periods(BOOK, told, "420100"), day).truth is Truth.HOLDS
    assert period_on(periods(STRICT, told, "420100"), day).truth is Truth.UNKNOWN
