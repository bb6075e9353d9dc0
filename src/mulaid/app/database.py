"""The database under a running process: whether it answers, and what is done when it does not.

The connection that is watched also holds the process's worker number. When it is lost, the number must be claimed anew
before anybody else takes it: ids and lanes of the chain rest on it.
An embedded server that died is started again, a few times at most; any other is waited for. The log is told when the
database goes away and when it is back, once each, whatever the requests meet meanwhile.
"""

import asyncio
import contextlib
import datetime
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

import asyncpg
import structlog

from mulaid.clock import china_now
from mulaid.store import audit_runs, workers
from mulaid.store.audit_runs import AuditRun
from mulaid.store.connect import LOST, connect, lost
from mulaid.store.embedded import EmbeddedFailed

LOOK_SECONDS = 2.0
ANSWER_SECONDS = 10.0
"""A database that has not answered so small a question for so long is away."""
TRIES_MAX = 5
DEATHS_MAX = 5
DEATHS_SECONDS = 600.0
"""A server that died more often than `DEATHS_MAX` in so many seconds will die again."""
_LONGEST_PAUSE = 5.0

Revive = Callable[[], bool]
"""Starts the embedded server unless it runs; whether it had to. Raises `store.embedded.EmbeddedFailed`."""

_log = structlog.get_logger()


class NumberTaken(RuntimeError):
    """Another process has claimed the worker number of this one."""


class Database:
    """Watched by `watch`; `up` says whether it answers, `given_up` is set when it will not come back.

    `quiet`: another process of this service tells the log that the database is away.
    """

    def __init__(
        self,
        dsn: str,
        connection: "asyncpg.Connection[asyncpg.Record]",
        worker: int,
        *,
        revive: Revive | None = None,
        quiet: bool = False,
    ) -> None:
        self._dsn, self._connection, self._worker, self._revive = dsn, connection, worker, revive
        self._level = logging.DEBUG if quiet else logging.ERROR
        self._backend = connection.get_server_pid()
        self._shaken = asyncio.Event()
        self._deaths: deque[float] = deque(maxlen=DEATHS_MAX)
        self._listen()
        self.up = True
        self.away_since: datetime.datetime | None = None
        self.restarts = 0
        """How often the embedded server was started again."""
        self.last_audit: AuditRun | None = None
        self.given_up = asyncio.Event()
        self.went_away: Sequence[Callable[[], None]] = ()
        """Called when the database is found to be away."""

    async def watch(self) -> None:
        """Look until it is given up."""
        while not self.given_up.is_set():
            if not await self._answers():
                await self._bring_back()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._shaken.wait(), LOOK_SECONDS)
            self._shaken.clear()

    async def close(self) -> None:
        """Give the worker number back."""
        with contextlib.suppress(*LOST):
            await self._connection.close(timeout=ANSWER_SECONDS)

    async def _answers(self) -> bool:
        """Ask the smallest question there is that says something: when the records were last audited."""
        try:
            self.last_audit = await asyncio.wait_for(audit_runs.last(self._connection), ANSWER_SECONDS)
        except (asyncpg.PostgresError, *LOST) as error:
            return not lost(error)
        return True

    async def _bring_back(self) -> None:
        """One connection may be lost while the server runs; else the server is started again, or waited for."""
        try:
            await self._claim()
            return
        except NumberTaken:
            self._give_up("worker_number_taken")
            return
        except (asyncpg.PostgresError, *LOST) as error:
            self._gone(error)
        began, tries = time.monotonic(), 0
        while not self.up and not self.given_up.is_set():
            tries += 1
            await self._try(tries, began)

    async def _try(self, tries: int, began: float) -> None:
        try:
            if self._revive is not None and await asyncio.to_thread(self._revive):
                self._count_death()
            if not self.given_up.is_set():
                await self._claim()
                self._back(tries, began)
        except NumberTaken:
            self._give_up("worker_number_taken")
        except (EmbeddedFailed, asyncpg.PostgresError, *LOST) as error:
            if self._revive is not None and tries >= TRIES_MAX:
                self._give_up("database_given_up", tries=tries, reason=type(error).__name__)
                return
            await asyncio.sleep(min(0.1 * 2**tries, _LONGEST_PAUSE))

    async def _claim(self) -> None:
        """A new connection that holds the same worker number."""
        self._connection.terminate()
        connection = await connect(self._dsn, purpose="mulaid worker")
        try:
            if not await workers.reclaim(connection, self._worker, self._backend):
                raise NumberTaken(str(self._worker))
        except BaseException:
            connection.terminate()
            raise
        self._connection, self._backend = connection, connection.get_server_pid()
        self._listen()

    def _listen(self) -> None:
        shaken = self._shaken
        self._connection.add_termination_listener(lambda _: shaken.set())

    def _gone(self, error: BaseException) -> None:
        self.up, self.away_since = False, china_now()
        event = "database_away" if self._revive is None else "database_starting"
        _log.log(self._level, event, reason=type(error).__name__)
        for drop in self.went_away:
            drop()

    def _back(self, tries: int, began: float) -> None:
        self.up, self.away_since = True, None
        _log.log(self._level, "database_back", seconds=round(time.monotonic() - began, 1), tries=tries)

    def _count_death(self) -> None:
        """Give up when the server has died too often of late."""
        now = time.monotonic()
        self.restarts += 1
        often = len(self._deaths) == DEATHS_MAX and now - self._deaths[0] < DEATHS_SECONDS
        self._deaths.append(now)
        if often:
            self._give_up("database_given_up", deaths=DEATHS_MAX + 1)

    def _give_up(self, event: str, **figures: object) -> None:
        self.up = False
        _log.critical(event, **figures)
        self.given_up.set()
