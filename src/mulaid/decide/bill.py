"""Decide one bill: whole-bill refusals, the own plan, the own account, the sponsors, and what is left as cash.

Every amount and every sponsor passed over is a step with the policy entry behind it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from mulaid.decide.agreement import agreed
from mulaid.decide.funds import RuleNeeded, fund_shares
from mulaid.decide.looked import Looked
from mulaid.decide.objections import Objections
from mulaid.decide.schedule import fitting
from mulaid.decide.waterfall import Waterfall, own_account_rule, refused
from mulaid.policy.law import AidRules, Law
from mulaid.policy.rows import Row
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Credential
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, Outcome, Step
from mulaid.terms.reasons import BillRefusal

# Bound here, because Python 3.11 takes as long to find a member as to call.
_SOMEBODY_ELSES = Credential.OTHER


def decide(case: BillCase, law: Law) -> Outcome:
    """What this bill costs whom. A refusal is an outcome too, never an exception.

    Where a rule nobody knows stands in the way, every value it could have is tried; if all come to the same, it holds.
    """
    first = decide_once(case, law)
    outcome, missing = first
    if missing and not law.book.strict:
        outcome, missing = agreed(
            partial(decide_once, case),
            law,
            first,
            alike=amounts,
            standing=partial(standing_candidates, case),
        )
        if outcome.refused is BillRefusal.POLICY_UNKNOWN:
            outcome = _naming(outcome, missing)
    return outcome


def decide_once(case: BillCase, law: Law) -> tuple[Outcome, Sequence[Ruling]]:
    """One bill by one law, and the rules nobody knows for want of which something stays open."""
    rules = law.aid(case.region, case.settled_on, case.assuming)
    steps: list[Step] = []
    used = Looked()
    asked = forbidden(case, rules)
    against = WholeBill(asked, used).first() if asked else None
    if against is not None and against.reason is not BillRefusal.POLICY_UNKNOWN:
        return refused(case, law, against.reason, against.rule, used), ()
    plan = law.own_plan(case.region, case.patient.scheme, case.use, case.day)
    steps.append(Step("TOTAL", case.bill.total, PATIENT, ENGINE_RULE))
    try:
        shares = fund_shares(case, plan, steps, used)
        own_rule = own_account_rule(case, rules, shares, used)
    except RuleNeeded as needed:
        used.missing.append(needed.ruling)
        return refused(case, law, BillRefusal.POLICY_UNKNOWN, needed.ruling.rule, used), used.missing
    if against is not None:
        return refused(case, law, against.reason, against.rule, used), used.missing
    return Waterfall(case, law, rules, shares, own_rule, steps, used).run(), used.missing


def amounts(outcome: Outcome) -> tuple[object, ...]:
    """Who pays what, to the fen."""
    return outcome.refused, outcome.funds, outcome.own, outcome.own_prior_years, outcome.draws, outcome.cash


def standing_candidates(case: BillCase, ruling: Ruling) -> list[Any]:
    """The candidates that stand for all: of rows those that fit this bill, of amounts the smallest and the largest.

    Where only one is left, it was found elsewhere and says nothing about this place: none.
    """
    if not all(isinstance(each, tuple) and each and isinstance(each[0], Row) for each in ruling.candidates):
        return list(ruling.candidates)
    fits: dict[Any, Any] = {}
    for rows in ruling.candidates:
        row = fitting(rows, case)
        if row is not None and row.unknown is None:
            fits.setdefault(getattr(row, "amount", row), (row,))
    if fits and all(isinstance(amount, int) for amount in fits):
        fits = {amount: fits[amount] for amount in sorted({min(fits), max(fits)})}
    return list(fits.values()) if len(fits) > 1 else []


def _naming(outcome: Outcome, missing: Sequence[Ruling]) -> Outcome:
    """The same refusal, which names every rule that was found missing."""
    named = [ruling.rule for ruling in missing if ruling.rule >= 0]
    steps = tuple(Step(str(outcome.refused), None, PATIENT, rule) for rule in dict.fromkeys(named))
    used = tuple(sorted({*outcome.used, *named}))
    return msgspec.structs.replace(outcome, steps=steps or outcome.steps, used=used)


def forbidden(case: BillCase, rules: AidRules) -> list[tuple[Ruling, BillRefusal]]:
    """The rules that would refuse this bill before any money, in order of precedence."""
    asked = []
    if case.patient.credential is _SOMEBODY_ELSES:
        asked.append((rules.own_credential_only, BillRefusal.WRONG_CREDENTIAL))
    if case.patient.suspended:
        asked.append((rules.suspension_blocks, BillRefusal.SETTLEMENT_SUSPENDED))
    if not case.agent_papers:
        asked.append((rules.agent_papers_required, BillRefusal.PROXY_PAPERS_MISSING))
    if not case.institution.designated:
        asked.append((rules.designated_only, BillRefusal.INSTITUTION_NOT_DESIGNATED))
    return asked


class WholeBill(Objections[BillRefusal]):
    """The refusals of a whole bill that precede any money; an unknown rule waits until the end."""

    not_known = BillRefusal.POLICY_UNKNOWN

    def __init__(self, asked: list[tuple[Ruling, BillRefusal]], used: Looked) -> None:
        self.asked, self.used = asked, used

    def checks(self) -> None:
        for ruling, refusal in self.asked:
            if self.needs(ruling) is True:
                self.refuse(refusal, ruling.rule)
