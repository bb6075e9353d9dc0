"""Are the terms a sponsor sets for a relation allowed, and how much may be set apart for a relative?

All rules are those of the sponsor's region. A rule nobody knows locks nobody out where it would only have asked for
more; what opens money is refused where nobody knows it.
"""

import datetime
from collections.abc import Callable
from typing import Any

from mulaid.policy.law import AidRules
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import LimitScope
from mulaid.terms.money import Fen
from mulaid.terms.outcome import ENGINE_RULE
from mulaid.terms.sponsorship_case import Terms

Needs = Callable[[Ruling], Any]
"""The value of a rule; None where it is unknown, which is then remembered."""

_WINDOWS = ("payment", "day", "month", "year")


def forbidden_by(terms: Terms, rules: AidRules, day: datetime.date, soften: Callable[[str, Ruling], Any]) -> int | None:
    """The entry that does not allow these terms, None when they are allowed.

    `soften` answers a rule that only asks for more: its value, or None where nobody knows it.
    """
    if not terms.uses or terms.rank < 1 or (terms.until is not None and terms.until <= day):
        return ENGINE_RULE
    if terms.until is None and soften("authorisation_period", rules.authorisation_period) == "start_end":
        return rules.authorisation_period.rule
    if terms.ranked and rules.order_set_by.known and rules.order_set_by.value != "sponsor":
        return rules.order_set_by.rule
    if rules.limits.known and _above(terms.caps, rules.limits.value):
        return rules.limits.rule
    return None


def _above(caps: Caps, limits: dict[str, Any]) -> bool:
    """Whether a sponsor's own limit is higher than the region's over the same people: it would promise too much."""
    if not limits or limits.get("scope", LimitScope.MEMBER) != caps.scope:
        return False
    return any(
        (cap := getattr(caps, window)) is not None and window in limits and cap > limits[window] for window in _WINDOWS
    )


def shareable(free: Fen, prior_years: Fen, rules: AidRules, needs: Needs) -> tuple[Fen, int]:
    """The most of somebody's free money that may be set apart or moved for relatives, and the entry that bounds it."""
    source, rule = free, rules.source_funds.rule
    if prior_years < free and needs(rules.source_funds) == "prior_years":
        source = prior_years
    floor = needs(rules.floor)
    if floor is not None and free - floor < source:
        source, rule = free - floor, rules.floor.rule
    return max(source, 0), rule


def prior_part(amount: Fen, prior_years: Fen) -> Fen:
    """How much of money set apart is 历年 money: it goes first."""
    return min(amount, prior_years)


def freed_prior_part(amount: Fen, left: Fen, left_prior: Fen) -> Fen:
    """How much of unused money that is given back is 历年 money: what was set apart last goes back first."""
    return max(0, amount - (left - left_prior))
