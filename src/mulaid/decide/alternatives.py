"""What would have come out otherwise: for every rule that was assumed, the values it could have instead.

Nobody pays for this while a bill is settled: a case keeps the rules it assumed, and whoever reads it asks here.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from mulaid.decide.agreement import Supposed
from mulaid.decide.bill import amounts, decide
from mulaid.decide.relation import decide_relation
from mulaid.policy.law import AidRules, Law
from mulaid.terms.bill_case import BillCase
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome, RelationOutcome
from mulaid.terms.sponsorship_case import SponsorshipCase

Decided = TypeVar("Decided")


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that nobody knows and that mattered: another value it could have comes to something else."""

    key: str
    region: str
    """Whose rule it is, and so whom to ask."""
    rule: int
    """The entry that says what is assumed, why, and what a family risks."""
    worst: Fen | None = None
    """How much more the patient would pay by the worst of the other values; None where none is known, or no bill is."""


def bill_assumptions(case: BillCase, law: Law, outcome: Outcome) -> tuple[Assumption, ...]:
    """The rules that this bill was settled by although nobody knows them, each with the worst that could be."""

    def worst(others: Iterable[Outcome]) -> Fen | None:
        return max((_borne(case, other, outcome) for other in others), default=None)

    regions = dict.fromkeys((case.region, *(sponsor.region for sponsor in case.sponsors)))
    rules = [law.aid(region, case.settled_on, case.assuming) for region in regions]
    return _assumptions(outcome, outcome.assumed, rules, law, lambda other: decide(case, other), amounts, worst)


def relation_assumptions(case: SponsorshipCase, law: Law, outcome: RelationOutcome) -> tuple[Assumption, ...]:
    """The rules that this relation was made or refused by although nobody knows them."""
    regions = dict.fromkeys((case.sponsor.region, case.beneficiary.region))
    rules = [law.aid(region, case.day, case.assuming) for region in regions]
    return _assumptions(
        outcome,
        outcome.assumed,
        rules,
        law,
        lambda other: decide_relation(case, other),
        lambda each: each.refused,
        lambda _: None,
    )


def _assumptions(
    outcome: Decided,
    assumed: Iterable[str],
    rules: Iterable[AidRules],
    law: Law,
    again: Callable[[Law], Decided],
    alike: Callable[[Decided], Any],
    worst: Callable[[list[Decided]], Fen | None],
) -> tuple[Assumption, ...]:
    found = []
    for key in assumed:
        for each in rules:
            ruling = getattr(each, key)
            if not ruling.assumed:
                continue
            others = [value for value in ruling.candidates if value != ruling.value]
            differing = [
                other
                for other in (again(Supposed(law, {(each.region, key): value})) for value in others)
                if alike(other) != alike(outcome)
            ]
            if differing or not ruling.candidates:
                found.append(Assumption(key=key, region=each.region, rule=ruling.rule, worst=worst(differing)))
    return tuple(found)


def _borne(case: BillCase, other: Outcome, outcome: Outcome) -> Fen:
    """What the patient would have to pay more; where the bill would be refused, all that the funds leave."""
    mine = outcome.own + outcome.cash
    theirs = other.own + other.cash if other.refused is None else case.bill.total - outcome.funds_paid
    return max(0, theirs - mine)
