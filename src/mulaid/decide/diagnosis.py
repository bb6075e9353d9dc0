"""Everything that stands in the way, where a decision names the first reason only: of a whole bill, and of one sponsor.

The checks are those of the decision itself, run on past the first objection. For a relation to make:
`decide.relation.relation_objections`.
"""

import msgspec

from mulaid.decide.bill import WholeBill, decide, forbidden
from mulaid.decide.funds import RuleNeeded, fund_shares, nothing
from mulaid.decide.looked import Looked
from mulaid.decide.waterfall import Waterfall, own_account_rule
from mulaid.policy.law import Law
from mulaid.policy.rules import OwnAccount
from mulaid.terms.bill_case import BillCase
from mulaid.terms.money import Fen
from mulaid.terms.outcome import AnyReason, Objection
from mulaid.terms.reasons import BillRefusal, Skip


class SponsorDiagnosis(msgspec.Struct, frozen=True):
    """What stands in one sponsor's way, in order of precedence; without a reason they can pay."""

    objections: tuple[Objection[Skip], ...]
    most: Fen
    """The most they can pay of this bill by source money, floor, quota and caps, whatever it costs."""


def bill_objections(case: BillCase, law: Law) -> tuple[Objection[BillRefusal], ...]:
    """Every reason why this bill would be refused as a whole; empty: it would be settled."""
    outcome = decide(case, law)
    if outcome.refused is None:
        return ()
    decided = [Objection(outcome.refused, step.rule) for step in outcome.steps]
    return _together(decided, _Asked(case, law).whole, BillRefusal.POLICY_UNKNOWN)


def sponsor_objections(case: BillCase, position: int, law: Law) -> SponsorDiagnosis:
    """Every reason why this sponsor cannot pay for this patient: for this use, on this day, at this amount.

    What refuses the bill as a whole is not among them. Where the funds' part needs a rule nobody knows, the bill is
    looked at as if they paid nothing. A sponsor whom nothing bars may still be passed over for another.
    """
    found, most = _Asked(case, law).waterfall.reasons(position)
    outcome = decide(case, law)
    if outcome.refused is None:
        skip = dict(outcome.skipped).get(position)
        codes = [step for step in outcome.steps if step.who == position and step.code == skip]
        decided = [Objection(skip, step.rule) for step in codes if skip is not None]
        found = _together(decided, found, Skip.POLICY_UNKNOWN) if decided else ()
    return SponsorDiagnosis(found, max(0, most))


def _together(
    decided: list[Objection[AnyReason]], found: tuple[Objection[AnyReason], ...], unknown: AnyReason
) -> tuple[Objection[AnyReason], ...]:
    """What was decided, by agreement where nobody knows, and every other definite reason, in order of precedence."""
    definite = [each for each in (*decided, *found) if each.reason is not unknown]
    left_open = decided if decided[0].reason is unknown else [each for each in found if each not in decided]
    place = list(type(unknown)).index
    known = sorted(dict.fromkeys(definite), key=lambda each: place(each.reason))
    agreed = decided[0].reason is not unknown and not any(each.reason is not unknown for each in found)
    return (*known, *(() if agreed else dict.fromkeys(each for each in left_open if each.reason is unknown)))


class _Asked:
    """A bill as far as it can be asked about, whatever refuses it."""

    def __init__(self, case: BillCase, law: Law) -> None:
        rules, used = law.aid(case.region, case.settled_on, case.assuming), Looked()
        self.whole = WholeBill(forbidden(case, rules), used).every()
        try:
            shares = fund_shares(case, law.own_plan(case.region, case.patient.scheme, case.use, case.day), [], used)
        except RuleNeeded:
            shares = nothing()
        try:
            own_rule = own_account_rule(case, rules, shares, used)
        except RuleNeeded:
            own_rule = OwnAccount.OPTIONAL
        self.waterfall = Waterfall(case, law, rules, shares, own_rule, [], used)
