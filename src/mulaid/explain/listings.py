"""Readings of the policy book as sheets: what the commands write as files, and the pages give to download."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mulaid.explain.spans import entry_text, sourced, span_text
from mulaid.policy.address import address
from mulaid.policy.book import Book
from mulaid.policy.calendar import Occasion
from mulaid.policy.coverage import Cover
from mulaid.policy.difference import Alike, Difference, Place
from mulaid.policy.entry import Entry
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.policy.shapes import UNLIMITED
from mulaid.policy.topics import topic_of
from mulaid.sheets import Cell, Sheet, Yuan
from mulaid.wording import book as book_words
from mulaid.wording import readings as words
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS, rule_name, tier_name

Rows = Iterable[tuple[Cell, ...]]


def sheet(book: Book, kind: str, columns: Sequence[str], rows: Rows, day: datetime.date, name: str = "") -> Sheet:
    """A sheet of this book: `kind` names it unless `name` does."""
    return Sheet(
        name=name or words.SHEETS[kind],
        columns=tuple(columns),
        rows=tuple(rows),
        day=day,
        digest=book.digest,
        marks=words.SHEET_MARKS,
    )


def show_sheet(book: Book, spans: Iterable[Span], day: datetime.date) -> Sheet:
    """What holds in one region."""
    rows = ((words.topic_name(topic_of(BY_KEY[span.key])), *_value(book, span)) for span in spans)
    return sheet(book, "show", words.SHOW_SHEET, rows, day)


def everywhere_sheet(book: Book, found: Iterable[Alike], day: datetime.date) -> Sheet:
    """One rule or several in every region where a file says anything."""
    rows = (
        (region, book.name(region), *_value(book, span))
        for alike in found
        for region, span in zip(alike.regions, alike.spans, strict=True)
        if span is not None
    )
    return sheet(book, "everywhere", words.EVERYWHERE_SHEET, rows, day)


def diff_sheet(book: Book, found: Iterable[Difference], places: Sequence[Place]) -> Sheet:
    """What several sides do not have in common: four columns a side."""
    sides = [book_words.side_name(book.name(region), day) for region, day in places]
    columns = [*words.DIFF_SHEET_RULE, *(f"{side} {name}" for side in sides for name in words.DIFF_SHEET_SIDE)]
    rows = (
        (*_rule(each.key, each.qualifier), *(cell for side in each.sides for cell in _side(book, side)))
        for each in found
    )
    return sheet(book, "diff", columns, rows, places[0][1])


def coverage_sheet(book: Book, covers: Iterable[Cover], day: datetime.date) -> Sheet:
    """How much of each rule is known where."""
    rows = (
        (
            *(cover.region, book.name(cover.region), BY_KEY[cover.key].number, cover.key, rule_name(cover.key)),
            book_words.STATUSES[cover.status],
            tier_name(cover.tier) if cover.tier else None,
            book.name(cover.inherited_from) if cover.inherited_from else None,
            cover.entries,
        )
        for cover in covers
    )
    return sheet(book, "coverage", words.COVERAGE_SHEET, rows, day)


def calendar_sheet(book: Book, found: Iterable[Occasion], day: datetime.date) -> Sheet:
    """What happens on which day."""
    rows = (
        (
            *(each.day, each.region, book.name(each.region), words.occasion_name(each.kind)),
            each.entry.key if each.entry else None,
            occasion_text(each),
            occasion_source(each),
            address(book, each.entry) if each.entry else None,
        )
        for each in found
    )
    return sheet(book, "calendar", words.CALENDAR_SHEET, rows, day)


def occasion_text(occasion: Occasion) -> str:
    """What happens, in words."""
    if occasion.entry is None:
        return occasion.event.says if occasion.event else ""
    named = book_words.qualified_name(occasion.entry.key, occasion.entry.qualifier)
    late = occasion.entry.no_later_than and occasion.kind == "begins"
    return words.begins_text(named, entry_text(occasion.entry), late)


def occasion_source(occasion: Occasion) -> str:
    """Who says so."""
    if occasion.entry is not None:
        return sourced(occasion.entry)
    return book_words.source_text(occasion.event.source.title, occasion.event.source.tier) if occasion.event else ""


def number_cell(key: str, value: Any) -> Cell:
    """A value that is one number as a number: a sum as a sum. Words, sets, tables and rows are none."""
    if isinstance(value, bool) or not isinstance(value, int) or value >= UNLIMITED:
        return None
    return Yuan(value) if RULE_UNITS[key] == "元" else value


def _rule(key: str, qualifier: Sequence[str]) -> tuple[Cell, ...]:
    qualified = book_words.qualified_name(key, qualifier).removeprefix(RULE_NAMES[key]).strip("（）")
    return BY_KEY[key].number, key, RULE_NAMES[key], qualified or None


def _value(book: Book, span: Span) -> Iterator[Cell]:
    """One stretch of a rule, in the columns that all sheets of values have."""
    entry: Entry = span.entry
    yield from _rule(span.key, span.qualifier)
    yield span_text(span)
    yield number_cell(span.key, span.ruling.value if span.ruling.known else None)
    yield RULE_UNITS[span.key] or None
    yield entry.first_day
    yield words.YES if entry.no_later_than else None
    yield entry.source.title
    yield tier_name(entry.source.tier)
    yield entry.says
    yield book.name(entry.region)
    yield book.regions[entry.region].checked_on
    yield address(book, entry)


def _side(book: Book, span: Span | None) -> tuple[Cell, ...]:
    if span is None:
        return book_words.ABSENT_TEXT, None, None, None
    number = number_cell(span.key, span.ruling.value if span.ruling.known else None)
    return span_text(span), number, sourced(span.entry), address(book, span.entry)
