"""What the service tells of itself while it runs: one line for each thing, on stderr; stdout belongs to answers.

Everything that has something to say ends here: our own events, the libraries' loggers, the loop's complaints, warnings
and what nobody caught. Of an exception only its kind and place are told: what it says may quote a person's data.
"""

import asyncio
import contextlib
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import msgspec
import structlog

from mulaid.clock import china_now
from mulaid.gateway.answered import Answered, kind_and_place
from mulaid.settings import LogFormat, LogLevel
from mulaid.wording.logs import LEVELS, sentence

STDERR = 2
_PIPE_ATOMIC = 4096
"""So much is written to a pipe at once or not at all: lines of several processes never run into each other."""
_LONG_NUMBER = re.compile(r"[0-9]{6,}[0-9Xx]?")
NUMBERS: Mapping[str, int] = {each: getattr(logging, each.upper()) for each in LogLevel}

Shape = Callable[[dict[str, Any]], bytes]


class Log:
    """Lines on their way out: those of one turn of the loop are written together."""

    def __init__(self, level: int, form: LogFormat, descriptor: int = STDERR) -> None:
        self.level, self._descriptor = level, descriptor
        self._as_json = form is LogFormat.JSON
        self._lines: list[bytes] = []

    def answered(self, told: Answered) -> None:
        """Tell of an answer."""
        if NUMBERS[told.level] < self.level:
            return
        self.write(_json(told) if self._as_json else _text(msgspec.structs.asdict(told) | {"event": "answered"}))

    def tell(self, fields: dict[str, Any]) -> None:
        """Tell of something else: at least `level` and `event`."""
        told = {"time": china_now(), "level": fields["level"], "event": fields["event"], **fields}
        if said := sentence(fields["event"]):
            told["says"] = said
        self.write(_json(told) if self._as_json else _text(told))

    def write(self, line: bytes) -> None:
        """Write a line, on a running loop at the end of its turn."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._out(line + b"\n")
            return
        if not self._lines:
            loop.call_soon(self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Write what waits, now."""
        lines, self._lines = self._lines, []
        chunk: list[bytes] = []
        size = 0
        for line in lines:
            if size + len(line) >= _PIPE_ATOMIC and chunk:
                self._out(b"\n".join(chunk) + b"\n")
                chunk, size = [], 0
            chunk.append(line)
            size += len(line) + 1
        if chunk:
            self._out(b"\n".join(chunk) + b"\n")

    def _out(self, lines: bytes) -> None:
        # Whoever reads the log may be gone; the answers go on.
        with contextlib.suppress(OSError):
            os.write(self._descriptor, lines)


class _Printer:
    """What structlog hands finished events to."""

    def __init__(self, log: Log) -> None:
        self.msg = self.debug = self.info = self.warning = self.error = self.critical = log.tell


class _FromLibraries(logging.Handler):
    """The loggers of libraries, told like everything else: the first line of what they say, without long numbers."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        # The template, not what was put into it; warnings are all one argument.
        text = record.getMessage() if not record.args or record.msg == "%s" else str(record.msg)
        failure = record.exc_info[1] if record.exc_info else None
        told = {"level": record.levelname.lower(), "event": "library", "from": record.name, "about": harmless(text)}
        self._log.tell(told if failure is None else {**told, "failure": kind_and_place(failure)})


def harmless(text: str) -> str:
    """The first words of what a library says, up to the first that may hold data: a repr, a quotation, an address."""
    first = text.partition("\n")[0]
    return _LONG_NUMBER.sub("…", re.split(r"[<'\"({\[=]", first, maxsplit=1)[0]).strip()[:200]


def log_from(level: int, form: LogFormat = LogFormat.TEXT, descriptor: int = STDERR) -> Log:
    """Log what is at least this important."""
    log = Log(level, form, descriptor)
    structlog.configure(
        processors=[structlog.processors.add_log_level, _finished],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Printer(log),
    )
    return log


def log_all_from(level: int, form: LogFormat, descriptor: int = STDERR) -> Log:
    """The same for a process that serves: libraries, warnings and what nobody caught are told too."""
    log = log_from(level, form, descriptor)
    logging.basicConfig(handlers=[_FromLibraries(log)], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(True)
    # Its pools complain once a second while a database is away, which is told once by whoever watches it.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)

    def uncaught(kind: object, error: BaseException | None, *_: object) -> None:
        if error is not None:
            log.tell({"level": "critical", "event": "failed", "failure": kind_and_place(error)})

    sys.excepthook = uncaught
    sys.unraisablehook = lambda left: uncaught(left.exc_type, left.exc_value)
    threading.excepthook = lambda left: uncaught(left.exc_type, left.exc_value)
    return log


def listen_to(loop: asyncio.AbstractEventLoop, log: Log) -> None:
    """Tell what the loop complains of, without the objects it would show."""

    def complain(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        told = {"level": "error", "event": "failed", "about": harmless(str(context.get("message", "")))}
        error = context.get("exception")
        log.tell(told if error is None else {**told, "failure": kind_and_place(error)})

    loop.set_exception_handler(complain)


def _finished(_: object, __: str, event: MutableMapping[str, Any]) -> tuple[tuple[dict[str, Any]], dict[str, Any]]:
    return (dict(event),), {}


_json = msgspec.json.Encoder(enc_hook=str).encode


def _text(fields: dict[str, Any]) -> bytes:
    """One line for people: time, level, event, what is known of it, and what it means."""
    told = dict(fields)
    time, level, event = told.pop("time"), str(told.pop("level")), told.pop("event")
    says = told.pop("says", "")
    rest = " ".join(f"{name}={_word(value)}" for name, value in told.items() if value != "")
    line = f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03d} {LEVELS.get(level, level)} {event} {rest} {says}"
    return line.rstrip().encode()


def _word(value: object) -> str:
    text = " ".join(str(value).split())
    return text if text and " " not in text else f'"{text}"'
