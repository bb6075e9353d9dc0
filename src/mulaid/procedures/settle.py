"""Settle a batch of bills of one patient region in one transaction.

In this order: who asked before, the households under lock, the charges, each decision over the same overlay, and then
everything written at once. A bill that is refused leaves nothing behind, not even its message id.
"""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.decide.bill import decide
from mulaid.procedures import replies
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.desk import Desk, ask, open_desk
from mulaid.procedures.faults import Fault
from mulaid.procedures.posting import Place, Posting, carry_out
from mulaid.procedures.requests import Refused, Reply, Sender, Settled, SettleRequest
from mulaid.store import cases, swipes
from mulaid.store.cases import Message
from mulaid.store.connect import Connection
from mulaid.terms.reasons import BillRefusal


async def settle(
    connection: Connection,
    bureau: Bureau,
    requests: Sequence[SettleRequest],
    moment: datetime.datetime,
    posting: Posting,
) -> list[Reply]:
    """Settle bills of one patient region; one reply each, in order. The caller holds the transaction.

    Raises what the database raises when it refuses: the transaction is then lost and the bills are settled one by one.
    """
    ids = [bureau.minter.mint() for _ in requests]
    owned = await _claim(connection, requests, ids, moment)
    answers: dict[int, Reply] = {}
    if owned:
        fresh = [requests[at] for at in owned]
        desk = await open_desk(connection, bureau, fresh, moment, lock=True)
        for at in owned:
            answers[at] = _settle_one(desk, bureau, requests[at], ids[at], posting)
        await _leave_no_trace(connection, desk, [(requests[at], ids[at], answers[at]) for at in owned])
        await desk.mark_settled(connection)
        await posting.write(connection, desk.house, moment)
    for at, request in enumerate(requests):
        if at not in answers:
            answers[at] = await _asked_before(connection, bureau, request, requests, answers)
    return [answers[at] for at in range(len(requests))]


def _settle_one(desk: Desk, bureau: Bureau, request: SettleRequest, case_id: int, posting: Posting) -> Reply:
    question = ask(desk, request)
    if isinstance(question, Refused):
        return question
    outcome = decide(question.case, bureau.law)
    if outcome.refused is not None:
        return replies.refusal(outcome, question.case, bureau.law)
    record, balances = carry_out(desk, request, question, outcome)
    policy = bureau.law.book.digest
    place = Place(request.patient, question.case.institution.region, request.sender.institution, request.visit)
    posting.add(case_id, place, record, balances, policy)
    if request.visit is not None:
        desk.settled[request.visit, request.batch or ""] = case_id
    seen = replies.seen_in(desk.house, bureau.seal, request.patient, question.case.day)
    return replies.settled(case_id, seen, record, request.visit, desk.moment, policy)


async def _claim(
    connection: Connection, requests: Sequence[SettleRequest], ids: Sequence[int], moment: datetime.datetime
) -> list[int]:
    """Claim the message ids, institutions' regions in ascending order; the positions that are ours, in order."""
    owned: list[int] = []
    for region in sorted({request.sender.region for request in requests}):
        at = [position for position, request in enumerate(requests) if request.sender.region == region]
        senders = [requests[position].sender for position in at]
        claimed = await cases.claim_messages(
            connection,
            region,
            [sender.institution for sender in senders],
            [sender.message_id for sender in senders],
            [sender.transaction for sender in senders],
            [sender.content for sender in senders],
            requests[0].patient_region,
            [ids[position] for position in at],
            moment,
        )
        owned += [at[position] for position in claimed]
    return sorted(owned)


async def _leave_no_trace(
    connection: Connection, desk: Desk, answered: Sequence[tuple[SettleRequest, int, Reply]]
) -> None:
    """Free the ids of refused bills, so that they may be sent again; remember who was told to swipe again."""
    refused = [(request, case_id, reply) for request, case_id, reply in answered if isinstance(reply, Refused)]
    for region in sorted({request.sender.region for request, _, _ in refused}):
        here = [(request.sender, case_id) for request, case_id, _ in refused if request.sender.region == region]
        await cases.release_messages(
            connection,
            region,
            [sender.institution for sender, _ in here],
            [sender.message_id for sender, _ in here],
            [case_id for _, case_id in here],
        )
    told = {
        (request.patient, request.sender.institution)
        for request, _, reply in refused
        if reply.code == BillRefusal.SECOND_SWIPE_NEEDED
    }
    if told:
        await swipes.remember(connection, desk.house.region, sorted(told), desk.moment)


async def _asked_before(
    connection: Connection,
    bureau: Bureau,
    request: SettleRequest,
    requests: Sequence[SettleRequest],
    answers: dict[int, Reply],
) -> Reply:
    """The answer to a message id that was seen before: earlier in this batch, or in the database."""
    sender = request.sender
    for at, reply in answers.items():
        if _same_id(requests[at].sender, sender):
            if requests[at].sender.content != sender.content:
                return Refused(code=Fault.MESSAGE_ID_REUSED)
            return msgspec.structs.replace(reply, replayed=True) if isinstance(reply, Settled) else reply
    found = await cases.messages(connection, sender.region, [sender.institution], [sender.message_id])
    return await replay(connection, bureau, sender, found[sender.institution, sender.message_id])


async def replay(connection: Connection, bureau: Bureau, sender: Sender, message: Message) -> Settled | Refused:
    """Answer a message id again: the same reply, marked; refused when its content differs or it was voided."""
    if message.voided:
        return Refused(code=Fault.MESSAGE_VOIDED)
    if message.content != sender.content or message.case_id is None or message.case_region is None:
        return Refused(code=Fault.MESSAGE_ID_REUSED)
    case = await cases.case(connection, message.case_region, message.case_id)
    assert case is not None, "a message names a case that is not there"
    return msgspec.structs.replace(await replies.from_case(connection, bureau.seal, case), replayed=True)


def _same_id(one: Sender, other: Sender) -> bool:
    return (one.institution, one.message_id) == (other.institution, other.message_id)
