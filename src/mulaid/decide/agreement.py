"""Deciding by agreement: a rule nobody knows is no matter where every value it could have comes to the same.

The question is decided once for every combination of candidates of the rules that were missing. Where all come to the
same, to the fen and for everybody, that is the answer, and nothing is assumed. Else the answer stays open, and names
every rule that was found missing on the way.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from mulaid.policy.law import AidRules, Law, OwnPlan
from mulaid.policy.ruling import Ruling
from mulaid.terms.codes import Scheme, Use

WORLDS_MAX = 64
"""Combinations tried; where there are more, the question stays open."""

Answer = TypeVar("Answer")
Ask = Callable[[Law], tuple[Answer, Sequence[Ruling]]]
"""Decide once by a law: the answer, and the rules missing for it."""
Name = tuple[str, str]
"""A rule of a region."""


class Supposed(Law):
    """A law in which some rules that nobody knows have one of the values they could have."""

    def __init__(self, law: Law, values: dict[Name, Any]) -> None:
        self.book, self.base, self.values, self.assuming = law.book, law, values, law.assuming
        self.assumable = law.assumable

    def aid(self, region: str, day: datetime.date, assuming: bool = True) -> AidRules:
        rules: AidRules = self._with(region, self.base.aid(region, day, assuming))
        return rules

    def own_plan(self, region: str, scheme: Scheme, use: Use, day: datetime.date) -> OwnPlan:
        plan: OwnPlan = self._with(region, self.base.own_plan(region, scheme, use, day))
        return plan

    def benefit_year(self, region: str, day: datetime.date) -> int:
        return self.base.benefit_year(region, day)

    def _with(self, region: str, rules: Any) -> Any:
        changed = {}
        for (place, key), value in self.values.items():
            if place == region and hasattr(rules, key):
                changed[key] = msgspec.structs.replace(getattr(rules, key), value=value, assumed=False)
        return msgspec.structs.replace(rules, **changed) if changed else rules


class _Open(Exception):
    """The candidates do not agree, or there are none, or too many. Never leaves this module."""


def agreed(
    ask: Ask[Answer],
    law: Law,
    first: tuple[Answer, Sequence[Ruling]],
    *,
    alike: Callable[[Answer], Any],
    standing: Callable[[Ruling], Sequence[Any]] = lambda ruling: ruling.candidates,
) -> tuple[Answer, Sequence[Ruling]]:
    """The answer all candidates agree on, with nothing missing; else the first one, with all that is missing.

    `alike` is what has to be the same; `standing` the candidates that stand for all of a rule.
    """
    search = _Search(ask, law, alike, standing)
    try:
        search.explore({}, first)
    except _Open:
        return first[0], tuple(search.missing.values())
    return search.leaves[0], ()


class _Search:
    def __init__(
        self,
        ask: Ask[Any],
        law: Law,
        alike: Callable[[Any], Any],
        standing: Callable[[Ruling], Sequence[Any]],
    ) -> None:
        self.ask, self.law, self.alike, self.standing = ask, law, alike, standing
        self.missing: dict[Name, Ruling] = {}
        self.leaves: list[Any] = []
        self.worlds = 0

    def explore(self, values: dict[Name, Any], found: tuple[Any, Sequence[Ruling]]) -> None:
        """Branch over the first rule still missing. Raises `_Open`."""
        answer, missing = found
        for ruling in missing:
            self.missing.setdefault((ruling.region, ruling.key), ruling)
        if not missing:
            if self.leaves and self.alike(self.leaves[0]) != self.alike(answer):
                raise _Open
            self.leaves.append(answer)
            return
        name = missing[0].region, missing[0].key
        candidates = () if name in values else self.standing(missing[0])
        if not candidates or any(not ruling.candidates for ruling in missing):
            raise _Open
        for candidate in candidates:
            self.worlds += 1
            if self.worlds > WORLDS_MAX:
                raise _Open
            supposed = {**values, name: candidate}
            self.explore(supposed, self.ask(Supposed(self.law, supposed)))
