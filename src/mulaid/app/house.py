"""Open the house: database, schema, law, keys, lanes; and close it again with everything accepted answered."""

import asyncio
import contextlib
import functools
import gc
import sys
from collections.abc import AsyncIterator, Iterator

import msgspec
import structlog

from mulaid.app.database import Database, Revive
from mulaid.app.offices import HouseOffices
from mulaid.app.timekeeping import keep_time, set_by
from mulaid.clock import Chronometer, Clock, china_now
from mulaid.counter.agency import Agency
from mulaid.counter.annex import Annexes, AnnexFailed
from mulaid.counter.frames import Start
from mulaid.counter.hall import Hall
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act.bureau import Bureau
from mulaid.settings import LANES_MAX, SMALL_LANES, Settings, processes_of
from mulaid.store import keys, policy_versions, workers
from mulaid.store.connect import Connection, connect, pool
from mulaid.store.embedded import Embedded, start_again
from mulaid.store.ids import Minter
from mulaid.store.migrate import migrate, require_known_schema, require_ours

READERS = 4
_GC_ALLOCATIONS = 200_000
_CLOSE_SECONDS = 10
"""How long a database that is away may keep us from ending."""

_log = structlog.get_logger()


class House(msgspec.Struct, frozen=True):
    """Everything that is open."""

    settings: Settings
    dsn: str
    database: Database
    bureau: Bureau
    hall: Hall | Annexes
    """Where bills are settled."""
    agency: Agency
    offices: HouseOffices


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database to use, its schema up to date: the one set, or the embedded one for as long as the block runs.

    The one set must be empty or ours. Raises `store.connect.ServerTooOld`, `store.migrate.SchemaUnknown` and
    `store.migrate.MigrationFailed` besides what the database raises.
    """
    if settings.dsn is not None:
        asyncio.run(_look_at(settings.dsn))
        migrate(settings.dsn)
        yield settings.dsn
        return
    with Embedded(settings.home) as dsn:
        migrate(dsn)
        yield dsn


async def _look_at(dsn: str) -> None:
    connection = await connect(dsn, purpose="mulaid")
    try:
        await require_ours(connection)
    finally:
        await connection.close()


async def bureau_on(connection: Connection, settings: Settings, book: Book) -> Bureau:
    """The bureau of this process, whose worker number is held by `connection`.

    Raises `store.seal.KeyRefused` and `clock.ClockWrong`.
    """
    key = await keys.unlock(connection, settings.home)
    chronometer = Chronometer(settings.clock_apart_max)
    await set_by(connection, chronometer)
    chronometer.check()
    minter = Minter(await workers.claim(connection), chronometer.milliseconds)
    return Bureau(Law(book), key, minter, chronometer)


def leave_garbage() -> None:
    """Almost everything a settlement makes dies at once by itself; the collector looks for the rest now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_ALLOCATIONS)


def hall_of(settings: Settings, dsn: str, bureau: Bureau, clock: Clock) -> Hall:
    """The open hall of this very process, its lanes numbered by its worker."""
    hall = Hall(
        dsn,
        bureau,
        clock,
        lanes=settings.lanes,
        waiting_max=settings.waiting_max,
        first_lane=bureau.minter.worker * LANES_MAX,
    )
    hall.open()
    return hall


def small_hall(dsn: str, bureau: Bureau, clock: Clock, *, waiting_max: int) -> Hall:
    """The open hall of small writes, with the last lane numbers of this process."""
    first = (bureau.minter.worker + 1) * LANES_MAX - SMALL_LANES
    hall = Hall(dsn, bureau, clock, lanes=SMALL_LANES, waiting_max=waiting_max, first_lane=first, patience=0)
    hall.open()
    return hall


async def _annexes(settings: Settings, dsn: str, bureau: Bureau, clock: Clock, count: int) -> Annexes:
    """A hall whose lanes are in so many processes of their own, each ready."""
    start = Start(
        dsn=dsn,
        home=str(settings.home),
        policy=bureau.law.book.body(),
        lanes=settings.lanes,
        waiting_max=settings.waiting_max,
        clock_apart_max=settings.clock_apart_max,
        ahead_seconds=(clock() - china_now()).total_seconds(),
    )
    command = (sys.executable, "-m", "mulaid.app.annex", settings.log_level, settings.log_format)
    annexes = Annexes(command, start, count=count)
    try:
        await annexes.opened()
    except AnnexFailed:
        await annexes.close()
        raise
    return annexes


def _revive(settings: Settings) -> Revive | None:
    """How to start the database again, where it is ours to start."""
    return functools.partial(start_again, settings.home) if settings.dsn is None else None


@contextlib.asynccontextmanager
async def open_house(settings: Settings, dsn: str, *, clock: Clock = china_now) -> AsyncIterator[House]:
    """Open lanes and offices on a database whose schema is known; on leaving, finish what was accepted.

    A `clock` of one's own makes another day of today, for a demonstration: the log says so, and this machine's clock is
    held against the database's all the same. Raises `store.migrate.SchemaUnknown`, `store.seal.KeyRefused`,
    `clock.ClockWrong`, `located.Fault` and `lanes.annex.AnnexFailed`.
    """
    ahead = round((clock() - china_now()).total_seconds())
    if ahead:
        _log.warning("clock_shifted", seconds=ahead)
    claims = await connect(dsn, purpose="mulaid worker")
    try:
        await require_known_schema(claims)
        bureau = await bureau_on(claims, settings, Book.load(settings.policies))
        await policy_versions.keep(claims, bureau.law.book.digest, bureau.law.book.body())
        count = processes_of(settings)
        hall = await _annexes(settings, dsn, bureau, clock, count) if count else hall_of(settings, dsn, bureau, clock)
        leave_garbage()
        small = small_hall(dsn, bureau, clock, waiting_max=settings.waiting_max)
        watched = Database(dsn, claims, bureau.minter.worker, revive=_revive(settings))
        watched.went_away = (hall.drop, small.drop)
        readers = await pool(dsn, most=READERS, purpose="mulaid readers")
        agency = Agency(readers, bureau, hall, small, clock, lambda: watched.up)
        offices = HouseOffices(agency)
        running = watched.watch(), keep_time(dsn, bureau.chronometer), agency.write_notes()
        tasks = [asyncio.create_task(each) for each in running]
        try:
            yield House(settings, dsn, watched, bureau, hall, agency, offices)
        finally:
            await agency.note()
            await small.close()
            await hall.close()
            for task in tasks:
                task.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(readers.close(), _CLOSE_SECONDS)
            await watched.close()
    finally:
        await claims.close()
