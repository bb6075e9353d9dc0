"""A database that goes away under a running process: when it is waited for, started again, or given up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mulaid.app import database
from mulaid.app.database import Database
from mulaid.store import workers
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import EmbeddedFailed

WORKER = 77
HOLDERS = "select pid from pg_locks where locktype = 'advisory' and objid = $1::int::oid"
END = "select pg_terminate_backend($1, 5000)"


@pytest.fixture
async def eyes(dsn: str) -> AsyncIterator[Connection]:
    """An administrator's connection."""
    opened = await connect(dsn)
    yield opened
    await opened.close()


@pytest.fixture
async def watched(dsn: str) -> AsyncIterator[Database]:
    connection = await connect(dsn)
    assert await connection.fetchval(workers.CLAIM, workers._OURS, WORKER)
    found = Database(dsn, connection, WORKER)
    yield found
    await found.close()


async def holder(eyes: Connection) -> int | None:
    pid: int | None = await eyes.fetchval(HOLDERS, WORKER)
    return pid


async def test_a_lost_connection_is_replaced_and_the_number_kept(watched: Database, eyes: Connection) -> None:
    watch = asyncio.create_task(watched.watch())
    with capture_logs() as logs:
        for _ in range(3):
            before = await holder(eyes)
            await eyes.execute(END, before)
            while (await holder(eyes)) in (None, before):
                await asyncio.sleep(0.02)
        assert watched.up and not watched.given_up.is_set()
    watch.cancel()
    assert logs == []


async def test_a_number_taken_meanwhile_is_not_shared(watched: Database, eyes: Connection) -> None:
    await eyes.execute(END, await holder(eyes))
    assert await eyes.fetchval(workers.CLAIM, workers._OURS, WORKER)
    with capture_logs() as logs:
        await asyncio.wait_for(watched.watch(), 20)
    assert (watched.up, watched.given_up.is_set()) == (False, True)
    assert [(line["event"], line["log_level"]) for line in logs] == [("worker_number_taken", "critical")]
    await eyes.execute("select pg_advisory_unlock_all()")


async def test_a_connection_the_server_still_believes_in_lets_go_of_the_number(dsn: str, eyes: Connection) -> None:
    """Its client is gone without a word: only the server process that holds the number for it is ended."""
    cut_off, other = await connect(dsn), await connect(dsn)
    assert await cut_off.fetchval(workers.CLAIM, workers._OURS, WORKER)
    pid = cut_off.get_server_pid()
    assert not await workers.reclaim(eyes, WORKER, other.get_server_pid())
    assert await other.fetchval("select 1") == 1
    assert await workers.reclaim(eyes, WORKER, pid)
    assert await holder(eyes) == eyes.get_server_pid()
    await eyes.execute("select pg_advisory_unlock_all()")
    cut_off.terminate()
    await other.close()


async def test_a_server_that_does_not_start_is_given_up(
    dsn: str, eyes: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def revive() -> bool:
        tried.append(1)
        raise EmbeddedFailed("no such folder")

    connection = await connect(dsn)
    watched = Database(f"postgresql://postgres@/mulaid?host={tmp_path}", connection, WORKER, revive=revive)
    monkeypatch.setattr(database, "_LONGEST_PAUSE", 0.01)
    went_away: list[bool] = []
    watched.went_away = (lambda: went_away.append(watched.up),)
    await eyes.execute(END, connection.get_server_pid())
    with capture_logs() as logs:
        await asyncio.wait_for(watched.watch(), 20)
    assert (watched.given_up.is_set(), len(tried), went_away) == (True, database.TRIES_MAX, [False])
    assert [line["event"] for line in logs] == ["database_starting", "database_given_up"]
    assert watched.away_since is not None and str(watched.away_since).endswith("+08:00")


async def test_a_server_that_dies_again_and_again_is_given_up(dsn: str, eyes: Connection) -> None:
    """Each time it comes back at once; a supervisor should see that something is wrong with it."""
    connection = await connect(dsn)
    watched = Database(dsn, connection, WORKER)

    def revive() -> bool:
        watched._dsn = dsn
        return True

    watched._revive = revive
    with capture_logs() as logs:
        for _ in range(database.DEATHS_MAX + 1):
            # Nobody listens there, until it is revived.
            watched._dsn = "postgresql://postgres@/mulaid?host=/nowhere"
            await eyes.execute(END, watched._connection.get_server_pid())
            await asyncio.wait_for(watched._bring_back(), 20)
        assert watched.given_up.is_set()
    assert watched.restarts == database.DEATHS_MAX + 1
    events = [line["event"] for line in logs]
    assert events == ["database_starting", "database_back"] * database.DEATHS_MAX + [
        "database_starting",
        "database_given_up",
    ]
    await watched.close()


async def test_a_quiet_process_leaves_the_telling_to_another(dsn: str, eyes: Connection, tmp_path: Path) -> None:
    connection = await connect(dsn)
    watched = Database(f"postgresql://postgres@/mulaid?host={tmp_path}", connection, WORKER, quiet=True)
    watch = asyncio.create_task(watched.watch())
    with capture_logs() as logs:
        await eyes.execute(END, connection.get_server_pid())
        while watched.up:
            await asyncio.sleep(0.01)
    watch.cancel()
    assert {line["log_level"] for line in logs} == {"debug"}
