"""That an audit was made, and what came of it, stays behind in the database; where it may not, the audit holds."""

import asyncio
import datetime
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from mulaid.cli.audit import app
from mulaid.clock import china_now
from mulaid.store import audit_runs
from mulaid.store.audit_runs import EVERYWHERE, AuditRun
from mulaid.store.connect import Connection, connect
from mulaid.wording import audit as wording
from tests.records import world

ROWS = "select region, replayed, findings from audit_run order by finished"
MOMENT = china_now()


@pytest.fixture
def audited(emptied: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with people in it, set as the one to audit."""
    monkeypatch.setenv("MULAID_DSN", emptied)
    asyncio.run(_built(emptied))
    return emptied


@pytest.fixture
def reader(audited: str) -> Iterator[str]:
    """The same as somebody sees it who may only read."""
    asyncio.run(_done(audited, "create role reader login; grant select on all tables in schema public to reader"))
    yield urlsplit(audited)._replace(netloc="reader@").geturl()
    asyncio.run(_done(audited, "drop owned by reader; drop role reader"))


async def _built(dsn: str) -> None:
    connection = await connect(dsn)
    await world.build(connection)
    await connection.close()


async def _done(dsn: str, what: str) -> None:
    connection = await connect(dsn)
    await connection.execute(what)
    await connection.close()


async def _rows(dsn: str) -> list[tuple[object, ...]]:
    connection = await connect(dsn)
    rows = await connection.fetch(ROWS)
    await connection.close()
    return [tuple(row) for row in rows]


def test_an_audit_leaves_behind_that_it_was_made(audited: str) -> None:
    assert CliRunner().invoke(app, []).exit_code == 0
    assert CliRunner().invoke(app, ["--no-replay", "--region", world.FANGCHENGGANG]).exit_code == 0
    asyncio.run(_done(audited, "update purse set used_day_fen = 5, used_on = '2026-01-01'"))
    assert CliRunner().invoke(app, []).exit_code == 1
    one, other, last = asyncio.run(_rows(audited))
    assert (one, other) == ((EVERYWHERE, True, 0), (int(world.FANGCHENGGANG), False, 0))
    assert last[:2] == (EVERYWHERE, True) and isinstance(last[2], int) and last[2] > 0


def test_an_auditor_who_may_only_read_is_told_that_nothing_was_kept(
    audited: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULAID_DSN", reader)
    done = CliRunner().invoke(app, [])
    assert (done.exit_code, wording.NOT_KEPT in done.stderr) == (0, True), done.output
    assert asyncio.run(_rows(audited)) == []


async def test_the_last_audit_of_everything_is_told(connection: Connection) -> None:
    assert await audit_runs.last(connection) is None
    first = AuditRun(EVERYWHERE, MOMENT, 1_500, True, 3)
    second = AuditRun(EVERYWHERE, MOMENT + datetime.timedelta(hours=1), 2_000, False, 0)
    partly = AuditRun(450600, MOMENT + datetime.timedelta(hours=2), 2_000, True, 7)
    for run in (second, first, partly, first):
        await audit_runs.record(connection, run)
    assert await audit_runs.last(connection) == second
