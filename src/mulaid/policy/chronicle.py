"""What happened when, and where sources contradict each other: two cited files at the top of the book."""

import datetime
from collections.abc import Container, Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from mulaid.located import Document, Place
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Source
from mulaid.policy.reading import Text, check_day, check_sources, converted, tables_of
from mulaid.policy.rules import BY_KEY

Sources = Mapping[str, Source]


class EventForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event as it is written."""

    day: datetime.date
    says: Text
    source: Text
    also: tuple[Text, ...] = ()
    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")] = NATIONAL
    approximate: bool = False


class ContradictionForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contradiction as it is written."""

    id: Text
    about: Text
    between: tuple[Text, ...]
    rules: tuple[Text, ...]
    resolution: Text
    source: Text
    also: tuple[Text, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened on a day, in a region or in the nation; `approximate` when only about that day."""

    day: datetime.date
    region: str
    says: str
    source: Source
    also: tuple[str, ...]
    approximate: bool
    file: str
    line: int


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Sources that say opposite things, the rules it is about, and how the book resolves it on whose word."""

    id: str
    about: str
    between: tuple[str, ...]
    rules: tuple[str, ...]
    resolution: str
    source: Source
    also: tuple[str, ...]
    file: str
    line: int


Form = TypeVar("Form", EventForm, ContradictionForm)


def read_events(document: Document, sources: Sources, provinces: Container[str]) -> tuple[Event, ...]:
    """Every event in file order. Raises `located.Fault`."""
    found = []
    for place, table in tables_of(document, "event"):
        check_day(document, table, "day", place)
        form = _form(document, table, place, EventForm)
        check_sources(document, place, sources, source=(form.source,), also=form.also)
        if form.region != NATIONAL and form.region[:2] not in provinces:
            raise document.fault((*place, "region"), "unknown_division", form.region)
        found.append(Event(**_fields(document, form, place, sources)))
    return tuple(found)


def read_contradictions(document: Document, sources: Sources) -> tuple[Contradiction, ...]:
    """Every contradiction in file order. Raises `located.Fault`."""
    found: dict[str, Contradiction] = {}
    for place, table in tables_of(document, "contradiction"):
        form = _form(document, table, place, ContradictionForm)
        check_sources(document, place, sources, source=(form.source,), also=form.also, between=form.between)
        for name in ("between", "rules"):
            if not getattr(form, name):
                raise document.fault((*place, name), "empty", name)
        for key in form.rules:
            if key not in BY_KEY:
                raise document.fault((*place, "rules"), "unknown_rule", key)
        if form.id in found:
            raise document.fault((*place, "id"), "name_repeated", form.id)
        found[form.id] = Contradiction(**_fields(document, form, place, sources))
    return tuple(found.values())


def _form(document: Document, table: dict[str, Any], place: Place, kind: type[Form]) -> Form:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise converted(document, error, place) from error


def _fields(document: Document, form: msgspec.Struct, place: Place, sources: Sources) -> dict[str, Any]:
    written = msgspec.structs.asdict(form)
    return written | {
        "source": sources[written["source"]],
        "file": str(document.file),
        "line": document.line(*place),
    }
