"""Suspensions of networked settlement (暂停联网结算): what was decided about a person, and the span in force."""

import datetime
from enum import StrEnum

import msgspec

from mulaid.store import regions
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion


class SuspensionKind(StrEnum):
    """What a decision is made for: 条例 of 2021 know two."""

    INVESTIGATION = "investigation"
    """调查期间: suspected, and not cooperating."""
    PENALTY = "penalty"
    """处罚."""


READ = """
select document, kind, from_day, until, ended_on from suspension
where region = $1 and person = $2 order by from_day, document
"""

INSERT = insertion(
    "suspension",
    {
        "person": "bigint",
        "document": "text",
        "authority": "text",
        "kind": "text",
        "conduct": "text",
        "article": "text",
        "from_day": "date",
        "until": "date",
        "served_on": "date",
        "entered_by": "bigint",
    },
)

END = Write(
    """
update suspension s set ended_on = new.ended_on, ended_by = new.ended_by
from {rows} as new
where s.region = coalesce($1, new.region) and s.person = new.person and s.document = new.document
    and s.ended_on is null
""",
    {"person": "bigint", "document": "text", "ended_on": "date", "ended_by": "text"},
    exact=True,
)

# What bills ask of a person: the span in force, or the one to come.
SPAN = Write(
    """
update person p set suspended_from = new.suspended_from, suspended_until = new.suspended_until
from {rows} as new
where p.region = coalesce($1, new.region) and p.person = new.person
""",
    {"person": "bigint", "suspended_from": "date", "suspended_until": "date"},
    exact=True,
)


class Suspension(msgspec.Struct, frozen=True):
    """One decision, as far as another one asks. `until` is the first day after it; None: until it is lifted."""

    document: str
    kind: SuspensionKind
    from_day: datetime.date
    until: datetime.date | None
    ended_on: datetime.date | None
    """Lifted, or replaced by another decision, from this day on."""

    def holds_after(self, day: datetime.date) -> bool:
        """Whether it is in force on a day or will be later."""
        end = self.until if self.ended_on is None else self.ended_on
        return end is None or day < end


async def of_person(connection: Connection, region: str, person: int) -> list[Suspension]:
    """Every decision about a person, in the order of their first days."""
    found = await connection.fetch(READ, regions.number(region), person)
    return [Suspension(row[0], SuspensionKind(row[1]), *row[2:]) for row in found]
