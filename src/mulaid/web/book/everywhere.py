"""One rule over the country on any day: tiles by province, and every region with those that say the same together."""

import datetime
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from mulaid.explain.spans import span_data
from mulaid.policy.difference import Alike, everywhere
from mulaid.policy.history import span_on
from mulaid.policy.rules import RULES
from mulaid.web import render, states
from mulaid.web.answers import as_json
from mulaid.web.asked import Form
from mulaid.web.book import addresses, telling
from mulaid.web.library import Library
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording.pages import book as words
from mulaid.wording.rules import RULE_NAMES

TILE_TEXT_MAX = 5
Qualified = tuple[str, tuple[str, ...]]


class Place(msgspec.Struct, frozen=True):
    """Where a province stands among the tiles; `short` is what it is called on a number plate."""

    code: str
    short: str
    name: str
    row: int
    column: int


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One province, or an empty place where `short` is empty."""

    short: str = ""
    name: str = ""
    text: str = ""
    full: str = ""
    kind: str = "sp"
    href: str = ""


def show(visit: Visit) -> Answer:
    """The page of a rule."""
    asked = addresses.qualified(visit.parts["rule"])
    if asked is None or asked[1] not in (*visit.library.book.qualifiers(asked[0]), ()):
        return states.not_found(visit)
    form = Form(visit)
    day = form.day("on", visit.day)
    library = visit.library
    key, qualifier = asked
    qualifiers = library.book.qualifiers(key)
    qualifier = qualifier if qualifier in qualifiers or not qualifiers else qualifiers[0]
    groups = everywhere(library.book, key, qualifier, day, library.regions)
    return render.page(
        visit,
        "book/everywhere.html",
        {
            "words": words,
            "key": key,
            "rule": RULE_NAMES[key],
            "heading": words.rule_title(book_words.qualified_name(key, qualifier)),
            "day": day,
            "faults": form.faults,
            "rules": rules_of(library),
            "chosen": addresses.everywhere(key, qualifier),
            "others": [
                (addresses.everywhere(key, each), book_words.qualified_name(key, each), each == qualifier)
                for each in qualifiers
            ],
            "tiles": _tiles(library, key, qualifier, day),
            "groups": [_group(library, each) for each in groups],
            "data": f"{addresses.everywhere(key, qualifier)}.json",
        },
    )


def data(visit: Visit) -> Answer:
    """The same for programs."""
    asked = addresses.qualified(visit.parts["rule"])
    if asked is None:
        return states.not_found(visit)
    library, (key, qualifier) = visit.library, asked
    day = Form(visit).day("on", visit.day)
    book = library.book
    spans = {region: span_on(book, region, key, day, qualifier) for region in library.regions}
    told = [
        {"region": region, "name": book.name(region), "holds": span_data(book, span) if span else None}
        for region, span in spans.items()
    ]
    head = {"rule": key, "name": RULE_NAMES[key], "qualifier": qualifier, "on": day, "digest": book.digest}
    return as_json(head | {"regions": told})


def rules_of(library: Library) -> list[tuple[str, str]]:
    """Every rule with the address of its page."""
    return [
        (addresses.everywhere(rule.key, (library.book.qualifiers(rule.key) or [()])[0]), RULE_NAMES[rule.key])
        for rule in RULES
    ]


def _group(library: Library, alike: Alike) -> dict[str, Any]:
    book, span = library.book, alike.spans[0]
    key = span.key if span else ""
    return {
        "text": telling.told(span) if span else words.ABSENT,
        "known": span is None or telling.known(span),
        "absent": span is None,
        "count": words.regions_count(len(alike.regions)),
        "regions": [
            (
                addresses.of_rule(region, key) if key else addresses.of_region(region),
                book.name(region),
                each.entry.source.tier.value if each else "",
            )
            for region, each in zip(alike.regions, alike.spans, strict=True)
        ],
    }


@cache
def _places() -> tuple[Place, ...]:
    table = tomllib.loads(files("mulaid.web.book").joinpath("tiles.toml").read_text(encoding="utf-8"))
    return msgspec.convert(table["tile"], tuple[Place, ...])


def _tiles(library: Library, key: str, qualifier: tuple[str, ...], day: datetime.date) -> list[Tile]:
    """The tiles row by row, eight in a row."""
    places = {(place.row, place.column): place for place in _places()}
    rows, columns = (1 + max(at) for at in zip(*places, strict=True))
    return [
        _tile(library, places[row, column], key, qualifier, day) if (row, column) in places else Tile()
        for row in range(rows)
        for column in range(columns)
    ]


def _tile(library: Library, place: Place, key: str, qualifier: tuple[str, ...], day: datetime.date) -> Tile:
    """What holds in a province; where only cities of it have a file, the first of them that knows more."""
    book = library.book
    inside = [region for region in library.regions if region[:2] == place.code[:2]]
    if not inside:
        return Tile(short=place.short, name=place.name, text="—", full=words.NOT_IN_BOOK, kind="none")
    chosen = next((region for region in inside if region == place.code), None)
    spans = {region: span_on(book, region, key, day, qualifier) for region in inside}
    if chosen is None or not telling.known(spans[chosen]):
        chosen = next((region for region in inside if telling.known(spans[region])), chosen or inside[0])
    span = spans[chosen]
    href = addresses.of_rule(chosen, key) if span else addresses.of_region(chosen)
    named = book.name(chosen)
    if span is None or not telling.known(span):
        return Tile(short=place.short, name=named, text="？", full=words.UNKNOWN, kind="v0", href=href)
    full = telling.told(span)
    text = full if len(full) <= TILE_TEXT_MAX else f"{full[: TILE_TEXT_MAX - 1]}…"
    own = span.entry.region[:2] == place.code[:2]
    return Tile(short=place.short, name=named, text=text, full=full, kind="v1" if own else "v2", href=href)
