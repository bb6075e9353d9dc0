"""The ground a measurement stands on: a database of its own, an open house on it, and pgbench in the same run."""

import contextlib
import os
import resource
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import psutil

from mulaid.app.house import House, database, open_house
from mulaid.bench import pgbench
from mulaid.bench.population import Population, fill
from mulaid.clock import Clock, from_ten
from mulaid.settings import Settings, from_environment
from mulaid.store.connect import Connection, connect

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Used(msgspec.Struct, frozen=True):
    """CPU seconds used so far: by PostgreSQL, and by this process with its annexes."""

    postgres: float
    python: float


class Yardstick(msgspec.Struct):
    """pgbench's own TPC-B on the same server, run before and after."""

    dsn: str
    simple: list[float] = []
    prepared: list[float] = []

    def measure(self, *, prepared: bool = False) -> None:
        """One run; `prepared` measures with prepared statements too."""
        self.simple.append(pgbench.run(self.dsn))
        if prepared:
            self.prepared.append(pgbench.run(self.dsn, mode="prepared"))

    @property
    def tps(self) -> float:
        """The mean of the simple runs."""
        return sum(self.simple) / len(self.simple)


@contextlib.contextmanager
def ground() -> Iterator[tuple[Settings, str]]:
    """A database that exists only while the block runs. Raises `settings.SettingsWrong`."""
    with tempfile.TemporaryDirectory(prefix="mulaid-bench-") as home:
        Path(home).chmod(0o755)
        settings = msgspec.structs.replace(from_environment(os.environ), home=Path(home), dsn=None)
        with database(settings) as dsn:
            yield settings, dsn


@contextlib.asynccontextmanager
async def populated(
    settings: Settings, dsn: str, people: int, *, identities: bool = False
) -> AsyncIterator[tuple[House, Population, Clock]]:
    """An open house over an invented population, with a clock that began at ten in the morning."""
    clock = from_ten()
    async with open_house(settings, dsn, clock=clock) as house:
        connection = await connect(dsn, purpose="mulaid bench", patience=600)
        try:
            law, seal = house.bureau.law, house.bureau.seal
            population = await fill(connection, law, seal, clock().date(), people, identities=identities)
            await settled_down(connection)
        finally:
            await connection.close()
        yield house, population, clock


async def settled_down(connection: Connection) -> None:
    """Tell the planner what was filled. Tables that are still empty are left alone, lest they look empty for ever."""
    filled = await connection.fetch("select relname from pg_stat_user_tables where n_live_tup > 0")
    await connection.execute("vacuum analyze " + ", ".join(str(row[0]) for row in filled))


async def checkpoint(dsn: str) -> None:
    """Write everything dirty out, so that one part does not pay for the one before."""
    connection = await connect(dsn, purpose="mulaid bench", patience=600)
    await connection.execute("checkpoint")
    await connection.close()


async def durability(dsn: str) -> dict[str, str]:
    """The settings that make a commit durable, as the server has them."""
    connection = await connect(dsn, purpose="mulaid bench")
    try:
        return {name: await _setting(connection, name) for name in DURABLE}
    finally:
        await connection.close()


async def _setting(connection: Connection, name: str) -> str:
    return str(await connection.fetchval("select current_setting($1)", name))


def used() -> Used:
    """CPU used so far. Every PostgreSQL process of this machine counts: run nothing else beside a measurement."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    postgres, python = 0.0, mine.ru_utime + mine.ru_stime
    for process in psutil.process_iter(["name", "cmdline"]):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            if process.info["name"] == "postgres":
                postgres += times.user + times.system
            elif "mulaid.app.annex" in (process.info["cmdline"] or ()):
                python += times.user + times.system
    return Used(postgres, python)
