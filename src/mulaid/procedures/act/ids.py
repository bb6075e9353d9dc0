"""Message ids: claim one for what its request will become, and answer one that was claimed before."""

import datetime
from collections.abc import Mapping, Sequence

import msgspec

from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.desk import Desk
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.replies import from_case
from mulaid.store import cases, regions
from mulaid.store.cases import Claim, Message
from mulaid.store.connect import Connection
from mulaid.terms.actor import Origin


async def claim(connection: Connection, act: Act, matters: Sequence[Matter], moment: datetime.datetime) -> set[int]:
    """Claim the ids of these matters; the numbers of those whose id is now their own."""
    return await cases.claim_messages(connection, [claim_of(act, matter) for matter in matters], moment)


def claim_of(act: Act, matter: Matter) -> Claim:
    """A sender's message id, claimed for a case (or visit) kept where the person it is about is."""
    origin, about = matter.origin, act.about(matter.request)
    return Claim(
        origin.region,
        origin.sender,
        origin.message_id,
        origin.transaction,
        origin.content,
        origin.region if about is None else about[0],
        matter.number,
    )


def keep(act: Act, desk: Desk, matter: Matter, answer: Done) -> None:
    """Keep what was answered with the message, unless its case says it all.

    The kind of the answer says what the message's number is of: a case, a visit, or nothing.
    """
    if type(answer) is Done and act.kept is Kept.CASE:
        return
    origin = matter.origin
    told = msgspec.msgpack.encode(answer)
    desk.write(cases.ANSWER, regions.number(origin.region), origin.sender, origin.message_id, told)


async def asked_before(
    connection: Connection, act: Act, matters: Sequence[Matter], at: int, answers: Mapping[int, Answer | None]
) -> Answer | None:
    """The answer to a message id that was seen before: earlier in this batch, or in the database."""
    origin = matters[at].origin
    for other, answer in answers.items():
        if _same_id(matters[other].origin, origin):
            if answer is None:
                return None
            if matters[other].origin.content != origin.content:
                return Refused(code=Fault.MESSAGE_ID_REUSED)
            return answer if isinstance(answer, Refused) else msgspec.structs.replace(answer, replayed=True)
    found = await cases.messages(connection, origin.region, [origin.sender], [origin.message_id])
    return await _replay(connection, act, origin, found[origin.sender, origin.message_id])


async def _replay(connection: Connection, act: Act, origin: Origin, message: Message) -> Answer:
    """Answer an id again: the same answer, marked; refused when its content differs or it was voided."""
    if message.voided:
        return Refused(code=Fault.MESSAGE_VOIDED)
    if message.content != origin.content or message.case_id is None or message.case_region is None:
        return Refused(code=Fault.MESSAGE_ID_REUSED)
    if message.answer is not None:
        return msgspec.structs.replace(msgspec.msgpack.decode(message.answer, type=act.answer), replayed=True)
    if not act.bills:
        return Done(case_id=message.case_id, replayed=True)
    case = await cases.case(connection, message.case_region, message.case_id)
    assert case is not None, "a message names a case that is not there"
    return msgspec.structs.replace(await from_case(connection, case), replayed=True)


def _same_id(one: Origin, other: Origin) -> bool:
    return one.message_id == other.message_id and one.sender == other.sender
