"""`mulaid bench settle`: settlements a second through the lanes, as a ratio to pgbench's TPC-B in the same run."""

import asyncio
import datetime
import functools
import random
import time
from collections.abc import Callable

import msgspec
import uvloop

from mulaid.app.house import House
from mulaid.bench import pgbench
from mulaid.bench.ground import Yardstick, checkpoint, durability, ground, populated, used
from mulaid.bench.population import PEOPLE, Population, Resident, any_of
from mulaid.clock import Clock
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.requests import Refused, Settled, SettleRequest
from mulaid.store.connect import connect
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Use
from mulaid.terms.reasons import BillRefusal

IN_FLIGHT = 512
WARM_UP_SECONDS = 2.0

Said = Callable[[str], None]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one run measured. Times are from handing a bill in to its committed answer; `*_us` is CPU a settlement."""

    settlements_per_s: float
    p50_ms: float
    p99_ms: float
    pgbench_tps: float
    ratio: float
    pgbench_prepared_tps: float
    mean_batch: float
    transfers_per_case: float
    settled_share: float
    pg_us: float
    python_us: float
    sponsored_share: float
    people: int
    seconds: float
    durability: dict[str, str]


class Tally(msgspec.Struct):
    """What came back while the clock ran."""

    latencies: list[float] = []
    bills: int = 0
    settled: int = 0
    sponsored: int = 0


async def measure(seconds: float, people: int, say: Said) -> Report:
    """Populate, warm up, measure, with pgbench before and after on the same server."""
    with ground() as (settings, dsn):
        yardstick = Yardstick(dsn)
        say("pgbench")
        await asyncio.to_thread(pgbench.prepare, dsn)
        await checkpoint(dsn)
        await asyncio.to_thread(yardstick.measure, prepared=True)
        say("population")
        async with populated(settings, dsn, people) as (house, population, clock):
            await _Load(house, population, clock, WARM_UP_SECONDS).run()
            await checkpoint(dsn)
            say("settlements")
            before, batches = used(), house.hall.batches
            began = time.monotonic()
            tally = await _Load(house, population, clock, seconds).run()
            took, after = time.monotonic() - began, used()
            batches = house.hall.batches - batches
            transfers = await _transfers_per_case(dsn)
        say("pgbench")
        await checkpoint(dsn)
        await asyncio.to_thread(yardstick.measure)
        latencies, rate = sorted(tally.latencies), tally.settled / took
        return Report(
            settlements_per_s=round(rate, 1),
            p50_ms=_milliseconds(latencies, 0.5),
            p99_ms=_milliseconds(latencies, 0.99),
            pgbench_tps=round(yardstick.tps, 1),
            ratio=round(rate / yardstick.tps, 3),
            pgbench_prepared_tps=round(yardstick.prepared[0], 1),
            mean_batch=round(len(tally.latencies) / max(1, batches), 1),
            transfers_per_case=transfers,
            settled_share=round(tally.settled / max(1, tally.bills), 4),
            pg_us=round((after.postgres - before.postgres) / tally.settled * 1e6, 1),
            python_us=round((after.python - before.python) / tally.settled * 1e6, 1),
            sponsored_share=round(tally.sponsored / max(1, tally.settled), 4),
            people=people,
            seconds=round(took, 1),
            durability=await durability(dsn),
        )


class _Load:
    """Keeps so many bills in flight for so long; every bill begun is answered and counted."""

    def __init__(self, house: House, population: Population, clock: Clock, seconds: float) -> None:
        self._hall, self._population, self._today = house.hall, population, clock().date()
        self._chance, self._until = random.Random(int(seconds * 1000)), time.monotonic() + seconds
        self._run, self._number, self._open = f"{time.monotonic_ns():x}", 0, 0
        self._tally = Tally()
        self._done: asyncio.Future[Tally] = asyncio.get_running_loop().create_future()

    async def run(self) -> Tally:
        """What came back. Raises what kept a bill from being answered."""
        for _ in range(IN_FLIGHT):
            self._open += 1
            self._begin()
        return await self._done

    def _begin(self) -> None:
        """Hand in the next bill, while the clock runs."""
        began = time.monotonic()
        if began < self._until:
            self._number += 1
            request, origin = _bill(self._population, self._chance, self._today, f"{self._run}-{self._number}")
            self._hall.put(request, origin, functools.partial(self._told, began, request, origin, False))
            return
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(self._tally)

    def _told(
        self, began: float, request: SettleRequest, origin: Origin, swiped: bool, reply: Answer | Exception
    ) -> None:
        if isinstance(reply, Exception):
            if not self._done.done():
                self._done.set_exception(reply)
            return
        if not swiped and isinstance(reply, Refused) and reply.code == BillRefusal.SECOND_SWIPE_NEEDED:
            again = msgspec.structs.replace(origin, message_id=origin.message_id + "b")
            self._hall.put(request, again, functools.partial(self._told, began, request, again, True))
            return
        self._tally.latencies.append(time.monotonic() - began)
        self._tally.bills += 1
        if isinstance(reply, Settled):
            self._tally.settled += 1
            self._tally.sponsored += bool(reply.payers)
        self._begin()


def _bill(
    population: Population, chance: random.Random, day: datetime.date, message_id: str
) -> tuple[SettleRequest, Origin]:
    """A clinic bill of somebody in the population, four fifths of it in scope."""
    patient: Resident = population.patient(chance)
    total = 3_000 + int(chance.random() * 57_000)
    upfront = total // 5
    institution = any_of(population.institutions[patient.region], chance)
    actor = Actor(Role.INSTITUTION, patient.region, institution)
    request = SettleRequest(
        patient_region=patient.region,
        patient=patient.person,
        use=Use.OUTPATIENT,
        day=day,
        bill=Bill(total=total, in_scope=total - upfront, upfront_share=upfront),
        funds_given=None if patient.plan_known else total // 2,
        chosen=tuple(range(1, patient.sponsors + 1)) if patient.must_choose and patient.sponsors else None,
    )
    return request, Origin(actor, Channel.TILL, message_id, "bench", bytes(32))


def _milliseconds(latencies: list[float], share: float) -> float:
    return round(latencies[int(len(latencies) * share)] * 1000, 1) if latencies else 0.0


async def _transfers_per_case(dsn: str) -> float:
    connection = await connect(dsn, purpose="mulaid bench", patience=600)
    found = await connection.fetchrow(
        "select (select count(*) from transfer)::float8 / greatest(1, (select count(*) from cases))"
    )
    await connection.close()
    assert found is not None
    return round(float(found[0]), 2)


def run(seconds: float, say: Said, people: int = PEOPLE) -> Report:
    """Measure on an event loop of its own."""
    return uvloop.run(measure(seconds, people, say))
