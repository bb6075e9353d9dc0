"""When the records were last audited, and how many findings of damage there were."""

import datetime

import msgspec

from mulaid.store.connect import Connection

EVERYWHERE = 0
"""The region that stands for all of them."""

RECORD = """
insert into audit_run (region, finished, took_ms, replayed, findings) values ($1, $2, $3, $4, $5)
on conflict (region, finished) do nothing
"""
LAST = """
select region, finished, took_ms, replayed, findings from audit_run where region = $1 order by finished desc limit 1
"""


class AuditRun(msgspec.Struct, frozen=True):
    """One audit of one region, or of all of them."""

    region: int
    finished: datetime.datetime
    took_ms: int
    replayed: bool
    """Whether every settlement was decided again."""
    findings: int


async def record(connection: Connection, run: AuditRun) -> None:
    """Keep what came of an audit."""
    await connection.execute(RECORD, *msgspec.structs.astuple(run))


async def last(connection: Connection) -> AuditRun | None:
    """The last audit of everything."""
    row = await connection.fetchrow(LAST, EVERYWHERE)
    return None if row is None else AuditRun(*row)
