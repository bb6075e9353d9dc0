"""The chain of batches: each row's hash covers its cases and the row before, so that nothing can be changed unseen."""

import asyncpg

from mulaid.store import regions
from mulaid.store.connect import Connection

HEAD = "select seq, hash from chain where region = $1 and lane = $2 order by seq desc limit 1"

LINKS = """
select seq, hash, previous, first_case, n, moment from chain
where region = $1 and lane = $2 and seq > $3 order by seq limit $4
"""


async def head(connection: Connection, region: str, lane: int) -> tuple[int, bytes]:
    """The last (seq, hash) of a lane's chain in a region; (0, b"") before the first."""
    row = await connection.fetchrow(HEAD, regions.number(region), lane)
    return (0, b"") if row is None else (row[0], row[1])


async def links(connection: Connection, region: str, lane: int, after: int, limit: int) -> list[asyncpg.Record]:
    """Rows (seq, hash, previous, first_case, n, moment) after a number, in order."""
    return await connection.fetch(LINKS, regions.number(region), lane, after, limit)
