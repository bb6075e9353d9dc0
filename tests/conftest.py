"""A real PostgreSQL for the tests that ask for one: one server a session and worker, in a home of its own.

Nothing starts until a test asks. `connection` rolls its one transaction back; `emptied` is for tests that commit.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import Embedded
from mulaid.store.migrate import migrate
from tests.places import database_place

TABLES = (
    "select string_agg(tablename, ', ') from pg_tables where schemaname = 'public' and tablename not like 'schema%'"
)


@pytest.fixture(scope="session", autouse=True)
def no_screen() -> None:
    """What commands print is not folded: parallel workers are told of a screen that is not theirs."""
    os.environ.pop("COLUMNS", None)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that a test runs here sets where the log goes; the next test starts from the defaults again."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The home folder of the session's server."""
    with database_place() as folder:
        yield folder


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[str]:
    """The address of a running server; its database has no schema."""
    with Embedded(home) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def dsn(server: str) -> str:
    """The address of a migrated database, shared by the session: what a test commits there, others see."""
    migrate(server)
    return server


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[Connection]:
    """A connection inside a transaction that is rolled back afterwards."""
    opened = await connect(dsn)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


@pytest.fixture
def emptied(dsn: str) -> Iterator[str]:
    """The same database with every table empty, before the test and after it."""
    asyncio.run(empty(dsn))
    yield dsn
    asyncio.run(empty(dsn))


async def empty(dsn: str) -> None:
    """Empty every table; the schema stays."""
    opened = await connect(dsn)
    await opened.execute(f"truncate {await opened.fetchval(TABLES)}")
    await opened.close()
