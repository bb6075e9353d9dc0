"""Worker numbers: no two processes on one database mint the same ids or write the same lanes of the chain."""

from mulaid.store.connect import Connection

WORKERS = 1024
_OURS = 0x6D75
"""Tells these advisory locks from any others."""

# Held by the session: a process that dies, however it dies, gives its number back with its connection.
CLAIM = "select pg_try_advisory_lock($1, $2)"


class NoWorkerLeft(RuntimeError):
    """As many processes use this database as there are worker numbers."""


async def claim(connection: Connection) -> int:
    """The lowest free worker number, ours for as long as this connection is open. Raises `NoWorkerLeft`."""
    for worker in range(WORKERS):
        if await connection.fetchval(CLAIM, _OURS, worker):
            return worker
    raise NoWorkerLeft(str(WORKERS))
