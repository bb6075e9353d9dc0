"""Decide whether a sponsorship may be ended by whoever asks: every refusal in the order of `terms.reasons.EndRefusal`.

All rules are those of the sponsor's region. Only what is known can hold a relation: where nobody knows a rule, it is
taken as mulaid assumes it and named, because not knowing is not a lock.
"""

import datetime
from typing import Any

from mulaid.policy.law import Law
from mulaid.policy.ruling import Ruling
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, EndOutcome, Step
from mulaid.terms.reasons import EndRefusal as Refusal
from mulaid.terms.sponsorship_case import Asker, EndCase

WISH_DAYS = 30
"""How long one side's wish to end waits for the other's, where both must agree. mulaid's own; no source says."""

_A_DAY = datetime.timedelta(days=1)
_ASSUMED = {
    "unbind_by": "UNBIND_BY_ASSUMED",
    "min_bound_days": "MIN_BOUND_DAYS_ASSUMED",
    "unbind_effect": "UNBIND_EFFECT_ASSUMED",
}
"""The steps that say that nobody knows the rule."""
_OPEN = {"unbind_by": "either", "min_bound_days": 0, "unbind_effect": "now"}
"""What is taken where a book says nothing at all; and meanwhile, where nothing may be assumed."""
_BY = {"sponsor": "ENDED_BY_SPONSOR", "either": "ENDED_BY_EITHER"}
_EFFECT = {"now": "ENDS_AT_ONCE", "next_day": "ENDS_NEXT_DAY"}


def decide_end(case: EndCase, law: Law) -> EndOutcome:
    """Whether this relation may be ended on its day. A refusal is an outcome, never an exception."""
    assuming = case.assuming and not law.book.strict
    ending, rules, day = _Ending(assuming), law.aid(case.region, case.day, case.assuming), case.day
    agreed = case.by is Asker.BOTH or _waits(case)
    by: Any = None if agreed else ending.needs("unbind_by", rules.unbind_by)
    if by == "sponsor" and case.by is not Asker.SPONSOR:
        return ending.refused(Refusal.UNBIND_NOT_YOURS, rules.unbind_by.rule)
    possible_on = case.bound_on + ending.needs("min_bound_days", rules.min_bound_days) * _A_DAY
    if possible_on > day:
        return ending.refused(Refusal.LOCKED_UNBIND, rules.min_bound_days.rule, possible_on)
    if by == "both":
        return ending.refused(Refusal.OTHER_SIDE_MUST_AGREE, rules.unbind_by.rule)
    effect = ending.needs("unbind_effect", rules.unbind_effect)
    if ending.unknown is not None:
        return ending.refused(Refusal.POLICY_UNKNOWN, ending.unknown)
    ending.tell("ENDED_BY_BOTH" if agreed else _BY[by], "unbind_by", rules.unbind_by)
    ending.tell("BOUND_LONG_ENOUGH", "min_bound_days", rules.min_bound_days)
    ending.tell(_EFFECT[effect], "unbind_effect", rules.unbind_effect)
    return ending.done(day if effect == "now" else day + _A_DAY)


def _waits(case: EndCase) -> bool:
    """Whether the other side's wish still counts."""
    return case.other_asked_on is not None and case.day < case.other_asked_on + WISH_DAYS * _A_DAY


class _Ending:
    """What one end has asked of the rules so far. An unknown rule waits for every definite reason."""

    def __init__(self, assuming: bool) -> None:
        self.assuming = assuming
        self.steps: list[Step] = []
        self.used: set[int] = set()
        self.assumed: list[str] = []
        self.unknown: int | None = None

    def needs(self, key: str, ruling: Ruling) -> Any:
        self.used.add(ruling.rule)
        nobody_says = self.assuming and not ruling.known and ruling.rule == ENGINE_RULE
        if ruling.assumed or nobody_says:
            self.assumed.append(key)
        if ruling.known or nobody_says:
            return ruling.value if ruling.known else _OPEN[key]
        self.unknown = ruling.rule if self.unknown is None else self.unknown
        return _OPEN[key]

    def tell(self, code: str, key: str, ruling: Ruling) -> None:
        self.used.add(ruling.rule)
        self.steps.append(Step(_ASSUMED[key] if key in self.assumed else code, None, PATIENT, ruling.rule))

    def refused(self, refusal: Refusal, rule: int, possible_on: datetime.date | None = None) -> EndOutcome:
        """A refusal stands on a rule that is known, so nothing was assumed for it."""
        return EndOutcome(refusal, None, possible_on, (Step(refusal, None, PATIENT, rule),), self._used(), ())

    def done(self, ends_on: datetime.date) -> EndOutcome:
        return EndOutcome(None, ends_on, None, tuple(self.steps), self._used(), tuple(sorted(self.assumed)))

    def _used(self) -> tuple[int, ...]:
        return tuple(sorted(index for index in self.used if index >= 0))
