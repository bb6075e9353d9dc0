"""The ground a measurement stands on: a database of its own, and pgbench on it before and after."""

import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog

from mulaid.app.house import House, database
from mulaid.app.logs import Log, log_from
from mulaid.bench.pgbench import Yardstick
from mulaid.bench.population import Population, fill
from mulaid.clock import Clock
from mulaid.settings import LogFormat, Settings, from_environment
from mulaid.store.connect import Connection, connect
from mulaid.wording import benching

IN_FLIGHT = (512, 64, 16)
"""How many bills are at work at the same time, in the order they are measured: the largest on a fresh database."""

WARM_UP_SECONDS = 2.0
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")

Said = Callable[[str], None]
"""Told a sentence whenever something begins or is known."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What every report says of the machine and of pgbench in the same run, in transactions a second."""

    pgbench_tps: float
    pgbench_clients: int
    """With this many clients it did better."""
    pgbench_prepared_tps: float
    pgbench_prepared_clients: int
    people: int
    durability: dict[str, str]


class Ground(msgspec.Struct, frozen=True):
    """A database that exists only for the measurement."""

    settings: Settings
    dsn: str
    log: Log
    yardstick: Yardstick
    durability: dict[str, str]
    """The settings that make a commit durable, as the server has them."""

    def beside(self, people: int) -> dict[str, Any]:
        """The fields of `Beside`, once pgbench has run for the last time."""
        simple, prepared = self.yardstick.simple, self.yardstick.prepared
        return {
            "pgbench_tps": round(simple.tps, 1),
            "pgbench_clients": simple.clients,
            "pgbench_prepared_tps": round(prepared.tps, 1),
            "pgbench_prepared_clients": prepared.clients,
            "people": people,
            "durability": self.durability,
        }


@contextlib.asynccontextmanager
async def beside_pgbench(seconds: float, say: Said) -> AsyncIterator[Ground]:
    """Make the database and run pgbench on it, before the block and after it."""
    with tempfile.TemporaryDirectory(prefix="mulaid-bench-") as home:
        Path(home).chmod(0o755)
        settings = msgspec.structs.replace(from_environment(os.environ), home=Path(home), dsn=None, port=0)
        with _logged(settings.home) as log, database(settings) as dsn:
            yardstick = Yardstick(dsn, seconds)
            say(benching.PGBENCH)
            await asyncio.to_thread(yardstick.prepare)
            await checkpoint(dsn)
            await asyncio.to_thread(yardstick.before)
            yield Ground(settings, dsn, log, yardstick, await _durability(dsn))
            say(benching.PGBENCH_AGAIN)
            await checkpoint(dsn)
            await asyncio.to_thread(yardstick.after)


def warm_up_seconds(seconds: float) -> float:
    """How long the first requests run that nobody counts: they make plans and compile the law of their regions."""
    return min(seconds, WARM_UP_SECONDS)


@contextlib.contextmanager
def _logged(home: Path) -> Iterator[Log]:
    """Log into a file, as a service does that somebody keeps running: what it costs is measured too."""
    before = structlog.get_config()
    with (home / "log").open("wb") as stream:
        try:
            yield log_from(logging.INFO, LogFormat.JSON, stream.fileno())
        finally:
            structlog.configure(**before)


async def populated(house: House, clock: Clock, people: int, *, identities: bool = False) -> Population:
    """Fill the house's database with an invented population."""
    connection = await connect(house.dsn, purpose="mulaid bench", patience=600)
    try:
        law, seal = house.bureau.law, house.bureau.seal
        population = await fill(connection, law, seal, clock().date(), people, identities=identities)
        await settled_down(connection)
    finally:
        await connection.close()
    return population


async def settled_down(connection: Connection) -> None:
    """Tell the planner what was filled. Tables that are still empty are left alone, lest they look empty for ever."""
    filled = await connection.fetch("select relname from pg_stat_user_tables where n_live_tup > 0")
    await connection.execute("vacuum analyze " + ", ".join(str(row[0]) for row in filled))


async def checkpoint(dsn: str) -> None:
    """Write everything dirty out, so that one part does not pay for the one before."""
    connection = await connect(dsn, purpose="mulaid bench", patience=600)
    await connection.execute("checkpoint")
    await connection.close()


async def _durability(dsn: str) -> dict[str, str]:
    connection = await connect(dsn, purpose="mulaid bench")
    try:
        return {name: str(await connection.fetchval("select current_setting($1)", name)) for name in DURABLE}
    finally:
        await connection.close()
