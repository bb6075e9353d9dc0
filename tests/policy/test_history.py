"""The stretches of a rule's history say on every day what the book says, and so do the reasons found for it."""

import copy
import datetime
from itertools import pairwise

import pytest

from mulaid.policy.book import Book, speaks_for
from mulaid.policy.grounds import Grounds, Verdict, grounds
from mulaid.policy.history import Doubt, history, span_on
from mulaid.policy.rules import RULES
from mulaid.policy.ruling import GAP
from tests.policy.made import BOOKS, boundary_days, questions

HELD = (Verdict.HOLDS, Verdict.STRICT)
SILENT = (Verdict.NEIGHBOUR, Verdict.LATER, Verdict.MAY_HOLD)
MATTERS = (*HELD, Verdict.MAY_HOLD)

books = pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)


@books
def test_a_history_says_on_every_day_what_the_book_says(book: Book) -> None:
    for region, key, qualifier in questions(book):
        for day in boundary_days(book, region, key, qualifier):
            span, ruling = span_on(book, region, key, day, qualifier), book.ruling(region, key, day, qualifier)
            assert (span.ruling if span else GAP) == ruling, (region, key, qualifier, day)
            assert (span.entry if span else None) is book.entry(region, key, day, qualifier)


@books
def test_the_stretches_of_a_history_follow_each_other_without_a_gap(book: Book) -> None:
    for region, key, qualifier in questions(book):
        spans = history(book, region, key, qualifier)
        for span, following in pairwise(spans):
            assert span.end == following.entry.first_day > span.entry.first_day
        assert all(span.end is None for span in spans[-1:])


@books
def test_whatever_is_not_wholly_known_has_a_reason(book: Book) -> None:
    for region, key, qualifier in questions(book):
        for span in history(book, region, key, qualifier):
            certain = span.ruling.known and not span.ruling.maybe
            assert (span.doubt is None) == certain, span
            assert (span.doubt is Doubt.CHANGING) <= (span.coming is not None)
            assert (span.doubt is Doubt.STATED) <= bool(span.entry.unknown)
            assert (span.doubt is Doubt.STRICT) <= book.strict


@books
def test_a_value_is_told_as_the_file_writes_it(book: Book) -> None:
    shapes = {rule.key: rule.shape for rule in RULES}
    for region, key, qualifier in questions(book):
        for span in history(book, region, key, qualifier):
            assert (span.plain is None) == (not span.ruling.known)
            if span.ruling.known:
                assert shapes[key](span.plain) == span.ruling.value


@books
def test_why_agrees_with_the_book(book: Book) -> None:
    for region, key, qualifier in questions(book):
        for day in boundary_days(book, region, key, qualifier):
            found = grounds(book, region, key, day, qualifier)
            ruling = book.ruling(region, key, day, qualifier)
            held = [each.entry for level in found.chain for each in level.looked if each.verdict in HELD]
            assert [entry.index for entry in held] == ([] if ruling is GAP else [ruling.rule])
            assert (found.span.ruling if found.span else GAP) == ruling
            check_verdicts(book, found, day)


def check_verdicts(book: Book, found: Grounds, day: datetime.date) -> None:
    assert [level.region for level in found.chain] == list(book.divisions.chain(found.region))
    for level in found.chain:
        assert [each.entry for each in level.looked] == list(book.timeline(level.region, found.key, found.qualifier))
        for entry, verdict in ((each.entry, each.verdict) for each in level.looked):
            foreign = not speaks_for(entry, found.region)
            assert (verdict is Verdict.NEIGHBOUR) == foreign
            if not foreign:
                assert (verdict in (Verdict.LATER, Verdict.MAY_HOLD)) == (entry.first_day > day)
            assert (verdict is Verdict.STRICT) <= (book.strict and entry.weak)
            if verdict is Verdict.MAY_HOLD:
                assert entry.no_later_than
        said = [each.verdict for each in level.looked if each.verdict not in SILENT]
        assert set(said[:-1]) <= {Verdict.REPLACED} and set(said[-1:]) <= {*HELD, Verdict.NEARER}
    if found.before is not None:
        assert found.span is not None
        assert found.before.first_day < found.span.entry.first_day <= day


@books
def test_what_was_passed_over_changes_nothing(book: Book) -> None:
    for region, key, qualifier in questions(book):
        for day in boundary_days(book, region, key, qualifier):
            found = grounds(book, region, key, day, qualifier)
            kept = {
                (level.region, key, qualifier): tuple(each.entry for each in level.looked if each.verdict in MATTERS)
                for level in found.chain
            }
            smaller = copy.copy(book)
            smaller._timelines = kept
            assert smaller.ruling(region, key, day, qualifier) == book.ruling(region, key, day, qualifier)
