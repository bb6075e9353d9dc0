"""What a command that only reads the records does first: open them, or say why it cannot. Nothing is made anew."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import DATABASE_UNUSABLE, in_the_way
from mulaid.settings import Settings
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import Embedded, data_path
from mulaid.store.keys import unlock_to_read
from mulaid.store.migrate import require_known_schema
from mulaid.store.seal import KeyRefused
from mulaid.wording import audit as wording
from mulaid.wording import commands

PATIENCE = 3_600
"""Seconds for one statement: sorting a nation's transfers takes longer than any settlement may."""

Found = TypeVar("Found")


def read_records(
    purpose: str,
    work: Callable[[Connection], Awaitable[Found]],
    after: Callable[[Connection, Found], Awaitable[None]] | None = None,
) -> Found:
    """What `work` finds in one read-only transaction that sees everything as of one moment.

    `after` is given what was found once that transaction is over.
    """
    settings = environment.settings()
    try:
        with _database(settings) as dsn:
            return asyncio.run(_read(settings, dsn, purpose, work, after))
    except KeyRefused as refused:
        cannot(commands.key_refused(refused.trouble, str(refused.file)))
    except DATABASE_UNUSABLE as error:
        blocked = in_the_way(error)
        cannot(wording.cannot_read(blocked) if blocked else wording.cannot_run(str(error) or type(error).__name__))


def tell(region: str, done: int, total: int) -> None:
    """On a terminal one line that is written over, elsewhere one line a region."""
    line = wording.progress_line(region, done, total)
    if sys.stderr.isatty():
        print(f"\r{line}", end="" if done < total else "\n", file=sys.stderr, flush=True)
    elif done >= total:
        print(line, file=sys.stderr)


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The address to read: the one set, else the embedded server's, which is left again."""
    if settings.dsn is not None:
        yield settings.dsn
        return
    if not data_path(settings.home).exists():
        cannot(wording.NO_RECORDS)
    with Embedded(settings.home) as dsn:
        yield dsn


async def _read(
    settings: Settings,
    dsn: str,
    purpose: str,
    work: Callable[[Connection], Awaitable[Found]],
    after: Callable[[Connection, Found], Awaitable[None]] | None,
) -> Found:
    connection = await connect(dsn, purpose=purpose, patience=PATIENCE)
    try:
        await require_known_schema(connection)
        await unlock_to_read(connection, settings.home)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found = await work(connection)
        if after is not None:
            await after(connection, found)
        return found
    finally:
        await connection.close()
