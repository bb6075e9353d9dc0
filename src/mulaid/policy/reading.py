"""From policy files to entries: every value checked against its rule's shape, every citation found.

A file that cannot be read in full is refused with file, line, field and reason; nothing is skipped silently.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mulaid import located
from mulaid.located import Document, Place
from mulaid.policy.entry import OWN_SOURCE, Entry, Source, Tier
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.shapes import ShapeFault

ABOUT_THE_FILE = ("region", "name", "checked_on")
_ENTRY_KEYS = frozenset(
    ("from", "value", "unknown", "maybe", "at_least", "no_later_than", "source", "also", "basis", "says", "quote")
)
_EXTRA_KEYS = {"deductible": ("per", ("year", "admission")), "fund_ratio": ("over", ("bill", "year"))}


class RegionFile(msgspec.Struct, frozen=True):
    """What a policy file says about itself."""

    region: str
    name: str
    checked_on: datetime.date
    file: str


def read_sources(documents: Mapping[str, Document]) -> dict[str, Source]:
    """All sources by id, mulaid's own included. Raises `located.Fault`."""
    sources: dict[str, Source] = {}
    for document in documents.values():
        for position, table in enumerate(document.table.get("source", [])):
            place: Place = ("source", position)
            try:
                source = msgspec.convert(table, Source)
            except msgspec.ValidationError as error:
                raise _converted(document, error, place) from error
            if source.id in sources:
                raise document.fault((*place, "id"), "source_repeated", source.id)
            sources[source.id] = source
    sources.setdefault(OWN_SOURCE.id, OWN_SOURCE)
    return sources


def read_region(document: Document) -> RegionFile:
    """The head of a region file. Raises `located.Fault`."""
    head = {key: document.table.get(key) for key in ABOUT_THE_FILE}
    try:
        return msgspec.convert(head | {"file": str(document.file)}, RegionFile)
    except msgspec.ValidationError as error:
        raise _converted(document, error, ()) from error


def read_entries(document: Document, region: str, sources: Mapping[str, Source]) -> Iterator[Entry]:
    """Every entry of a region file, in file order; `index` is still 0. Raises `located.Fault`."""
    for key, tables in document.table.items():
        if key in ABOUT_THE_FILE:
            continue
        rule = BY_KEY.get(key)
        if rule is None:
            raise document.fault((key, 0), "unknown_rule", key)
        if not isinstance(tables, list):
            raise document.fault((key,), "not_an_array_of_tables", key)
        for position, table in enumerate(tables):
            yield _entry(document, region, rule, table, (key, position), sources)


def _entry(
    document: Document, region: str, rule: Rule, table: dict[str, Any], place: Place, sources: Mapping[str, Source]
) -> Entry:
    extra = _EXTRA_KEYS.get(rule.key)
    allowed = _ENTRY_KEYS | set(rule.qualifiers) | ({extra[0]} if extra else set())
    if strange := sorted(set(table) - allowed):
        raise document.fault((*place, strange[0]), "unknown_key", strange[0])
    for needed in ("from", "source", "says", *rule.qualifiers):
        if not table.get(needed):
            raise document.fault(place, "missing", needed)
    if extra and table.get(extra[0], extra[1][0]) not in extra[1]:
        raise document.fault((*place, extra[0]), "not_a_choice", " ".join(extra[1]))
    first_day = table["from"]
    if type(first_day) is not datetime.date:
        raise document.fault((*place, "from"), "not_a_day", repr(first_day))
    source = sources.get(table["source"])
    if source is None:
        raise document.fault((*place, "source"), "unknown_source", str(table["source"]))
    if (source.tier is Tier.OWN and "value" in table) != (table.get("basis") == "assumption"):
        raise document.fault(place, "basis", source.id)
    value, maybe = _value(document, rule, table, place)
    return Entry(
        index=0,
        region=region,
        key=rule.key,
        first_day=first_day,
        source=source,
        says=table["says"],
        value=value,
        unknown=table.get("unknown", ""),
        maybe=maybe,
        at_least=table.get("at_least", 0),
        no_later_than=table.get("no_later_than", False),
        assumption=table.get("basis") == "assumption",
        also=tuple(table.get("also", ())),
        quote=table.get("quote", ""),
        qualifier=tuple(table[name] for name in rule.qualifiers),
        per=table.get("per", "year"),
        over=table.get("over", "bill"),
        file=str(document.file),
        line=document.line(*place),
    )


def _value(document: Document, rule: Rule, table: dict[str, Any], place: Place) -> tuple[Any, frozenset[Any]]:
    """The value and the uncertain members. Exactly one of `value` and `unknown`, or a set's value with `maybe`."""
    partly = "maybe" in table
    if partly and not ("value" in table and "unknown" in table):
        raise document.fault(place, "maybe_needs_both", rule.key)
    if not partly and ("value" in table) == ("unknown" in table):
        raise document.fault(place, "value_or_unknown", rule.key)
    if "value" not in table:
        return None, frozenset()
    try:
        value = rule.shape(table["value"])
        maybe = rule.shape(table["maybe"]) if partly else frozenset()
    except ShapeFault as fault:
        raise document.fault((*place, "value"), fault.reason, fault.detail) from fault
    if partly and not isinstance(value, frozenset):
        raise document.fault((*place, "maybe"), "maybe_needs_a_set", rule.key)
    return value, frozenset(maybe)


def _converted(document: Document, error: msgspec.ValidationError, place: Place) -> located.Fault:
    text, _, pointer = str(error).partition(" - at `")
    return document.fault((*place, *located.place_of(pointer.rstrip("`"))), "invalid", text)
