"""The dated catalogue of items: what an item is, how much of it is borne first, and its price limit."""

import datetime
from collections.abc import Sequence

import asyncpg

from mulaid.store import regions
from mulaid.store.connect import Connection
from mulaid.terms.charges import Item

EVERYWHERE = "0" * 6
"""The region under which items are kept that are priced alike everywhere."""

# The entry in force is the last that began; a region's own goes before the nation's, so each is asked by itself.
ITEMS = """
select distinct on (code) code, from_day, name, item_class, upfront_employee_bp, upfront_resident_bp,
    price_limit_micro, restricted, barred, fee_kind
from catalogue
where region = $1 and code = any($2::text[]) and from_day <= $3
order by code, from_day desc
"""


async def items(connection: Connection, care_region: str, codes: Sequence[str], day: datetime.date) -> dict[str, Item]:
    """The items in force on a day at a place of care; unknown codes are missing."""
    own = await connection.fetch(ITEMS, regions.number(care_region), codes, day)
    found = {row["code"]: _item(row) for row in own}
    missing = [code for code in codes if code not in found]
    if missing:
        found |= {row["code"]: _item(row) for row in await connection.fetch(ITEMS, 0, missing, day)}
    return found


def _item(row: asyncpg.Record) -> Item:
    return Item(**dict(row))
