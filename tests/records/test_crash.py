"""Killed in the middle of everything: what was answered is there, once; what was not can be sent again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.store import embedded
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import Embedded
from mulaid.store.migrate import migrate
from tests.places import database_place
from tests.records import checks, load, world
from tests.tidy.tree import ROOT

pytestmark = [pytest.mark.xdist_group("crash"), pytest.mark.timeout(180)]

KILLS = 4
ANSWERS = 800
"""Answers to see before something is killed."""

AT_ONCE = 1_000
"""Fewer than a hall lets wait."""

DOUBLED = "select total_fen from cases where kind = 'settlement' group by total_fen having count(*) > 1"
TOLD = """
select m.message_id, c.case_id from message m join cases c on c.region = m.case_region and c.case_id = m.case_id
"""


@pytest.fixture
def doomed() -> Iterator[tuple[Path, str]]:
    """A server of this test's own, to be killed: its home and its address."""
    with database_place() as folder, Embedded(folder) as dsn:
        migrate(dsn)
        yield folder, dsn


def start_again(home: Path) -> None:
    """Start the server as the next program would; the fixture is still its user, so it stays."""
    with Embedded(home):
        pass


def kill_server(home: Path) -> int:
    """SIGKILL the server and every process of it, the newest first; how many."""
    postmaster = int((embedded.data_path(home) / "postmaster.pid").read_text().split("\n")[0])
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[1]) == postmaster:
            children.append(pid)
    os.kill(postmaster, signal.SIGKILL)
    for child in sorted(children, reverse=True):
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return 1 + len(children)


async def sound(eyes: Connection, told: dict[str, int], opened: int) -> None:
    """Everything told is there, nothing twice, and the books are right."""
    kept = {row[0]: row[1] for row in await eyes.fetch(TOLD)}
    assert {name: kept.get(name) for name in told} == told
    assert await eyes.fetch(DOUBLED) == []
    assert await checks.wrongs(eyes, opened) == []
    assert await checks.damage(eyes) == []


async def send_again(dsn: str, asked: int, told: dict[str, int]) -> None:
    """Send every message again: what was answered is answered the same, the rest is settled now."""
    again: dict[str, int] = {}
    async with world.open_hall(dsn, lanes=4, worker=8) as hall:
        for begin in range(0, asked, AT_ONCE):
            some = range(begin, min(asked, begin + AT_ONCE))
            await asyncio.gather(*(load.settle_one(hall, at, again.__setitem__) for at in some))
    assert {name: again.get(name) for name in told} == told
    assert {f"load-{at}" for at in range(asked)} <= set(again)


async def test_the_server_is_killed_under_load(doomed: tuple[Path, str]) -> None:
    home, dsn = doomed
    eyes = await connect(dsn)
    opened = await world.build(eyes, load.FAMILIES)
    told: dict[str, int] = {}
    going_on = True
    async with world.open_hall(dsn, lanes=4) as hall:
        loading = asyncio.create_task(load.load(hall, told.__setitem__, lambda: going_on))
        try:
            for _ in range(KILLS):
                before = len(told)
                while len(told) < before + ANSWERS and not loading.done():
                    await asyncio.sleep(0.01)
                assert await asyncio.to_thread(kill_server, home) > 4
                await asyncio.to_thread(start_again, home)
        finally:
            going_on = False
        asked = await loading
    eyes = await connect(dsn)
    print(f"server killed {KILLS} times: {len(told)} answers of {asked} bills kept")
    await sound(eyes, told, opened)
    await send_again(dsn, asked, told)
    await sound(eyes, told, opened)
    await eyes.close()


async def test_the_service_is_killed_under_load(emptied: str) -> None:
    eyes = await connect(emptied)
    opened = await world.build(eyes, load.FAMILIES)
    told: dict[str, int] = {}
    for _ in range(KILLS):
        told |= await asyncio.to_thread(_killed_service, emptied, len(told))
        await sound(eyes, told, opened)
    asked = 1 + max(int(name.partition("-")[2]) for name in told)
    print(f"service killed {KILLS} times: {len(told)} answers of {asked} bills kept")
    await send_again(emptied, asked, told)
    await sound(eyes, told, opened)
    await eyes.close()


def _killed_service(dsn: str, before: int) -> dict[str, int]:
    """What a service told until it was killed; it asks from the first bill on each time."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    command = [sys.executable, "-m", "tests.records.load", dsn]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    told = {}
    assert process.stdout is not None
    for line in process.stdout:
        name, case_id = line.split()
        told[name] = int(case_id)
        if len(told) == before + ANSWERS:
            process.send_signal(signal.SIGKILL)
            break
    # What the pipe still holds was answered before the end.
    for line in process.stdout:
        if line.endswith("\n"):
            name, case_id = line.split()
            told[name] = int(case_id)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _still_connected(dsn):
        time.sleep(0.05)
    return told


def _still_connected(dsn: str) -> bool:
    """Whether the killed service's transactions are still being rolled back."""

    async def ask() -> int:
        connection = await connect(dsn)
        lanes = "select count(*) from pg_stat_activity where application_name like 'mulaid lane%'"
        found: int = await connection.fetchval(lanes)
        await connection.close()
        return found

    return asyncio.run(ask()) > 0
