"""TOML files that remember where their values stand, so that every complaint names a file and a line.

`tomllib` keeps no positions. `read` parses with it and finds the lines of table headers and keys by a scan of its own,
which knows strings and comments; the scan only serves messages and never changes what was read.
"""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

_HEADER = re.compile(r"\s*\[(\[?)\s*([^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")
_TRIPLE_QUOTES = ('"""', "'''")
_TOKEN = re.compile(r"""\\.|\"{3}|'{3}|"(?:\\.|[^"\\])*"|'[^']*'|#""")
"""What decides whether a multi-line string is open: an escape, its quotes, a whole one-line string, a comment."""
_STEP = re.compile(r"\[(\d+)\]|\[\.\.\.\]|([^.\[\]]+)")

Place = tuple[str | int, ...]

WHOLE_FILE = 0
"""The line of a fault that is the file's or folder's as a whole."""


class Fault(Exception):
    """Something wrong in a file: which file, which line (or `WHOLE_FILE`), which field, and a reason with its detail.

    The sentence is made in `mulaid.wording` from `reason` and `detail`; nothing here is shown to people.
    """

    def __init__(self, file: Path, line: int, field: str, reason: str, detail: str = "", case: str = "") -> None:
        super().__init__(f"{file}:{line}: {field}: {reason} {detail}")
        self.file, self.line, self.field, self.reason, self.detail, self.case = file, line, field, reason, detail, case
        self.entry_line = line
        """The line of the `[[…]]` header the fault stands under."""
        self.others: tuple[Fault, ...] = ()
        """What else is wrong, where the reader went on."""


class Faults:
    """Faults that do not stop the reading: in the end the first is raised and carries the others."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep a fault raised inside and go on after the block."""
        try:
            yield
        except Fault as fault:
            self.found.append(fault)

    def settle(self) -> None:
        """Raise what was gathered, if anything was."""
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            raise first


class Document(msgspec.Struct, frozen=True):
    """A parsed TOML file with the line of every table header and key."""

    file: Path
    table: dict[str, Any]
    lines: dict[Place, int]

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest table around it; 1 when nothing nearer is known."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def fault(self, path: Place, reason: str, detail: str = "", case: str = "") -> Fault:
        """A fault at `path` in this file."""
        shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        fault = Fault(self.file, self.line(*path), shown, reason, detail, case)
        if len(path) > 1 and isinstance(path[1], int):
            fault.entry_line = self.line(*path[:2])
        return fault


def read(file: Path) -> Document:
    """Read a UTF-8 TOML file. Raises `Fault` when it cannot be opened, decoded or parsed."""
    return parse(file, text_of(file))


def text_of(file: Path) -> str:
    """The text of a UTF-8 file. Raises `Fault`."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Fault(file, WHOLE_FILE, "", "unreadable", error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise Fault(file, WHOLE_FILE, "", "not_utf8") from error


def parse(file: Path, text: str) -> Document:
    """Parse TOML text that stands in `file`. Raises `Fault` when it is not TOML."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise Fault(file, int(found[1]) if found else len(text.splitlines()), "", "not_toml", str(error)) from error
    return Document(file, table, _scan(text))


def place_of(pointer: str) -> Place:
    """Turn msgspec's error pointer "$.case[3].patient.age" into a path of keys and positions."""
    return tuple(
        int(index) if index else key for index, key in _STEP.findall(pointer.removeprefix("$")) if index or key
    )


def _scan(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            if header := _HEADER.match(line):
                names = tuple(part.strip().strip("\"'") for part in header[2].split("."))
                here = _open_table(names, bool(header[1]), counts)
                lines.setdefault(here, number)
            elif key := _KEY.match(line):
                lines.setdefault((*here, *(part.strip() for part in key[1].split("."))), number)
        inside = _string_left_open(line, inside)
    return lines


def _string_left_open(line: str, inside: str) -> str:
    """The quotes of the multi-line string that is still open at the end of a line, if one is."""
    for token in _TOKEN.finditer(line):
        if inside:
            inside = "" if token[0] == inside else inside
        elif token[0] == "#":
            break
        elif token[0] in _TRIPLE_QUOTES:
            inside = token[0]
    return inside


def _open_table(names: tuple[str, ...], array: bool, counts: dict[Place, int]) -> Place:
    path: Place = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if array and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
