"""Bind in one step, at the counter: the sponsor asks and whoever has to consent signs, so it is in force at once."""

from mulaid.decide import consent
from mulaid.decide.relation import decide_relation
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship import question
from mulaid.procedures.sponsorship.activation import (
    Side,
    activated,
    cannot_be_offered,
    consented,
    drafted,
    put,
)
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.proposal import refused, told
from mulaid.procedures.sponsorship.requests import BindRequest
from mulaid.terms.codes import RelationState
from mulaid.terms.sponsorship_case import Consent


def bind(desk: RelationDesk, matter: Matter) -> Answer:
    """Make a relation, if the policy of its day allows it."""
    request: BindRequest = matter.request
    if (cannot := cannot_be_offered(desk, request)) is not None:
        return cannot
    case = question.of_offer(desk, request, identified=True, confirmed=request.confirmed)
    outcome = decide_relation(case, desk.law)
    if outcome.refused is not None:
        return refused(outcome)
    draft = drafted(desk, request, RelationState.PROPOSED, matter.number)
    made, transfers = activated(desk, draft, request.quota)
    put(desk, matter, made)
    consented(desk, matter, made, Side.SPONSOR, desk.sponsor)
    if request.confirmed:
        age = desk.age(desk.beneficiary)
        needed = consent.needed(desk.sponsor[0], age, desk.house.today, desk.law)
        if needed is Consent.BENEFICIARYS:
            consented(desk, matter, made, Side.BENEFICIARY, desk.beneficiary)
        elif needed is Consent.GUARDIANS:
            consented(desk, matter, made, Side.GUARDIAN, request.guardian or desk.sponsor)
    desk.record(matter, transfers, question=case, outcome=outcome)
    return told(desk, matter, outcome, made)
