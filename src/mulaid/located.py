"""TOML files that remember where their values stand, so that every complaint names a file and a line.

`tomllib` keeps no positions. `read` parses with it and finds the lines of table headers and keys by a scan of its own,
which knows strings and comments; the scan only serves messages and never changes what was read.

A file is somebody else's until it is read: whatever stands in it ends in a value or in a `Fault`.
"""

import datetime
import errno
import re
import stat
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
"""Between these lies every day that a file may name: people born, rules that begin, periods that end."""
LARGEST_FILE = 32 << 20
"""Bytes of a file that is read as a whole: some forty times the largest region's rules."""
LONGEST_LINE = 1 << 20
"""Bytes of one line, where a file is read line by line."""
_DEEPEST = 40
"""How deep tables and lists may lie in each other: five times what any form of ours asks for."""
_WHOLE_NUMBERS = range(-(1 << 63), 1 << 63)
"""What TOML calls an integer."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Characters that control or order what is shown instead of being shown: a text with them is not what it looks like."""
_FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?![0-9.]*%?$)")
"""What a spreadsheet takes for a formula; a number with a sign is none."""

_HEADER = re.compile(r"\s*\[(\[?)([^\[\]#]+)\]{1,2}\s*(?:#.*)?$")
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

    def check(self) -> None:
        """Refuse what no file may say, whatever its form: hidden characters, formulas, far days, too deep or large.

        Raises `Fault`. What was read from the records is not checked again: it was once, and is readable for ever.
        """
        open_: list[tuple[Place, Any]] = [((), self.table)]
        while open_:
            path, value = open_.pop()
            if isinstance(value, dict | list):
                if len(path) > _DEEPEST:
                    raise self.fault(path[:3], "too_deep", str(_DEEPEST))
                inner = value.items() if isinstance(value, dict) else enumerate(value)
                open_ += reversed([((*path, name), each) for name, each in inner])
                value = next((name for name in value if unseen(name)), "") if isinstance(value, dict) else ""
            if reason := _unfit(value):
                raise self.fault(path, *reason)

    def fault(self, path: Place, reason: str, detail: str = "", case: str = "") -> Fault:
        """A fault at `path` in this file."""
        shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        fault = Fault(self.file, self.line(*path), shown, reason, detail, case)
        if len(path) > 1 and isinstance(path[1], int):
            fault.entry_line = self.line(*path[:2])
        return fault


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name; what cannot be looked at is none."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def files_in(path: Path, suffixes: Collection[str]) -> list[Path]:
    """The file itself; of a folder every file below it with one of these suffixes, sorted. Raises `Fault`."""
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            return [path]
        return sorted(file for file in path.rglob("*") if file.suffix.lower() in suffixes)
    except (OSError, ValueError) as error:
        missing = getattr(error, "errno", None) == errno.ENOENT
        raise Fault(path, WHOLE_FILE, "", "no_such_file" if missing else "unreadable") from error


def read(file: Path) -> Document:
    """Read a UTF-8 TOML file. Raises `Fault` when it cannot be opened, decoded or parsed, or says what none may."""
    document = parse(file, text_of(file))
    document.check()
    return document


def text_of(file: Path) -> str:
    """The text of a UTF-8 file, without the mark that some editors put in front. Raises `Fault`."""
    try:
        _require_file(file)
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Fault(file, WHOLE_FILE, "", "unreadable", error.strerror or "") from error
    if len(data) > LARGEST_FILE:
        raise Fault(file, WHOLE_FILE, "", "file_too_large", str(LARGEST_FILE >> 20))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Fault(file, data[: error.start].count(b"\n") + 1, "", "not_utf8") from error


def lines_of(file: Path) -> Iterator[str]:
    """The lines of a UTF-8 file one after the other, however large it is. Raises `Fault`."""
    try:
        _require_file(file)
        with file.open("rb") as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Fault(file, number, "", "line_too_long", str(LONGEST_LINE >> 20))
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise Fault(file, number, "", "not_utf8") from error
    except OSError as error:
        raise Fault(file, WHOLE_FILE, "", "unreadable", error.strerror or "") from error


def line_count(file: Path) -> int:
    """How many lines `lines_of` will give. Raises `Fault`."""
    try:
        _require_file(file)
        with file.open("rb") as stream:
            number, last = 0, b"\n"
            while piece := stream.read(1 << 20):
                number, last = number + piece.count(b"\n"), piece[-1:]
    except OSError as error:
        raise Fault(file, WHOLE_FILE, "", "unreadable", error.strerror or "") from error
    return number + (last != b"\n")


def parse(file: Path, text: str) -> Document:
    """Parse TOML text that stands in `file`. Raises `Fault` when it is not TOML."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise Fault(file, int(found[1]) if found else len(text.splitlines()), "", "not_toml", str(error)) from error
    except RecursionError as error:
        raise Fault(file, _deepest_line(text), "", "too_deep", str(_DEEPEST)) from error
    except ValueError as error:
        # Python reads no decimal number of more than some thousand digits; tomllib lets that through.
        raise Fault(file, _longest_number(text), "", "number_too_large") from error
    return Document(file, table, _scan(text))


def unseen(text: str, allowed: str = "\n\t") -> str:
    """The first character of a text that is not shown, as "U+202E"; empty when there is none but those allowed."""
    if text.isprintable():
        return ""
    return next(
        (f"U+{ord(one):04X}" for one in text if one not in allowed and unicodedata.category(one) in _UNSEEN), ""
    )


def formula(text: str) -> str:
    """The sign by which a spreadsheet would take a text for a formula and run it; empty when there is none."""
    found = _FORMULA.match(text)
    return found[0] if found else ""


def far(day: datetime.date) -> bool:
    """Whether a day is so far from ours that it is a slip, or stands for "never"."""
    return not FIRST_DAY <= datetime.date(day.year, day.month, day.day) <= LAST_DAY


def place_of(pointer: str) -> Place:
    """Turn msgspec's error pointer "$.case[3].patient.age" into a path of keys and positions."""
    return tuple(
        int(index) if index else key for index, key in _STEP.findall(pointer.removeprefix("$")) if index or key
    )


def _unfit(value: Any) -> tuple[str, str] | None:
    """Why a value may stand in no file: the reason and its detail."""
    if isinstance(value, str):
        if hidden := unseen(value):
            return "not_printable", hidden
        return ("formula", sign) if (sign := formula(value)) else None
    if isinstance(value, datetime.date) and far(value):
        return "far_day", str(value)
    return ("number_too_large", "") if isinstance(value, int) and value not in _WHOLE_NUMBERS else None


def _require_file(file: Path) -> None:
    """A pipe or a device would make the reader wait, or never end. Raises `Fault` and `OSError`."""
    try:
        mode = file.stat().st_mode
    except ValueError as error:
        raise Fault(file, WHOLE_FILE, "", "unreadable") from error
    if not stat.S_ISREG(mode):
        raise Fault(file, WHOLE_FILE, "", "not_a_file")


def _deepest_line(text: str) -> int:
    """The line on which the brackets lie deepest, as good as a message needs it."""
    depth, deepest, found = 0, 0, 1
    for number, line in enumerate(text.split("\n"), 1):
        depth += line.count("[") + line.count("{")
        if depth > deepest:
            deepest, found = depth, number
        depth -= line.count("]") + line.count("}")
    return found


def _longest_number(text: str) -> int:
    """The line with the most digits in a row."""
    lines = text.split("\n")
    longest = [max(map(len, re.findall(r"[0-9_]+", line)), default=0) for line in lines]
    return longest.index(max(longest)) + 1


def _scan(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            if header := _HEADER.match(line):
                names = tuple(part.strip().strip("\"'") for part in header[2].strip().split("."))
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
