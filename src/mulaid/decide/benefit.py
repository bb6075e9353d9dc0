"""What holds for a person before there is a bill: would the pooled fund pay, would their own account, would relatives'.

It is answered by deciding two bills that nobody has, one that reaches beyond the deductible and one of a fen more than
the own account holds, so that the answer is what a quote then does.
"""

import msgspec

from mulaid.decide.bill import decide
from mulaid.decide.funds import deductible_left
from mulaid.decide.looked import Looked
from mulaid.policy.law import AidRules, Law
from mulaid.terms.bill_case import Bill, BillCase
from mulaid.terms.codes import Accounts, Credential
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import BillRefusal

BEYOND: Fen = 10_000
"""How far the first bill reaches beyond the deductible."""
A_FEN: Fen = 1
"""What is left to relatives: a reserve nobody knows is no matter to a balance far above it."""
_OBSTACLES = frozenset({"COVER_NOT_ACTIVE", "NO_PRESCRIPTION", "NOT_COVERED", "CEILING"})


class Benefit(msgspec.Struct, frozen=True):
    """What came of the two bills."""

    plan: Outcome
    """Of costs in scope beyond the deductible."""
    accounts: Outcome
    """Of a personal share that leaves a fen to relatives, wherever the funds' part comes from."""

    @property
    def pooled_pays(self) -> bool:
        return self.plan.refused is None and self.plan.funds[0] > 0

    @property
    def obstacle(self) -> str:
        """Why the pooled fund pays nothing, as a refusal or a step names it; meaningless where it pays."""
        if self.plan.refused is not None:
            return self.plan.refused
        return next((step.code for step in self.plan.steps if step.code in _OBSTACLES), "NOT_COVERED")

    @property
    def accounts_pay(self) -> bool:
        return self.accounts.own > 0 or bool(self.accounts.draws)


def benefit(case: BillCase, law: Law) -> Benefit:
    """What holds for the patient of this case, whatever its bill: everybody who may be chosen is."""
    everybody = tuple(range(len(case.sponsors)))
    case = msgspec.structs.replace(case, accounts=Accounts.ALL, chosen=everybody, second_swipe_minutes=0)
    unpaid = msgspec.structs.replace(case, bill=_in_scope(case.patient.own_balance + A_FEN), funds_given=0)
    return Benefit(decide(beyond_deductible(case, law), law), decide(unpaid, law))


def beyond_deductible(case: BillCase, law: Law) -> BillCase:
    """The same patient with costs in scope that reach beyond what is left of the deductible."""
    small = msgspec.structs.replace(case, bill=_in_scope(BEYOND), funds_given=None)
    outcome = decide(small, law)
    if outcome.refused is not None or not outcome.deductible_applied:
        return small
    left = deductible_left(small, law.own_plan(case.region, case.patient.scheme, case.use, case.day), Looked())
    return msgspec.structs.replace(small, bill=_in_scope(left + BEYOND))


def registration_refusal(credential: Credential, rules: AidRules) -> BillRefusal | None:
    """Why a visit is not opened: every bill of it would be refused for the same credential."""
    somebody_elses = credential is Credential.OTHER and rules.own_credential_only.value is True
    return BillRefusal.WRONG_CREDENTIAL if somebody_elses else None


def _in_scope(amount: Fen) -> Bill:
    return Bill(total=amount, in_scope=amount)
