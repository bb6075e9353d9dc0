"""One lane: a connection, a place in the chain, and the loop that turns waiting work into transactions.

A batch that the database refuses is rolled back and run one by one, so that only the poisoned request fails. When the
connection is lost at commit nobody knows whether the batch was kept: the lane reconnects and asks again with the same
message ids, which is either a replay of what was kept or the first settlement of what was not.
"""

import asyncio
import datetime
from collections.abc import Sequence

import asyncpg
import structlog

from mulaid.clock import Clock, ClockWrong
from mulaid.lanes.queue import Waiting, Work
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.cancel import cancel
from mulaid.procedures.faults import Fault
from mulaid.procedures.households import DayPassed, Locking
from mulaid.procedures.posting import Chain, Posting
from mulaid.procedures.requests import CancelRequest, Done, Refused, Reply, SettleRequest, VoidRequest
from mulaid.procedures.settle import settle
from mulaid.procedures.void import void
from mulaid.store.connect import Connection, connect
from mulaid.store.ledger import HeadMoved

BATCH_MAX = 128
TRIES_MAX = 5

_log = structlog.get_logger()

AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    HeadMoved,
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


class _RolledBack(Exception):
    """A refusal that must leave nothing behind, on its way out of the transaction."""

    def __init__(self, reply: Refused) -> None:
        self.reply = reply


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
        while batch := await self._waiting.take(self._chain.lane, BATCH_MAX):
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

    async def _answer(self, batch: Sequence[Work]) -> list[Reply | Done | None]:
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

    async def _one_by_one(self, batch: Sequence[Work]) -> list[Reply | Done | None]:
        replies = []
        for work in batch:
            [reply] = await self._answer([work])
            if reply is not None:
                # It has committed; what the next one waits for is none of its business.
                work.answer(reply)
            replies.append(reply)
        return replies

    async def _transaction(self, batch: Sequence[Work]) -> list[Reply | Done | None]:
        if self._connection is None:
            self._connection = await connect(self._dsn, purpose=f"mulaid lane {self._chain.lane}", by_key=True)
        first = batch[0].request
        posting = Posting(self._chain)
        self._bureau.chronometer.check()
        moment = self._clock()
        try:
            async with self._connection.transaction():
                if isinstance(first, SettleRequest):
                    requests = [work.request for work in batch if isinstance(work.request, SettleRequest)]
                    # Alone it waits for its purses; in a batch all the others would wait with it.
                    locking = Locking.WAIT if len(batch) == 1 or batch[0].waits else Locking.FREE
                    replies: list[Reply | Done | None] = [
                        *await settle(self._connection, self._bureau, requests, moment, posting, locking)
                    ]
                else:
                    replies = [await self._undo(self._connection, first, moment, posting)]
        except _RolledBack as rolled_back:
            return [rolled_back.reply]
        posting.committed()
        return replies

    async def _undo(
        self, connection: Connection, request: CancelRequest | VoidRequest, moment: datetime.datetime, posting: Posting
    ) -> Reply | Done:
        if isinstance(request, CancelRequest):
            return await cancel(connection, self._bureau, request, moment, posting)
        reply = await void(connection, self._bureau, request, moment, posting)
        if isinstance(reply, Refused):
            raise _RolledBack(reply)
        return reply

    async def _reconnect(self, attempt: int) -> None:
        """Drop the connection and wait a little longer each time; the next transaction opens a new one."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
        await asyncio.sleep(0.1 * 2**attempt)

    def _forget_heads(self) -> None:
        self._chain.heads.clear()
