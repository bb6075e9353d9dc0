"""One way to open connections, so that every session has the same limits and the same calendar."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    OSError,
)
"""What may mean that the connection is gone; `lost` says whether it does."""

OLDEST_SERVER = 16
"""The first release of PostgreSQL that the statements are tried on."""
_STATEMENTS_KEPT = 256
_CONNECT_SECONDS = 10
LOCK_SECONDS = 5
"""The longest wait for a lock: what a settlement holds, it holds for milliseconds."""


# What is looked up by its key, always. A plan is made once and kept: made while a table was empty, it would otherwise
# scan the table for ever after.
_BY_KEY = {f"enable_{way}": "off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin")}


class ServerTooOld(RuntimeError):
    """The database's PostgreSQL is older than the oldest that is supported."""

    def __init__(self, found: int) -> None:
        super().__init__(f"PostgreSQL {found}")
        self.found = found


async def connect(
    dsn: str, *, purpose: str = "mulaid", patience: int = 30, by_key: bool = False
) -> "asyncpg.Connection[asyncpg.Record]":
    """Open a connection. `purpose` shows in pg_stat_activity; `patience` is the longest statement in seconds.

    `by_key` is for connections that live long and only ever find rows by their keys. Raises `ServerTooOld` besides what
    the database raises.
    """
    opened = await asyncpg.connect(
        dsn,
        timeout=_CONNECT_SECONDS,
        statement_cache_size=_STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        server_settings=_settings(purpose, patience) | (_BY_KEY if by_key else {}),
    )
    found = opened.get_server_version().major
    if found < OLDEST_SERVER:
        await opened.close()
        raise ServerTooOld(found)
    return opened


async def pool(dsn: str, *, most: int, purpose: str = "mulaid", patience: int = 30) -> Pool:
    """Open a pool of at most so many connections that find rows by their keys."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=most,
        timeout=_CONNECT_SECONDS,
        # A server that has vanished does not say so.
        command_timeout=patience + _CONNECT_SECONDS,
        statement_cache_size=_STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        server_settings=_settings(purpose, patience) | _BY_KEY,
        reset=_as_it_is,
    )


def lost(error: BaseException) -> bool:
    """Whether the connection is gone, or none can be made; whether the last commit was kept is then not known.

    A value that the driver could not send is an `InterfaceError` too, and says nothing about the connection.
    """
    return isinstance(error, LOST) and not isinstance(error, ValueError)


async def _as_it_is(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Nothing here changes a session's settings or keeps its locks, so putting it back costs no statement."""


def _settings(purpose: str, patience: int) -> dict[str, str]:
    return {
        "application_name": purpose,
        "timezone": "Asia/Shanghai",
        "statement_timeout": f"{patience}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
        # The statements are short and always alike: compiling them, or planning them anew, costs more than they do.
        "jit": "off",
        "plan_cache_mode": "force_generic_plan",
    }
