"""The policy book as pages read it: loaded once, with what is asked of it again and again kept by day."""

import datetime
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from mulaid.explain.names import names_of
from mulaid.explain.package import data_package, whole_json
from mulaid.policy.book import Book
from mulaid.policy.coverage import Cover, coverage
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law

DAYS_KEPT = 8


class Library:
    """A book, its law, and readings of it. Safe to read from several threads."""

    def __init__(self, book: Book, *, corrections: Path | None = None) -> None:
        self.book, self.law = book, Law(book)
        self.corrections = corrections
        """The folder for corrections that readers send in; None where none are taken."""
        self.names = names_of(book)
        self.regions = tuple(sorted(region for region in book.regions if region != NATIONAL))
        """The regions that have a file of their own."""
        self.covers: Callable[[str, datetime.date], tuple[Cover, ...]] = lru_cache(DAYS_KEPT * (len(book.regions) + 1))(
            self._covers
        )
        self._files: dict[str, bytes] | None = None
        self.kept: dict[Any, Any] = {}

    def _covers(self, region: str, day: datetime.date) -> tuple[Cover, ...]:
        """How much of each rule is known in one region on a day."""
        return tuple(coverage(self.book, day, [region]))

    def files(self) -> dict[str, bytes]:
        """The whole book as files to download, by name."""
        if self._files is None:
            self._files = data_package(self.book) | {"mulaid-policies.json": whole_json(self.book)}
        return self._files
