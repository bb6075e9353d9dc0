"""Requests that wait for a second person: made, read under a lock, decided once."""

import msgspec

from mulaid.store import regions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion

LOCK = """
select act, person_region, person, request, origin, sender, state from task where region = $1 and task = $2 for update
"""
OPEN = """
select task, act, person_region, person, request, origin, sender, state from task
where region = $1 and state = 'open' order by made_at, task
"""

INSERT = insertion(
    "task",
    {
        "task": "bigint",
        "act": "text",
        "person_region": "integer",
        "person": "bigint",
        "request": "bytea",
        "origin": "bytea",
        "sender": "text",
        "made_at": "timestamptz",
        "state": "text",
    },
)

# Of a locked task: one that is decided already ends the transaction.
DECIDE = Write(
    """
update task t set state = new.state, decided_by = new.decided_by, decided_at = new.decided_at, reason = new.reason,
    case_id = new.case_id
from {rows} as new
where t.region = coalesce($1, new.region) and t.task = new.task and t.state = 'open'
""",
    {
        "task": "bigint",
        "state": "text",
        "decided_by": "text",
        "decided_at": "timestamptz",
        "reason": "text",
        "case_id": "bigint",
    },
    exact=True,
)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits, or waited, for a second person."""

    act: str
    about: Key | None
    request: bytes
    origin: bytes
    sender: str
    state: str


async def lock(connection: Connection, region: str, task: int) -> Task | None:
    """A task, locked; None when there is none of this number."""
    row = await connection.fetchrow(LOCK, regions.number(region), task)
    return None if row is None else _task(*row)


async def waiting(connection: Connection, region: str) -> dict[int, Task]:
    """What waits in a region, by number, the oldest first."""
    return {number: _task(*rest) for number, *rest in await connection.fetch(OPEN, regions.number(region))}


def _task(
    act: str, person_region: int | None, person: int | None, request: bytes, origin: bytes, sender: str, state: str
) -> Task:
    about = None if person_region is None or person is None else (regions.text(person_region), person)
    return Task(act=act, about=about, request=request, origin=origin, sender=sender, state=state)
