"""How the policy commands print: JSON for programs, tables that still read well on a narrow screen for people.

`rich` is imported only when something is printed for people: it takes longer than reading the book.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

NARROW = 64
"""Below this many columns a table is told row by row."""
_SHORT = 16
"""A column whose cells are all this narrow is never folded."""


def print_json(data: Any) -> None:
    """One JSON value on stdout and nothing else."""
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, roomy: bool = False, grouped: bool = False
) -> None:
    """A table; on a narrow screen each row becomes a block of lines.

    `roomy` leaves a line between rows; `grouped` does not repeat a first cell that is the same as the one above.
    """
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console, told = Console(), [list(row) for row in rows]
    if console.width < NARROW and len(headings) > 2:
        for first, *others in told:
            named = zip(headings[1:], others, strict=True)
            print_lines([first, *(f"  {name}：{' '.join(cell.split())}" for name, cell in named if cell)])
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, leading=int(roomy))
    for at, name in enumerate(headings):
        short = all(cell_len(line) <= _SHORT for row in told for line in row[at].split("\n"))
        table.add_column(name, overflow="fold", no_wrap=short)
    above = ""
    for row in told:
        repeated, above = grouped and row[0] == above, row[0]
        table.add_row(*map(Text, ["", *row[1:]] if repeated else row))
    console.print(table)


def print_lines(lines: Iterable[str]) -> None:
    """Lines for people, folded at the edge of the screen with their indent kept."""
    from rich.console import Console

    width = Console().width
    for line in lines:
        print("\n".join(_folded(line, width)))


def _folded(line: str, width: int) -> Iterator[str]:
    """A line in pieces no wider than the screen; Chinese may be parted anywhere except before a closing mark."""
    from rich.cells import cell_len

    indent = line[: len(line) - len(line.lstrip(" "))]
    piece = ""
    for word in _WORDS.findall(line):
        if cell_len(piece + word.rstrip(" ")) > width and piece.strip():
            yield piece.rstrip(" ")
            piece = indent + "  "
        piece += word
    yield piece.rstrip(" ")


_WORDS = re.compile(r"[!-~]+[、，。；：？！）”]* *|.[、，。；：？！）”]* *")
"""A line's smallest pieces: a Latin word or one character, with the marks that may not begin a line."""
