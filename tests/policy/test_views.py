"""What differs between two places, and how much the book covers: both count nothing twice and leave nothing out."""

import datetime
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.policy.book import Book
from mulaid.policy.coverage import Status, coverage
from mulaid.policy.difference import Difference, differences, everywhere
from mulaid.policy.history import span_on
from mulaid.policy.rules import BY_KEY, RULES, Rule
from tests.policy.made import BOOKS, FEW, PLACES, SOME
from tests.rules.made import BOOK

days = st.sampled_from(sorted({entry.first_day for entry in BOOK.entries}))
places = st.tuples(st.sampled_from(PLACES), days)
TODAY = datetime.date(2026, 11, 22)


@SOME
@given(places)
def test_nothing_differs_from_itself(place: tuple[str, datetime.date]) -> None:
    assert differences(BOOK, [place, place]) == []


@SOME
@given(places, places)
def test_a_comparison_reads_the_same_from_the_other_side(
    left: tuple[str, datetime.date], right: tuple[str, datetime.date]
) -> None:
    mirrored = [Difference(each.key, each.qualifier, each.sides[::-1]) for each in differences(BOOK, [right, left])]
    assert differences(BOOK, [left, right]) == mirrored


@SOME
@given(places, places, places)
def test_several_sides_differ_where_two_of_them_do(
    one: tuple[str, datetime.date], other: tuple[str, datetime.date], third: tuple[str, datetime.date]
) -> None:
    named = {(each.key, each.qualifier): each.sides for each in differences(BOOK, [one, other, third])}
    pairs = [differences(BOOK, pair) for pair in ([one, other], [other, third], [one, third])]
    assert set(named) == {(each.key, each.qualifier) for pair in pairs for each in pair}
    for each in pairs[0]:
        assert named[each.key, each.qualifier][:2] == each.sides


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_everywhere_leaves_no_region_out_and_puts_together_what_is_alike(rule: Rule) -> None:
    regions = sorted(BOOK.regions)
    for qualifier in BOOK.qualifiers(rule.key):
        groups = everywhere(BOOK, rule.key, qualifier, TODAY, regions)
        assert sorted(region for group in groups for region in group.regions) == regions
        for group in groups:
            assert len({repr(span and (span.ruling.value, span.ruling.maybe)) for span in group.spans}) == 1
            for region, span in zip(group.regions, group.spans, strict=True):
                assert span == span_on(BOOK, region, rule.key, TODAY, qualifier)
        known = [bool(group.spans[0] and group.spans[0].ruling.known) for group in groups]
        assert known == sorted(known, reverse=True), "what nobody knows comes last"


@SOME
@given(places, places)
def test_a_comparison_leaves_nothing_out(left: tuple[str, datetime.date], right: tuple[str, datetime.date]) -> None:
    found = {(each.key, each.qualifier) for each in differences(BOOK, [left, right])}
    for key, qualifier in {(entry.key, entry.qualifier) for entry in BOOK.entries}:
        one, other = (BOOK.ruling(region, key, day, qualifier) for region, day in (left, right))
        if (one.value, one.maybe, one.least) != (other.value, other.maybe, other.least):
            assert (key, qualifier) in found


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_coverage_counts_every_entry_once_and_every_rule_of_every_region(book: Book) -> None:
    covers = coverage(book, TODAY, sorted(book.regions))
    assert len(covers) == len(book.regions) * len(RULES)
    assert sum(cover.entries for cover in covers) == len(book.entries)
    stated = Counter((entry.region, entry.key) for entry in book.entries)
    assert all(cover.entries == stated[cover.region, cover.key] for cover in covers)


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
@FEW
@given(day=days)
def test_coverage_agrees_with_the_book(book: Book, day: datetime.date) -> None:
    for cover in coverage(book, day, sorted(book.regions)):
        qualifiers = book.qualifiers(cover.key) if BY_KEY[cover.key].qualifiers else ((),)
        asked = [(cover.region, cover.key, day, qualifier) for qualifier in qualifiers]
        held = [(book.entry(*each), book.ruling(*each)) for each in asked]
        known = [entry for entry, ruling in held if entry is not None and ruling.known]
        own = [entry for entry in known if entry.region == cover.region]
        if cover.status is Status.VALUE:
            assert cover.tier in {entry.source.tier for entry in own} and cover.inherited_from is None
        elif cover.status is Status.INHERITED:
            assert not own and cover.inherited_from in {entry.region for entry in known}
        else:
            assert not known
        assert (cover.status is Status.ABSENT) == all(entry is None for entry, _ in held) == (cover.tier is None)


def test_a_region_without_a_file_is_covered_by_others() -> None:
    assert {cover.status for cover in coverage(BOOK, TODAY, ["450200"])} <= set(Status) - {Status.VALUE}
