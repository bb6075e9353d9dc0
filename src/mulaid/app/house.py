"""Open the house: database, schema, law, keys, lanes; and close it again with everything accepted answered."""

import contextlib
import datetime
import os
import time
from collections.abc import AsyncIterator, Iterator
from zoneinfo import ZoneInfo

import msgspec

from mulaid.app.offices import HouseOffices
from mulaid.lanes.hall import Hall
from mulaid.lanes.lane import Clock
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.bureau import Bureau
from mulaid.settings import Settings
from mulaid.store import policy_versions, seal
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded
from mulaid.store.ids import Minter
from mulaid.store.migrate import migrate, require_known_schema

CHINA = ZoneInfo("Asia/Shanghai")
_WORKERS = 1024


class House(msgspec.Struct, frozen=True):
    """Everything that is open."""

    settings: Settings
    dsn: str
    bureau: Bureau
    hall: Hall
    offices: HouseOffices


def china_now() -> datetime.datetime:
    """The present moment in Asia/Shanghai."""
    return datetime.datetime.now(CHINA)


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database to use, its schema up to date: the one set, or the embedded one for as long as the block runs."""
    if settings.dsn is not None:
        migrate(settings.dsn)
        yield settings.dsn
        return
    with Embedded(settings.home) as dsn:
        migrate(dsn)
        yield dsn


def bureau_of(settings: Settings, book: Book) -> Bureau:
    """The bureau of this process. Its ids are told apart by the process, so two processes never mint the same."""
    minter = Minter(os.getpid() % _WORKERS, lambda: time.time_ns() // 1_000_000)
    return Bureau(Law(book), seal.at(settings.home), minter)


@contextlib.asynccontextmanager
async def open_house(
    settings: Settings, dsn: str, *, clock: Clock = china_now, first_lane: int = 0
) -> AsyncIterator[House]:
    """Open lanes and offices on a database whose schema is known; on leaving, finish what was accepted.

    Raises `store.migrate.SchemaUnknown` and `located.Fault`.
    """
    bureau = bureau_of(settings, Book.load(settings.policies))
    connection = await connect(dsn)
    try:
        await require_known_schema(connection)
        await policy_versions.keep(connection, bureau.law.book.digest, bureau.law.book.body())
    finally:
        await connection.close()
    hall = Hall(dsn, bureau, clock, lanes=settings.lanes, waiting_max=settings.waiting_max, first_lane=first_lane)
    hall.open()
    offices = await HouseOffices.open(dsn, bureau, hall, clock)
    try:
        yield House(settings, dsn, bureau, hall, offices)
    finally:
        await hall.close()
        await offices.close()
