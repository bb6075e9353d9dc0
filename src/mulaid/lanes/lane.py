"""One lane: a connection, a place in the chain, and the loop that turns waiting work into transactions.

A batch that the database refuses is rolled back and run one by one, so that only the poisoned request fails. When the
connection is lost at commit nobody knows whether the batch was kept: the lane reconnects and asks again with the same
message ids, which is either a replay of what was kept or the first settlement of what was not.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from mulaid.clock import Clock, ClockWrong
from mulaid.lanes.queue import Waiting, Work
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.act.transaction import SomebodyNew, transact
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.households import DayPassed, Locking
from mulaid.procedures.posting import Chain
from mulaid.procedures.requests import Refused
from mulaid.store.connect import Connection, connect
from mulaid.store.ledger import HeadMoved

TRIES_MAX = 5

_log = structlog.get_logger()

AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    HeadMoved,
    SomebodyNew,
)
"""Nothing was kept and trying again may succeed."""
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    OSError,
)
"""The connection is gone; whether the last commit was kept is not known."""


class Lane:
    """Settles, cancels and voids on a connection of its own until told to stop."""

    def __init__(self, number: int, dsn: str, bureau: Bureau, waiting: Waiting, clock: Clock) -> None:
        self._chain = Chain(number)
        self._dsn, self._bureau, self._waiting, self._clock = dsn, bureau, waiting, clock
        self._connection: Connection | None = None
        self.batches = 0
        """Batches answered so far."""

    async def run(self) -> None:
        """Take work until the queue is closed and empty."""
        while batch := await self._waiting.take(self._chain.lane):
            try:
                replies = await self._answer(batch)
            except Exception as failure:
                # Only its kind: what an exception says, and where it was raised, may hold a patient's data.
                _log.error("lane_failed", lane=self._chain.lane, work=len(batch), reason=type(failure).__name__)
                for work in batch:
                    work.answer(failure)
            else:
                self.batches += 1
                answered = list(zip(batch, replies, strict=True))
                self._waiting.put_back([work for work, reply in answered if reply is None])
                for work, reply in answered:
                    if reply is not None:
                        work.answer(reply)
        if self._connection is not None:
            await self._connection.close()

    async def _answer(self, batch: Sequence[Work]) -> list[Answer | None]:
        """Run a batch; what the database refuses is run one by one. None for a bill to put back."""
        in_doubt, given_up = False, Fault.BUSY
        for attempt in range(1, TRIES_MAX + 1):
            try:
                return await self._transaction(batch)
            except AGAIN as refused:
                self._forget_heads()
                _log.info("batch_again", lane=self._chain.lane, attempt=attempt, reason=type(refused).__name__)
                if isinstance(refused, asyncpg.LockNotAvailableError) and len(batch) > 1:
                    # Only whoever needs what is held so long shall be told that nothing came of it.
                    return await self._one_by_one(batch)
            except LOST as lost:
                in_doubt = True
                self._forget_heads()
                _log.warning("connection_lost", lane=self._chain.lane, attempt=attempt, reason=type(lost).__name__)
                await self._reconnect(attempt)
            except ClockWrong:
                given_up = Fault.CLOCK_WRONG
                break
            except DayPassed:
                # Another service's clock is ahead and its day has begun: only whose money it used there has to wait.
                self._forget_heads()
                if len(batch) > 1:
                    return await self._one_by_one(batch)
                await asyncio.sleep(0.1 * 2**attempt)
            except asyncpg.PostgresError as refused:
                self._forget_heads()
                if len(batch) == 1:
                    in_doubt = True
                    _log.error("request_refused_by_database", lane=self._chain.lane, reason=type(refused).__name__)
                    break
                return await self._one_by_one(batch)
        return [Refused(code=Fault.NOT_COMMITTED if in_doubt else given_up)] * len(batch)

    async def _one_by_one(self, batch: Sequence[Work]) -> list[Answer | None]:
        replies = []
        for work in batch:
            [reply] = await self._answer([work])
            if reply is not None:
                # It has committed; what the next one waits for is none of its business.
                work.answer(reply)
            replies.append(reply)
        return replies

    async def _transaction(self, batch: Sequence[Work]) -> list[Answer | None]:
        if self._connection is None:
            self._connection = await connect(self._dsn, purpose=f"mulaid lane {self._chain.lane}", by_key=True)
        self._bureau.chronometer.check()
        first = batch[0]
        # A bill alone waits for its purses; in a batch all the others would wait with it. What comes one by one is put
        # back first, so that those behind it have their turn.
        alone = first.act.batch > 1 and len(batch) == 1
        locking = Locking.WAIT if alone or first.waits else Locking.FREE
        asked = [(work.request, work.origin) for work in batch]
        return await transact(self._connection, self._bureau, first.act, asked, self._clock(), self._chain, locking)

    async def _reconnect(self, attempt: int) -> None:
        """Drop the connection and wait a little longer each time; the next transaction opens a new one."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
        await asyncio.sleep(0.1 * 2**attempt)

    def _forget_heads(self) -> None:
        self._chain.heads.clear()
