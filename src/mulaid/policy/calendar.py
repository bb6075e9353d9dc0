"""What happens on which day: rules that begin, events, seasons that open and close, benefit years that begin."""

import datetime
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.chronicle import Event
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry

MonthDay = tuple[int, int]


class Kind(StrEnum):
    """What happens on a day, in the order of one day."""

    EVENT = "event"
    BEGINS = "begins"
    """An entry of the book begins to hold."""
    SEASON_OPENS = "season_opens"
    SEASON_CLOSES = "season_closes"
    """The last day on which a resident's premium can be paid in season."""
    YEAR_BEGINS = "year_begins"
    """A benefit year begins: what it has accumulated starts from zero."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on one day. `region` is whose file says so; `entry` or `event` is what it rests on."""

    day: datetime.date
    region: str
    kind: Kind
    entry: Entry | None = None
    event: Event | None = None


def occasions(book: Book, region: str | None, first: datetime.date, until: datetime.date) -> list[Occasion]:
    """Everything from `first` until before `until`, the earliest first, in all regions or in one with its chain."""
    places = book.divisions.chain(region) if region else tuple(book.regions)
    found = [*_begun(book, places), *_events(book, region, places), *_yearly(book, region, first, until)]
    within = (each for each in found if first <= each.day < until)
    kinds = list(Kind)
    return sorted(within, key=lambda each: (each.day, each.region, kinds.index(each.kind)))


def _begun(book: Book, places: Iterable[str]) -> Iterator[Occasion]:
    for entry in book.entries:
        if entry.region in places:
            yield Occasion(day=entry.first_day, region=entry.region, kind=Kind.BEGINS, entry=entry)


def _events(book: Book, region: str | None, places: Iterable[str]) -> Iterator[Occasion]:
    for event in book.events:
        if region is None or event.region in places:
            yield Occasion(day=event.day, region=event.region, kind=Kind.EVENT, event=event)


def _yearly(book: Book, region: str | None, first: datetime.date, until: datetime.date) -> Iterator[Occasion]:
    """Days that come every year, each as the book has it on that very day; told once for those who inherit it."""
    told: set[tuple[datetime.date, Kind, int]] = set()
    for place in (region,) if region else (NATIONAL, *sorted(book.regions)):
        for kind, key in _YEARLY.items():
            for day in _days(book, place, kind, key, first, until):
                entry = book.entry(place, key, day)
                if entry is not None and (day, kind, entry.index) not in told:
                    told.add((day, kind, entry.index))
                    yield Occasion(day=day, region=entry.region, kind=kind, entry=entry)


_YEARLY = {
    Kind.SEASON_OPENS: "premium_season",
    Kind.SEASON_CLOSES: "premium_season",
    Kind.YEAR_BEGINS: "benefit_year_start",
}


def _days(
    book: Book, region: str, kind: Kind, key: str, first: datetime.date, until: datetime.date
) -> Iterator[datetime.date]:
    """The days of the years asked about on which it happens here, by the entry that holds on that day."""
    known = {
        _month_day(kind, entry.value) for place in book.divisions.chain(region) for entry in book.timeline(place, key)
    }
    for year in range(first.year, until.year + 1):
        for day in (datetime.date(year, *each) for each in known if each is not None):
            held = book.ruling(region, key, day)
            if held.known and _month_day(kind, held.value) == (day.month, day.day):
                yield day


def _month_day(kind: Kind, value: object) -> MonthDay | None:
    if value is None:
        return None
    if kind is Kind.SEASON_OPENS:
        return value.opens  # type: ignore[attr-defined,no-any-return]
    if kind is Kind.SEASON_CLOSES:
        return value.closes  # type: ignore[attr-defined,no-any-return]
    return value  # type: ignore[return-value]
