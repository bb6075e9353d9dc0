"""One lane: a connection, a place in the chain, and the loop that turns waiting work into transactions.

A batch that the database refuses is rolled back and run one by one, so that only the poisoned request fails. When the
connection is lost at commit nobody knows whether the batch was kept: the lane reconnects and asks again with the same
message ids, which is either a replay of what was kept or the first settlement of what was not. A database that is away
is waited for, so that what was accepted is answered when it is back.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence

import asyncpg
import structlog

from mulaid.clock import Clock, ClockWrong
from mulaid.counter.queue import Waiting, Work
from mulaid.counter.tally import Tally
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import DayPassed, Locking
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.act.posting import Chain
from mulaid.procedures.act.transaction import SomebodyNew, transact
from mulaid.store.connect import LOST, connect, lost
from mulaid.store.ledger import HeadMoved

TRIES_MAX = 5
OUT_SECONDS = 30
"""How long a batch waits for a database that is away. Hospitals rarely wait longer for an answer."""

CLOSE_SECONDS = 5

_log = structlog.get_logger()

AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    HeadMoved,
    SomebodyNew,
)
"""Nothing was kept and trying again may succeed."""


class Lane:
    """Settles, cancels and voids on a connection of its own until told to stop."""

    def __init__(self, number: int, dsn: str, bureau: Bureau, waiting: Waiting, clock: Clock, tally: Tally) -> None:
        self._chain = Chain(number)
        self._dsn, self._bureau, self._waiting, self._clock = dsn, bureau, waiting, clock
        self._tally = tally
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def run(self) -> None:
        """Take work until the queue is closed and empty."""
        loop = asyncio.get_running_loop()
        while batch := await self._waiting.take(self._chain.lane):
            self._tally.begun(len(batch), loop.time() - batch[0].came)
            try:
                replies = await self._answer(batch)
            except Exception as failure:
                # Only its kind: what an exception says, and where it was raised, may hold a patient's data.
                _log.error("lane_failed", lane=self._chain.lane, work=len(batch), reason=type(failure).__name__)
                for work in batch:
                    work.answer(failure)
            else:
                answered = list(zip(batch, replies, strict=True))
                back = [work for work, reply in answered if reply is None]
                self._tally.answered(len(back))
                self._waiting.put_back(back)
                for work, reply in answered:
                    if reply is not None:
                        work.answer(reply)
        if self._connection is not None:
            with contextlib.suppress(*LOST):
                await self._connection.close(timeout=CLOSE_SECONDS)

    async def _answer(self, batch: Sequence[Work]) -> list[Answer | None]:
        """Run a batch; what the database refuses is run one by one. None for a bill to put back."""
        in_doubt, given_up = False, Fault.BUSY
        tries, out_since = 0, 0.0
        while tries < TRIES_MAX:
            try:
                return await self._transaction(batch)
            except AGAIN as refused:
                tries += 1
                self._forget_heads()
                self._tally.again += 1
                _log.info("batch_again", lane=self._chain.lane, attempt=tries, reason=type(refused).__name__)
                if isinstance(refused, asyncpg.LockNotAvailableError) and len(batch) > 1:
                    # Only whoever needs what is held so long shall be told that nothing came of it.
                    return await self._one_by_one(batch)
            except ClockWrong:
                given_up = Fault.CLOCK_WRONG
                break
            except DayPassed:
                # Another service's clock is ahead and its day has begun: only whose money it used there has to wait.
                tries += 1
                self._forget_heads()
                if len(batch) > 1:
                    return await self._one_by_one(batch)
                await asyncio.sleep(0.1 * 2**tries)
            except (asyncpg.PostgresError, *LOST) as failure:
                self._forget_heads()
                if lost(failure):
                    in_doubt = True
                    now = time.monotonic()
                    out_since = out_since or now
                    if now - out_since > OUT_SECONDS:
                        break
                    await self._reconnect(failure, now - out_since)
                elif len(batch) == 1:
                    in_doubt = True
                    _log.error("request_refused_by_database", lane=self._chain.lane, reason=type(failure).__name__)
                    break
                else:
                    return await self._one_by_one(batch)
        return [Refused(code=Fault.NOT_COMMITTED if in_doubt else given_up)] * len(batch)

    async def _one_by_one(self, batch: Sequence[Work]) -> list[Answer | None]:
        replies = []
        for work in batch:
            [reply] = await self._answer([work])
            if reply is not None:
                # This request has committed. It does not wait for what the next one waits for.
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

    async def _reconnect(self, failure: BaseException, out: float) -> None:
        """Drop the connection and wait a little longer each time; the next transaction opens a new one."""
        # Told once by whoever watches the database, not by every lane and try.
        _log.debug("connection_lost", lane=self._chain.lane, reason=type(failure).__name__)
        self._tally.lost += self._connection is not None
        self.drop()
        await asyncio.sleep(min(0.2 + out, 1.0))

    def drop(self) -> None:
        """Give the connection up; a statement that waits on it fails at once."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def _forget_heads(self) -> None:
        self._chain.heads.clear()
