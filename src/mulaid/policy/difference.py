"""What two regions, or two days of one region, do not have in common."""

import datetime
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.history import Span, spans_on
from mulaid.policy.rules import RULES

Place = tuple[str, datetime.date]
"""A region on a day."""


class Difference(msgspec.Struct, frozen=True):
    """One rule that reads differently; a side is None where no file says anything about it."""

    key: str
    qualifier: tuple[str, ...]
    left: Span | None
    right: Span | None


def differences(book: Book, left: Place, right: Place) -> list[Difference]:
    """Only what differs in substance, in the order of the rules; who says it may differ without a difference here."""
    sides = [{(span.key, span.qualifier): span for span in spans_on(book, *place)} for place in (left, right)]
    both = [Difference(*name, *(side.get(name) for side in sides)) for name in _named(book)]
    return [each for each in both if _substance(each.left) != _substance(each.right)]


def _named(book: Book) -> list[tuple[str, tuple[str, ...]]]:
    return [(rule.key, qualifier) for rule in RULES for qualifier in book.qualifiers(rule.key)]


def _substance(span: Span | None) -> Any:
    if span is None:
        return None
    ruling, entry = span.ruling, span.entry
    return ruling.known, ruling.value, ruling.maybe, ruling.least, entry.per, entry.over
