"""Void a message (冲正): undo what it did, or make sure that it never does anything.

Meant for answers that were lost. An id never seen succeeds and is void from then on, so a late original is refused.
Repeating it is harmless, so a void claims no id of its own.
"""

from collections.abc import Sequence

from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.till.requests import CancelRequest, VoidRequest
from mulaid.procedures.till.undo import Original, UndoDesk, original, undo
from mulaid.store import cases, regions
from mulaid.store.arrays import Key
from mulaid.store.cases import Claim, Message
from mulaid.store.connect import Connection


class VoidDesk(UndoDesk):
    """What undoing reads, and what became of the messages to void."""

    messages: dict[int, Message | None]
    """By the number of the matter; None for a message never seen, whose id is now claimed."""

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        self.messages, self.originals = {}, {}
        for matter in matters:
            message = self.messages[matter.number] = await self._seen(connection, matter)
            if message is not None:
                self.originals[matter.number] = await _original(connection, matter, message)
        return self.payers()

    async def _seen(self, connection: Connection, matter: Matter) -> Message | None:
        """The message to void. One never seen is claimed, so that its late original waits for this transaction."""
        request: VoidRequest = matter.request
        origin = matter.origin
        transaction = request.original_transaction
        claim = Claim(
            origin.region,
            origin.sender,
            request.original_message_id,
            transaction,
            bytes(32),
            request.patient_region,
            matter.number,
        )
        if await cases.claim_messages(connection, [claim], self.moment):
            return None
        key = origin.sender, request.original_message_id
        return (await cases.messages(connection, origin.region, [key[0]], [key[1]]))[key]


async def _original(connection: Connection, matter: Matter, message: Message) -> Original | Refused | None:
    """What the message led to, if its sender may undo it; None when it led to nothing."""
    request: VoidRequest = matter.request
    if message.transaction != request.original_transaction:
        return Refused(code=Fault.TRANSACTION_DIFFERS, detail={"transaction": message.transaction})
    if message.case_region is None or message.case_id is None:
        return None
    if message.case_region != request.patient_region:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON)
    named = CancelRequest(case_region=message.case_region, case_id=message.case_id, patient=request.patient)
    return await original(connection, named, matter)


def void(desk: VoidDesk, matter: Matter) -> Answer:
    """Void the original message of this sender."""
    request: VoidRequest = matter.request
    row = (regions.number(matter.origin.region), matter.origin.sender, request.original_message_id)
    if desk.messages[matter.number] is None:
        desk.write(cases.VOID_CLAIMS, *row, matter.number)
        return Done()
    if desk.originals[matter.number] is None:
        return Done()
    reply = undo(desk, matter)
    if isinstance(reply, Refused) and reply.code != Fault.ALREADY_CANCELLED:
        return reply
    desk.write(cases.VOID_MESSAGES, *row)
    return Done(replayed=True) if isinstance(reply, Refused) else Done(case_id=reply.case_id)
