"""Stretches and entries of the book as templates show them."""

import datetime
from collections.abc import Iterable

import msgspec

from mulaid.explain.spans import entry_text, span_text
from mulaid.policy.book import Book
from mulaid.policy.coverage import Cover, Status
from mulaid.policy.entry import Entry, Source, Tier
from mulaid.policy.history import Span
from mulaid.web.book import addresses
from mulaid.wording import book as book_words
from mulaid.wording.pages import book as words
from mulaid.wording.pages import frame
from mulaid.wording.rules import value_text

TITLE_SHOWN = 40
_WEB = ("http://", "https://")


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What something rests on: the words, who says them, how far they are trusted and when somebody looked."""

    says: str
    title: str
    tier: str
    when: str
    href: str
    open: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in one region as a line of a table."""

    name: str
    href: str
    text: str
    known: bool
    title: str
    tier: str
    since: str
    inherited: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a bar, in percent; `hatch` tells it apart without its colour."""

    fill: str
    hatch: int
    name: str
    count: int
    x: str = "0"
    width: str = "0"
    tier: str = ""


def basis(book: Book, entry: Entry, *, opened: bool = False) -> Basis:
    """What an entry rests on."""
    checked = frame.checked_text(book.regions[entry.region].checked_on)
    return Basis(
        says=book_words.ended(entry.says),
        title=entry.source.title,
        tier=entry.source.tier.value,
        when=words.when_text(frame.since_text(entry.first_day, entry.no_later_than), checked),
        href=addresses.of_entry(book, entry),
        open=opened,
    )


def row(book: Book, span: Span) -> Row:
    """One stretch of a rule."""
    entry = span.entry
    title = entry.source.title
    return Row(
        name=book_words.qualified_name(span.key, span.qualifier),
        href=addresses.of_rule(span.region, span.key),
        text=told(span),
        known=known(span),
        title=title if len(title) <= TITLE_SHOWN else f"{title[: TITLE_SHOWN - 1]}…",
        tier=entry.source.tier.value,
        since=frame.since_text(entry.first_day, entry.no_later_than),
        inherited=book.name(entry.region) if span.inherited else "",
    )


def known(span: Span | None) -> bool:
    """Whether a source says what holds. What mulaid itself assumes is not known."""
    return span is not None and span.ruling.known and span.entry.source.tier is not Tier.OWN


def told(span: Span) -> str:
    """What holds, without the mark that it is unknown: that is shown beside it."""
    if not span.ruling.known:
        return _meanwhile(span.entry, words.without_mark(span_text(span)))
    return span_text(span) if known(span) else words.assumed(span_text(span))


def said(entry: Entry) -> str:
    """What an entry says for itself, whatever comes after it."""
    if entry.wholly_unknown:
        return _meanwhile(entry, words.without_mark(entry_text(entry)))
    return entry_text(entry) if sourced(entry) else words.assumed(entry_text(entry))


def _meanwhile(entry: Entry, unknown: str) -> str:
    """What is unknown, with what mulaid goes by while nobody knows, if it does."""
    if entry.assume is None:
        return unknown
    return words.meanwhile(unknown, words.assumed(value_text(entry.key, entry.assume)))


def sourced(entry: Entry) -> bool:
    """Whether an entry states a value on the word of a source."""
    return not entry.wholly_unknown and entry.source.tier is not Tier.OWN


def known_parts(covers: Iterable[Cover]) -> list[Part]:
    """How many rules are known, on whose word, as the parts of a bar."""
    counts = dict.fromkeys((*Tier, Status.UNKNOWN, Status.ABSENT), 0)
    for cover in covers:
        known = cover.status in (Status.VALUE, Status.INHERITED)
        counts[cover.tier if known and cover.tier else cover.status] += 1
    drawn = [
        ("ta", 0, Tier.A),
        ("tb", 1, Tier.B),
        ("tc", 3, Tier.C),
        ("to", 4, Tier.OWN),
        ("tu", 2, Status.UNKNOWN),
        ("off", 0, Status.ABSENT),
    ]
    parts = [
        Part(
            fill=fill,
            hatch=hatch,
            count=counts[which],
            name=words.COUNTED[which],
            tier=which.value if isinstance(which, Tier) else "",
        )
        for fill, hatch, which in drawn
    ]
    return laid_out(parts)


def laid_out(parts: Iterable[Part]) -> list[Part]:
    """The parts that are more than nothing, side by side over a hundred percent."""
    shown = [part for part in parts if part.count]
    whole, begin, placed = sum(part.count for part in shown), 0, []
    for part in shown:
        placed.append(
            msgspec.structs.replace(part, x=_percent(begin, whole), width=_percent(part.count, whole)),
        )
        begin += part.count
    return placed


def _percent(part: int, whole: int) -> str:
    """A share in percent with two decimals, by whole numbers alone."""
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def originals(source: Source) -> list[tuple[str, str]]:
    """Where the original can be read: address and text of each link. Several are parted by semicolons, some have no
    scheme."""
    found = (part.strip() for part in source.url.split(";"))
    return [(part if part.startswith(_WEB) else f"https://{part}", part) for part in found if part]


def days_text(first: datetime.date, end: datetime.date | None, late: bool) -> str:
    """The days a stretch covers, on one line."""
    return words.days_text(first, end, late)
