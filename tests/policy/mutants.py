"""The book with one single value changed, cheap enough to try thousands: nothing is read or compiled that stays.

`points` lists what can be changed in an entry. A point has one or more alternatives, and is noticed when one
of them is.
"""

import copy
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.law import AidRules, Law, OwnPlan
from mulaid.policy.rows import NO_CEILING, Row, TopUpRow
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.shapes import UNLIMITED, ShapeFault, count, days, money
from mulaid.terms.codes import Kinship, Scheme, Use
from mulaid.terms.money import FULL_RATIO, yuan

A_POINT = 100
A_YUAN = 100
"""Rows are changed by one yuan, so that rounding to the fen cannot hide it."""
A_DAY = datetime.timedelta(days=1)

OWN_PLAN = {*OwnPlan.__struct_fields__} & BY_KEY.keys()
ASKED = {*AidRules.__struct_fields__} & BY_KEY.keys() | OWN_PLAN
INFORMATION = {rule.key for rule in BY_KEY.values() if rule.number in ("P08", "P28", "P29", "P30", "P32", "P33", "P35")}
UNASKED = {"authorisation_period", "refund_rule"}
"""Cited with a refusal, but no decision reads the value: there is nothing a case could notice."""
_NEVER_ASKED = {
    "auto_end_events": {"beneficiary_end", "transfer_out", "death", "tie_changed", "last_member_left", "zero_balance"},
    "mechanisms": {"ownership_transfer"},
    "territory": {"premium"},
    "uses": {
        *("resident_premium", "ltc_premium", "serious_illness_premium", "commercial_inclusive", "arrears_topup"),
    },
}
"""Members of sets and tables that wait for the procedures that will ask for them."""


_FILLED: dict[str, list[Any]] = {
    "limits": [{"payment": A_YUAN}],
    "per_relation_max": [{kinship: 1} for kinship in Kinship],
}
"""What an empty table could hold instead."""


class Point(msgspec.Struct, frozen=True):
    """One value inside an entry, how it is called, and the entry with something else in its place."""

    label: str
    mutants: tuple[Entry, ...]


class MutantLaw(Law):
    """The law of a book that differs from `base` in the entries of one rule only."""

    def __init__(self, base: Law, entry: Entry) -> None:
        super().__init__(mutated(base.book, entry))
        self.base, self.key = base, entry.key

    def aid(self, region: str, day: datetime.date, assuming: bool = True) -> AidRules:
        if self.key in OWN_PLAN:
            return self.base.aid(region, day, assuming)
        kept = region, day, assuming
        rules = self._kept.get(kept)
        if rules is None:
            changed = {self.key: self.ruling(region, self.key, day, assuming=assuming)}
            rules = self._keep(kept, msgspec.structs.replace(self.base.aid(region, day, assuming), **changed))
        return rules  # type: ignore[no-any-return]

    def own_plan(self, region: str, scheme: Scheme, use: Use, day: datetime.date) -> OwnPlan:
        if self.key in OWN_PLAN:
            return super().own_plan(region, scheme, use, day)
        return self.base.own_plan(region, scheme, use, day)


def mutated(book: Book, entry: Entry) -> Book:
    """The book with this entry in the place of the one with its number."""
    other = copy.copy(book)
    other.entries = (*book.entries[: entry.index], entry, *book.entries[entry.index + 1 :])
    slot = entry.region, entry.key, entry.qualifier
    timeline = tuple(entry if each.index == entry.index else each for each in book.timeline(*slot))
    other._timelines = book._timelines | {slot: timeline}
    return other


def matters(entry: Entry) -> bool:
    """Whether a decision could ever ask for this entry's value."""
    return entry.key in ASKED - INFORMATION - UNASKED and not entry.wholly_unknown


def points(entry: Entry) -> Iterator[Point]:
    """Everything in an entry that can be changed by itself."""
    for label, values in _values(BY_KEY[entry.key], entry.value, entry.maybe):
        changed = [msgspec.structs.replace(entry, value=value) for value in values]
        others = tuple(each for each in changed if each.value != entry.value)
        if others:
            yield Point(label, others)
    if entry.key == "deductible" and any(row.amount for row in entry.value):
        other = "admission" if entry.per == "year" else "year"
        yield Point(f"per {entry.per}", (msgspec.structs.replace(entry, per=other),))
    if entry.key == "fund_ratio" and any(row.bands for row in entry.value):
        other = "bill" if entry.over == "year" else "year"
        yield Point(f"over {entry.over}", (msgspec.structs.replace(entry, over=other),))


def stated(book: Book, besides: Path) -> Iterator[Entry]:
    """Every entry a decision could ask for, those of the files below `besides` left out."""
    for entry in book.entries:
        if matters(entry) and besides not in Path(entry.file).parents:
            yield entry


def name(entry: Entry) -> str:
    """An entry as one would look for it."""
    return " ".join((entry.region, entry.key, *entry.qualifier, str(entry.first_day)))


Values = Iterator[tuple[str, list[Any]]]
"""(what is changed, the whole value with the change made)."""


def _values(rule: Rule, value: Any, maybe: frozenset[Any]) -> Values:
    if isinstance(value, bool):
        yield str(value).lower(), [not value]
    elif isinstance(value, frozenset):
        yield from _set(rule, value, maybe)
    elif isinstance(value, dict):
        yield from _table(rule, value)
    elif isinstance(value, tuple):
        yield from _sequence(value)
    elif isinstance(value, int):
        yield from _number(rule, value)
    else:
        yield str(value), [word for word in _known(rule, "\0") if word != value]


def _number(rule: Rule, value: int) -> Values:
    if value == UNLIMITED:
        yield "unlimited", [1]
        return
    shown = yuan(value) if rule.shape is money else str(value)
    assert rule.shape in (money, count, days)
    yield f"{shown} +1", [value + 1]
    if value:
        yield f"{shown} -1", [value - 1]


def _set(rule: Rule, value: frozenset[Any], maybe: frozenset[Any]) -> Values:
    known = _known(rule, ["\0"]) if rule.key != "account_tiers" else [*value, max(value, default=0) + 1]
    asked = [word for word in known if word not in maybe and str(word) not in _NEVER_ASKED.get(rule.key, ())]
    for word in asked:
        if word in value:
            yield f"without {word}", [value - {word}]
    strange = [word for word in asked if word not in value]
    if strange:
        yield f"with any of {' '.join(map(str, strange))}", [value | {word} for word in strange]


def _table(rule: Rule, value: dict[Any, Any]) -> Values:
    if not value and rule.key in _FILLED:
        yield "nothing", _FILLED[rule.key]
    for key, item in value.items():
        if str(key) in _NEVER_ASKED.get(rule.key, ()):
            continue
        if isinstance(item, int):
            yield f"{key} {item} +1", [value | {key: item + 1}]
            yield f"{key} {item} -1", [value | {key: item - 1}]
        else:
            words = ("member", "all") if key == "scope" else _known(rule, {str(key): "\0"})
            yield f"{key} {item}", [value | {key: word} for word in words]


def _sequence(value: tuple[Any, ...]) -> Values:
    if value and isinstance(value[0], Row):
        yield from _rows(value)
    elif not value:
        yield "nothing", [(TopUpRow(ratio=FULL_RATIO // 2),)]
    elif isinstance(value[0], int):
        for at, number in enumerate(value):
            for more in (1, -1):
                yield f"{number} {more:+}", [_with(value, at, number + more)]
    else:
        for at in range(len(value) - 1):
            swapped = _with(_with(value, at, value[at + 1]), at + 1, value[at])
            yield f"{value[at]} before {value[at + 1]}", [swapped]


def _rows(rows: tuple[Any, ...]) -> Values:
    for at, row in enumerate(rows):
        for label, others in _row(row):
            yield f"row {at + 1} {label}", [_with(rows, at, other) for other in others]


def _row(row: Any) -> Values:
    def having(**fields: Any) -> Any:
        return msgspec.structs.replace(row, **fields)

    for name in ("amount", "above", "ratio", "points_off"):
        number = getattr(row, name, None)
        if number is not None and not (name == "above" and number == 0):
            yield _shown(name, number), [having(**{name: other}) for other in _near(name, number)]
    for at, band in enumerate(getattr(row, "bands", ())):
        for name in ("upto", "ratio"):
            number = getattr(band, name)
            if number is not None:
                others = [msgspec.structs.replace(band, **{name: other}) for other in _near(name, number)]
                yield f"band {at + 1} {_shown(name, number)}", [having(bands=_with(row.bands, at, b)) for b in others]
    for name in ("age_from", "age_below"):
        number = getattr(row, name)
        if number is not None:
            yield f"{name} {number} +1", [having(**{name: number + 1})]
            yield f"{name} {number} -1", [having(**{name: number - 1})]
    if row.retired_by is not None:
        yield f"retired_by {row.retired_by} +1", [having(retired_by=row.retired_by + A_DAY)]
        yield f"retired_by {row.retired_by} -1", [having(retired_by=row.retired_by - A_DAY)]
    for name in ("level", "tier"):
        for number in sorted(getattr(row, name) or ()):
            yield f"{name} without {number}", [having(**{name: getattr(row, name) - {number}})]


def _near(name: str, number: int) -> list[int]:
    if number == NO_CEILING:
        return [100 * A_YUAN]
    step = A_POINT if name in ("ratio", "points_off") else A_YUAN
    highest = FULL_RATIO if name in ("ratio", "points_off") else NO_CEILING
    return [other for other in (number + step, number - step) if 0 <= other <= highest]


def _shown(name: str, number: int) -> str:
    if number == NO_CEILING:
        return f"{name} none"
    return f"{name} {yuan(number)}{'%' if name in ('ratio', 'points_off') else ''}"


def _with(items: tuple[Any, ...], at: int, item: Any) -> tuple[Any, ...]:
    return (*items[:at], item, *items[at + 1 :])


def _known(rule: Rule, strange: Any) -> list[Any]:
    """The words a rule knows, learnt from its complaint about one it does not."""
    try:
        rule.shape(strange)
    except ShapeFault as fault:
        words = fault.detail.partition(" / ")[2].split()
    if isinstance(strange, list):
        return [next(iter(rule.shape([word]))) for word in words]
    if isinstance(strange, dict):
        key = next(iter(strange))
        return [next(iter(rule.shape({key: word}).values())) for word in words]
    return [rule.shape(word) for word in words]
