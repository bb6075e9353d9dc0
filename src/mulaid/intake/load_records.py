"""The records of load files, one by one, each with its place: TOML tables, JSON lines and the catalogue's CSV."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from mulaid import located
from mulaid.intake.catalogue_file import ItemForm, csv_rows
from mulaid.intake.load_form import TABLES, AnyForm, LoadForm, read_value
from mulaid.located import WHOLE_FILE, Document, Fault, Place

Progress = Callable[[str, int, int], None]
"""Told now and then: what is being done (`read`, `numbers`, `people`, `purses`, `sponsorships`, `items`), how much of
it, of how much."""

SUFFIXES = (".toml", ".jsonl", ".ndjson", ".csv")
EVERY = 2_000
"""How many records pass between two words of progress."""

_REASON = re.compile(r"(not_[a-z_]+):(.*)", re.DOTALL)
_UNKNOWN = re.compile(r"Invalid value '(.*)'", re.DOTALL)


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where a record stands."""

    file: Path
    line: int
    document: Document | None = None
    path: Place = ()

    def fault(self, place: Place, reason: str, detail: str = "") -> Fault:
        """A fault in a field of this record."""
        if self.document is not None:
            return self.document.fault((*self.path, *place), reason, detail)
        shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        return Fault(self.file, self.line, shown, reason, detail)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def load_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file named, and of a folder every load file below it in sorted order. Raises `located.Fault`."""
    for path in paths:
        files = located.files_in(path, SUFFIXES)
        if not files:
            raise Fault(path, WHOLE_FILE, "", "nothing_to_load", " ".join(SUFFIXES))
        yield from files


def forms(file: Path, progress: Progress) -> Iterator[tuple[AnyForm, Origin]]:
    match file.suffix.lower():
        case ".toml":
            yield from _toml(file)
        case ".csv":
            yield from _csv(file, progress)
        case ".jsonl" | ".ndjson":
            yield from _json_lines(file, progress)
        case suffix:
            raise Fault(file, WHOLE_FILE, "", "unknown_suffix", suffix)


def _toml(file: Path) -> Iterator[tuple[AnyForm, Origin]]:
    document = located.read(file)
    for table, records in document.table.items():
        if table not in TABLES:
            raise document.fault((table,), "unknown_table", table)
        if not isinstance(records, list):
            raise document.fault((table,), "not_an_array_of_tables", table)
    try:
        forms = msgspec.convert(document.table, LoadForm, dec_hook=read_value)
    except msgspec.ValidationError as error:
        raise _invalid(Origin(file, 1, document), error) from error
    for table in TABLES:
        for at, form in enumerate(getattr(forms, table)):
            yield form, Origin(file, document.line(table, at), document, (table, at))


def _csv(file: Path, progress: Progress) -> Iterator[tuple[AnyForm, Origin]]:
    for line, row in csv_rows(file, _counted(file, progress)):
        origin = Origin(file, line)
        try:
            yield msgspec.convert(row, ItemForm, strict=False, dec_hook=read_value), origin
        except msgspec.ValidationError as error:
            raise _invalid(origin, error) from error


def _json_lines(file: Path, progress: Progress) -> Iterator[tuple[AnyForm, Origin]]:
    decoder = msgspec.json.Decoder(AnyForm, dec_hook=read_value)
    for number, line in enumerate(_counted(file, progress), 1):
        if not line.strip():
            continue
        origin = Origin(file, number)
        try:
            yield decoder.decode(line), origin
        except msgspec.ValidationError as error:
            raise _invalid(origin, error) from error
        except (msgspec.DecodeError, RecursionError) as error:
            raise origin.fault((), "not_json", str(error)) from error


def _counted(file: Path, progress: Progress) -> Iterator[str]:
    """The lines of a file one by one, so that a long one is never in memory as a whole."""
    total = located.line_count(file)
    for number, line in enumerate(located.lines_of(file), 1):
        if number % EVERY == 0:
            progress("read", number, total)
        yield line


def _invalid(origin: Origin, error: msgspec.ValidationError) -> Fault:
    text, _, pointer = str(error).partition(" - at `")
    place = located.place_of(pointer.rstrip("`"))
    if place == ("table",) and (unknown := _UNKNOWN.fullmatch(text)):
        return origin.fault(place, "unknown_table", unknown[1])
    if said := _REASON.fullmatch(text):
        return origin.fault(place, said[1], said[2])
    return origin.fault(place, "invalid", text)
