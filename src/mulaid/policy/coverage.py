"""How much of each rule the book knows in each region, and how good its sources are."""

import datetime
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import Tier
from mulaid.policy.history import Span, span_on
from mulaid.policy.rules import RULES


class Status(StrEnum):
    """What is known of a rule in a region on a day. Of several qualifiers the one known best counts."""

    VALUE = "value"
    """The region's own file has a value."""
    INHERITED = "inherited"
    """Its province's or the national file has one that holds here."""
    UNKNOWN = "unknown"
    """An entry holds, its own or inherited, and says or means that nobody knows."""
    ABSENT = "absent"
    """No entry holds."""


class Cover(msgspec.Struct, frozen=True):
    """One rule in one region: `entries` are those of the region's own file, of any day."""

    region: str
    key: str
    status: Status
    entries: int
    tier: Tier | None
    """The weakest tier the status rests on; None when absent."""
    inherited_from: str | None


def coverage(book: Book, day: datetime.date, regions: Iterable[str]) -> list[Cover]:
    """Each region × every rule, in the order of the regions and of the rules.

    What holds for one mechanism alone makes no rule known.
    """
    entries = Counter((entry.region, entry.key) for entry in book.entries)
    qualifiers = {rule.key: book.qualifiers(rule.key) if rule.qualifiers else ((),) for rule in RULES}
    return [
        _cover(
            region,
            key,
            [span_on(book, region, key, day, qualifier) for qualifier in qualified],
            entries[region, key],
        )
        for region in regions
        for key, qualified in qualifiers.items()
    ]


def status_of(span: Span | None) -> Status:
    """What is known by one stretch of a rule."""
    if span is None:
        return Status.ABSENT
    if not span.ruling.known:
        return Status.UNKNOWN
    return Status.INHERITED if span.inherited else Status.VALUE


def _cover(region: str, key: str, spans: list[Span | None], entries: int) -> Cover:
    best = min(map(status_of, spans), key=list(Status).index, default=Status.ABSENT)
    counted = [span for span in spans if span is not None and status_of(span) is best]
    weakest = max(counted, key=lambda span: list(Tier).index(span.entry.source.tier), default=None)
    if weakest is None:
        return Cover(region, key, best, entries, None, None)
    origin = weakest.entry.region if weakest.inherited else None
    return Cover(region, key, best, entries, weakest.entry.source.tier, origin)
