"""`mulaid policy export --out DIR`: the whole book as one JSON and one CSV, the same bytes for the same book."""

import csv
import datetime
import io
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid import __version__
from mulaid.cli.asking import Policies, book_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.spans import entry_data
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.rules import MECHANISM, RULES
from mulaid.wording import book as words
from mulaid.wording import commands
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS

app = Commands()

NAME = "mulaid-policies"
_QUALIFIERS = tuple(dict.fromkeys((*(name for rule in RULES for name in rule.qualifiers), MECHANISM)))


class Format(StrEnum):
    """Which files are written."""

    JSON = "json"
    CSV = "csv"
    BOTH = "both"


@app.command(help=commands.POLICY_EXPORT)
def command(
    out: Annotated[Path, typer.Option("--out", help=words.EXPORT_FOLDER)],
    form: Annotated[Format, typer.Option("--format", help=words.EXPORT_FORMAT)] = Format.BOTH,
    policies: Policies = None,
) -> None:
    """Exit 0; 2 when a policy file cannot be read or the files cannot be written."""
    book = book_of(policies)
    made = {Format.JSON: as_json, Format.CSV: as_csv}
    wanted = {out / f"{NAME}.{kind}": make for kind, make in made.items() if form in (kind, Format.BOTH)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, make in wanted.items():
            file.write_bytes(make(book))
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or out), error.strerror or ""))
    print_lines([words.exported(map(str, wanted), len(book.entries), book.digest)])


def as_json(book: Book) -> bytes:
    """Rules, regions, sources, entries, events and contradictions, so laid out that two exports compare by lines."""
    told = {
        "mulaid": __version__,
        "digest": book.digest,
        "rules": [
            {
                "number": rule.number,
                "rule": rule.key,
                "name": RULE_NAMES[rule.key],
                "unit": RULE_UNITS[rule.key],
                "qualifiers": rule.qualifiers,
            }
            for rule in RULES
        ],
        "regions": [
            {"region": region, "name": head.name, "checked_on": head.checked_on, "file": book.files[region]}
            for region, head in sorted(book.regions.items())
        ],
        "sources": [source for _, source in sorted(book.sources.items())],
        "entries": [entry_data(book, entry) for entry in _ordered(book)],
        "events": [_cited(each) for each in book.events],
        "contradictions": [_cited(each) for each in book.contradictions],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


def as_csv(book: Book) -> bytes:
    """One line an entry, UTF-8 with the mark by which spreadsheets know it.

    A value is JSON whatever it is: a bare "07-01" would be made a date of this year by the spreadsheet.
    """
    edition = {"mulaid": __version__, "digest": book.digest}
    rows = [_flat(entry_data(book, entry)) | edition for entry in _ordered(book)]
    text = io.StringIO(newline="")
    written = csv.DictWriter(text, list(rows[0]) if rows else [])
    written.writeheader()
    written.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _ordered(book: Book) -> list[Entry]:
    """The entries by region, in the order of the rules, the earliest first."""
    place = {rule.key: at for at, rule in enumerate(RULES)}
    return sorted(book.entries, key=lambda entry: (entry.region, place[entry.key]))


def _flat(entry: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, item in entry.items():
        if name == "qualifiers":
            cells |= {each: item.get(each, "") for each in _QUALIFIERS}
        else:
            cells[name] = _json(item) if name == "value" and item is not None else _cell(item)
    return cells


def _cell(item: Any) -> str:
    if item is None or item == ():
        return ""
    return str(item) if isinstance(item, str | datetime.date) else _json(item)


def _json(item: Any) -> str:
    return msgspec.json.encode(item).decode()


def _cited(item: Any) -> dict[str, Any]:
    """An event or contradiction with the id of its source."""
    fields = msgspec.structs.asdict(item)
    return fields | {"source": item.source.id, "file": Path(item.file).name}
