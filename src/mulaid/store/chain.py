"""The chain of batches: each row's hash covers its cases and the row before, so that nothing can be changed unseen."""

from collections.abc import Sequence

import asyncpg

from mulaid.store import regions
from mulaid.store.arrays import Columns
from mulaid.store.connect import Connection

Head = tuple[int, bytes]
"""Number and hash of a link."""

_REGIONS = Columns(3)
HEADS = f"""
select asked.region, head.seq, head.hash
from {_REGIONS} as asked
cross join lateral (
    select seq, hash from chain where region = coalesce($1, asked.region) and lane = $2 order by seq desc limit 1
) head
"""

LINKS = """
select seq, hash, previous, first_case, n, moment from chain
where region = $1 and lane = $2 and seq > $3 order by seq limit $4
"""

BEFORE_THE_FIRST: Head = (0, b"")


async def heads(connection: Connection, names: Sequence[str], lane: int) -> dict[str, Head]:
    """The last link of a lane's chain in each of these regions."""
    only, *columns = _REGIONS.given((name,) for name in names)
    found = await connection.fetch(HEADS, only, lane, *columns)
    return dict.fromkeys(names, BEFORE_THE_FIRST) | {regions.text(row[0]): (row[1], row[2]) for row in found}


async def links(connection: Connection, region: str, lane: int, after: int, limit: int) -> list[asyncpg.Record]:
    """Rows (seq, hash, previous, first_case, n, moment) after a number, in order."""
    return await connection.fetch(LINKS, regions.number(region), lane, after, limit)
