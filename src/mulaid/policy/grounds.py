"""Why a rule is what it is in a region on a day: every entry looked at, and what became of it."""

import datetime
from enum import StrEnum

import msgspec

from mulaid.policy.book import Book, speaks_for
from mulaid.policy.chronicle import Contradiction
from mulaid.policy.entry import Entry
from mulaid.policy.history import Doubt, Span, history, span_on


class Verdict(StrEnum):
    """What became of an entry that was looked at."""

    HOLDS = "holds"
    STRICT = "strict"
    """It would hold, but the book is strict and its source does not count."""
    MAY_HOLD = "may_hold"
    """It began "by then at the latest" and may hold already."""
    REPLACED = "replaced"
    """A later entry of the same file holds in its place."""
    LATER = "later"
    """It begins after the day."""
    NEARER = "nearer"
    """A file nearer to the region says something, and a rule is never mixed from two files."""
    NEIGHBOUR = "neighbour"
    """Unverified, and so it speaks for its own region only."""


class Looked(msgspec.Struct, frozen=True):
    """One entry that was looked at."""

    entry: Entry
    verdict: Verdict


class Level(msgspec.Struct, frozen=True):
    """One file of the chain: the region's own, its province's or the national one."""

    region: str
    looked: tuple[Looked, ...]


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """Why one rule is what it is."""

    region: str
    key: str
    qualifier: tuple[str, ...]
    day: datetime.date
    span: Span | None
    """What holds; None when no file in the chain says anything."""
    before: Entry | None
    """What the entry that holds replaced."""
    chain: tuple[Level, ...]
    disputes: tuple[Contradiction, ...]
    """Where sources contradict each other about this rule, in any region."""


def grounds(book: Book, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Grounds:
    """Look a rule up as `Book.ruling` does, and keep what was seen on the way."""
    span = span_on(book, region, key, day, qualifier)
    earlier = [each for each in history(book, region, key, qualifier) if span and each.end == span.entry.first_day]
    levels = []
    for place in book.divisions.chain(region):
        timeline = book.timeline(place, key, qualifier)
        said = [entry for entry in timeline if entry.first_day <= day and speaks_for(entry, region)]
        latest = said[-1] if said else None
        levels.append(
            Level(place, tuple(Looked(entry, _verdict(entry, region, day, span, latest)) for entry in timeline))
        )
    return Grounds(
        region=region,
        key=key,
        qualifier=qualifier,
        day=day,
        span=span,
        before=earlier[0].entry if earlier else None,
        chain=tuple(levels),
        disputes=tuple(each for each in book.contradictions if key in each.rules),
    )


def _verdict(entry: Entry, region: str, day: datetime.date, span: Span | None, latest: Entry | None) -> Verdict:
    """`latest` is what the entry's own file says on that day."""
    if not speaks_for(entry, region):
        return Verdict.NEIGHBOUR
    if entry.first_day > day:
        return Verdict.MAY_HOLD if span and span.coming is entry else Verdict.LATER
    if entry is not latest:
        return Verdict.REPLACED
    if span is None or span.entry is not entry:
        return Verdict.NEARER
    return Verdict.STRICT if span.doubt is Doubt.STRICT else Verdict.HOLDS
