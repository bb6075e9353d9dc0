"""What waits to be settled, by patient region, and whose turn it is.

The queue is bounded: beyond it the answer is "busy" at once, which a till can show, rather than a wait that ends in a
lost answer.
"""

import asyncio
from collections import deque

from mulaid.procedures.requests import CancelRequest, Done, Reply, SettleRequest, VoidRequest

Request = SettleRequest | CancelRequest | VoidRequest

FAIR_TURN = 4
"""Every so many turns go to the region that has waited longest."""


class Busy(Exception):
    """The queue is full, or the service is shutting down."""


class Work:
    """One request and the promise of its answer."""

    __slots__ = ("_promise", "number", "region", "request")

    def __init__(self, number: int, request: Request, region: str, promise: "asyncio.Future[Reply | Done]") -> None:
        self.number, self.request, self.region, self._promise = number, request, region, promise

    def answer(self, reply: Reply | Done) -> None:
        if not self._promise.done():
            self._promise.set_result(reply)

    def fail(self, failure: Exception) -> None:
        if not self._promise.done():
            self._promise.set_exception(failure)


class Waiting:
    """Work in the order it came, region by region. Bills of one region are taken together; undoing is taken alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_region: dict[str, deque[Work]] = {}
        self._busy: dict[str, int] = {}
        self._count = self._accepted = self._turn = 0
        self._closed = False
        self._idle: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return self._count

    def put(self, request: Request, region: str) -> "asyncio.Future[Reply | Done]":
        """Add a request of a patient region; the future becomes its reply. Raises `Busy`."""
        if self._closed or self._count >= self._most:
            raise Busy
        promise: asyncio.Future[Reply | Done] = asyncio.get_running_loop().create_future()
        self._accepted += 1
        self._by_region.setdefault(region, deque()).append(Work(self._accepted, request, region, promise))
        self._count += 1
        self._wake_one()
        return promise

    async def take(self, most: int) -> list[Work]:
        """What is waiting for the region whose turn it is, at most `most`; empty when closed and drained.

        Two lanes in one region wait for each other's families, so a second joins only when a whole batch is waiting.
        Whoever takes a batch says `done` when it is answered.
        """
        while (region := self._next_region(most)) is None:
            if self._closed and not self._count:
                return []
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            await idle
        works = self._by_region[region]
        batch = [works.popleft()]
        if isinstance(batch[0].request, SettleRequest):
            while works and len(batch) < most and isinstance(works[0].request, SettleRequest):
                batch.append(works.popleft())
        if not works:
            del self._by_region[region]
        self._count -= len(batch)
        self._busy[region] = self._busy.get(region, 0) + 1
        if self._count:
            self._wake_one()
        return batch

    def done(self, region: str) -> None:
        """A batch of this region is answered; what came meanwhile may be taken."""
        self._busy[region] -= 1
        if not self._busy[region]:
            del self._busy[region]
        if self._closed:
            self._wake_all()
        elif self._count:
            self._wake_one()

    def close(self) -> None:
        """Accept nothing more; lanes end when what was accepted is answered."""
        self._closed = True
        self._wake_all()

    def _next_region(self, most: int) -> str | None:
        """The region with the most waiting among those open to another lane; now and then the one waiting longest."""
        waiting = self._by_region
        open_ = [region for region in waiting if region not in self._busy or len(waiting[region]) >= most]
        if not open_:
            return None
        self._turn = (self._turn + 1) % FAIR_TURN
        if self._turn == 0:
            return min(open_, key=lambda region: waiting[region][0].number)
        return max(open_, key=lambda region: len(waiting[region]))

    def _wake_one(self) -> None:
        while self._idle:
            idle = self._idle.popleft()
            if not idle.done():
                idle.set_result(None)
                return

    def _wake_all(self) -> None:
        """Let everybody look again: most of them only to see that there is nothing left for them."""
        for _ in range(len(self._idle)):
            self._wake_one()
