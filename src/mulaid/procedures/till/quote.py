"""Quote a bill (预结算): decide it as of now, take no lock, write nothing."""

import datetime

import msgspec

from mulaid.decide.bill import decide
from mulaid.procedures.act import replies
from mulaid.procedures.act.answers import Refused, Reply
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.query import opened
from mulaid.procedures.till.desk import TillDesk, ask
from mulaid.procedures.till.payment import pay
from mulaid.procedures.till.requests import QuoteInquiry
from mulaid.store.connect import Connection
from mulaid.terms.actor import Origin


async def quote(
    connection: Connection, bureau: Bureau, inquiry: QuoteInquiry, origin: Origin, moment: datetime.datetime
) -> Reply:
    """What settling this bill now would cost whom; balances as if paid."""
    request = inquiry.bill
    matter = Matter(request, origin, 0)
    desk = await opened(connection, TillDesk, bureau, matter, moment)
    question = ask(desk, request, origin.sender)
    if isinstance(question, Refused):
        return question
    outcome = decide(question.case, bureau.law)
    if outcome.refused is not None:
        return replies.refusal(outcome, question.case, bureau.law)
    record, _ = pay(desk, matter, question, outcome)
    quoted = msgspec.structs.replace(record, transfers=())
    seen = replies.patient_seen(question.insured, question.case)
    return replies.settled(None, seen, quoted, request.visit, moment, bureau.law.book.digest)
