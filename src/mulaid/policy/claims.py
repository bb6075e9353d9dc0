"""What the book says to a claim: on which days, in which regions, it holds or does not, and where nobody knows.

A claim is about one rule. It is compared with what the book holds, and with nothing else: an unknown stays unknown.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import Source
from mulaid.policy.history import Span, history
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.ruling import GAP, Ruling
from mulaid.policy.shapes import UNLIMITED, ShapeFault
from mulaid.terms.money import MoneyError, basis_points, fen


class Comparison(StrEnum):
    """How a claim compares a rule with its value."""

    IS = "is"
    IS_NOT = "is_not"
    HAS = "has"
    """Every member stands in the set; of a table or of rows: it says this value somewhere."""
    LACKS = "lacks"
    """No member stands in the set."""
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Truth(StrEnum):
    """What the book says to a claim on a day."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    """No file in the chain speaks of the rule on that day, or its table not of the item."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said of one rule. `value` is as the book holds it; `item` names one entry of a table."""

    key: str
    comparison: Comparison
    value: Any
    qualifier: tuple[str, ...] = ()
    item: str = ""


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


_OPEN = ("forbidden_uses",)
"""Sets that name what a source names: what they do not name is not thereby allowed."""


def read_value(key: str, comparison: Comparison, written: Any, item: str = "") -> Any:
    """A claim's value from the form of a policy file. Raises `ShapeFault`."""
    rule = BY_KEY[key]
    if item:
        return rule.shape({item: written})[item]
    if comparison in (Comparison.HAS, Comparison.LACKS):
        return _read_members(rule, written)
    value = rule.shape(written)
    if comparison in (Comparison.AT_MOST, Comparison.AT_LEAST) and (
        isinstance(value, bool) or not isinstance(value, int)
    ):
        raise ShapeFault("not_a_count", str(written))
    return value


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
    if claim.comparison is Comparison.HAS:
        certain, more = _members(value)
        possible = more or claim.key in _OPEN or claim.value <= certain | ruling.maybe
        return Truth.HOLDS if claim.value <= certain else Truth.UNKNOWN if possible else Truth.FAILS
    if claim.comparison is Comparison.LACKS:
        certain, more = _members(value)
        possible = more or claim.key in _OPEN or claim.value & ruling.maybe
        return Truth.FAILS if claim.value & certain else Truth.UNKNOWN if possible else Truth.HOLDS
    if claim.comparison is Comparison.IS:
        return _equal(claim.value, value, ruling.maybe)
    fits = value <= claim.value if claim.comparison is Comparison.AT_MOST else value >= claim.value
    return Truth.HOLDS if fits else Truth.FAILS


def periods(book: Book, claim: Claim, region: str) -> tuple[Period, ...]:
    """The answer of one region: no day is left out, and neighbouring periods answer differently."""
    spans = history(book, region, claim.key, claim.qualifier)
    found = []
    if not spans or spans[0].entry.first_day > datetime.date.min:
        found.append(Period(first=None, end=_first(spans[0]) if spans else None, truth=Truth.ABSENT, spans=()))
    for answer, run in groupby(spans, key=lambda span: truth(claim, span.ruling)):
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


_BRACKETS = str.maketrans("[【（(]】）)", "〔〔〔〔〕〕〕〕")


def _first(span: Span) -> datetime.date:
    return span.entry.first_day


def _item(claim: Claim, table: Mapping[Any, Any]) -> Any:
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
    if not maybe:
        return Truth.HOLDS if said == value else Truth.FAILS
    return Truth.UNKNOWN if value <= said <= value | maybe else Truth.FAILS


def _members(value: Any) -> tuple[frozenset[Any], bool]:
    """What a set, a table or rows say, and whether rows leave something unknown."""
    if isinstance(value, frozenset):
        return value, False
    if isinstance(value, Mapping):
        return frozenset(value.values()), False
    said = list(_said(value))
    return frozenset(number for number in said if number is not None), None in said


def _said(rows: Iterable[Any]) -> Iterator[int | None]:
    """Every amount and ratio that rows and their bands state; None where one says that it is unknown."""
    for row in rows:
        fields = msgspec.structs.asdict(row)
        if bands := fields.get("bands"):
            yield from _said(bands)
        else:
            yield next(
                (fields[name] for name in ("amount", "ratio", "points_off") if fields.get(name) is not None), None
            )


def _read_members(rule: Rule, written: Any) -> frozenset[Any]:
    """Members of a set; of rows one amount or percentage; of a table one of its words."""
    listed = written if isinstance(written, list) else [written]
    if rule.qualifiers:
        try:
            return frozenset(basis_points(one) if str(one).endswith("%") else fen(str(one)) for one in listed)
        except MoneyError:
            raise ShapeFault("not_money", str(written)) from None
    if key := _TABLES.get(rule.key):
        return frozenset(rule.shape({key: one})[key] for one in listed)
    read = rule.shape(listed)
    if not isinstance(read, frozenset):
        raise ShapeFault("not_a_list", rule.key)
    return read


_TABLES = {"territory": "premium", "schedule_for": "outpatient", "per_relation_max": "child", "limits": "payment"}
"""Rules whose value is a table, each with an entry to read one of its values by."""
