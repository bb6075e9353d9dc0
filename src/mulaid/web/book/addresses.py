"""Where in the pages a region, a rule and an entry stand. The address of an entry is that of the book itself."""

from collections.abc import Sequence

from mulaid.policy.address import DIGEST_SHOWN, address
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.rules import BY_KEY

ROOT = "/book"


def of_region(region: str) -> str:
    """`/book/450600`."""
    return f"{ROOT}/{region}"


def of_topic(region: str, topic: str) -> str:
    """`/book/450600/topic/paying`."""
    return f"{ROOT}/{region}/topic/{topic}"


def of_rule(region: str, key: str) -> str:
    """One rule in one region: `/book/450600/floor`."""
    return f"{ROOT}/{region}/{key}"


def of_entry(book: Book, entry: Entry) -> str:
    """One entry for ever: `/book/450600/floor/2026-03-01`."""
    return f"{ROOT}/{address(book, entry).partition('#')[0]}"


def everywhere(key: str, qualifier: Sequence[str] = ()) -> str:
    """One rule over the country: `/book/rule/deductible.employee.outpatient`."""
    return f"{ROOT}/rule/{'.'.join((key, *qualifier))}"


def qualified(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The rule and qualifier that a dotted name means; None where there is no such rule."""
    key, *qualifier = text.split(".")
    return (key, tuple(qualifier)) if key in BY_KEY else None


def edition(book: Book) -> str:
    """The digest as it is shown."""
    return book.digest[:DIGEST_SHOWN]
