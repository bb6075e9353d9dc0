"""A query: what an act would see and do, without a lock and without writing anything."""

import datetime
from typing import TypeVar

from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.desk import Desk
from mulaid.procedures.act.households import Locking
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.posting import Chain, Posting
from mulaid.store.connect import Connection

AnyDesk = TypeVar("AnyDesk", bound=Desk)

_NO_LANE = -1


async def opened(
    connection: Connection, kind: type[AnyDesk], bureau: Bureau, matter: Matter, moment: datetime.datetime
) -> AnyDesk:
    """A desk with all that one matter concerns, as it is at one instant. Nothing on it is ever written."""
    desk = kind(bureau, moment, Posting(Chain(_NO_LANE)), Locking.NONE)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        owners = await desk.owners(connection, [matter])
        await desk.house.read_money(connection, owners, Locking.NONE)
        await desk.load(connection, [matter])
    return desk
