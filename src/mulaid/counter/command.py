"""Carry out one act for a command of the operator: on the command's own connection, without a lane's queue."""

import datetime
import getpass

import asyncpg

from mulaid.procedures.act.act import Kept
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.act.posting import Chain
from mulaid.procedures.act.transaction import SomebodyNew, transact
from mulaid.procedures.table import act_of
from mulaid.settings import LANES_MAX
from mulaid.store import policy_versions
from mulaid.store.connect import Connection
from mulaid.terms.actor import Actor, Channel, Origin, Role, content

_TRIES_MAX = 5
"""How often an act is begun anew because somebody appeared whom it had not locked."""


def origin(bureau: Bureau, request: object, role: Role, region: str = "") -> Origin:
    """Where a request comes from that somebody makes on this very machine; each has an id of its own."""
    name, act = getpass.getuser(), act_of(request)
    message_id = f"{name}-{bureau.minter.mint()}"
    channel = Channel.COMMAND if role is Role.OPERATOR else Channel.COUNTER
    # What keeps no id is never asked for a second time, and what a load brings may be too much to digest.
    digest = content(act.name, None if act.kept is Kept.NOTHING else request)
    return Origin(Actor(role, region, name), channel, message_id, act.name, digest)


async def at_once(
    connection: Connection, bureau: Bureau, request: object, origin: Origin, moment: datetime.datetime
) -> Answer:
    """The answer once it has committed; `BUSY` when somebody holds a purse it needs for too long.

    The connection must hold the worker number of `bureau`. Raises what the database raises when it refuses.
    """
    act, chain = act_of(request), Chain(bureau.minter.worker * LANES_MAX)
    # A case names the book it was decided by, so the book is kept before.
    book = bureau.law.book
    await policy_versions.keep(connection, book.digest, book.body())
    for _ in range(_TRIES_MAX):
        try:
            [answer] = await transact(connection, bureau, act, [(request, origin)], moment, chain)
        except SomebodyNew:
            continue
        except asyncpg.LockNotAvailableError:
            break
        assert answer is not None
        return answer
    return Refused(code=Fault.BUSY)
