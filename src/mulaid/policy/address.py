"""Where a value stands, in one line that can be cited: `450600/floor/2026-03-01#3f2a…`.

Region, rule and first day name one entry of a book, and the digest names the book. What a rule is told apart by follows
its key: `420100/deductible.employee.outpatient/2023-02-01#…`.
"""

import datetime
import re

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry

DIGEST_SHOWN = 16
"""So many characters of the digest are written; the more are given, the more have to be right."""
_ADDRESS = re.compile(
    r"(?P<region>[0-9]{6})/(?P<rule>[a-z0-9_]+)(?P<qualifier>(?:\.[a-z0-9_]+)*)/(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:#(?P<digest>[0-9a-f]{4,64}))?"
)


class AddressFault(ValueError):
    """The text is no address (`shape`), names another book (`digest`), or no entry of this one (`entry`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def address(book: Book, entry: Entry) -> str:
    """The address of an entry of this book."""
    rule = ".".join((entry.key, *entry.qualifier))
    return f"{entry.region}/{rule}/{entry.first_day}#{book.digest[:DIGEST_SHOWN]}"


def is_address(text: str) -> bool:
    """Whether a text is meant as an address: neither a region nor a rule has a slash in it."""
    return "/" in text


def entry_at(book: Book, text: str) -> Entry:
    """The entry an address names. Without a digest it is looked up in this book. Raises `AddressFault`."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise AddressFault("shape")
    if not book.digest.startswith(found["digest"] or ""):
        raise AddressFault("digest")
    try:
        day = datetime.date.fromisoformat(found["day"])
    except ValueError:
        raise AddressFault("shape") from None
    qualifier = tuple(part for part in found["qualifier"].split(".") if part)
    for entry in book.timeline(found["region"], found["rule"], qualifier):
        if entry.first_day == day:
            return entry
    raise AddressFault("entry")
