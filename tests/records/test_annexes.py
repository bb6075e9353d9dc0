"""Lanes in processes of their own: the same answers, and an annex that is killed costs nobody a settlement."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from mulaid.clock import china_now
from mulaid.counter.annex import Annexes, AnnexFailed
from mulaid.counter.frames import Start
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.store import seal
from mulaid.store.connect import connect
from tests.records import checks, load, world
from tests.records.test_crash import sound
from tests.records.test_undo import lost, undo
from tests.records.world import MOMENT, bill

COMMAND = (sys.executable, "-m", "mulaid.app.annex")
ANSWERS = 300


def start(dsn: str, home: Path, **changed: Any) -> Start:
    """What an annex on the test world is told, its clock at the world's moment."""
    world.keep_key(home)
    ahead = (MOMENT - china_now()).total_seconds()
    body = world.bureau().law.book.body()
    told = Start(
        dsn=dsn, home=str(home), policy=body, lanes=2, waiting_max=2048, clock_apart_max=60, ahead_seconds=ahead
    )
    return msgspec.structs.replace(told, **changed)


@contextlib.asynccontextmanager
async def open_annexes(said: Start, count: int = 2) -> AsyncIterator[Annexes]:
    annexes = Annexes(COMMAND, said, count=count)
    await annexes.opened()
    try:
        yield annexes
    finally:
        await annexes.close()


def processes() -> list[psutil.Process]:
    """The annexes this process has."""
    return [child for child in psutil.Process().children() if "mulaid.app.annex" in child.cmdline()]


async def test_every_kind_of_request_and_answer_comes_through(emptied: str, tmp_path: Path) -> None:
    eyes = await connect(emptied)
    opened = await world.build(eyes)
    asked = bill(0, 100_000, 40_000, message_id="one")
    async with open_annexes(start(emptied, tmp_path)) as annexes:
        first = await annexes.submit(*asked)
        assert isinstance(first, Settled)
        assert (first.outcome.own, first.outcome.mutual, first.outcome.cash) == (5_000, 55_000, 0)
        assert await annexes.submit(*asked) == msgspec.structs.replace(first, replayed=True)
        undone = await annexes.submit(*undo(first))
        assert isinstance(undone, Settled)
        assert undone.undone == first.case_id
        assert await annexes.submit(*lost("never")) == Done()
        refused = bill(0, 100).but(patient=1)
        assert await annexes.submit(*refused) == Refused(code=Fault.UNKNOWN_PERSON)
        assert annexes.batches == 5
    assert processes() == []
    assert await checks.wrongs(eyes, opened) == []
    assert await checks.damage(eyes) == []
    await eyes.close()


async def test_an_annex_is_killed_under_load(emptied: str, tmp_path: Path) -> None:
    eyes = await connect(emptied)
    opened = await world.build(eyes, load.FAMILIES)
    told: dict[str, int] = {}
    going_on = True
    async with open_annexes(start(emptied, tmp_path)) as annexes:
        loading = asyncio.create_task(load.load(annexes, told.__setitem__, lambda: going_on))
        try:
            for at in range(4):
                before = len(told)
                while (len(told) < before + ANSWERS or len(processes()) < 2) and not loading.done():
                    await asyncio.sleep(0.01)
                processes()[at % 2].send_signal(signal.SIGKILL)
        finally:
            going_on = False
        asked = await loading
    print(f"annexes killed 4 times: {len(told)} answers of {asked} bills kept")
    assert {f"load-{at}" for at in range(asked)} <= set(told)
    await sound(eyes, told, opened)
    await eyes.close()


async def test_annexes_share_the_work_and_a_patient_stays_at_one(emptied: str, tmp_path: Path) -> None:
    """Bills of one patient come in one stream, settled by one lane; those of many are shared by all annexes."""
    eyes = await connect(emptied)
    await world.build(eyes)
    lanes = "select count(distinct lane) from chain where region = $1"
    async with open_annexes(start(emptied, tmp_path, lanes=1)) as annexes:
        await asyncio.gather(*(annexes.submit(*bill(at % 2, 100)) for at in range(300)))
        assert await eyes.fetchval("select count(distinct lane) from chain") == 2
        assert [await eyes.fetchval(lanes, int(each.region)) for each in world.FAMILIES[:2]] == [1, 1]
        assert annexes.queued == 0
    await eyes.close()


async def test_closing_answers_everything_accepted_and_accepts_no_more(emptied: str, tmp_path: Path) -> None:
    eyes = await connect(emptied)
    await world.build(eyes)
    async with open_annexes(start(emptied, tmp_path), count=1) as annexes:
        waiting = [asyncio.create_task(annexes.submit(*bill(0, 100))) for _ in range(200)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(annexes.close())
        await asyncio.sleep(0)
        assert await annexes.submit(*bill(0, 100)) == Refused(code=Fault.BUSY)
        await closing
        assert all(isinstance(reply, Settled) for reply in await asyncio.gather(*waiting))
    assert await eyes.fetchval("select count(*) from cases") == 200
    await eyes.close()


async def test_beyond_the_bound_it_is_busy(emptied: str, tmp_path: Path) -> None:
    eyes = await connect(emptied)
    await world.build(eyes)
    async with open_annexes(start(emptied, tmp_path, waiting_max=5), count=1) as annexes:
        replies = await asyncio.gather(*(annexes.submit(*bill(0, 100)) for _ in range(8)))
        assert replies.count(Refused(code=Fault.BUSY)) == 3
        assert annexes.queued == 0
    await eyes.close()


async def test_an_annex_opens_with_no_other_key_and_by_no_wrong_clock(
    emptied: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    set_ahead = "import time; real = time.time; time.time = lambda: real() + 400 * 86400"
    ahead = (sys.executable, "-c", f"{set_ahead}; from mulaid.app.annex import main; main()")
    eyes = await connect(emptied)
    await world.build(eyes)
    for command, wrong, says in ((ahead, world.keep_key, "本机的时钟是"), (COMMAND, seal.at, "不是这个数据库的密钥")):
        home = tmp_path / says
        home.mkdir()
        said = start(emptied, home)
        (home / seal.KEY_FILE).unlink()
        wrong(home)
        annexes = Annexes(command, said, count=1)
        with pytest.raises(AnnexFailed):
            await annexes.opened()
        await annexes.close()
        assert says in capfd.readouterr().err
    await eyes.close()


async def test_an_annex_that_cannot_open_says_so(tmp_path: Path) -> None:
    annexes = Annexes(COMMAND, start(f"postgresql://nobody@/mulaid?host={tmp_path}", tmp_path), count=2)
    with pytest.raises(AnnexFailed):
        await annexes.opened()
    await annexes.close()
