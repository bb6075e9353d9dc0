"""How the policy commands print: JSON for programs, tables that still read well on a narrow screen for people.

Chinese has no spaces to part a line at, and a Latin word may not pull the rest of its sentence to the next line; so
lines are folded here.
"""

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
from rich.cells import cell_len, set_cell_size

NARROW = 64
"""Below this many columns a table is told row by row."""
_GAP = "  "
_HANG = "  "
"""How much further the rest of a folded line is indented."""
_PIECES = re.compile(r"[（“]*(?:[!-~]+|.)[、，。；：？！）”]* *")
"""A line's smallest pieces: a Latin word or one character, with the marks that may not end or begin a line."""


def print_json(data: Any) -> None:
    """One JSON value on stdout and nothing else."""
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Lines for people, folded at the edge of the screen with their indent kept."""
    for line in lines:
        indent = line[: len(line) - len(line.lstrip(" "))]
        print("\n".join(_folded(line, _screen(), indent + _HANG)))


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, roomy: bool = False, grouped: bool = False
) -> None:
    """A table; on a narrow screen each row becomes a block of lines.

    `roomy` leaves a line between rows; `grouped` does not repeat a first cell that is the same as the one above.
    """
    told = [list(row) for row in rows]
    if _screen() < NARROW and len(headings) > 2:
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


def _screen() -> int:
    return shutil.get_terminal_size().columns


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """As wide as the cells are; when that is too much for the screen, the widest columns give way."""
    widths = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)]
    room = _screen() - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


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
