"""Quote a bill (预结算): decide it as of now, take no lock, write nothing."""

import datetime

import msgspec

from mulaid.decide.bill import decide
from mulaid.procedures import replies
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.desk import ask, open_desk
from mulaid.procedures.households import Locking
from mulaid.procedures.posting import carry_out
from mulaid.procedures.requests import Refused, Reply, SettleRequest
from mulaid.store.connect import Connection


async def quote(connection: Connection, bureau: Bureau, request: SettleRequest, moment: datetime.datetime) -> Reply:
    """What settling this bill now would cost whom; balances as if paid."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        desk = await open_desk(connection, bureau, [request], moment, Locking.NONE)
    question = ask(desk, request)
    if isinstance(question, Refused):
        return question
    outcome = decide(question.case, bureau.law)
    if outcome.refused is not None:
        return replies.refusal(outcome, question.case, bureau.law)
    record, _ = carry_out(desk, request, question, outcome)
    seen = replies.patient_seen(question.insured, question.case)
    quoted = msgspec.structs.replace(record, transfers=())
    return replies.settled(None, seen, quoted, request.visit, moment, bureau.law.book.digest)
