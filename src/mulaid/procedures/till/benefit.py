"""Tell what benefit holds for a person at an institution now (待遇检查), by the rules that would decide a bill."""

import datetime

import msgspec

from mulaid.decide.benefit import benefit
from mulaid.policy.law import Law
from mulaid.procedures.act import replies
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.query import opened
from mulaid.procedures.till.desk import Question, TillDesk, ask, funds_by
from mulaid.procedures.till.requests import BenefitInquiry, BenefitSeen, Obstacle
from mulaid.store.connect import Connection
from mulaid.terms.actor import Origin
from mulaid.terms.bill_case import Bill, BillCase
from mulaid.terms.codes import FundsBy
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import BillRefusal

NO_MONEY = "NO_MONEY"
"""The own account is empty and there is no relative to ask."""


async def tell(
    connection: Connection, bureau: Bureau, inquiry: BenefitInquiry, origin: Origin, moment: datetime.datetime
) -> BenefitSeen | Refused:
    """What would pay a bill of this person: the request says who, where, by what cover, for what care and when.

    It takes no lock and writes nothing, as a quote.
    """
    request = inquiry.bill
    asked = msgspec.structs.replace(request, bill=Bill(total=0, in_scope=0))
    desk = await opened(connection, TillDesk, bureau, Matter(asked, origin, 0), moment)
    question = ask(desk, asked, origin.sender)
    if isinstance(question, Refused):
        return question
    case = question.case
    held = benefit(case, bureau.law)
    # A core system that computes the funds' part asks no plan of the book.
    given = funds_by(desk.tills[origin.sender], request) in (FundsBy.INSTITUTION, FundsBy.REGION)
    pays = held.pooled_pays or (given and held.plan.refused is BillRefusal.POLICY_UNKNOWN)
    return BenefitSeen(
        pooled=None if pays else _obstacle(held.plan, held.obstacle, case, bureau.law),
        accounts=None if held.accounts_pay else _no_account(held.accounts, question, bureau.law),
        has_accounts=case.patient.account or bool(case.sponsors),
    )


def _no_account(outcome: Outcome, question: Question, law: Law) -> Obstacle:
    """Why no account would pay: the refusal, else what keeps the first relative from it."""
    case = question.case
    if outcome.refused is None and outcome.skipped:
        position, skip = outcome.skipped[0]
        return Obstacle(code=skip.value, detail={"payer": case.sponsors[position].name})
    return _obstacle(outcome, NO_MONEY if outcome.refused is None else outcome.refused.value, case, law)


def _obstacle(outcome: Outcome, code: str, case: BillCase, law: Law) -> Obstacle:
    detail = {} if outcome.refused is None else replies.refusal(outcome, case, law).detail
    return Obstacle(code=code, detail=detail)
