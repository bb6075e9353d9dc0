"""亲情账户: whose code somebody shows. No procedure that moves money reads this table."""

import datetime

from mulaid.store import regions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion

LINK = insertion(
    "display_link",
    {
        "holder": "bigint",
        "relative_region": "integer",
        "relative": "bigint",
        "linked_at": "timestamptz",
        "case_id": "bigint",
    },
)
UNLINK = Write(
    """
update display_link l set ended_at = new.ended_at
from {rows} as new
where l.region = coalesce($1, new.region) and l.holder = new.holder and l.relative = new.relative
    and l.linked_at = new.linked_at and l.ended_at is null
""",
    {"holder": "bigint", "relative": "bigint", "linked_at": "timestamptz", "ended_at": "timestamptz"},
    exact=True,
)

LINKS = """
select linked_at from display_link
where region = $1 and holder = $2 and relative_region = $3 and relative = $4 and ended_at is null
order by linked_at
"""


async def linked(connection: Connection, holder: Key, relative: Key) -> list[datetime.datetime]:
    """When the links that stand from the one to the other were made."""
    (region, person), (there, number) = holder, relative
    found = await connection.fetch(LINKS, regions.number(region), person, regions.number(there), number)
    return [row[0] for row in found]
