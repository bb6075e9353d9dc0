"""Everything that stands in the way, where a decision names the first reason only: of a whole bill, and of one sponsor.

The checks are those of the decision itself, run on past the first objection. For a relation to make:
`decide.relation.relation_objections`.
"""

import msgspec

from mulaid.decide.bill import WholeBill, forbidden
from mulaid.decide.funds import FundShares, RuleNeeded, fund_shares, nothing
from mulaid.decide.waterfall import Waterfall, own_account_rule
from mulaid.policy.law import Law
from mulaid.policy.rules import OwnAccount
from mulaid.terms.bill_case import BillCase
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Objection
from mulaid.terms.reasons import BillRefusal, Skip


class SponsorDiagnosis(msgspec.Struct, frozen=True):
    """What stands in one sponsor's way, in order of precedence; without a reason they can pay."""

    objections: tuple[Objection[Skip], ...]
    most: Fen
    """The most they can pay of this bill by source money, floor, quota and caps, whatever it costs."""


def bill_objections(case: BillCase, law: Law) -> tuple[Objection[BillRefusal], ...]:
    """Every reason why this bill would be refused as a whole; empty: it would be settled."""
    found = _Asked(case, law)
    definite = [each for each in found.whole if each.reason is not BillRefusal.POLICY_UNKNOWN]
    unknown = [each for each in found.whole if each.reason is BillRefusal.POLICY_UNKNOWN]
    if found.missing:
        unknown[:0] = [Objection(BillRefusal.POLICY_UNKNOWN, rule) for rule in found.missing]
    else:
        outcome = found.waterfall.run()
        if outcome.refused is not None:
            definite.append(Objection(outcome.refused, outcome.steps[0].rule))
    return tuple(dict.fromkeys([*definite, *unknown]))


def sponsor_objections(case: BillCase, position: int, law: Law) -> SponsorDiagnosis:
    """Every reason why this sponsor cannot pay for this patient: for this use, on this day, at this amount.

    What refuses the bill as a whole is not among them. Where the funds' part needs a rule nobody knows, the bill is
    looked at as if they paid nothing. A sponsor whom nothing bars may still be passed over for another.
    """
    found = _Asked(case, law)
    objections, most = found.waterfall.reasons(position)
    if not objections:
        outcome = found.waterfall.run()
        rule = next((step.rule for step in outcome.steps if step.who == position), None)
        objections = tuple(Objection(skip, rule) for at, skip in outcome.skipped if at == position and rule is not None)
    return SponsorDiagnosis(objections, max(0, most))


class _Asked:
    """A bill as far as it can be asked about, whatever refuses it."""

    def __init__(self, case: BillCase, law: Law) -> None:
        rules, used = law.aid(case.region, case.settled_on), set[int]()
        self.whole = WholeBill(forbidden(case, rules), used).every()
        self.missing: list[int] = []
        shares, own_rule = self._funds(case, law, used), None
        try:
            own_rule = own_account_rule(case, rules, shares, used)
        except RuleNeeded as needed:
            self.missing.append(needed.rule)
            own_rule = OwnAccount.OPTIONAL
        self.waterfall = Waterfall(case, law, rules, shares, own_rule, [], used)

    def _funds(self, case: BillCase, law: Law, used: set[int]) -> FundShares:
        plan = law.own_plan(case.region, case.patient.scheme, case.use, case.day)
        try:
            return fund_shares(case, plan, [], used)
        except RuleNeeded as needed:
            self.missing.append(needed.rule)
            return nothing()
