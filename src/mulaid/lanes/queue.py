"""What waits to be settled, in the order it came.

The queue is bounded: beyond it the answer is "busy" at once, which a till can show, rather than a wait that ends in a
lost answer.
"""

import asyncio
from collections import deque

from mulaid.procedures.requests import CancelRequest, Done, Reply, SettleRequest, VoidRequest

Request = SettleRequest | CancelRequest | VoidRequest


class Busy(Exception):
    """The queue is full, or the service is shutting down."""


class Work:
    """One request and the promise of its answer."""

    __slots__ = ("_promise", "request")

    def __init__(self, request: Request, promise: "asyncio.Future[Reply | Done]") -> None:
        self.request, self._promise = request, promise

    def answer(self, reply: Reply | Done) -> None:
        if not self._promise.done():
            self._promise.set_result(reply)

    def fail(self, failure: Exception) -> None:
        if not self._promise.done():
            self._promise.set_exception(failure)


class Waiting:
    """Work in the order it came, whatever its region. Bills are taken together; undoing is taken alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._works: deque[Work] = deque()
        self._closed = False
        self._idle: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._works)

    def put(self, request: Request) -> "asyncio.Future[Reply | Done]":
        """Add a request; the future becomes its reply. Raises `Busy`."""
        if self._closed or len(self._works) >= self._most:
            raise Busy
        promise: asyncio.Future[Reply | Done] = asyncio.get_running_loop().create_future()
        self._works.append(Work(request, promise))
        self._wake_one()
        return promise

    async def take(self, most: int) -> list[Work]:
        """What is waiting, at most `most`; empty when closed and drained.

        A lane that was woken takes all that came until its turn, so one that is woken after it may find nothing.
        """
        works = self._works
        while not works:
            if self._closed:
                return []
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            await idle
        batch = [works.popleft()]
        if isinstance(batch[0].request, SettleRequest):
            while works and len(batch) < most and isinstance(works[0].request, SettleRequest):
                batch.append(works.popleft())
        return batch

    def close(self) -> None:
        """Accept nothing more; lanes end when what was accepted is answered."""
        self._closed = True
        while self._idle:
            self._wake_one()

    def _wake_one(self) -> None:
        while self._idle:
            idle = self._idle.pop()
            if not idle.done():
                idle.set_result(None)
                return
