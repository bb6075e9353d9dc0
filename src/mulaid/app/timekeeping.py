"""Hold this machine's clock against the database's: when a process opens, and now and then while it works."""

import asyncio
import contextlib

import asyncpg
import structlog

from mulaid.clock import Chronometer, ClockWrong, running
from mulaid.store import clocks
from mulaid.store.connect import Connection, connect

LOOK_SECONDS = 10
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

_log = structlog.get_logger()


async def set_by(connection: Connection, chronometer: Chronometer) -> None:
    """Set a chronometer by the database's clock."""
    asked = running()
    chronometer.set(await clocks.shown(connection), asked)


async def keep_time(dsn: str, chronometer: Chronometer, every: float = LOOK_SECONDS) -> None:
    """Look at the database's clock until cancelled, and tell the log once that a clock is wrong, and right again.

    Whoever takes work asks the chronometer each time, so that a clock set between two looks does no harm. A database
    that cannot be asked is others' business.
    """
    wrong = False
    while True:
        await asyncio.sleep(every)
        with contextlib.suppress(*AWAY):
            connection = await connect(dsn, purpose="mulaid clock")
            try:
                await set_by(connection, chronometer)
            finally:
                await connection.close()
        try:
            chronometer.check()
        except ClockWrong as found:
            if not wrong:
                _log.error("clock_wrong", here=str(found.here), database=str(found.there), kept=str(found.kept))
            wrong = True
        else:
            if wrong:
                _log.info("clock_right")
            wrong = False
