"""The agency (经办机构) as every door meets it: `do` an act, `ask` an inquiry.

Acts wait in one of two halls: bills in front of the processes that settle, all else in a small one of its own. So
whatever waits there for somebody's purse keeps nobody from settling, and no look-up from being answered.
"""

import asyncio
import datetime
from collections.abc import Callable
from typing import Any

import structlog

from mulaid.clock import Clock, ClockWrong
from mulaid.counter.annex import Annexes
from mulaid.counter.hall import Hall
from mulaid.counter.notes import Notes
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.table import act_of, inquiry_of
from mulaid.store.connect import Pool
from mulaid.terms.actor import Actor, Channel, Origin, Role

NOTE_SECONDS = 2
_log = structlog.get_logger()


class Agency:
    """Over open halls and a pool of readers that never lock; `up` says whether the database is there."""

    def __init__(
        self,
        readers: Pool,
        bureau: Bureau,
        bills: Hall | Annexes,
        small: Hall,
        clock: Clock,
        up: Callable[[], bool] = lambda: True,
    ) -> None:
        self.readers, self.bureau, self.clock = readers, bureau, clock
        self._bills, self._small, self._up = bills, small, up
        self._notes = Notes()

    def shut(self) -> Refused | None:
        """Why no work is taken at present; None when it is."""
        if not self._up():
            return Refused(code=Fault.BUSY)
        try:
            self.bureau.chronometer.check()
        except ClockWrong:
            return Refused(code=Fault.CLOCK_WRONG)
        return None

    async def do(self, request: object, origin: Origin) -> Answer:
        """Carry an act out: the answer once it is committed, `BUSY` when too much waits or a purse is held too long."""
        hall = self._bills if act_of(request).bills else self._small
        return await hall.submit(request, origin)

    async def ask(self, request: object, origin: Origin, moment: datetime.datetime | None = None) -> Any:
        """The answer to an inquiry, or `Refused`; what anybody will want to know of it is written down later."""
        inquiry, now = inquiry_of(request), moment or self.clock()
        answer: Any = Refused(code=Fault.NOT_PERMITTED)
        if origin.actor.role in inquiry.roles:
            async with self.readers.acquire() as connection:
                answer = await inquiry.answer(connection, self.bureau, request, origin, now)
        self._notes.see(inquiry, request, origin, answer, now)
        return answer

    async def write_notes(self) -> None:
        """Write down who looked at whom, every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            await self.note()

    async def note(self) -> None:
        """Write down what there is. What cannot be written is told in the log and given up: nobody waits for it."""
        if self.shut() is None and (request := self._notes.take()) is not None:
            origin = Origin(Actor(Role.TIMER, "", "notes"), Channel.TIMER, "", act_of(request).name, b"")
            answer = await self.do(request, origin)
            if isinstance(answer, Refused):
                _log.warning("notes_not_written", count=len(request.notes), code=answer.code)
