"""Decide one bill: whole-bill refusals, the own plan, the own account, the sponsors, and what is left as cash.

Every amount and every sponsor passed over is a step with the policy entry behind it.
"""

from mulaid.decide.funds import RuleNeeded, fund_shares
from mulaid.decide.objections import Objections
from mulaid.decide.waterfall import Waterfall, own_account_rule, refused
from mulaid.policy.law import AidRules, Law
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Credential
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, Outcome, Step
from mulaid.terms.reasons import BillRefusal

# Bound here, because Python 3.11 takes as long to find a member as to call.
_SOMEBODY_ELSES = Credential.OTHER


def decide(case: BillCase, law: Law) -> Outcome:
    """What this bill costs whom. A refusal is an outcome too, never an exception."""
    rules = law.aid(case.region, case.settled_on)
    steps: list[Step] = []
    used: set[int] = set()
    asked = forbidden(case, rules)
    against = WholeBill(asked, used).first() if asked else None
    if against is not None and against.reason is not BillRefusal.POLICY_UNKNOWN:
        return refused(against.reason, against.rule, used)
    plan = law.own_plan(case.region, case.patient.scheme, case.use, case.day)
    steps.append(Step("TOTAL", case.bill.total, PATIENT, ENGINE_RULE))
    try:
        shares = fund_shares(case, plan, steps, used)
        own_rule = own_account_rule(case, rules, shares, used)
    except RuleNeeded as needed:
        return refused(BillRefusal.POLICY_UNKNOWN, needed.rule, used)
    if against is not None:
        return refused(against.reason, against.rule, used)
    return Waterfall(case, law, rules, shares, own_rule, steps, used).run()


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

    def __init__(self, asked: list[tuple[Ruling, BillRefusal]], used: set[int]) -> None:
        self.asked, self.used = asked, used

    def checks(self) -> None:
        for ruling, refusal in self.asked:
            if self.needs(ruling) is True:
                self.refuse(refusal, ruling.rule)
