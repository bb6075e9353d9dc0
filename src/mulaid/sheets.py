"""Tables as files that spreadsheets open: a CSV of one sheet, an Excel workbook of several.

A sum is a number and a day is a date. No text begins like a formula, whoever wrote it. Every row says which day it is
of and which book it was read from, so that a row that somebody copies out still does.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from mulaid.terms.money import BasisPoints, Fen, yuan

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""
QUOTE = "'"
_MADE = datetime.datetime(2000, 1, 1)
"""A workbook keeps the moment it was made; the same rows shall make the same bytes."""
_WIDTH_MAX, _NAME_MAX = 60, 31
_FORMATS = {"yuan": "0.00", "ratio": "0.00%", "day": "yyyy-mm-dd"}


class Yuan(Fen):
    """A sum in fen, shown in yuan."""


class Ratio(BasisPoints):
    """A ratio in basis points, shown as a percentage."""


Cell = str | int | Yuan | Ratio | datetime.date | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table. `day` is the day it speaks of, `digest` the book it was read from."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    day: datetime.date
    digest: str
    marks: tuple[str, str]
    """What the two columns of day and digest are called."""

    @property
    def head(self) -> tuple[str, ...]:
        return (*self.columns, *self.marks)

    def body(self) -> Iterator[tuple[Cell, ...]]:
        """The rows, each with day and digest; one that holds nothing else where there are none."""
        for row in self.rows or ((None,) * len(self.columns),):
            yield (*row, self.day, self.digest)


def as_csv(sheet: Sheet) -> bytes:
    """One sheet as CSV: UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    written = csv.writer(text)
    written.writerow(map(plain, sheet.head))
    written.writerows([_text(cell) for cell in row] for row in sheet.body())
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Several sheets as one Excel workbook, the same bytes for the same rows."""
    # Imported only here: nobody who asks for no workbook waits for it.
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"created": _MADE})
    formats = {name: book.add_format({"num_format": form}) for name, form in _FORMATS.items()}
    bold = book.add_format({"bold": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:_NAME_MAX])
        page.freeze_panes(1, 0)
        rows = list(sheet.body())
        for at, name in enumerate(sheet.head):
            page.write_string(0, at, plain(name), bold)
            page.set_column(at, at, _width([name, *(row[at] for row in rows)]))
        for line, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                _write(page, (line, at), cell, formats)
    book.close()
    return made.getvalue()


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"{QUOTE}{text}" if text.startswith(FORMULA_SIGNS) else text


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Yuan():
            return _number(yuan(cell))
        case Ratio():
            return _number(f"{yuan(cell)}%")
        case int():
            return _number(str(cell))
        case datetime.date():
            return cell.isoformat()
    return plain(cell)


def _number(text: str) -> str:
    """A number below zero would begin like a formula: tables tell which way a sum goes by its column."""
    if text.startswith("-"):
        raise ValueError(text)
    return text


def _write(page: Any, place: tuple[int, int], cell: Cell, formats: dict[str, object]) -> None:
    match cell:
        case None:
            return
        case Yuan():
            page.write_number(*place, int(cell) / 100, formats["yuan"])
        case Ratio():
            page.write_number(*place, int(cell) / 10_000, formats["ratio"])
        case int():
            page.write_number(*place, cell)
        case datetime.date():
            page.write_datetime(*place, cell, formats["day"])
        case _:
            page.write_string(*place, plain(cell))


def _width(cells: Sequence[Cell]) -> int:
    """How wide a column is: a Chinese character takes two."""
    texts = (_text(cell) for cell in cells)
    return min(_WIDTH_MAX, 2 + max(sum(2 if ord(one) > 0x2E80 else 1 for one in text) for text in texts))
