"""What visitors type, read: a region, a day, a sum, a number; and what is wrong with it, by the name of the field."""

import datetime
import re
from collections.abc import Container

from mulaid.explain.names import NoSuchRegion, region_named
from mulaid.terms.money import Fen
from mulaid.web.visit import Visit
from mulaid.wording import book as book_words
from mulaid.wording.pages import asked as words

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


class Form:
    """Reads the fields of one visit and gathers what is wrong. A field that is wrong reads as its default."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.faults: dict[str, str] = {}

    def word(self, name: str, allowed: Container[str], default: str) -> str:
        """One of a closed list; what stands in no list was not typed by a person and reads as the default."""
        given = self.visit.ask(name)
        return given if given in allowed else default

    def region(self, name: str, default: str = "") -> str:
        """A pooling region by name or code."""
        text = self.visit.ask(name)
        if not text:
            return default
        try:
            return region_named(self.visit.library.book, text)
        except NoSuchRegion as unknown:
            self.faults[name] = book_words.no_such_region(text, unknown.near)
            return default

    def place(self, name: str) -> str:
        """A region's field as it is shown again: by name where a code was given."""
        text, book = self.visit.ask(name), self.visit.library.book
        return book.name(text) if text in book.regions else text

    def day(self, name: str, default: datetime.date) -> datetime.date:
        """A day as browsers send it."""
        text = self.visit.ask(name)
        try:
            day = datetime.date.fromisoformat(text) if text else default
        except ValueError:
            day = datetime.date.min
        if FIRST_DAY <= day <= LAST_DAY:
            return day
        self.faults[name] = words.no_such_day(text)
        return default

    def yuan(self, name: str, default: Fen | None = None) -> Fen | None:
        """A sum in yuan, with or without decimals; empty is the default."""
        text = self.visit.ask(name).translate(_FULL_WIDTH).replace(",", "").replace("元", "").strip()
        if not text:
            return default
        read = _YUAN.fullmatch(text)
        if read is None:
            self.faults[name] = words.no_sum(self.visit.ask(name))
            return default
        return int(read[1]) * 100 + int((read[2] or "").ljust(2, "0"))

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None where nothing was typed."""
        text = self.visit.ask(name).translate(_FULL_WIDTH).removesuffix("岁").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        self.faults[name] = words.no_number(self.visit.ask(name), least, most)
        return None
