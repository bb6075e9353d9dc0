"""Annexes: halls in processes of their own, so that settling uses more than one core.

A request goes to the annex with the least to do, unless one of the same patient is still at another: those of one
patient never wait for each other across processes.
An annex that dies is started again and asked again with the same message ids, which is a replay of what was kept and
the first settlement of what was not.
"""

import asyncio
import functools
from collections.abc import Sequence

import structlog

from mulaid.counter import frames
from mulaid.counter.frames import Answers, Asked, Request, Start
from mulaid.counter.queue import Busy, Told, answered
from mulaid.counter.tally import Tally, added
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.terms.actor import Origin

DEATHS_MAX = 5
"""After so many deaths in a row without an answer between them, what waits is told that nothing is known of it."""

_log = structlog.get_logger()


class AnnexFailed(RuntimeError):
    """An annex could not be opened, or could not answer; the kind of its failure."""


class Annex:
    """One process and what was handed to it: `Annexes` keeps it running."""

    def __init__(self, command: Sequence[str], start: Start) -> None:
        self._command, self._start = command, frames.framed(start)
        self._open: dict[int, tuple[Asked, Told]] = {}
        self._outgoing: list[Asked] = []
        self._pipe: asyncio.StreamWriter | None = None
        self._closing = False
        self._before, self._now = Tally(), Tally()
        self.restarts = 0
        """How often its process has died and been started again."""
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.running = asyncio.create_task(self._run())

    @property
    def unanswered(self) -> int:
        return len(self._open)

    @property
    def tally(self) -> Tally:
        """What its processes have done so far."""
        return added((self._before, self._now))

    def put(self, asked: Asked, told: Told) -> None:
        """Hand a request over; `told` is called with its reply, or with the failure that leaves none."""
        self._open[asked.number] = asked, told
        if not self._outgoing:
            self._loop.call_soon(self._send)
        self._outgoing.append(asked)

    async def close(self) -> None:
        """Let it finish what it has, and end."""
        self._closing = True
        self._send()
        await self.running

    async def _run(self) -> None:
        deaths = 0
        while not (self._closing and not self._open):
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(self._start)
            self._outgoing = [asked for asked, _ in self._open.values()]
            self._pipe = process.stdin
            self._send()
            lived = await self._listen(process.stdout)
            self._pipe = None
            code = await process.wait()
            self._before, self._now = self.tally, Tally()
            if not self.ready.done():
                self.ready.set_exception(AnnexFailed(str(code)))
                return
            if self._closing and not self._open:
                return
            deaths = 1 if lived else deaths + 1
            self.restarts += 1
            _log.error("annex_lost", code=code, unanswered=len(self._open), deaths=deaths)
            if deaths >= DEATHS_MAX:
                self._give_up()
            await asyncio.sleep(0.1 * 2 ** min(deaths, DEATHS_MAX))

    async def _listen(self, pipe: asyncio.StreamReader) -> bool:
        """Hand out answers until the process is gone; whether it gave any."""
        lived = False
        while (frame := await frames.read(pipe)) is not None:
            said = frames.answers(frame)
            if not self.ready.done():
                self.ready.set_result(None)
            self._now = said.tally
            lived = lived or bool(said.answered)
            self._answer(said)
        return lived

    def _answer(self, said: Answers) -> None:
        for each in said.answered:
            _, told = self._open.pop(each.number)
            told(AnnexFailed(each.failed) if each.reply is None else each.reply)

    def _send(self) -> None:
        """Write what was handed over since the last time; while no process runs it waits for the next one."""
        if self._pipe is None:
            return
        if self._outgoing:
            self._pipe.write(frames.framed(self._outgoing))
            self._outgoing = []
        if self._closing:
            self._pipe.close()

    def _give_up(self) -> None:
        given_up, self._open = self._open, {}
        for _, told in given_up.values():
            told(Refused(code=Fault.NOT_COMMITTED))


class Annexes:
    """A hall made of annexes: the same door, the lanes behind it in other processes."""

    def __init__(self, command: Sequence[str], start: Start, *, count: int) -> None:
        self._annexes = [Annex(command, start) for _ in range(count)]
        self._most = start.waiting_max
        self._number = 0
        self._closed = False
        self._inside: dict[int, tuple[Annex, int]] = {}
        """Patients with requests not yet answered: at which annex, and how many."""

    async def opened(self) -> None:
        """Wait until every annex is ready. Raises `AnnexFailed`."""
        await asyncio.gather(*(annex.ready for annex in self._annexes))

    @property
    def queued(self) -> int:
        """Requests handed in and not yet answered."""
        return sum([annex.unanswered for annex in self._annexes])

    @property
    def batches(self) -> int:
        """Batches answered so far."""
        return self.tally.batches

    @property
    def tally(self) -> Tally:
        """What all of them have done so far."""
        return added(annex.tally for annex in self._annexes)

    @property
    def restarts(self) -> int:
        """How often a process has died and been started again."""
        return sum(annex.restarts for annex in self._annexes)

    def drop(self) -> None:
        """Nothing to do: each annex watches the database itself."""

    def put(self, request: Request, origin: Origin, told: Told) -> None:
        """Put a request in; `told` is called with its answer, or with the failure that leaves none. Raises `Busy`."""
        if self._closed or self.queued >= self._most:
            raise Busy
        self._number += 1
        patient = request.patient
        annex, before = self._inside.get(patient) or (min(self._annexes, key=_unanswered), 0)
        self._inside[patient] = annex, before + 1
        annex.put(Asked(self._number, request, origin), functools.partial(self._tell, patient, told))

    async def submit(self, request: object, origin: Origin) -> Answer:
        """The answer once its transaction has committed; `BUSY` at once when too much is waiting."""
        return await answered(self.put, request, origin)

    def _tell(self, patient: int, told: Told, answer: Answer | Exception) -> None:
        annex, inside = self._inside.pop(patient)
        if inside > 1:
            self._inside[patient] = annex, inside - 1
        told(answer)

    async def close(self) -> None:
        """Finish what was accepted, then end the processes."""
        self._closed = True
        await asyncio.gather(*(annex.close() for annex in self._annexes))


def _unanswered(annex: Annex) -> int:
    return annex.unanswered
