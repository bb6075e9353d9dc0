"""How commands print: JSON for programs, sentences and tables that still read well on a narrow screen for people.

Chinese has no spaces to part a line at, and a Latin word may not pull the rest of its sentence to the next line; so
lines are folded here. Where no screen is, in a pipe or a file, a sentence stays on one line, for grep and diff.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any, TextIO

import msgspec
from rich.cells import cell_len, set_cell_size

from mulaid.wording import marks

NARROW = 64
"""Below this many columns a table is told row by row."""
NO_SCREEN = 80
"""How wide a table is where there is no screen."""
_LEAST = 20
_GAP = "  "
_HANG = "  "
"""How much further the rest of a folded line is indented."""
_PIECES = re.compile(rf"[{marks.OPENING}]*(?:[!-~]+(?: {marks.UNIT})?|.)[{marks.CLOSING}]* *")
"""A line's smallest pieces: a Latin word, an amount with its unit or one character, with the marks that may not end or
begin a line."""


def print_json(data: Any) -> None:
    """One JSON value on stdout and nothing else."""
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")


def columns(stream: TextIO) -> int | None:
    """How wide the screen behind a stream is: COLUMNS where it is set, and None where there is no screen."""
    with suppress(ValueError):
        if (set_ := int(os.environ.get("COLUMNS", ""))) > 0:
            return max(set_, _LEAST)
    with suppress(OSError, ValueError):
        return max(os.get_terminal_size(stream.fileno()).columns, _LEAST) if stream.isatty() else None
    return None


def print_lines(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Lines for people, on stdout unless said otherwise, folded at the edge of the screen with their indent kept."""
    out = stream or sys.stdout
    width = columns(out)
    for line in lines:
        print(line if width is None else "\n".join(folded(line, width)), file=out)
    out.flush()


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, roomy: bool = False, grouped: bool = False
) -> None:
    """A table; on a narrow screen each row becomes a block of lines.

    `roomy` leaves a line between rows; `grouped` does not repeat a first cell that is the same as the one above.
    """
    told = [list(row) for row in rows]
    if (columns(sys.stdout) or NO_SCREEN) < NARROW and len(headings) > 2:
        for first, *others in told:
            named = zip(headings[1:], others, strict=True)
            print_lines([first, *(f"{_HANG}{name}：{' '.join(cell.split())}" for name, cell in named if cell)])
        return
    widths = _widths([headings, *told])
    _print_row(headings, widths)
    print("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)))
    above = None
    for at, row in enumerate(told):
        if roomy and at:
            print()
        _print_row(["", *row[1:]] if grouped and row[0] == above else row, widths)
        above = row[0]


def _print_row(cells: Sequence[str], widths: Sequence[int]) -> None:
    """One row of a table, each cell folded into its column."""
    columns = [
        [piece for line in cell.split("\n") for piece in _folded(line, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for pieces in zip_longest(*columns, fillvalue=""):
        print(_GAP.join(map(set_cell_size, pieces, widths)).rstrip())


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """As wide as the cells are; when that is too much for the screen, the widest columns give way."""
    widths = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)]
    room = (columns(sys.stdout) or NO_SCREEN) - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def folded(line: str, width: int, hang: str | None = None) -> Iterator[str]:
    """A line in pieces no wider than `width`; those after the first are indented by `hang`, or a little further than
    the line."""
    indent = line[: len(line) - len(line.lstrip(" "))]
    return _folded(line, width, indent + _HANG if hang is None else hang)


def _folded(line: str, width: int, hang: str = "") -> Iterator[str]:
    """A line in pieces no wider than `width`, those after the first indented by `hang`."""
    piece = ""
    for word in _PIECES.findall(line):
        parts = [word] if cell_len(hang + word.rstrip(" ")) <= width else list(word)
        for part in parts:
            if cell_len(piece + part.rstrip(" ")) > width and piece.strip():
                yield piece.rstrip(" ")
                piece = hang
            piece += part
    yield piece.rstrip(" ")
