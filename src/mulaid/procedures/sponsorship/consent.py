"""Consent to a proposal or refuse it: the beneficiary's own act, or their guardian's, never a clerk's."""

from mulaid.decide import consent as rules
from mulaid.decide.relation import decide_relation
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship import question
from mulaid.procedures.sponsorship.activation import Side, consented, force
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.proposal import gone, lapsed, refused, told
from mulaid.procedures.sponsorship.requests import ConfirmRequest, DeclineRequest
from mulaid.store.arrays import Key
from mulaid.store.rows import Sponsorship
from mulaid.terms.actor import Role
from mulaid.terms.codes import RelationState
from mulaid.terms.reasons import ConsentRefusal


def confirm(desk: RelationDesk, matter: Matter) -> Answer:
    """Consent. The relation is decided again as of today, and its quota is set apart only now."""
    request: ConfirmRequest = matter.request
    if (nobody := desk.nobody()) is not None:
        return nobody
    proposed = _proposed(desk, request)
    if isinstance(proposed, Refused):
        return proposed
    guardian = guardian_of(matter, request.guardian)
    by_themselves = rules.by_themselves(desk.sponsor[0], desk.age(desk.beneficiary), desk.house.today, desk.law)
    if guardian is None and not by_themselves:
        return Refused(code=ConsentRefusal.GUARDIAN_NEEDED)
    if guardian is not None and desk.age(desk.beneficiary) >= rules.ADULT and matter.origin.actor.role is Role.CLERK:
        return Refused(code=Fault.NOT_PERMITTED)
    identified = desk.identified(matter.origin, request.identity)
    case = question.of_proposal(desk, proposed, identified=identified)
    outcome = decide_relation(case, desk.law)
    if outcome.refused is not None:
        return refused(outcome)
    made, transfers = force(desk, proposed)
    side, who = (Side.BENEFICIARY, desk.beneficiary) if guardian is None else (Side.GUARDIAN, guardian)
    consented(desk, matter, made, side, who)
    desk.record(matter, transfers, question=case, outcome=outcome)
    return told(desk, matter, outcome, made)


def decline(desk: RelationDesk, matter: Matter) -> Answer:
    """Refuse a proposal: it ends."""
    request: DeclineRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    proposed = _proposed(desk, request)
    return proposed if isinstance(proposed, Refused) else gone(desk, matter, proposed)


def guardian_of(matter: Matter, named: Key | None) -> Key | None:
    """Who consents for the beneficiary: whoever is signed in as guardian, or signed at the counter as one."""
    actor = matter.origin.actor
    return actor.person if actor.role is Role.GUARDIAN else named if actor.role is Role.CLERK else None


def _proposed(desk: RelationDesk, request: ConfirmRequest | DeclineRequest) -> Sponsorship | Refused:
    """The proposal that waits."""
    found = desk.between(request.mechanism)
    proposed = [each for each in found if each.state is RelationState.PROPOSED]
    newest = (proposed or found)[-1:]
    if newest and lapsed(desk, newest[-1]):
        return Refused(code=ConsentRefusal.PROPOSAL_LAPSED)
    if proposed:
        return proposed[-1]
    held = desk.held(request.mechanism)
    return Refused(code=ConsentRefusal.NOT_PROPOSED if held else Fault.NOT_BOUND)
