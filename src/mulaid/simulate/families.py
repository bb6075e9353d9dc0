"""What families are told in every region, held against what the sources say is right. A wrong payment is worse than no
answer, so an answer is wrong unless the sources say so, or leave it open and an assumption that is named decides it.
"""

import datetime
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from mulaid.intake.families import Condition, Families, Family, Result, Right, read_families
from mulaid.policy.assumed import MAY_BE_ASSUMED, given_anywhere, is_assumed
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry, Tier
from mulaid.policy.law import Law
from mulaid.policy.rules import BY_KEY
from mulaid.simulate.errands import Answer, errand, regions_of
from mulaid.terms.money import unsigned_fen, yuan

_COUNTS = frozenset({"max_members"})
"""Up to the smallest number that any source allows, so many are certain everywhere."""


class Verdict(StrEnum):
    """How an answer stands to the sources."""

    RIGHT = "right"
    WRONG = "wrong"
    ASKED = "asked"
    """Nobody knows a rule that it takes, and the family is told so."""
    ASSUMED = "assumed"
    """The sources leave it open; an assumption that the answer names decides it."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One family in one region. `right` are the answers that may be right, by what the sources say."""

    region: str
    family: Family
    answer: Answer
    verdict: Verdict
    right: tuple[Right, ...]
    open: tuple[str, ...]
    """The rules by which the sources leave open which of them it is."""
    reasons: frozenset[str]
    """Every reason to refuse that the sources give: several may hold at once, and any of them is a right one."""

    @property
    def never(self) -> frozenset[str]:
        """The rules that decided by assumption here and are ones that nobody may assume."""
        decided = self.answer.assumed.intersection(self.open) if self.verdict is Verdict.ASSUMED else frozenset()
        return frozenset(decided - MAY_BE_ASSUMED)


def shipped_families() -> Families:
    """The families that come with mulaid."""
    return read_families(Path(str(files("mulaid"))) / "simulate" / "families.toml")


def judge_all(families: Families, law: Law, regions: Iterable[str], day: datetime.date) -> Iterator[Judged]:
    """Every family in every region; where the country has no such place, the family is left out."""
    for region in regions:
        for at, family in enumerate(families.form.family):
            if regions_of(law.book, family, region) is not None:
                yield judge(families, at, law, region, day)


def judge(families: Families, at: int, law: Law, region: str, day: datetime.date) -> Judged:
    """One family in one region."""
    family = families.form.family[at]
    answer = errand(families, at, law, region, day)
    sources = _Sources(families, family, law.book, region, day, answer)
    right, open_ = sources.right()
    reasons = sources.reasons()
    verdict = verdict_of(answer, right, open_, reasons)
    return Judged(
        region=region, family=family, answer=answer, verdict=verdict, right=right, open=open_, reasons=reasons
    )


def verdict_of(answer: Answer, right: tuple[Right, ...], open_: tuple[str, ...], reasons: frozenset[str]) -> Verdict:
    """How an answer stands to those that may be right, the rules that leave open which, and the reasons that hold."""
    if answer.result is Result.UNKNOWN:
        return Verdict.ASKED
    if answer.result is Result.REFUSED and answer.reason in reasons:
        return Verdict.RIGHT
    fitting = [each for each in right if _fits(answer, each)]
    if not fitting:
        return Verdict.WRONG
    same = all(each.answer == fitting[0].answer == Result.REFUSED for each in right)
    if len(right) == 1 or same or len(fitting) == len(right):
        return Verdict.RIGHT
    return Verdict.ASSUMED if answer.assumed.intersection(open_) else Verdict.WRONG


def _fits(answer: Answer, right: Right) -> bool:
    if answer.result != right.answer or (right.reason and answer.reason != right.reason):
        return False
    return right.mutual is None or answer.mutual == unsigned_fen(right.mutual)


class _Sources:
    """What the sources say of a family in a region; mulaid's own assumptions count for nothing here."""

    def __init__(
        self, families: Families, family: Family, book: Book, region: str, day: datetime.date, answer: Answer
    ) -> None:
        self.form, self.family, self.book, self.region, self.day = families.form, family, book, region, day
        self.places = regions_of(book, family, region) or (region,)
        self.words = {
            "$kinship": str(family.payers[0].kinship),
            "$use": str(family.use),
            "$mechanism": str(answer.mechanism),
            "$balance": yuan(family.payers[0].balance),
        }

    def right(self) -> tuple[tuple[Right, ...], tuple[str, ...]]:
        """The answers that may be right, and the rules that leave open which."""
        possible: list[Right] = []
        open_: list[str] = []
        for each in self._in_order():
            holds = [self._holds(condition) for condition in each.where]
            if False in holds:
                continue
            possible.append(each)
            if None not in holds:
                break
            open_ += [one.rule for one, said in zip(each.where, holds, strict=True) if said is None]
        return tuple(possible), tuple(dict.fromkeys(open_))

    def reasons(self) -> frozenset[str]:
        """Every reason to refuse this family that holds by the sources, whichever comes first."""
        found: set[str] = set()
        for each in (*self._asked((*self.form.first, *self.form.gates)), *self.family.right):
            holds = [self._holds(condition) for condition in each.where]
            if each.answer is not Result.REFUSED:
                if False not in holds:
                    break
            elif all(holds):
                found.add(each.reason)
        return frozenset(found)

    def _in_order(self) -> Iterator[Right]:
        """What holds for all families first; a payment or a binding only behind the gates that all have to pass."""
        yield from self._asked(self.form.first)
        passed = False
        for each in self.family.right:
            if each.answer != Result.REFUSED and not passed:
                passed = True
                yield from self._asked(self.form.gates)
            yield each

    def _asked(self, every: Iterable[Right]) -> Iterator[Right]:
        """Those of the answers for all families that speak of this one: an end needs nothing that is still offered."""
        if self.family.ends is not None:
            return iter(())
        return (each for each in every if self.family.bill or not each.with_bill)

    def _holds(self, condition: Condition) -> bool | None:
        """Whether the sources say so; None where they leave it open."""
        said = self._said(condition)
        return False if said is None and condition.stated else said

    def _said(self, condition: Condition) -> bool | None:
        place = self.places[0] if condition.of == "payer" else self.region
        ruling = self.book.ruling(place, condition.rule, self.day)
        entry = self.book.entries[ruling.rule] if ruling.rule >= 0 else None
        if not ruling.known and (certain := _bounded(condition, ruling.least)) is not None:
            return certain
        if not ruling.known or entry is None or is_assumed(self.book, entry):
            return self._whatever_it_is(condition, entry)
        value = ruling.value
        if condition.item:
            value = value.get(self.words.get(condition.item, condition.item))
            if value is None:
                return None
        return self._compared(condition, value, ruling.maybe)

    def _whatever_it_is(self, condition: Condition, entry: Entry | None) -> bool | None:
        """Whether it is so whichever value the rule has that sources give; None where they do not agree.

        Those are the values that the place's own file leaves open, else all that are given anywhere: of these one that
        stands alone in the country says nothing about another place, but of how many there may be. What mulaid lists
        for the nation is no source.
        """
        if condition.item:
            return None
        listed = entry is not None and not (entry.region == NATIONAL and entry.source.tier is Tier.OWN)
        stated = entry.candidates if entry is not None and listed else ()
        said = {self._compared(condition, value, frozenset()) for value in stated}
        if not stated:
            given = given_anywhere(self.book, condition.rule, self.day)
            enough = len(given) > 1 or condition.rule in _COUNTS
            said = {self._compared(condition, each.value, each.maybe) for each in given if enough}
        return said.pop() if len(said) == 1 else None

    def _compared(self, condition: Condition, value: Any, maybe: frozenset[Any]) -> bool | None:
        if condition.has is not None or condition.lacks is not None:
            word = str(condition.has or condition.lacks)
            word = self.words.get(word, word)
            if word in map(str, maybe):
                return None
            return (word in map(str, value)) is (condition.has is not None)
        if condition.is_ is not None:
            return bool(value == condition.is_)
        bound = condition.at_least if condition.at_most is None else condition.at_most
        bound = BY_KEY[condition.rule].shape(self.words.get(bound, bound))
        return bool(value >= bound if condition.at_most is None else value <= bound)


def _bounded(condition: Condition, least: int) -> bool | None:
    """An unknown count is still not smaller than `least`."""
    if isinstance(condition.at_most, int) and least > condition.at_most:
        return False
    return True if isinstance(condition.at_least, int) and condition.at_least <= least else None
