"""The catalogue against the lines that were priced by it.

Items are never deleted, so a code that priced a line is still there. What an item says may be corrected by a load, and
then lines of before differ from it: that is worth knowing and need not be wrong.
"""

import datetime

import asyncpg

from mulaid.audit.findings import Check, Finding, finding
from mulaid.audit.lines import Line, lines_of
from mulaid.audit.scratch import Connection

# Items that are priced alike everywhere are kept under region 0.
ITEMS = """
select code, item_class, upfront_employee_bp, upfront_resident_bp, price_limit_micro, restricted, barred, fee_kind
from catalogue where region in (0, $1) and code = any($2::text[]) and from_day <= $3
"""

UNKNOWN = "unknown_code"
REMEMBERED_MAX = 100_000


class Catalogue:
    """The items that charges name; each difference is told once a code."""

    def __init__(self, connection: Connection, today: datetime.date) -> None:
        self._connection, self._today = connection, today
        self._items: dict[tuple[int, str], list[asyncpg.Record]] = {}
        self._told: set[str] = set()

    async def check(self, region: int, batch: asyncpg.Record) -> list[Finding]:
        """The lines of a batch against every entry their codes have had."""
        place = batch["institution_region"]
        lines = lines_of(batch["lines"]) or ()
        if place is None or not lines:
            return []
        await self._fetch(place, {line.code for line in lines})
        found = []
        for line in lines:
            items = self._items[place, line.code]
            check = Check.ITEM_CHANGED if items else Check.ITEM_MISSING
            if line.note == UNKNOWN or line.code in self._told or any(_priced_by(line, item) for item in items):
                continue
            self._told.add(line.code)
            where = {"item": line.code, "visit": batch["visit"], "batch": batch["batch"], "line": line.serial}
            found.append(finding(check, region, where))
        return found

    async def _fetch(self, place: int, codes: set[str]) -> None:
        if len(self._items) > REMEMBERED_MAX:
            self._items.clear()
        missing = sorted(code for code in codes if (place, code) not in self._items)
        if missing:
            self._items |= {(place, code): [] for code in missing}
            for row in await self._connection.fetch(ITEMS, place, missing, self._today):
                self._items[place, row["code"]].append(row)


def _priced_by(line: Line, item: asyncpg.Record) -> bool:
    """Whether an entry says what the line says. The ratio of a wholly self-paid line is not the item's."""
    said = line.item_class, line.price_limit, line.restricted, line.fee_kind, line.barred
    barred = line.amount if item["barred"] else 0
    if said != (item["item_class"], item["price_limit_micro"], item["restricted"], item["fee_kind"], barred):
        return False
    self_paid = line.note != "" and line.excluded == line.amount
    return self_paid or line.ratio in (item["upfront_employee_bp"], item["upfront_resident_bp"])
