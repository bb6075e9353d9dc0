"""The log: one line for each thing, whoever says it, and nothing in it that names anybody."""

import asyncio
import datetime
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from mulaid.app.logs import Log, listen_to, log_all_from
from mulaid.gateway import answered
from mulaid.gateway.answered import Answered, Level
from mulaid.settings import LogFormat
from mulaid.terms.calendar import CHINA
from mulaid.wording.logs import LEVELS, sentence

NUMBER = "994506195711030021"
MOMENT = datetime.datetime(2026, 3, 2, 10, 15, 30, 123000, CHINA)
ANSWERED = Answered(
    time=MOMENT,
    level=Level.INFO,
    transaction="2207A",
    institution="H99010000001",
    code="OK",
    ms=12.5,
    message_id="H99010000001202603021015300001",
    reference="990100202603021015300000000042",
)


class Written:
    """A log file, and what stands in it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    found = Written(tmp_path / "log")
    yield found
    os.close(found.descriptor)


@pytest.fixture
def everything(written: Written) -> Iterator[Log]:
    """The log of a process that serves, undone afterwards."""
    root, asyncpg = logging.getLogger(), logging.getLogger("asyncpg")
    before = root.handlers[:], root.level, asyncpg.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield log_all_from(logging.INFO, LogFormat.JSON, written.descriptor)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    logging.captureWarnings(False)
    root.handlers[:], root.level, asyncpg.level = before
    structlog.reset_defaults()


def test_an_answer_is_one_line(written: Written) -> None:
    Log(logging.INFO, LogFormat.JSON, written.descriptor).answered(ANSWERED)
    assert written.lines() == [
        {
            "event": "answered",
            "time": "2026-03-02T10:15:30.123000+08:00",
            "level": "info",
            "transaction": "2207A",
            "institution": "H99010000001",
            "code": "OK",
            "ms": 12.5,
            "message_id": "H99010000001202603021015300001",
            "reference": "990100202603021015300000000042",
        }
    ]


async def test_lines_of_one_turn_are_written_together_and_none_is_torn(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    write = os.write

    def counted(descriptor: int, data: bytes) -> int:
        sizes.append(len(data))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    log = Log(logging.INFO, LogFormat.JSON, written.descriptor)
    for _ in range(100):
        log.answered(ANSWERED)
    assert sizes == []
    await asyncio.sleep(0)
    assert len(written.lines()) == 100
    assert len(sizes) < 12 and max(sizes) <= 4_096


def test_a_level_leaves_out_what_is_less_important(written: Written) -> None:
    log = Log(logging.WARNING, LogFormat.JSON, written.descriptor)
    log.answered(ANSWERED)
    assert written.lines() == []


async def test_a_log_nobody_reads_any_more_stops_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    log = Log(logging.INFO, LogFormat.JSON, writer)
    log.answered(ANSWERED)
    log.flush()
    os.close(writer)


def test_our_events_say_what_they_mean(everything: Log, written: Written) -> None:
    structlog.get_logger("x").error("database_away", reason="ConnectionRefusedError")
    structlog.get_logger("x").debug("left out")
    [line] = written.lines()
    assert (line["level"], line["event"], line["reason"]) == ("error", "database_away", "ConnectionRefusedError")
    assert line["time"].endswith("+08:00") and line["says"] == sentence("database_away")


def _failing(number: str) -> None:
    raise RuntimeError(f"no answer about {number}")


def _logged(number: str) -> None:
    try:
        _failing(number)
    except RuntimeError:
        logging.getLogger("asyncpg.pool").exception("connection of %s is lost", number)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=True)


def _warned(number: str) -> None:
    warnings.warn(f"beware of {number}", stacklevel=1)


def _left_unraisable(number: str) -> None:
    class Left:
        def __del__(self) -> None:
            _failing(number)

    Left()


def _in_a_thread(number: str) -> None:
    thread = threading.Thread(target=_failing, args=(number,))
    thread.start()
    thread.join()


def _uncaught(number: str) -> None:
    try:
        _failing(number)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("fail", [_logged, _warned, _left_unraisable, _in_a_thread, _uncaught])
def test_what_others_say_is_told_without_what_they_quote(
    everything: Log, written: Written, fail: Callable[[str], None]
) -> None:
    fail(NUMBER)
    text = written.file.read_text("utf-8")
    assert written.lines() and NUMBER not in text and "Traceback" not in text
    assert fail is _warned or "RuntimeError tests.rules.test_logs:" in text.replace("test_logs.py", "")


async def test_what_the_loop_complains_of_is_told_without_what_it_shows(everything: Log, written: Written) -> None:
    loop = asyncio.get_running_loop()
    listen_to(loop, everything)

    async def forgotten(number: str) -> None:
        _failing(number)

    task = asyncio.create_task(forgotten(NUMBER))
    await asyncio.sleep(0)
    del task
    loop.call_soon(_failing, NUMBER)
    await asyncio.sleep(0.01)
    everything.flush()
    told = [(line["event"], line["about"], line["failure"].partition(" ")[0]) for line in written.lines()]
    assert told == [
        ("failed", "Task exception was never retrieved", "RuntimeError"),
        ("failed", "Exception in callback _failing", "RuntimeError"),
    ]
    assert NUMBER not in written.file.read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("H99010000001202603021015300001", "H99010000001202603021015300001"),
        ("H99010000112202602271015300001", "H99010000112202602271015300001"),
        ("", ""),
        (NUMBER, "?"),
        ("994506570311002", "?"),
        (f"H99010000001{NUMBER}", "?"),
        (f"{NUMBER.lower()}-17", "?"),
        ("周小岚", "?"),
        ("x" * 41, "?"),
        ("a b", "?"),
        ('"}', "?"),
    ],
)
def test_an_id_is_told_unless_it_may_name_somebody(given: str, told: str) -> None:
    assert answered.key(given, MOMENT.date()) == told


@pytest.mark.parametrize(("asked", "told"), [("2207", "2207"), ("2207A", "2207A"), (NUMBER, "?"), ("x", "?"), ("", "")])
def test_a_transaction_is_told_as_asked(asked: str, told: str) -> None:
    assert answered.transaction(asked) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [("10.1.2.3", "10.1.2.3"), ("2001:db8::1", "2001:db8::1"), ("", ""), (NUMBER, "?"), ("周", "?"), ("a b", "?")],
)
def test_an_address_is_told_when_it_is_one(given: str, told: str) -> None:
    assert answered.address(given) == told


def test_what_takes_memory_has_an_end() -> None:
    kinds = {
        Answered(
            time=MOMENT,
            level=Level.INFO,
            transaction=answered.transaction(f"{at:04d}A"),
            institution="",
            code="OK",
            ms=0,
            message_id="",
            reference="",
        ).kind
        for at in range(10_000)
    }
    assert len(kinds) < 40


def test_every_level_has_its_word() -> None:
    assert set(LEVELS) == {"debug", "info", "warning", "error", "critical"}
