"""What holds in a region, as plain data and as people read it."""

from typing import Any

from mulaid.policy.address import address
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.wording.book import counted_text, doubt_text, held_text, source_text
from mulaid.wording.rules import RULE_NAMES


def span_data(book: Book, span: Span) -> dict[str, Any]:
    """One stretch of a rule: the value in the form of a policy file, what is unknown about it, and who says so."""
    entry, ruling = span.entry, span.ruling
    return {
        "rule": span.key,
        "number": BY_KEY[span.key].number,
        "name": RULE_NAMES[span.key],
        "qualifier": span.qualifier,
        "from": entry.first_day,
        "no_later_than": entry.no_later_than,
        "value": span.plain,
        "unknown": doubt_text(span.doubt, entry.unknown),
        "maybe": sorted(ruling.maybe) or None,
        "at_least": ruling.least or None,
        "shown": span_text(span),
        "source": entry.source.id,
        "title": entry.source.title,
        "tier": entry.source.tier,
        "says": entry.says,
        "inherited_from": entry.region if span.inherited else None,
        "checked_on": book.regions[entry.region].checked_on,
        "address": address(book, entry),
    }


def entry_data(book: Book, entry: Entry) -> dict[str, Any]:
    """One entry with everything that is written about it and its source; `file` is the path inside the book."""
    rule, source, head = BY_KEY[entry.key], entry.source, book.regions[entry.region]
    return {
        "region": entry.region,
        "name": head.name,
        "number": rule.number,
        "rule": entry.key,
        "rule_name": RULE_NAMES[entry.key],
        "qualifiers": rule.qualified(entry.qualifier),
        "from": entry.first_day,
        "no_later_than": entry.no_later_than,
        "value": entry.written,
        "shown": entry_text(entry),
        "unknown": entry.unknown or None,
        "maybe": sorted(entry.maybe) or None,
        "at_least": entry.at_least or None,
        "per": entry.per if entry.key == "deductible" else None,
        "over": entry.over if entry.key == "fund_ratio" else None,
        "source": source.id,
        "title": source.title,
        "issuer": source.issuer or None,
        "document": source.number or None,
        "published": source.published,
        "url": source.url or None,
        "tier": source.tier,
        "also": entry.also,
        "says": entry.says,
        "quote": entry.quote or None,
        "checked_on": head.checked_on,
        "file": book.file_of(entry),
        "line": entry.line,
        "address": address(book, entry),
    }


def sourced(entry: Entry) -> str:
    """The source of an entry as people read it."""
    return source_text(entry.source.title, entry.source.tier)


def span_text(span: Span) -> str:
    """The value of one stretch as people read it, with what is uncertain about it."""
    entry, ruling = span.entry, span.ruling
    return held_text(
        span.key,
        ruling.value if ruling.known else None,
        maybe=ruling.maybe,
        why=doubt_text(span.doubt, entry.unknown),
        least=ruling.least,
        counted=counted_text(entry.per, entry.over),
    )


def entry_text(entry: Entry) -> str:
    """What one entry says for itself, whatever comes after it."""
    return held_text(
        entry.key,
        entry.value,
        maybe=entry.maybe,
        why=entry.unknown,
        least=entry.at_least,
        counted=counted_text(entry.per, entry.over),
    )
