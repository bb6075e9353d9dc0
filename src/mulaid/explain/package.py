"""The whole book as files for other programs: a Frictionless Data Package (version 2), and everything in one JSON.

The same book gives the same bytes: nothing is written that is not in it, and no hour of writing.
"""

import csv
import datetime
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mulaid import __version__
from mulaid.explain.spans import entry_data
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry, Tier
from mulaid.policy.rules import MECHANISM, RULES
from mulaid.wording import package as words
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS

NAME = "mulaid-policies"
DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {"name": "Apache-2.0", "path": "https://www.apache.org/licenses/LICENSE-2.0", "title": "Apache License 2.0"}
_QUALIFIERS = tuple(dict.fromkeys((*(name for rule in RULES for name in rule.qualifiers), MECHANISM)))
_REGION = {"pattern": "[0-9]{6}"}
_LISTS = ("maybe", "also", "between", "rules", "qualifiers", "regions", "mechanisms", "schemes")
_TYPES: dict[str, dict[str, Any]] = {
    "address": {"constraints": {"required": True}},
    "region": {"constraints": {"required": True, **_REGION}},
    "from": {"type": "date"},
    "day": {"type": "date", "constraints": {"required": True}},
    "until": {"type": "date"},
    "published": {"type": "date"},
    "checked_on": {"type": "date"},
    "no_later_than": {"type": "boolean"},
    "approximate": {"type": "boolean"},
    "every_area": {"type": "boolean"},
    "value": {"type": "any"},
    "tier": {"constraints": {"enum": [str(tier) for tier in Tier]}},
    **{name: {"type": "integer"} for name in ("at_least", "line")},
    **{name: {"type": "array"} for name in _LISTS},
}
"""What a column holds where it is not a text."""
_KEYS = {"entries": "address", "rules": "rule", "regions": "region", "sources": "id", "contradictions": "id"}
_REFERENCES = {
    "entries": {"region": ("regions", "region"), "rule": ("rules", "rule"), "source": ("sources", "id")},
    "events": {"source": ("sources", "id")},
    "contradictions": {"source": ("sources", "id")},
}


def whole_json(book: Book) -> bytes:
    """Rules, regions, sources, entries, events and contradictions, so laid out that two exports compare by lines."""
    told = {"mulaid": __version__, "digest": book.digest} | {name: list(rows) for name, rows in _tables(book).items()}
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


def data_package(book: Book, further: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The files of a data package by name, its descriptor among them. `further` files are listed in it as they are."""
    edition = {"mulaid": __version__, "digest": book.digest}
    tables = dict(_tables(book))
    tables["entries"] = [row | edition for row in tables["entries"]]
    made = {f"{name}.csv": _csv(name, rows) for name, rows in tables.items()}
    resources = [_resource(file, content) | {"schema": _schema(file, content)} for file, content in made.items()]
    for file, content in (further or {}).items():
        form = file.rpartition(".")[2]
        resources.append(_about(file, content) | {"format": form, "mediatype": f"application/{form}"})
    descriptor = {
        "$schema": PROFILE,
        "name": NAME,
        "title": words.TITLE,
        "description": words.DESCRIPTION,
        "version": __version__,
        "digest": book.digest,
        "licenses": [LICENCE],
        "contributors": [{"title": "mulaid", "roles": ["publisher"]}],
        "keywords": list(words.KEYWORDS),
        "sources": [_cited(source) for _, source in sorted(book.sources.items())],
        "resources": resources,
    }
    return made | {DESCRIPTOR: msgspec.json.format(msgspec.json.encode(descriptor), indent=1) + b"\n"}


def _tables(book: Book) -> dict[str, Iterable[dict[str, Any]]]:
    """The book as tables, each row a dict with the same keys."""
    return {
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
        "sources": [_source(source) for _, source in sorted(book.sources.items())],
        "entries": [entry_data(book, entry) for entry in _ordered(book)],
        "events": [_told(each) for each in book.events],
        "contradictions": [_told(each) for each in book.contradictions],
    }


def _ordered(book: Book) -> list[Entry]:
    """The entries by region, in the order of the rules, the earliest first."""
    place = {rule.key: at for at, rule in enumerate(RULES)}
    return sorted(book.entries, key=lambda entry: (entry.region, place[entry.key]))


def _source(source: Any) -> dict[str, Any]:
    """A source with every field, so that all rows have the same."""
    plain = msgspec.to_builtins(source, builtin_types=(datetime.date,))
    return {name: plain.get(name) for name in type(source).__struct_encode_fields__}


def _told(item: Any) -> dict[str, Any]:
    """An event or contradiction with the id of its source."""
    fields = msgspec.structs.asdict(item)
    return fields | {"source": item.source.id, "file": item.file.rpartition("/")[2].rpartition("\\")[2]}


def _cited(source: Any) -> dict[str, str]:
    """A source as a descriptor names it: its address only where it was read as one."""
    path = {"path": source.url} if source.url.startswith(("http://", "https://")) else {}
    return {"title": source.title} | path


def _csv(name: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """One line a row, UTF-8 with the mark by which spreadsheets know it.

    A value is JSON whatever it is: a bare "07-01" would be made a date of this year by the spreadsheet.
    """
    flat = [dict(_flat(row)) for row in rows]
    text = io.StringIO(newline="")
    written = csv.DictWriter(text, list(flat[0]) if flat else words.COLUMNS[name])
    written.writeheader()
    written.writerows(flat)
    return text.getvalue().encode("utf-8-sig")


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, item in row.items():
        if name == "qualifiers" and isinstance(item, dict):
            yield from ((each, item.get(each, "")) for each in _QUALIFIERS)
        else:
            yield name, _json(item) if name == "value" and item is not None else _cell(item)


def _cell(item: Any) -> str:
    if item is None or item in ((), []):
        return ""
    return str(item) if isinstance(item, str | datetime.date) else _json(item)


def _json(item: Any) -> str:
    return msgspec.json.encode(item).decode()


def _about(file: str, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"name": file.rpartition(".")[0], "path": file, "bytes": len(content), "hash": f"sha256:{digest}"}


def _resource(file: str, content: bytes) -> dict[str, Any]:
    title = words.TABLES[file.rpartition(".")[0]]
    kind = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    return _about(file, content) | {"title": title} | kind


def _schema(file: str, content: bytes) -> dict[str, Any]:
    """What every column of a table holds, by its head; the key of a row, and the rows of other tables it names."""
    table = file.rpartition(".")[0]
    names = content.decode("utf-8-sig").partition("\r\n")[0].split(",")
    schema: dict[str, Any] = {
        "fields": [
            {"name": name, "type": "string", "title": words.FIELDS[name]} | _TYPES.get(name, {}) for name in names
        ]
    }
    if table in _KEYS:
        schema["primaryKey"] = [_KEYS[table]]
    if table in _REFERENCES:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": other, "fields": [key]}}
            for field, (other, key) in _REFERENCES[table].items()
        ]
    return schema
