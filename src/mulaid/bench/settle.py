"""`mulaid bench settle`: settlements a second through the lanes, as a ratio to pgbench's TPC-B in the same run."""

import asyncio
import datetime
import functools
import random
import time
from typing import Any

import msgspec
import uvloop

from mulaid.app.house import House, open_house
from mulaid.bench.cpu import Used, used
from mulaid.bench.ground import IN_FLIGHT, Beside, Said, beside_pgbench, checkpoint, populated, warm_up_seconds
from mulaid.bench.population import PEOPLE, Population, Resident, any_of
from mulaid.clock import Clock, from_ten
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.till.requests import SettleRequest
from mulaid.store.connect import connect
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Use
from mulaid.terms.reasons import BillRefusal
from mulaid.wording import benching


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One part. Times are from handing a bill in to its committed answer; `*_us` is CPU a settlement."""

    in_flight: int
    settlements_per_s: float
    ratio: float
    ratio_prepared: float
    p50_ms: float
    p99_ms: float
    mean_batch: float
    pg_us: float
    python_us: float
    settled_share: float
    sponsored_share: float
    seconds: float


class Report(Beside, frozen=True, kw_only=True):
    """What one run measured, by how many bills were in flight."""

    loads: list[Load]
    transfers_per_case: float


class Tally(msgspec.Struct):
    """What came back while the clock ran."""

    latencies: list[float] = []
    bills: int = 0
    settled: int = 0
    sponsored: int = 0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part before it is compared."""

    in_flight: int
    tally: Tally
    batches: int
    spent: Used
    took: float

    @property
    def rate(self) -> float:
        """Settlements a second."""
        return self.tally.settled / self.took

    def load(self, ratios: dict[str, Any]) -> Load:
        """As the report shows it."""
        tally, settled = self.tally, max(1, self.tally.settled)
        latencies = sorted(tally.latencies)
        return Load(
            in_flight=self.in_flight,
            settlements_per_s=round(self.rate, 1),
            p50_ms=_milliseconds(latencies, 0.5),
            p99_ms=_milliseconds(latencies, 0.99),
            mean_batch=round(tally.bills / max(1, self.batches), 1),
            pg_us=round(self.spent.postgres / settled * 1e6, 1),
            python_us=round(self.spent.python / settled * 1e6, 1),
            settled_share=round(tally.settled / max(1, tally.bills), 4),
            sponsored_share=round(tally.sponsored / settled, 4),
            seconds=round(self.took, 1),
            **ratios,
        )


async def measure(seconds: float, people: int, say: Said) -> Report:
    """Populate, warm up, measure part by part, with pgbench before and after on the same server."""
    async with beside_pgbench(seconds, say) as ground:
        say(benching.POPULATION)
        clock = from_ten()
        async with open_house(ground.settings, ground.dsn, clock=clock) as house:
            population = await populated(house, clock, people)
            say(benching.WARMING_UP)
            await _Flow(house, population, clock, IN_FLIGHT[0], warm_up_seconds(seconds)).run()
            parts = []
            for in_flight in IN_FLIGHT:
                await checkpoint(ground.dsn)
                say(benching.settling(in_flight, seconds))
                parts.append(await _part(house, population, clock, in_flight, seconds))
                say(benching.rate(parts[-1].rate))
            transfers = await _transfers_per_case(ground.dsn)
    ratios = ground.yardstick.ratios
    return Report(
        loads=[part.load(ratios(part.rate)) for part in sorted(parts, key=lambda part: part.in_flight)],
        transfers_per_case=transfers,
        **ground.beside(people),
    )


async def _part(house: House, population: Population, clock: Clock, in_flight: int, seconds: float) -> Part:
    before, batches, began = used(house.settings.home), house.hall.batches, time.monotonic()
    tally = await _Flow(house, population, clock, in_flight, seconds).run()
    took, after = time.monotonic() - began, used(house.settings.home)
    return Part(
        in_flight=in_flight,
        tally=tally,
        batches=house.hall.batches - batches,
        spent=after.since(before),
        took=took,
    )


class _Flow:
    """Keeps so many bills in flight for so long; every bill begun is answered and counted."""

    def __init__(self, house: House, population: Population, clock: Clock, in_flight: int, seconds: float) -> None:
        self._hall, self._population, self._today = house.hall, population, clock().date()
        self._chance, self._until = random.Random(in_flight + int(seconds * 1000)), time.monotonic() + seconds
        self._run, self._number, self._in_flight, self._open = f"{time.monotonic_ns():x}", 0, in_flight, 0
        self._tally = Tally()
        self._done: asyncio.Future[Tally] = asyncio.get_running_loop().create_future()

    async def run(self) -> Tally:
        """What came back. Raises what kept a bill from being answered."""
        for _ in range(self._in_flight):
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
