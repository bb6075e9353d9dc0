"""A wrong clock as those meet it who run the service and those who send bills to it."""

import asyncio
import datetime
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import structlog
from typer.testing import CliRunner, Result

from mulaid import clock
from mulaid.app.serving import serving
from mulaid.cli import repair
from mulaid.cli.day import read_day
from mulaid.cli.load import load_into
from mulaid.settings import Settings
from mulaid.store.connect import connect
from mulaid.wording import repair as wording
from mulaid.wording.faults import fault_sentence
from tests.conftest import empty
from tests.journeys.till import CLOCK, EXAMPLES, Hospital, Message, in_batch
from tests.records.test_load import CATALOGUE, DAUGHTER, MOTHER, POPULATION
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("gateway_real")

AHEAD = datetime.timedelta(days=400)
SET = f"import time; real = time.time; time.time = lambda: real() + {AHEAD.total_seconds()}; "
COMMANDS = {
    "load": ("load", str(POPULATION), str(CATALOGUE)),
    "bind": ("bind", "make", "--kinship", "parent"),
    "repair": ("repair", "clock", "--today", "2026-01-20"),
    "serve": ("serve",),
}
NUMBERS = f"{DAUGHTER}\n{MOTHER}\n"
"""What the counter's command reads."""
ROWS = "select (select count(*) from identity) + (select count(*) from sponsorship)"


def run_ahead(home: Path, dsn: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """mulaid on a machine whose clock was set 400 days ahead."""
    settings = {"MULAID_HOME": str(home), "MULAID_DSN": dsn, "MULAID_PORT": "18351", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", SET + "from mulaid.cli import main; main()", *arguments]
    environment = {**os.environ, **settings}
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=NUMBERS, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_done_by_a_clock_that_is_far_from_the_databases(emptied: str, home: Path, name: str) -> None:
    told = run_ahead(home, emptied, *COMMANDS[name])
    assert (told.returncode, told.stdout) == (1 if name == "load" else 2, "")
    year = f"{datetime.datetime.now() + AHEAD:%Y}"
    assert f"本机的时钟是 {year}-" in told.stderr and "相差太多，什么也没有做" in told.stderr
    assert asyncio.run(_rows(emptied)) == 0


async def _rows(dsn: str) -> int:
    opened = await connect(dsn)
    found: int = await opened.fetchval(ROWS)
    await opened.close()
    return found


@pytest.fixture
async def settings(dsn: str, home: Path) -> AsyncIterator[Settings]:
    """The example's people on a service with processes."""
    await empty(dsn)
    told = Settings(home=home, dsn=dsn, port=0, processes=2)
    await asyncio.to_thread(load_into, told, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    yield told
    await empty(dsn)


def hospital_at(port: int, settings: Settings) -> Hospital:
    assert settings.dsn is not None
    scenes = {scene.name.partition("-")[2]: scene for scene in read_day(EXAMPLES / "day")[1]}
    return Hospital(port, settings.dsn, scenes)


def mother_with_fees(till: Hospital, *batches: str) -> None:
    till.kept["mother"] = till.done("who-is-mother")["baseinfo"]["psn_no"]
    till.kept["mother_visit"] = till.done("mother-registers")["data"]["mdtrt_id"]
    for batch in batches:
        till.done("mother-fees", in_batch(batch))


def settles(till: Hospital, batch: str) -> Message:
    return till.post("mother-settles", till.message("mother-settles", in_batch(batch)))


async def test_a_clock_set_while_the_service_runs_stops_work_until_it_is_right(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(settings, settings.dsn or "", clock=CLOCK, sandbox=True) as (_, port):
        till = hospital_at(port, settings)
        await asyncio.to_thread(mother_with_fees, till, "B1")
        before = await till._state()
        shim = SimpleNamespace(**vars(time) | {"time": lambda: time.time() + AHEAD.total_seconds()})
        monkeypatch.setattr(clock, "time", shim)
        for name in ("mother-settles", "mother-fees", "who-is-mother"):
            refused = await asyncio.to_thread(till.post, name, till.message(name, in_batch("B1")))
            assert (refused["infcode"], refused["err_msg"]) == (-1, fault_sentence("CLOCK_WRONG", {}))
        async with httpx.AsyncClient() as client:
            ready = await client.get(f"http://127.0.0.1:{port}/ready")
            assert (ready.status_code, ready.json()) == (503, {"status": "clock wrong"})
        assert await till._state() == before
        monkeypatch.undo()
        assert (await asyncio.to_thread(settles, till, "B1"))["err_msg"] == ""


async def repaired(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> Result:
    """`mulaid repair clock` at ten in the morning, as the service is."""
    monkeypatch.setattr(repair, "china_now", CLOCK)
    environment = {"MULAID_HOME": str(settings.home), "MULAID_DSN": settings.dsn}
    runner = CliRunner(env=environment)
    try:
        return await asyncio.to_thread(runner.invoke, repair.app, ["clock", *arguments], input=typed)
    finally:
        structlog.reset_defaults()


async def test_a_family_that_was_served_by_a_wrong_clock_is_served_again_after_a_repair(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = settings.dsn or ""
    async with serving(settings, dsn, clock=lambda: CLOCK() + AHEAD, sandbox=True) as (_, port):
        till = hospital_at(port, settings)
        await asyncio.to_thread(mother_with_fees, till, "B1", "B2", "B3")
        wrong = await asyncio.to_thread(settles, till, "B1")
        assert wrong["err_msg"] == ""
    async with serving(settings, dsn, clock=CLOCK, sandbox=True) as (_, port):
        till.port = port
        day = {"day": str((CLOCK() + AHEAD).date())}
        refused = await asyncio.to_thread(settles, till, "B2")
        assert refused["err_msg"] == fault_sentence("USED_IN_FUTURE", day)
        assert day["day"] in refused["err_msg"] and "mulaid repair clock" in refused["err_msg"]

        told = await repaired(settings, monkeypatch)
        assert told.exit_code == 1 and told.stdout.rstrip().endswith(wording.UNCHANGED)
        assert wrong["output"]["setlinfo"]["setl_id"] in told.stdout
        told = await repaired(settings, monkeypatch, "--today", day["day"])
        assert (told.exit_code, told.stderr.strip()) == (2, wording.other_day(day["day"], CLOCK()))
        assert (await asyncio.to_thread(settles, till, "B2"))["err_msg"] == refused["err_msg"]

        told = await repaired(settings, monkeypatch, typed=f"{CLOCK():%Y-%m-%d}\n")
        assert told.exit_code == 0 and told.stdout.rstrip().endswith(wording.DONE)
        assert (await asyncio.to_thread(settles, till, "B2"))["err_msg"] == ""
        again = await repaired(settings, monkeypatch)
        assert again.exit_code == 0 and wording.ASK not in again.stdout
