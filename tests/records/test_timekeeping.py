"""A running service looks at the database's clock: the log tells once of a wrong clock, and once that it is right."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from mulaid import clock
from mulaid.app.timekeeping import keep_time, set_by
from mulaid.clock import Chronometer, ClockWrong
from mulaid.store.connect import connect

OFTEN = 0.01


@contextlib.asynccontextmanager
async def keeping(dsn: str, chronometer: Chronometer) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_time(dsn, chronometer, every=OFTEN))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(told: list[str], logs: list[dict[str, str]]) -> None:
    while [line["event"] for line in logs] != told:
        await asyncio.sleep(OFTEN)


async def test_the_log_tells_once_of_a_wrong_clock(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = await connect(dsn)
    chronometer = Chronometer(60)
    await set_by(opened, chronometer)
    await opened.close()
    chronometer.check()
    with capture_logs() as logs:
        async with keeping(dsn, chronometer):
            monkeypatch.setattr(clock, "time", SimpleNamespace(**vars(time) | {"time": lambda: time.time() + 86_400}))
            await until(["clock_wrong"], logs)  # type: ignore[arg-type]
            await asyncio.sleep(10 * OFTEN)
            with pytest.raises(ClockWrong):
                chronometer.check()
            monkeypatch.undo()
            await until(["clock_wrong", "clock_right"], logs)  # type: ignore[arg-type]
    assert logs[0]["here"][:10] != logs[0]["database"][:10] == logs[0]["kept"][:10]


async def test_a_database_that_is_away_is_nothing_to_tell(dsn: str) -> None:
    opened = await connect(dsn)
    chronometer = Chronometer(60)
    await set_by(opened, chronometer)
    await opened.close()
    with capture_logs() as logs:
        async with keeping("postgresql://nobody@/mulaid?host=/nowhere", chronometer):
            await asyncio.sleep(10 * OFTEN)
            chronometer.check()
    assert logs == []
