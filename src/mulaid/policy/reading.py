"""From policy files to entries: every value checked against its rule's shape, every citation found.

A file that cannot be read in full is refused with file, line, field and reason; nothing is skipped silently.
"""

import datetime
from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

from mulaid import located
from mulaid.located import Document, Faults, Place
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry, Source, Tier
from mulaid.policy.rules import ASSUMABLE, BY_KEY, MECHANISM, Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.terms.codes import CareGroup, Mechanism, Scheme, Use

ABOUT_THE_FILE = ("region", "name", "checked_on")
AMENDS = "amends"
_EXTRA_KEYS = {"deductible": "per", "fund_ratio": "over"}
_QUALIFIERS = frozenset(("scheme", "group", "care", MECHANISM))

Text = Annotated[str, msgspec.Meta(min_length=1)]


class EntryForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry as it is written; its value is read by its rule's shape."""

    first_day: datetime.date = msgspec.field(name="from")
    source: Text
    says: Text
    value: Any = msgspec.UNSET
    unknown: Text | msgspec.UnsetType = msgspec.UNSET
    maybe: list[Any] | msgspec.UnsetType = msgspec.UNSET
    at_least: Annotated[int, msgspec.Meta(ge=0)] = 0
    no_later_than: bool = False
    candidates: Annotated[list[Any], msgspec.Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET
    assume: Any = msgspec.UNSET
    because: Text | msgspec.UnsetType = msgspec.UNSET
    risk: Text | msgspec.UnsetType = msgspec.UNSET
    also: tuple[Text, ...] = ()
    quote: str = ""
    scheme: Scheme | None = None
    group: CareGroup | None = None
    care: Use | None = None
    mechanism: Mechanism | None = None
    per: Literal["year", "admission"] = "year"
    over: Literal["bill", "year"] = "bill"


_FIELDS = frozenset(EntryForm.__struct_encode_fields__)


class RegionFile(msgspec.Struct, frozen=True):
    """What a policy file says about itself."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
    name: Text
    checked_on: datetime.date
    file: str
    line: int
    """Of `checked_on`."""


def read_sources(document: Document, sources: dict[str, Source], provinces: Container[str]) -> dict[str, int]:
    """Add the sources of one file to those known, by id; the answer is their lines. Raises `located.Fault`."""
    lines: dict[str, int] = {}
    for place, table in tables_of(document, "source"):
        for key in ("from", "until"):
            check_day(document, table, key, place)
        try:
            source = msgspec.convert(table, Source)
        except msgspec.ValidationError as error:
            raise converted(document, error, place) from error
        if source.id in sources:
            raise document.fault((*place, "id"), "source_repeated", source.id)
        for region in source.regions:
            if region != NATIONAL and region[:2] not in provinces:
                raise document.fault((*place, "regions"), "unknown_division", region)
        sources[source.id], lines[source.id] = source, document.line(*place)
    return lines


def tables_of(document: Document, name: str) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The tables of a file that holds nothing but `[[name]]`, each with its place. Raises `located.Fault`."""
    if strange := sorted(set(document.table) - {name}):
        raise document.fault((strange[0],), "unknown_key", strange[0])
    yield from _tables(document, name, document.table.get(name, []))


def check_day(document: Document, table: dict[str, Any], key: str, place: Place) -> None:
    """A day is written without quotes and without an hour. Raises `located.Fault`."""
    if key in table and type(table[key]) is not datetime.date:
        raise document.fault((*place, key), "not_a_day", repr(table[key]))


def check_sources(document: Document, place: Place, sources: Mapping[str, Source], **cited: tuple[str, ...]) -> None:
    """Every source cited in the fields of one entry is there. Raises `located.Fault`."""
    for field, ids in cited.items():
        for source_id in ids:
            if source_id not in sources:
                raise document.fault((*place, field), "unknown_source", source_id)


def converted(document: Document, error: msgspec.ValidationError, place: Place) -> located.Fault:
    """What msgspec complains of in the table at `place`, as a fault where it stands."""
    text, _, pointer = str(error).partition(" - at `")
    return document.fault((*place, *located.place_of(pointer.rstrip("`"))), "invalid", text)


def read_region(document: Document) -> RegionFile:
    """The head of a region file. Raises `located.Fault`."""
    check_day(document, document.table, "checked_on", ())
    head = {key: document.table.get(key) for key in ABOUT_THE_FILE}
    try:
        return msgspec.convert(head | {"file": str(document.file), "line": document.line("checked_on")}, RegionFile)
    except msgspec.ValidationError as error:
        raise converted(document, error, ()) from error


def read_amendment(document: Document, sources: Mapping[str, Source], faults: Faults) -> list[Entry]:
    """The entries of a file with `amends` for its head: they join those of that region. Raises `located.Fault`."""
    region = document.table[AMENDS]
    if not isinstance(region, str):
        raise document.fault((AMENDS,), "amends_nothing", repr(region))
    if strange := [key for key in ABOUT_THE_FILE if key in document.table]:
        raise document.fault((strange[0],), "unknown_key", strange[0])
    return read_entries(document, region, sources, faults)


def read_entries(document: Document, region: str, sources: Mapping[str, Source], faults: Faults) -> list[Entry]:
    """Every sound entry of a region file, in file order; `index` is still 0. What is wrong goes to `faults`."""
    found = []
    for key, tables in document.table.items():
        if key == AMENDS or key in ABOUT_THE_FILE:
            continue
        with faults.gather():
            rule = BY_KEY.get(key)
            if rule is None:
                raise document.fault((key, 0), "unknown_rule", key)
            for place, table in _tables(document, key, tables):
                with faults.gather():
                    found.append(_entry(document, region, rule, table, place, sources))
    return found


def _tables(document: Document, name: str, tables: Any) -> Iterator[tuple[Place, dict[str, Any]]]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise document.fault((name,), "not_an_array_of_tables", name)
    for position, table in enumerate(tables):
        yield (name, position), table


def _entry(
    document: Document, region: str, rule: Rule, table: dict[str, Any], place: Place, sources: Mapping[str, Source]
) -> Entry:
    if strange := sorted(set(table) - _FIELDS):
        raise document.fault((*place, strange[0]), "unknown_key", strange[0])
    check_day(document, table, "from", place)
    try:
        form = msgspec.convert(table, EntryForm)
    except msgspec.ValidationError as error:
        raise converted(document, error, place) from error
    _check_keys(document, rule, table, place)
    check_sources(document, place, sources, source=(form.source,), also=form.also)
    source = sources[form.source]
    if source.tier is Tier.OWN and "value" in table:
        raise document.fault((*place, "value"), "value_of_nobody", source.id)
    _check_assumption(document, rule, table, place)
    value, maybe = _value(document, rule, table, place)
    return Entry(
        index=0,
        region=region,
        key=rule.key,
        first_day=form.first_day,
        source=source,
        says=form.says,
        value=value,
        written=table.get("value"),
        unknown="" if isinstance(form.unknown, msgspec.UnsetType) else form.unknown,
        maybe=maybe,
        at_least=form.at_least,
        no_later_than=form.no_later_than,
        candidates=tuple(_shaped(document, rule, each, (*place, "candidates")) for each in table.get("candidates", ())),
        assume=_shaped(document, rule, table["assume"], (*place, "assume")) if "assume" in table else None,
        assume_written=table.get("assume"),
        because=table.get("because", ""),
        risk=table.get("risk", ""),
        also=form.also,
        quote=form.quote,
        qualifier=tuple(str(getattr(form, name)) for name in _qualified_by(rule, table)),
        per=form.per,
        over=form.over,
        file=str(document.file),
        line=document.line(*place),
    )


def _check_assumption(document: Document, rule: Rule, table: dict[str, Any], place: Place) -> None:
    """What could be true, and what is taken meanwhile, belongs to what is wholly unknown; some rules never are."""
    for name in ("candidates", "assume", "because", "risk"):
        if name in table and ("unknown" not in table or "value" in table):
            raise document.fault((*place, name), "only_of_unknown", name)
        if "assume" in table and name != "candidates" and name not in table:
            raise document.fault(place, "missing", name)
        if name in ("because", "risk") and name in table and "assume" not in table:
            raise document.fault((*place, name), "missing", "assume")
    if "assume" in table and rule.key not in ASSUMABLE:
        raise document.fault((*place, "assume"), "never_assumed", rule.key)


def _check_keys(document: Document, rule: Rule, table: dict[str, Any], place: Place) -> None:
    """Qualifiers and the one further key of a rule: those it takes must be there, the others must not."""
    for name in rule.qualifiers:
        if name not in table:
            raise document.fault(place, "missing", name)
    strange = sorted(
        (set(table) & (_QUALIFIERS | set(_EXTRA_KEYS.values())))
        - {*_qualified_by(rule, table), _EXTRA_KEYS.get(rule.key)}
    )
    if strange:
        raise document.fault((*place, strange[0]), "unknown_key", strange[0])


def _qualified_by(rule: Rule, table: dict[str, Any]) -> tuple[str, ...]:
    """What tells the entry apart from others of its rule; a rule about sharing may be told apart by mechanism."""
    return (MECHANISM,) if rule.sharing and MECHANISM in table else rule.qualifiers


def _value(document: Document, rule: Rule, table: dict[str, Any], place: Place) -> tuple[Any, frozenset[Any]]:
    """The value and the uncertain members. Exactly one of `value` and `unknown`, or a set's value with `maybe`."""
    partly = "maybe" in table
    if partly and not ("value" in table and "unknown" in table):
        raise document.fault(place, "maybe_needs_both", rule.key)
    if not partly and ("value" in table) == ("unknown" in table):
        raise document.fault(place, "value_or_unknown", rule.key)
    value = _shaped(document, rule, table["value"], (*place, "value")) if "value" in table else None
    if not partly:
        return value, frozenset()
    if not isinstance(value, frozenset):
        raise document.fault((*place, "maybe"), "maybe_needs_a_set", rule.key)
    return value, frozenset(_shaped(document, rule, table["maybe"], (*place, "maybe")))


def _shaped(document: Document, rule: Rule, value: Any, place: Place) -> Any:
    try:
        return rule.shape(value)
    except ShapeFault as fault:
        raise document.fault(place, fault.reason, fault.detail) from fault
