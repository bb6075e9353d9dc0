"""Worker numbers: no two processes on one database mint the same ids or write the same lanes of the chain."""

import asyncio

from mulaid.store.connect import Connection

WORKERS = 1024
_OURS = 0x6D75
"""Tells these advisory locks from any others."""

# Held by the session: a process that dies, however it dies, gives its number back with its connection.
CLAIM = "select pg_try_advisory_lock($1, $2)"


class NoWorkerLeft(RuntimeError):
    """As many processes use this database as there are worker numbers."""


END_HOLDER = """
select pg_terminate_backend(pid) from pg_locks
where locktype = 'advisory' and classid = $1::int::oid and objid = $2::int::oid and pid = $3
"""
RECLAIM_TRIES = 4
RECLAIM_PAUSE_SECONDS = 1


async def reclaim(connection: Connection, worker: int, holder: int) -> bool:
    """Claim a number again that was held by a connection now lost; False when another process has taken it meanwhile.

    `holder`: the lost connection's server process, which may not have noticed yet that nobody is there.
    """
    for _ in range(RECLAIM_TRIES):
        if await connection.fetchval(CLAIM, _OURS, worker):
            return True
        await connection.execute(END_HOLDER, _OURS, worker, holder)
        await asyncio.sleep(RECLAIM_PAUSE_SECONDS)
    return False


async def claim(connection: Connection) -> int:
    """The lowest free worker number, ours for as long as this connection is open. Raises `NoWorkerLeft`."""
    for worker in range(WORKERS):
        if await connection.fetchval(CLAIM, _OURS, worker):
            return worker
    raise NoWorkerLeft(str(WORKERS))
