"""What the book says to a claim: on which days, in which regions, it holds or does not, and where nobody knows.

A claim is compared with what a source says, and with nothing else: an unknown stays unknown, and what mulaid assumes
makes nothing true or false.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Claim, Comparison, Unlisted
from mulaid.policy.claims.evidence import is_sourced
from mulaid.policy.claims.numbers import Told, told_by
from mulaid.policy.entry import Source
from mulaid.policy.history import Span, history
from mulaid.policy.notices import Channel, Penalty, Premium
from mulaid.policy.rows import Row
from mulaid.policy.ruling import GAP, Ruling
from mulaid.policy.shapes import UNLIMITED


class Truth(StrEnum):
    """What the book says to a claim on a day."""

    HOLDS = "holds"
    FAILS = "fails"
    PERSON = "person"
    """It holds for some people or institutions and not for others."""
    UNKNOWN = "unknown"
    ABSENT = "absent"
    """No file in the chain speaks of the rule on that day, or its table not of the item."""


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The days from `first` (None: as far back as one likes) until before `end` (None: open) with one answer."""

    first: datetime.date | None
    end: datetime.date | None
    truth: Truth
    spans: tuple[Span, ...]
    """What holds on these days, the earliest first."""


class Answer(msgspec.Struct, frozen=True):
    """The regions that answer alike, and their periods, which leave no day out."""

    regions: tuple[str, ...]
    periods: tuple[Period, ...]


_OPEN = ("forbidden_uses", "channels")
"""Rules that name what a source names: what they do not name is not thereby allowed, or closed."""


def truth(claim: Claim, ruling: Ruling) -> Truth:
    """Whether a claim holds where the book rules so."""
    if ruling is GAP:
        return Truth.ABSENT
    if claim.comparison is Comparison.IS_NOT:
        said = truth(msgspec.structs.replace(claim, comparison=Comparison.IS), ruling)
        return {Truth.HOLDS: Truth.FAILS, Truth.FAILS: Truth.HOLDS}.get(said, said)
    if not ruling.known:
        return _bounded(claim, ruling.least)
    value = _item(claim, ruling.value) if claim.item else ruling.value
    if value is None:
        return Truth.ABSENT
    if isinstance(claim.value, Unlisted):
        return Truth.FAILS
    if claim.comparison in (Comparison.HAS, Comparison.LACKS):
        return _containing(claim, value, ruling.maybe)
    if claim.comparison is Comparison.IS:
        return _equal(claim.value, value, ruling.maybe)
    fits = value <= claim.value if claim.comparison is Comparison.AT_MOST else value >= claim.value
    return Truth.HOLDS if fits else Truth.FAILS


def truth_of(claim: Claim, span: Span) -> Truth:
    """Whether a claim holds on the days of a stretch: only a source's word can say so."""
    return truth(claim, span.ruling) if is_sourced(span.entry) else Truth.UNKNOWN


def periods(book: Book, claim: Claim, region: str) -> tuple[Period, ...]:
    """The answer of one region: no day is left out, and neighbouring periods answer differently."""
    spans = history(book, region, claim.key, claim.qualifier)
    found = []
    if not spans or spans[0].entry.first_day > datetime.date.min:
        found.append(Period(first=None, end=_first(spans[0]) if spans else None, truth=Truth.ABSENT, spans=()))
    for answer, run in groupby(spans, key=lambda span: truth_of(claim, span)):
        alike = tuple(run)
        found.append(Period(first=_first(alike[0]), end=alike[-1].end, truth=answer, spans=alike))
    return tuple(found)


def period_on(found: Iterable[Period], day: datetime.date) -> Period:
    """The period a day lies in."""
    return next(each for each in found if (each.first or day) <= day and (each.end is None or day < each.end))


def on_day(period: Period, day: datetime.date) -> Period:
    """The period with nothing but the span of that day."""
    spans = tuple(span for span in period.spans if _first(span) <= day and (span.end is None or day < span.end))
    return msgspec.structs.replace(period, spans=spans)


def answers(book: Book, claim: Claim, regions: Iterable[str], day: datetime.date | None = None) -> tuple[Answer, ...]:
    """The regions grouped by their answer, over all time or on one day: alike on whose word and with what value."""
    grouped: dict[Any, tuple[list[str], tuple[Period, ...]]] = {}
    for region in regions:
        found = periods(book, claim, region)
        if day is not None:
            found = (on_day(period_on(found, day), day),)
        alike = tuple(
            (each.first, each.end, each.truth, tuple(span.entry.index for span in each.spans)) for each in found
        )
        grouped.setdefault(alike, ([], found))[0].append(region)
    return tuple(Answer(tuple(places), found) for places, found in grouped.values())


def papers_in(book: Book, text: str) -> list[Source]:
    """The sources whose document number stands in a text, with whatever brackets round the year."""
    plain = re.sub(r"\s", "", text).translate(_BRACKETS)
    return [source for source in book.sources.values() if source.number and source.number in plain]


_SCOPE = "scope"
"""Over whom caps are counted: beside the caps, and none itself."""
_BRACKETS = str.maketrans("[【（(]】）)", "〔〔〔〔〕〕〕〕")


def _first(span: Span) -> datetime.date:
    return span.entry.first_day


def _item(claim: Claim, table: Any) -> Any:
    """One entry of a table; a table of numbers sets no limit where it says nothing."""
    return table.get(claim.item, UNLIMITED if isinstance(claim.value, int) else None)


def _bounded(claim: Claim, least: int) -> Truth:
    """An unknown count is still not smaller than `least`."""
    if not least or not isinstance(claim.value, int):
        return Truth.UNKNOWN
    if claim.comparison is Comparison.AT_LEAST:
        return Truth.HOLDS if claim.value <= least else Truth.UNKNOWN
    return Truth.FAILS if claim.value < least else Truth.UNKNOWN


def _equal(said: Any, value: Any, maybe: frozenset[Any]) -> Truth:
    if isinstance(said, tuple) and isinstance(value, tuple):
        value = value[: len(said)]
    if isinstance(said, Premium) and said.year != value.year:
        return Truth.UNKNOWN
    if isinstance(said, dict) and _SCOPE not in said and isinstance(value, dict):
        value = {name: each for name, each in value.items() if name != _SCOPE}
    if isinstance(said, frozenset) and not isinstance(value, frozenset):
        value = _members(value)[0]
    if not maybe:
        return Truth.HOLDS if said == value else Truth.FAILS
    return Truth.UNKNOWN if value <= said <= value | maybe else Truth.FAILS


def _containing(claim: Claim, value: Any, maybe: frozenset[Any]) -> Truth:
    if isinstance(claim.value, Mapping):
        said = Truth.HOLDS if any(_is_penal(claim.value, row) for row in value) else Truth.FAILS
    elif isinstance(value, tuple) and value and isinstance(value[0], Row):
        said = _somewhere(claim, told_by(value, claim.who))
    else:
        certain, more = _members(value)
        uncertain = more or claim.key in _OPEN
        if claim.comparison is Comparison.LACKS:
            possible = uncertain or claim.value & maybe
            return Truth.FAILS if claim.value & certain else Truth.UNKNOWN if possible else Truth.HOLDS
        possible = uncertain or claim.value <= certain | maybe
        return Truth.HOLDS if claim.value <= certain else Truth.UNKNOWN if possible else Truth.FAILS
    if claim.comparison is Comparison.LACKS:
        return {Truth.HOLDS: Truth.FAILS, Truth.FAILS: Truth.HOLDS}.get(said, said)
    return said


def _somewhere(claim: Claim, told: Iterable[Told]) -> Truth:
    """Of the numbers that may hold for the people meant: all of them, some, or none is the one said."""
    numbers = set(told)
    found = numbers & claim.value
    if found:
        return Truth.HOLDS if numbers == found and claim.value == found else Truth.PERSON
    return Truth.UNKNOWN if None in numbers or not numbers else Truth.FAILS


def _is_penal(said: Mapping[str, Any], row: Penalty) -> bool:
    """Whether an article punishes as said; `suspends` asks for any suspension."""
    fields = msgspec.structs.asdict(row) | {"suspends": row.suspend_from is not None}
    return all(fields[name] == wanted for name, wanted in said.items())


def _members(value: Any) -> tuple[frozenset[Any], bool]:
    """What a set, a table or notices say, and whether they leave something unknown."""
    if isinstance(value, frozenset):
        return value, False
    if isinstance(value, Mapping):
        return frozenset(value.values()), False
    return frozenset(_kinds(value)), False


def _kinds(value: Iterable[Any]) -> Iterator[str]:
    """Where people can go; a way that leads them to something else is none."""
    for each in value:
        if isinstance(each, Channel) and not each.misleading:
            yield each.kind
