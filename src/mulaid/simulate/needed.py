"""Which missing answers stop how many families of a region, ranked by what each unlocks.

A family that is stopped names the first rule nobody knows. What it would ask next is found by supposing what sources
say elsewhere in the country and letting it go on; nothing of that is an answer.
"""

import copy
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mulaid.intake.families import Families, Result
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry, Tier
from mulaid.policy.law import Law
from mulaid.policy.ruling import Ruling
from mulaid.simulate.errands import Answer, Missing, errand
from mulaid.simulate.families import Judged, Verdict

TRIED_MAX = 12
"""So many values of elsewhere are supposed for one rule before it is taken to stop the family for good."""
STEPS_MAX = 20
"""So many rules one after another a family may ask for."""


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One missing answer and the families it matters to, by their ids."""

    missing: Missing
    stops: tuple[str, ...]
    """Those that cannot be answered without it."""
    unlocks: tuple[str, ...]
    """Those of them that would be answered by it alone, whichever value it has elsewhere."""
    assumed_by: tuple[str, ...]
    """Those that were answered by assuming it."""
    elsewhere: tuple[Entry, ...]
    """What sources say of the rule elsewhere, the most common first: what an answer may look like."""


def needed(families: Families, judged: Iterable[Judged], law: Law, day: datetime.date) -> list[Need]:
    """What one region's families need, the answer that unlocks most first."""
    place = {family.id: at for at, family in enumerate(families.form.family)}
    stops: dict[Missing, list[str]] = {}
    unlocks: dict[Missing, list[str]] = {}
    assumed: dict[Missing, list[str]] = {}
    for each in judged:
        if each.verdict is Verdict.ASKED:
            missing = _all_missing(families, place[each.family.id], each.answer, law, each.region, day)
            for one in missing:
                stops.setdefault(one, []).append(each.family.id)
            if len(missing) == 1:
                unlocks.setdefault(missing[0], []).append(each.family.id)
        elif each.verdict is Verdict.ASSUMED:
            for key in each.answer.assumed.intersection(each.open):
                assumed.setdefault(Missing(each.region, key, ()), []).append(each.family.id)
    found = [
        Need(
            missing=one,
            stops=tuple(stops.get(one, ())),
            unlocks=tuple(unlocks.get(one, ())),
            assumed_by=tuple(assumed.get(one, ())),
            elsewhere=elsewhere(law.book, one, day),
        )
        for one in {**stops, **assumed}
    ]
    return sorted(found, key=lambda need: (-len(need.unlocks), -len(need.stops), -len(need.assumed_by), need.missing))


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that is missing in several regions: how many, and what it does to their families together."""

    key: str
    qualifier: tuple[str, ...]
    regions: tuple[str, ...]
    unlocks: int
    stops: int
    assumed_by: int


def together(needs: Iterable[Need]) -> list[Lack]:
    """The needs of many regions by rule, the one that unlocks most first."""
    by_rule: dict[tuple[str, tuple[str, ...]], list[Need]] = {}
    for need in needs:
        by_rule.setdefault((need.missing.key, need.missing.qualifier), []).append(need)
    found = [
        Lack(
            key=key,
            qualifier=qualifier,
            regions=tuple(sorted({need.missing.region for need in each})),
            unlocks=sum(len(need.unlocks) for need in each),
            stops=sum(len(need.stops) for need in each),
            assumed_by=sum(len(need.assumed_by) for need in each),
        )
        for (key, qualifier), each in by_rule.items()
    ]
    return sorted(found, key=lambda lack: (-lack.unlocks, -lack.stops, -lack.assumed_by, lack.key, lack.qualifier))


def elsewhere(book: Book, missing: Missing, day: datetime.date) -> tuple[Entry, ...]:
    """One entry for each value that a source gives for the rule on that day anywhere, the most common first."""
    said: dict[str, list[Entry]] = {}
    for region in sorted(book.regions):
        entry = book.entry(region, missing.key, day, missing.qualifier)
        if entry is not None and entry.value is not None and entry.source.tier is not Tier.OWN:
            said.setdefault(repr((entry.value, entry.maybe)), []).append(entry)
    return tuple(each[0] for each in sorted(said.values(), key=lambda each: -len(each)))


def _all_missing(
    families: Families, at: int, answer: Answer, law: Law, region: str, day: datetime.date
) -> tuple[Missing, ...]:
    """Every rule the family would ask for, one after another."""
    supposed: dict[Missing, Any] = {}
    found: list[Missing] = []
    while answer.result is Result.UNKNOWN and len(found) < STEPS_MAX:
        new = [one for one in answer.missing if one.key and one not in found]
        if not new:
            break
        found += new
        for one in new:
            gone_on = _supposing(families, at, law, region, day, one, supposed)
            if gone_on is None:
                return tuple(found)
            answer = gone_on
    return tuple(found)


def _supposing(
    families: Families, at: int, law: Law, region: str, day: datetime.date, one: Missing, supposed: dict[Missing, Any]
) -> Answer | None:
    """The answer with a value of elsewhere under which the family no longer asks for this rule.

    A value under which it then asks for another is taken first: whoever is unlocked is so whatever the answer is.
    """
    answered: tuple[Any, Answer] | None = None
    for entry in elsewhere(law.book, one, day)[:TRIED_MAX]:
        trial = supposed | {one: entry.value}
        answer = errand(families, at, Law(_Supposed.over(law.book, trial)), region, day)
        if one in answer.missing:
            continue
        if answered is None or answer.result is Result.UNKNOWN:
            answered = entry.value, answer
        if answer.result is Result.UNKNOWN:
            break
    if answered is None:
        return None
    supposed[one] = answered[0]
    return answered[1]


class _Supposed(Book):
    """A book in which some rules are known that nobody knows."""

    values: Mapping[Missing, Any]

    @classmethod
    def over(cls, book: Book, values: Mapping[Missing, Any]) -> "_Supposed":
        made = copy.copy(book)
        made.__class__ = cls
        assert isinstance(made, cls)
        made.values = values
        return made

    def ruling(self, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Ruling:
        ruling = super().ruling(region, key, day, qualifier)
        entry = self.entries[ruling.rule] if ruling.rule >= 0 else None
        place = entry.region if entry else region
        for where in (region, place):
            if (one := Missing(where, key, qualifier)) in self.values:
                return Ruling(self.values[one], ruling.rule)
        return ruling
