"""What several regions, or several days of one region, do not have in common; and one rule in every region."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.history import Span, span_on, spans_on
from mulaid.policy.rules import RULES

Place = tuple[str, datetime.date]
"""A region on a day."""


class Difference(msgspec.Struct, frozen=True):
    """One rule that does not read the same everywhere; a side is None where no file says anything about it."""

    key: str
    qualifier: tuple[str, ...]
    sides: tuple[Span | None, ...]
    """In the order of the places compared."""


class Alike(msgspec.Struct, frozen=True):
    """The regions in which one rule says the same, each with its own stretch: None where no file says anything."""

    regions: tuple[str, ...]
    spans: tuple[Span | None, ...]


def differences(book: Book, places: Sequence[Place]) -> list[Difference]:
    """Only what differs in substance, in the order of the rules; who says it may differ without a difference here."""
    sides = [{(span.key, span.qualifier): span for span in spans_on(book, *place)} for place in places]
    named = [(rule.key, qualifier) for rule in RULES for qualifier in book.qualifiers(rule.key)]
    every = [Difference(*name, tuple(side.get(name) for side in sides)) for name in named]
    return [each for each in every if any(_substance(side) != _substance(each.sides[0]) for side in each.sides)]


def everywhere(
    book: Book, key: str, qualifier: tuple[str, ...], day: datetime.date, regions: Iterable[str]
) -> tuple[Alike, ...]:
    """One rule in every region on a day: those that say the same together, the most common first, the silent last."""
    groups: list[tuple[Any, list[tuple[str, Span | None]]]] = []
    for region in regions:
        span = span_on(book, region, key, day, qualifier)
        substance = _substance(span)
        same = next((members for known, members in groups if known == substance), None)
        if same is None:
            groups.append((substance, same := []))
        same.append((region, span))
    groups.sort(key=lambda group: (group[0] is None, not (group[0] and group[0][0]), -len(group[1])))
    return tuple(Alike(*(tuple(column) for column in zip(*members, strict=True))) for _, members in groups)


def _substance(span: Span | None) -> Any:
    if span is None:
        return None
    ruling, entry = span.ruling, span.entry
    return ruling.known, ruling.value, ruling.maybe, ruling.least, entry.per, entry.over
