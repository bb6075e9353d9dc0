"""代管 and 监护: who may act for whom, for what and how long. The purse of the person acted for must be locked."""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.store import regions
from mulaid.store.arrays import Columns, Key
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion

GIVE = insertion(
    "power",
    {
        "person": "bigint",
        "holder_region": "integer",
        "holder": "bigint",
        "given_at": "timestamptz",
        "kind": "text",
        "scope": "text",
        "until": "date",
        "case_id": "bigint",
    },
)
END = Write(
    """
update power p set ended_at = new.ended_at
from {rows} as new
where p.region = coalesce($1, new.region) and p.person = new.person and p.holder = new.holder
    and p.given_at = new.given_at and p.ended_at is null
""",
    {"person": "bigint", "holder": "bigint", "given_at": "timestamptz", "ended_at": "timestamptz"},
    exact=True,
)

_PEOPLE = Columns(2, person="bigint")
POWERS = f"""
select p.region, p.person, p.holder_region, p.holder, p.given_at, p.kind, p.scope, p.until
from {_PEOPLE} as asked
join power p on p.region = coalesce($1, asked.region) and p.person = asked.person
where p.ended_at is null
"""


class Power(msgspec.Struct, frozen=True):
    """One power that nobody has ended; whether it still runs is a question of the day."""

    person: Key
    holder: Key
    given_at: datetime.datetime
    kind: str
    scope: frozenset[str]
    until: datetime.date | None

    def holds(self, day: datetime.date) -> bool:
        return self.until is None or day < self.until


async def powers(connection: Connection, people: Sequence[Key]) -> list[Power]:
    """Every power over these people that nobody has ended."""
    found = await connection.fetch(POWERS, *_PEOPLE.given(people))
    return [
        Power(
            (regions.text(row[0]), row[1]),
            (regions.text(row[2]), row[3]),
            row[4],
            row[5],
            frozenset(row[6].split(",")),
            row[7],
        )
        for row in found
    ]
