"""Settle a batch of bills, whatever their patients' regions, in one transaction.

In this order: who asked before, the households under lock, the charges, each decision over the same overlay, and then
everything written at once. A bill that is refused leaves nothing behind, not even its message id.
"""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.decide.bill import decide
from mulaid.procedures import replies
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.claims import claim, replay
from mulaid.procedures.desk import Desk, ask, open_desk
from mulaid.procedures.faults import Fault
from mulaid.procedures.households import Locking
from mulaid.procedures.posting import Place, Posting, carry_out
from mulaid.procedures.requests import Refused, Reply, Sender, Settled, SettleRequest
from mulaid.store import cases
from mulaid.store.cases import Claim
from mulaid.store.connect import Connection
from mulaid.store.refused import release
from mulaid.terms.reasons import BillRefusal


async def settle(
    connection: Connection,
    bureau: Bureau,
    requests: Sequence[SettleRequest],
    moment: datetime.datetime,
    posting: Posting,
    locking: Locking = Locking.WAIT,
) -> list[Reply | None]:
    """Settle bills; one reply each, in order. The caller holds the transaction.

    None where nothing was done because somebody else holds a purse the bill may need: ask again. Only with
    `Locking.FREE`; with `Locking.WAIT` all bills wait for it.

    Raises what the database raises when it refuses: the transaction is then lost and the bills are settled one by one.
    """
    claims = [claim(request.sender, request.patient_region, bureau.minter.mint()) for request in requests]
    claimed = await cases.claim_messages(connection, claims, moment)
    owned = [at for at, each in enumerate(claims) if each.case_id in claimed]
    answers: dict[int, Reply | None] = {}
    if owned:
        fresh = [requests[at] for at in owned]
        desk = await open_desk(connection, bureau, fresh, moment, locking)
        for at in owned:
            answers[at] = _settle_one(desk, bureau, requests[at], claims[at].case_id, posting)
        await _leave_no_trace(connection, desk, [(requests[at], claims[at], answers[at]) for at in owned])
        await desk.mark_settled(connection)
        await posting.write(connection, desk.house, moment)
    for at, request in enumerate(requests):
        if at not in answers:
            answers[at] = await _asked_before(connection, bureau, request, requests, answers)
    return [answers[at] for at in range(len(requests))]


def _settle_one(desk: Desk, bureau: Bureau, request: SettleRequest, case_id: int, posting: Posting) -> Reply | None:
    if desk.house.must_wait((request.patient_region, request.patient)):
        return None
    question = ask(desk, request)
    if isinstance(question, Refused):
        return question
    outcome = decide(question.case, bureau.law)
    if outcome.refused is not None:
        return replies.refusal(outcome, question.case, bureau.law)
    record, balances = carry_out(desk, request, question, outcome)
    if outcome.draws:
        desk.spend_swipe(request)
    policy = bureau.law.book.digest
    place = Place(request.patient, question.case.institution.region, request.sender.institution, request.visit)
    posting.add(case_id, place, record, balances, policy)
    for charged in question.charged:
        desk.settled[charged] = case_id
    seen = replies.patient_seen(question.insured, question.case)
    return replies.settled(case_id, seen, record, request.visit, desk.moment, policy)


async def _leave_no_trace(
    connection: Connection, desk: Desk, answered: Sequence[tuple[SettleRequest, Claim, Reply | None]]
) -> None:
    """Free the ids of refused bills, and of those put off: they come again. Remember who was told to swipe again."""
    undone = [(request, claimed, reply) for request, claimed, reply in answered if not isinstance(reply, Settled)]
    told = {
        (request.patient_region, request.patient, request.sender.institution)
        for request, _, reply in undone
        if reply is not None and reply.code == BillRefusal.SECOND_SWIPE_NEEDED
    }
    if undone or desk.spent:
        claimed = [claimed for _, claimed, _ in undone]
        await release(connection, claimed, desk.moment, spent=desk.spent, told=told)


async def _asked_before(
    connection: Connection,
    bureau: Bureau,
    request: SettleRequest,
    requests: Sequence[SettleRequest],
    answers: dict[int, Reply | None],
) -> Reply | None:
    """The answer to a message id that was seen before: earlier in this batch, or in the database."""
    sender = request.sender
    for at, reply in answers.items():
        if _same_id(requests[at].sender, sender):
            if reply is None:
                return None
            if requests[at].sender.content != sender.content:
                return Refused(code=Fault.MESSAGE_ID_REUSED)
            return msgspec.structs.replace(reply, replayed=True) if isinstance(reply, Settled) else reply
    found = await cases.messages(connection, sender.region, [sender.institution], [sender.message_id])
    return await replay(connection, bureau, sender, found[sender.institution, sender.message_id])


def _same_id(one: Sender, other: Sender) -> bool:
    return (one.institution, one.message_id) == (other.institution, other.message_id)
