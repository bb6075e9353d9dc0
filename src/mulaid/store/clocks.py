"""What the database's clock shows, which all services on it have in common."""

import datetime

from mulaid.store.connect import Connection

SHOWN = "select clock_timestamp()"


async def shown(connection: Connection) -> datetime.datetime:
    """The database's present moment, also in the middle of a transaction."""
    moment: datetime.datetime = await connection.fetchval(SHOWN)
    return moment
