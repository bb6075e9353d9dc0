"""How a rule came to be what it is in one region: the stretches of days, each with the entry that holds."""

import datetime
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.chronicle import Event
from mulaid.policy.entry import Entry
from mulaid.policy.rules import RULES, Rule
from mulaid.policy.ruling import Ruling


class Doubt(StrEnum):
    """Why a value, or part of it, is not known although an entry holds."""

    STATED = "stated"
    """The entry itself says so."""
    CHANGING = "changing"
    """The next entry began "by then at the latest" and may hold already."""
    STRICT = "strict"
    """The book is strict and the entry's source does not count."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The days from `entry.first_day` until before `end` (None: open) in a region, all with the same ruling."""

    region: str
    key: str
    qualifier: tuple[str, ...]
    entry: Entry
    ruling: Ruling
    end: datetime.date | None = None
    coming: Entry | None = None
    """The entry that follows, when it may hold already."""
    doubt: Doubt | None = None

    @property
    def inherited(self) -> bool:
        return self.entry.region != self.region

    @property
    def plain(self) -> Any:
        """The value in the form of a policy file; None when it is unknown."""
        if not self.ruling.known:
            return None
        return sorted(self.ruling.value) if isinstance(self.ruling.value, frozenset) else self.entry.written


def history(book: Book, region: str, key: str, qualifier: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """Every stretch of one rule in one region, own, province's and national entries alike, the earliest first."""
    chain = book.divisions.chain(region)
    days = sorted({entry.first_day for place in chain for entry in book.timeline(place, key, qualifier)})
    held: list[Entry] = []
    for day in days:
        entry = book.entry(region, key, day, qualifier)
        if entry is not None and (not held or entry is not held[-1]):
            held.append(entry)
    return tuple(_span(book, region, entry, following) for entry, following in pairwise([*held, None]) if entry)


def span_on(book: Book, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Span | None:
    """The stretch a day lies in; None when no file in the chain says anything about it."""
    found = None
    for span in history(book, region, key, qualifier):
        if span.entry.first_day <= day:
            found = span
    return found


def spans_on(book: Book, region: str, day: datetime.date, rules: Iterable[Rule] = RULES) -> Iterator[Span]:
    """What holds in a region on a day: one stretch a rule and qualifier, in the order of the rules."""
    for rule in rules:
        for qualifier in book.qualifiers(rule.key):
            if span := span_on(book, region, rule.key, day, qualifier):
                yield span


def events_of(book: Book, region: str) -> list[Event]:
    """What happened in a region, its province and the nation, the earliest first."""
    chain = book.divisions.chain(region)
    return sorted((event for event in book.events if event.region in chain), key=lambda event: event.day)


def _span(book: Book, region: str, entry: Entry, following: Entry | None) -> Span:
    ruling = book.ruling(region, entry.key, entry.first_day, entry.qualifier)
    coming = following if following is not None and following.no_later_than else None
    return Span(
        region=region,
        key=entry.key,
        qualifier=entry.qualifier,
        entry=entry,
        ruling=ruling,
        end=following.first_day if following else None,
        coming=coming,
        doubt=_doubt(book, entry, ruling),
    )


def _doubt(book: Book, entry: Entry, ruling: Ruling) -> Doubt | None:
    if entry.wholly_unknown:
        return Doubt.STATED
    if book.strict and entry.weak:
        return Doubt.STRICT
    if not ruling.known or (ruling.maybe and ruling.maybe != entry.maybe):
        return Doubt.CHANGING
    return Doubt.STATED if entry.unknown else None
