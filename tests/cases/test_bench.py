"""`mulaid bench` as somebody types it, over a small population and beside a small pgbench."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mulaid.bench import pgbench
from mulaid.bench.cpu import used
from mulaid.cli import app, bench
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded
from mulaid.wording import benching
from tests.places import database_place

HERE = Path(__file__).parent
BUSY = "select count(*) from generate_series(1, 2000000)"
SPIN = "import time\nwhile time.process_time() < 0.5: pass"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure with few people and a small scale of pgbench's, so that filling them takes no time."""
    monkeypatch.setattr(pgbench, "SCALE", 10)
    monkeypatch.setattr(bench, "PEOPLE", 3_000)


def measured(*arguments: str, says: str = "") -> Any:
    """The report; what is told meanwhile stands beside it, on stderr."""
    done = CliRunner().invoke(app, ["bench", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    assert says in done.stderr
    return json.loads(done.stdout)


def test_decisions_are_counted() -> None:
    report = measured("decide", str(HERE / "45-guangxi"), "--seconds", "1")
    assert report["decisions_per_s"] > 0 and report["bills"] > 0


def test_a_file_that_is_none_is_named() -> None:
    done = CliRunner().invoke(app, ["bench", "decide", str(HERE / "nowhere.toml"), "--seconds", "1"])
    assert done.exit_code == 2
    assert "nowhere.toml" in done.stderr


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("command", "figure"), [("settle", "settlements_per_s"), ("gateway", "requests_per_s")])
def test_loads_are_compared_with_pgbench(command: str, figure: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = measured(command, "--seconds", "1", says="512")
    assert [load["in_flight"] for load in report["loads"]] == [16, 64, 512]
    assert {report["pgbench_clients"], report["pgbench_prepared_clients"]} <= {32, 64}
    for load in report["loads"]:
        assert load[figure] > 0 and load["pg_us"] > 0 and load["python_us"] > 0 and load["settled_share"] > 0.9
        assert 0 < load["p50_ms"] <= load["p99_ms"]
        assert load["ratio"] == pytest.approx(load[figure] / report["pgbench_tps"], rel=0.01)
        assert load["ratio_prepared"] == pytest.approx(load[figure] / report["pgbench_prepared_tps"], rel=0.01)
    bench.show([report], as_json=False)
    table = capsys.readouterr().out
    assert all(
        shown in table for shown in ("512", benching.NAMES[figure], benching.NAMES["ratio_prepared"], "fsync=on")
    )


@pytest.mark.usefixtures("small")
def test_every_message_of_a_bill_is_seen() -> None:
    report = measured("chain", "--seconds", "1")
    [load], steps = report["loads"], report["steps"]
    assert load["bills_per_s"] > 0 and load["pg_us"] > 0 and load["python_us"] > 0
    assert load["ratio"] == pytest.approx(load["bills_per_s"] / report["pgbench_tps"], rel=0.01)
    assert [step["transaction"] for step in steps] == ["2201", "2204", "2206", "2207", "1101", "2208"]
    for step in steps:
        assert step["done_share"] == 1.0 and 0 < step["p50_ms"] <= step["p99_ms"], step


async def busy(dsn: str) -> None:
    connection = await connect(dsn)
    await connection.fetchval(BUSY)
    await connection.close()


def test_only_its_own_processes_count(server: str, home: Path) -> None:
    """Neither another server nor another program beside it; but a connection that has ended does."""
    before = used(home)
    subprocess.run([sys.executable, "-c", SPIN], check=True)
    with database_place() as folder, Embedded(folder) as other:
        asyncio.run(busy(other))
        elsewhere = used(folder).postgres
    between = used(home)
    asyncio.run(busy(server))
    after = used(home)
    assert elsewhere > 0.1
    assert between.since(before).postgres < 0.1 and between.since(before).python < 0.5
    assert after.since(between).postgres > 0.1
