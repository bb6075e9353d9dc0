"""The hall: all lanes of one process, and the door through which requests reach them."""

import asyncio

from mulaid.clock import Clock
from mulaid.counter.lane import Lane
from mulaid.counter.queue import Told, Waiting, answered
from mulaid.counter.tally import Tally
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.matter import Answer
from mulaid.terms.actor import Origin

PATIENCE_SECONDS = 0.1
"""Several times what a full batch takes."""


class Hall:
    """Hands requests to lanes. `first_lane` is the first lane number this process has claimed for its own."""

    def __init__(
        self,
        dsn: str,
        bureau: Bureau,
        clock: Clock,
        *,
        lanes: int = 4,
        waiting_max: int = 2048,
        first_lane: int = 0,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._waiting = Waiting(waiting_max, patience)
        self._tally = Tally()
        self._lanes = [Lane(first_lane + at, dsn, bureau, self._waiting, clock, self._tally) for at in range(lanes)]
        self._running: list[asyncio.Task[None]] = []

    @property
    def batches(self) -> int:
        """Batches answered so far, by all lanes."""
        return self._tally.batches

    @property
    def tally(self) -> Tally:
        """What the lanes have done so far."""
        return self._tally

    @property
    def restarts(self) -> int:
        """No process of its own stands behind a hall."""
        return 0

    @property
    def queued(self) -> int:
        """Requests no lane has taken yet."""
        return len(self._waiting)

    def open(self) -> None:
        """Start the lanes on the running loop."""
        self._running = [asyncio.create_task(lane.run()) for lane in self._lanes]

    def put(self, request: object, origin: Origin, told: Told) -> None:
        """Put a request in; `told` is called with its answer, or with the failure that leaves none. Raises `Busy`."""
        self._waiting.put(request, origin, told)

    async def submit(self, request: object, origin: Origin) -> Answer:
        """The answer once its transaction has committed; `BUSY` at once when too much is waiting."""
        return await answered(self.put, request, origin)

    def drop(self) -> None:
        """Give every connection up: the database is away, and nothing will come over them any more."""
        for lane in self._lanes:
            lane.drop()

    async def close(self) -> None:
        """Finish what was accepted, then stop the lanes."""
        self._waiting.close()
        await asyncio.gather(*self._running)
