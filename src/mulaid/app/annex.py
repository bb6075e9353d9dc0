"""The process of an annex: a hall of its own, fed and read through pipes.

    python -m mulaid.app.annex [LEVEL FORMAT]

The two words are those of MULAID_LOG_LEVEL and MULAID_LOG_FORMAT. It ends when its stdin does, with everything accepted
answered; signals are the service's business.
"""

import asyncio
import datetime
import functools
import os
import signal
import sys
from pathlib import Path

import uvloop

from mulaid.app.database import Database
from mulaid.app.house import bureau_on, hall_of, leave_garbage
from mulaid.app.logs import NUMBERS, Log, listen_to, log_all_from
from mulaid.app.timekeeping import keep_time
from mulaid.clock import ClockWrong, china_now
from mulaid.counter import frames
from mulaid.counter.frames import Answered, Answers
from mulaid.counter.hall import Hall
from mulaid.counter.queue import Busy
from mulaid.policy.book import Book
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.settings import LogFormat, LogLevel, Settings
from mulaid.store.connect import connect
from mulaid.store.seal import KeyRefused
from mulaid.wording import commands

CANNOT_OPEN = 2
NUMBER_TAKEN = 3
"""The exit code when another process has taken this one's worker number."""


class _Outbox:
    """Answers on their way out: those of one turn of the loop go together."""

    def __init__(self, hall: Hall, pipe: asyncio.WriteTransport) -> None:
        self._hall, self._pipe = hall, pipe
        self._answered: list[Answered] = []

    def put(self, number: int, answer: Answer | Exception) -> None:
        if not self._answered:
            asyncio.get_running_loop().call_soon(self.send)
        if isinstance(answer, Exception):
            self._answered.append(Answered(number, None, type(answer).__name__))
        else:
            self._answered.append(Answered(number, answer))

    def send(self) -> None:
        self._pipe.write(frames.framed(Answers(self._hall.tally, self._answered)))
        self._answered = []


async def _pipes(out: int) -> tuple[asyncio.StreamReader, asyncio.WriteTransport]:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    writer, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(out, "wb"))
    return reader, writer


async def _work(out: int, log: Log) -> None:
    listen_to(asyncio.get_running_loop(), log)
    reader, writer = await _pipes(out)
    first = await frames.read(reader)
    if first is None:
        return
    start = frames.start(first)
    settings = Settings(
        home=Path(start.home),
        dsn=start.dsn,
        lanes=start.lanes,
        waiting_max=start.waiting_max,
        clock_apart_max=start.clock_apart_max,
    )
    ahead = datetime.timedelta(seconds=start.ahead_seconds)
    claims = await connect(start.dsn, purpose="mulaid worker")
    try:
        bureau = await bureau_on(claims, settings, Book.from_body(start.policy))
        hall = hall_of(settings, start.dsn, bureau, lambda: china_now() + ahead)
        database = Database(start.dsn, claims, bureau.minter.worker, quiet=True)
        database.went_away = (hall.drop,)
        work = (database.watch(), _end_with(database, log), keep_time(start.dsn, bureau.chronometer))
        tasks = [asyncio.create_task(each) for each in work]
        outbox = _Outbox(hall, writer)
        leave_garbage()
        outbox.send()
        while (frame := await frames.read(reader)) is not None:
            for asked in frames.asked(frame):
                try:
                    hall.put(asked.request, asked.origin, functools.partial(outbox.put, asked.number))
                except Busy:
                    outbox.put(asked.number, Refused(code=Fault.BUSY))
        await hall.close()
        for task in tasks:
            task.cancel()
        await database.close()
        await asyncio.sleep(0)
        outbox.send()
    finally:
        await claims.close()
        writer.close()


async def _end_with(database: Database, log: Log) -> None:
    """End at once when the worker number is somebody else's: the service starts this process again, and asks again."""
    await database.given_up.wait()
    log.flush()
    os._exit(NUMBER_TAKEN)


def main() -> None:
    """Work until stdin ends. What anybody prints goes to stderr: stdout belongs to the answers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    level, form = sys.argv[1:] or (LogLevel.INFO, LogFormat.TEXT)
    log = log_all_from(NUMBERS[LogLevel(level)], LogFormat(form))
    try:
        uvloop.run(_work(out, log))
    except KeyRefused as refused:
        print(commands.key_refused(refused.trouble, str(refused.file)))
        sys.exit(CANNOT_OPEN)
    except ClockWrong as wrong:
        print(commands.clock_wrong(wrong.here, wrong.there))
        sys.exit(CANNOT_OPEN)


if __name__ == "__main__":
    main()
