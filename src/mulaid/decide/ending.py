"""Decide whether a sponsorship may be ended by whoever asks: every refusal in the order of `terms.reasons.EndRefusal`.

All rules are those of the sponsor's region. Only what is known can hold a relation: where nobody knows a rule, it is
taken as mulaid assumes it and named, because not knowing is not a lock. By a strict book nothing is assumed.
"""

import datetime
from typing import Any

from mulaid.policy.law import Law
from mulaid.policy.ruling import Ruling
from mulaid.terms.outcome import PATIENT, EndOutcome, Step
from mulaid.terms.reasons import EndRefusal as Refusal
from mulaid.terms.sponsorship_case import Asker, EndCase

WISH_DAYS = 30
"""How long one side's wish to end waits for the other's, where both must agree. mulaid's own; no source says."""

_A_DAY = datetime.timedelta(days=1)
_ASSUMED: dict[str, tuple[Any, str]] = {
    "unbind_by": ("either", "UNBIND_BY_ASSUMED"),
    "min_bound_days": (0, "MIN_BOUND_DAYS_ASSUMED"),
    "unbind_effect": ("now", "UNBIND_EFFECT_ASSUMED"),
}
"""What is taken where nobody knows, with the step that says so: stopping harms nobody's past."""
_BY = {"sponsor": "ENDED_BY_SPONSOR", "either": "ENDED_BY_EITHER"}
_EFFECT = {"now": "ENDS_AT_ONCE", "next_day": "ENDS_NEXT_DAY"}


def decide_end(case: EndCase, law: Law) -> EndOutcome:
    """Whether this relation may be ended on its day. A refusal is an outcome, never an exception."""
    ending, rules, day = _Ending(law.book.strict), law.aid(case.region, case.day), case.day
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
    """What one end has asked of the rules so far. An unknown rule of a strict book waits for every definite reason."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.steps: list[Step] = []
        self.used: set[int] = set()
        self.assumed: list[str] = []
        self.unknown: int | None = None

    def needs(self, key: str, ruling: Ruling) -> Any:
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value
        if self.strict:
            self.unknown = ruling.rule if self.unknown is None else self.unknown
        else:
            self.assumed.append(key)
        return _ASSUMED[key][0]

    def tell(self, code: str, key: str, ruling: Ruling) -> None:
        self.used.add(ruling.rule)
        self.steps.append(Step(_ASSUMED[key][1] if key in self.assumed else code, None, PATIENT, ruling.rule))

    def refused(self, refusal: Refusal, rule: int, possible_on: datetime.date | None = None) -> EndOutcome:
        """A refusal stands on a rule that is known, so nothing was assumed for it."""
        return EndOutcome(refusal, None, possible_on, (Step(refusal, None, PATIENT, rule),), self._used(), ())

    def done(self, ends_on: datetime.date) -> EndOutcome:
        return EndOutcome(None, ends_on, None, tuple(self.steps), self._used(), tuple(sorted(self.assumed)))

    def _used(self) -> tuple[int, ...]:
        return tuple(sorted(index for index in self.used if index >= 0))
