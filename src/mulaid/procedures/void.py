"""Void a message (冲正): undo what it did, or make sure that it never does anything.

Meant for answers that were lost. An id never seen succeeds and is void from then on, so a late original is refused.
Repeating it is harmless.
"""

import datetime

from mulaid.procedures.bureau import Bureau
from mulaid.procedures.cancel import undo
from mulaid.procedures.faults import Fault
from mulaid.procedures.posting import Posting
from mulaid.procedures.requests import CancelRequest, Done, Refused, VoidRequest
from mulaid.store import cases
from mulaid.store.connect import Connection


async def void(
    connection: Connection, bureau: Bureau, request: VoidRequest, moment: datetime.datetime, posting: Posting
) -> Done | Refused:
    """Void the original message of this institution. The caller holds the transaction and rolls back a refusal."""
    sender = request.sender
    message = await cases.void_message(
        connection,
        sender.region,
        sender.institution,
        request.original_message_id,
        request.original_transaction,
        moment,
    )
    if message.transaction != request.original_transaction:
        return Refused(code=Fault.TRANSACTION_DIFFERS, detail={"transaction": message.transaction})
    if message.case_region is None or message.case_id is None:
        return Done()
    if message.case_region != request.patient_region:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON)
    cancel = CancelRequest(
        sender=sender, case_region=message.case_region, case_id=message.case_id, patient=request.patient
    )
    reply = await undo(connection, bureau, cancel, bureau.minter.mint(), moment, posting)
    if isinstance(reply, Refused):
        return Done(replayed=True) if reply.code == Fault.ALREADY_CANCELLED else reply
    return Done(case_id=reply.case_id)
