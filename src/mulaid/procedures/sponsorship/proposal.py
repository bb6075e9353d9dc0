"""Propose a relation, hand in what was filled in before, take a proposal back, or let it lapse."""

import datetime

from mulaid.decide import consent
from mulaid.decide.relation import decide_relation
from mulaid.ledger.journal import Transfer
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship import question
from mulaid.procedures.sponsorship.activation import (
    Side,
    activated,
    cannot_be_offered,
    consented,
    drafted,
    effective_on,
    force,
    put,
)
from mulaid.procedures.sponsorship.desk import PENDING, RelationDesk
from mulaid.procedures.sponsorship.requests import (
    Bound,
    Ended,
    LapseRequest,
    ProposeRequest,
    SubmitRequest,
    WithdrawProposalRequest,
)
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import RelationState
from mulaid.terms.outcome import RelationOutcome
from mulaid.terms.reasons import ConsentRefusal
from mulaid.terms.sponsorship_case import Consent


def propose(desk: RelationDesk, matter: Matter) -> Answer:
    """Make a relation that waits for consent; where none is asked it is in force at once."""
    request: ProposeRequest = matter.request
    if (cannot := cannot_be_offered(desk, request)) is not None:
        return cannot
    identified = desk.identified(matter.origin, request.identity)
    case = question.of_offer(desk, request, identified=identified, confirmed=True)
    outcome = decide_relation(case, desk.law)
    if outcome.refused is not None:
        return refused(outcome)
    for old in _filled_in(desk, request):
        desk.rewrite(old, state=RelationState.ENDED, until=desk.house.today)
    state = RelationState.PROPOSED if request.submit else RelationState.NOT_SUBMITTED
    made = drafted(desk, request, state, matter.number)
    transfers: list[Transfer] = []
    if request.submit and nobody_asked(desk):
        made, transfers = activated(desk, made, request.quota)
    put(desk, matter, made)
    consented(desk, matter, made, Side.SPONSOR, desk.sponsor)
    desk.record(matter, transfers, question=case, outcome=outcome)
    return told(desk, matter, outcome, made)


def submit(desk: RelationDesk, matter: Matter) -> Answer:
    """Hand in what was filled in before, as of today."""
    request: SubmitRequest = matter.request
    if (nobody := desk.nobody()) is not None:
        return nobody
    found = [each for each in desk.between(request.mechanism) if each.state is RelationState.NOT_SUBMITTED]
    if not found:
        return Refused(code=Fault.NOT_BOUND)
    identified = desk.identified(matter.origin, request.identity)
    case = question.of_proposal(desk, found[-1], identified=identified)
    outcome = decide_relation(case, desk.law)
    if outcome.refused is not None:
        return refused(outcome)
    today = desk.house.today
    if nobody_asked(desk):
        made, transfers = force(desk, found[-1])
    else:
        made, transfers = desk.rewrite(found[-1], state=RelationState.PROPOSED, bound_on=today, effective_on=today), []
    consented(desk, matter, made, Side.SPONSOR, desk.sponsor)
    desk.record(matter, transfers, question=case, outcome=outcome)
    return told(desk, matter, outcome, made)


def withdraw(desk: RelationDesk, matter: Matter) -> Answer:
    """The sponsor takes back what nobody has confirmed yet."""
    request: WithdrawProposalRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    found = [each for each in desk.between(request.mechanism) if each.state in PENDING]
    if not desk.between(request.mechanism):
        return Refused(code=Fault.NOT_BOUND)
    if not found:
        return Refused(code=ConsentRefusal.NOT_PROPOSED)
    return gone(desk, matter, found[-1])


def lapse(desk: RelationDesk, matter: Matter) -> Answer:
    """A timer ends a proposal that nobody answered."""
    request: LapseRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    found = [each for each in desk.between() if each.bound_at == request.bound_at]
    if not found:
        return Refused(code=Fault.NOT_BOUND)
    [proposed] = found
    if proposed.state is not RelationState.PROPOSED or not lapsed(desk, proposed):
        return Refused(code=ConsentRefusal.NOT_PROPOSED)
    return gone(desk, matter, proposed, consent.lapses_on(proposed.bound_on))


def gone(desk: RelationDesk, matter: Matter, relation: Sponsorship, day: datetime.date | None = None) -> Ended:
    """A proposal ends without having been in force, today or on the day it lapsed: nothing was set apart for it."""
    until = day or desk.house.today
    desk.rewrite(relation, state=RelationState.ENDED, until=until)
    desk.record(matter)
    return Ended(case_id=matter.number, outcome=None, day=until)


def refused(outcome: RelationOutcome) -> Refused:
    """A relation that the rules refuse."""
    assert outcome.refused is not None
    return Refused(code=outcome.refused, steps=outcome.steps, used=outcome.used)


def told(desk: RelationDesk, matter: Matter, outcome: RelationOutcome, made: Sponsorship) -> Bound:
    """A relation that was made: from which day it may be used, or until which it waits for consent."""
    day = None
    if made.state is RelationState.PROPOSED:
        day = consent.lapses_on(made.bound_on)
    elif made.state is RelationState.ACTIVE:
        begins, known = effective_on(desk)
        day = begins if known else None
    return Bound(case_id=matter.number, outcome=outcome, day=day, state=made.state)


def lapsed(desk: RelationDesk, proposed: Sponsorship) -> bool:
    """Whether a proposal has waited too long, whether or not a timer has come to end it."""
    by = consent.lapses_on(proposed.bound_on)
    if proposed.state is RelationState.ENDED:
        return proposed.until == by and desk.consents.get(desk.place(proposed)) == {Side.SPONSOR}
    return proposed.state is RelationState.PROPOSED and by <= desk.house.today


def nobody_asked(desk: RelationDesk) -> bool:
    """Whether the sponsor's word is enough."""
    age = desk.age(desk.beneficiary)
    return consent.needed(desk.sponsor[0], age, desk.house.today, desk.law) is Consent.NOBODYS


def _filled_in(desk: RelationDesk, request: ProposeRequest) -> list[Sponsorship]:
    """What was filled in before and never handed in; and proposals that have lapsed, should no timer have come yet."""
    return [
        each
        for each in desk.between(request.mechanism)
        if each.state is RelationState.NOT_SUBMITTED or (each.state is RelationState.PROPOSED and lapsed(desk, each))
    ]
