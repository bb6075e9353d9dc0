"""What waits to be settled, in the order it came.

The queue is bounded: beyond it the answer is "busy" at once, which a till can show, rather than a wait that ends in a
lost answer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.table import act_of
from mulaid.terms.actor import Origin

PUT_BACK_MAX = 2
"""A request put back so often is taken with its like only, and then waits for its turn."""

Told = Callable[[Answer | Exception], None]
"""Who is told a reply, or the failure that leaves none."""


class Busy(Exception):
    """The queue is full, or the service is shutting down."""


async def answered(put: Callable[[Any, Origin, Told], None], request: object, origin: Origin) -> Answer:
    """Put a request in and wait for its answer; `BUSY` at once when too much is waiting."""
    promise: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def told(answer: Answer | Exception) -> None:
        if promise.done():
            return
        if isinstance(answer, Exception):
            promise.set_exception(answer)
        else:
            promise.set_result(answer)

    try:
        put(request, origin, told)
    except Busy:
        # A client that asks again at once would otherwise keep the lanes from running.
        await asyncio.sleep(0)
        return Refused(code=Fault.BUSY)
    return await promise


class Work:
    """One request, and who is told its answer: once, whatever is told after."""

    __slots__ = ("_told", "act", "came", "origin", "put_back", "request")

    def __init__(self, request: object, origin: Origin, told: Told, came: float) -> None:
        self.request, self.origin, self.act = request, origin, act_of(request)
        self.came = came
        """When it was put in line, by the loop's time."""
        self._told: Told | None = told
        self.put_back = 0
        """How often it has been put back."""

    @property
    def waits(self) -> bool:
        """Whether it now waits for what somebody else holds: it has been put back too often."""
        return self.put_back >= PUT_BACK_MAX

    def goes_with(self, first: "Work") -> bool:
        """Whether it may be carried out in one batch with another."""
        return self.act is first.act and self.waits == first.waits

    def answer(self, answer: Answer | Exception) -> None:
        """Tell the answer, or the failure that leaves none."""
        if self._told is not None:
            told, self._told = self._told, None
            told(answer)


class Waiting:
    """Work in the order it came, whatever its region. Requests of an act with batches are taken together, those that
    have been put back too often among themselves.

    One lane at a time takes work: what comes meanwhile makes its next batch the larger. When every lane at work has
    been at its batch for longer than `patience` seconds (it waits for a purse somebody holds), another steps in.
    """

    def __init__(self, most: int, patience: float) -> None:
        self._most, self._patience = most, patience
        self._works: deque[Work] = deque()
        self._closed = False
        self._idle: list[asyncio.Future[None]] = []
        self._began: dict[int, float] = {}
        """When each lane at work took its batch, by the loop's time."""
        self._alarm: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._works)

    def put(self, request: object, origin: Origin, told: Told) -> None:
        """Add a request; `told` is called with its answer, or with the failure that leaves none. Raises `Busy`."""
        if self._closed or len(self._works) >= self._most:
            raise Busy
        self._works.append(Work(request, origin, told, asyncio.get_running_loop().time()))
        self._see_to_it()

    async def take(self, lane: int) -> list[Work]:
        """What is waiting of one act, at most its batch; empty when closed and drained.

        A lane that asks has finished its last batch. A lane may be woken and find that another has taken everything.
        """
        self._began.pop(lane, None)
        works = self._works
        while not works or self._seconds_to_wait() > 0:
            if self._closed and not works:
                return []
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            self._see_to_it()
            await idle
        self._began[lane] = asyncio.get_running_loop().time()
        batch = [works.popleft()]
        most = batch[0].act.batch
        while works and len(batch) < most and works[0].goes_with(batch[0]):
            batch.append(works.popleft())
        self._see_to_it()
        return batch

    def put_back(self, works: Sequence[Work]) -> None:
        """Put requests that could not be carried out now back in front of the line, in their order."""
        for work in works:
            work.put_back += 1
        self._works.extendleft(reversed(works))

    def close(self) -> None:
        """Accept nothing more; lanes end when what was accepted is answered."""
        self._closed = True
        while self._idle:
            self._wake_one()

    def _seconds_to_wait(self) -> float:
        """Until work may be taken: nothing while no lane is at work."""
        if not self._began or self._closed:
            return 0.0
        return max(self._began.values()) + self._patience - asyncio.get_running_loop().time()

    def _see_to_it(self) -> None:
        """Wake a lane for what waits: now, or once those at work have been at it for too long."""
        if not self._works or not self._idle:
            return
        wait = self._seconds_to_wait()
        if wait <= 0:
            self._wake_one()
        elif self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(wait, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._see_to_it()

    def _wake_one(self) -> None:
        while self._idle:
            idle = self._idle.pop()
            if not idle.done():
                idle.set_result(None)
                return
