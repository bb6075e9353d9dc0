"""Settle a bill: ask the rules, move the money, record the case. A bill that is refused leaves nothing behind."""

from mulaid.decide.bill import decide
from mulaid.procedures.act import replies
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.posting import Place
from mulaid.procedures.till.desk import TillDesk, ask
from mulaid.procedures.till.payment import pay
from mulaid.procedures.till.requests import SettleRequest
from mulaid.terms.reasons import BillRefusal


def settle(desk: TillDesk, matter: Matter) -> Answer:
    """Settle one bill over what the bills before it in this batch have left."""
    request: SettleRequest = matter.request
    institution = matter.origin.sender
    question = ask(desk, request, institution)
    if isinstance(question, Refused):
        return question
    outcome = decide(question.case, desk.law)
    if outcome.refused is not None:
        if outcome.refused is BillRefusal.SECOND_SWIPE_NEEDED:
            desk.released.told.add((request.patient_region, request.patient, institution))
        return replies.refusal(outcome, question.case, desk.law)
    record, balances = pay(desk, matter, question, outcome)
    if outcome.draws:
        desk.spend_swipe(request, institution)
    policy = desk.law.book.digest
    place = Place(request.patient, question.case.institution.region, institution, request.visit)
    desk.posting.add_bill(matter.number, place, record, balances, policy)
    for charged in question.charged:
        desk.mark_settled(charged, matter.number)
    seen = replies.patient_seen(question.insured, question.case)
    return replies.settled(matter.number, seen, record, request.visit, desk.moment, policy)
