"""Message ids: claim one for what its request will become, and answer one that was claimed before."""

import msgspec

from mulaid.procedures import replies
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused, Sender, Settled
from mulaid.store import cases
from mulaid.store.cases import Claim, Message
from mulaid.store.connect import Connection


def claim(sender: Sender, region: str, number: int) -> Claim:
    """A sender's message id, claimed for a case (or visit) of a patient's region."""
    return Claim(
        region=sender.region,
        institution=sender.institution,
        message_id=sender.message_id,
        transaction=sender.transaction,
        content=sender.content,
        case_region=region,
        case_id=number,
    )


async def replay(connection: Connection, bureau: Bureau, sender: Sender, message: Message) -> Settled | Refused:
    """Answer a message id again: the same reply, marked; refused when its content differs or it was voided."""
    if message.voided:
        return Refused(code=Fault.MESSAGE_VOIDED)
    if message.content != sender.content or message.case_id is None or message.case_region is None:
        return Refused(code=Fault.MESSAGE_ID_REUSED)
    case = await cases.case(connection, message.case_region, message.case_id)
    assert case is not None, "a message names a case that is not there"
    return msgspec.structs.replace(await replies.from_case(connection, case), replayed=True)
