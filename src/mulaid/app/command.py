"""Carry out one act for a command of the operator: on the command's own connection, without a lane's queue."""

import datetime
import getpass

from mulaid.procedures.act.matter import Answer
from mulaid.procedures.act.transaction import transact
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.posting import Chain
from mulaid.procedures.table import act_of
from mulaid.settings import LANES_MAX
from mulaid.store.connect import Connection
from mulaid.terms.actor import Actor, Channel, Origin, Role, content


def operator(bureau: Bureau, request: object, region: str = "") -> Origin:
    """The origin of a request that the operator makes on this machine; each has an id of its own."""
    name, act = getpass.getuser(), act_of(request).name
    message_id = f"{name}-{bureau.minter.mint()}"
    return Origin(Actor(Role.OPERATOR, region, name), Channel.COMMAND, message_id, act, content(act, message_id))


async def at_once(
    connection: Connection, bureau: Bureau, request: object, origin: Origin, moment: datetime.datetime
) -> Answer:
    """The answer once it has committed; it waits for every purse it needs.

    The connection must hold the worker number of `bureau`. Raises what the database raises when it refuses.
    """
    chain = Chain(bureau.minter.worker * LANES_MAX)
    [answer] = await transact(connection, bureau, act_of(request), [(request, origin)], moment, chain)
    assert answer is not None
    return answer
