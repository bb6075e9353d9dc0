"""What every policy command does first: load the book, find the region and the day, or say why it cannot."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from mulaid.cli.cannot import cannot
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.divisions import UnknownDivision
from mulaid.wording import commands
from mulaid.wording.files import fault_sentence


def book_of(folders: Sequence[Path] | None) -> Book:
    """The book to look in."""
    try:
        return Book.load(folders or ())
    except Fault as fault:
        cannot(fault_sentence(fault))


def region_of(book: Book, text: str) -> str:
    """A region by its code (any division of it) or its name."""
    named = [region for region in book.regions if book.name(region) == text]
    if named:
        return named[0]
    if text in book.regions:
        return text
    try:
        return book.divisions.resolve(text)
    except UnknownDivision:
        cannot(commands.no_such_region(text))


def day_of(text: str) -> datetime.date:
    """A day as written, or today."""
    try:
        return datetime.date.fromisoformat(text) if text else datetime.date.today()
    except ValueError:
        cannot(commands.no_such_day(text))
