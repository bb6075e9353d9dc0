"""`mulaid bench gateway`: settlements over connections that stay open, from another process, as a ratio to pgbench."""

import datetime
import random
from typing import Any

import msgspec
import uvloop

from mulaid.app.house import House
from mulaid.app.serving import serving
from mulaid.bench.cpu import Used, used
from mulaid.bench.ground import (
    IN_FLIGHT,
    Beside,
    Said,
    beside_pgbench,
    checkpoint,
    populated,
    settled_down,
    warm_up_seconds,
)
from mulaid.bench.population import PEOPLE, Population, any_of, at_first_swipe, patient_at
from mulaid.bench.tills import Plan, Told, at_tills
from mulaid.clock import Clock, from_ten
from mulaid.gateway import hospital
from mulaid.gateway.hospital import BATCH, Patient
from mulaid.store import loading
from mulaid.store.connect import connect
from mulaid.store.ids import wire
from mulaid.terms.bill_case import Bill
from mulaid.terms.money import Fen
from mulaid.wording import benching

BILLS_A_SECOND = 7_500
"""More than can be settled."""
PARTS_WORTH = 2
"""For how many such parts visits are made. What one part leaves over, the next takes."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One part. Times are from sending a request to its whole answer, in the hospitals' process; `*_us` is CPU."""

    in_flight: int
    requests_per_s: float
    ratio: float
    ratio_prepared: float
    p50_ms: float
    p99_ms: float
    pg_us: float
    python_us: float
    settled_share: float
    seconds: float


class Report(Beside, frozen=True, kw_only=True):
    """What one run measured, by how many requests were in flight."""

    loads: list[Load]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part before it is compared."""

    in_flight: int
    told: Told
    spent: Used

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.told.transactions["2207"].requests / self.told.seconds

    def load(self, ratios: dict[str, Any]) -> Load:
        """As the report shows it."""
        answered = self.told.transactions["2207"]
        return Load(
            in_flight=self.in_flight,
            requests_per_s=round(self.rate, 1),
            p50_ms=answered.p50_ms,
            p99_ms=answered.p99_ms,
            pg_us=round(self.spent.postgres / answered.requests * 1e6, 1),
            python_us=round(self.spent.python / answered.requests * 1e6, 1),
            settled_share=round(answered.done / answered.requests, 4),
            seconds=round(self.told.seconds, 1),
            **ratios,
        )


class Visit(msgspec.Struct, frozen=True, gc=False):
    """A visit with one batch of charges in the database: who, where, how much, and the funds' part if it is given."""

    number: int
    patient: Patient
    total: Fen
    funds: Fen | None

    @property
    def bill(self) -> Bill:
        """Four fifths are in scope."""
        upfront = self.total // 5
        return Bill(total=self.total, in_scope=self.total - upfront, upfront_share=upfront)

    def request(self, moment: datetime.datetime) -> bytes:
        """Its settlement as a hospital sends it."""
        said = hospital.message_id(self.patient.institution, moment, self.number), moment
        visit, parts = wire(self.patient.region, self.number), hospital.parts_of(self.bill)
        return hospital.settle(self.patient, said, visit, self.total, parts, self.funds)


async def measure(seconds: float, people: int, say: Said) -> Report:
    """Populate, register visits with charges, serve, and let another process settle them part by part."""
    async with beside_pgbench(seconds, say) as ground:
        say(benching.POPULATION)
        clock = from_ten()
        async with serving(ground.settings, ground.dsn, clock=clock, sandbox=True, log=ground.log) as (house, port):
            population = await populated(house, clock, people, identities=True)
            visits = _visits(population, round(BILLS_A_SECOND * seconds * PARTS_WORTH))
            await _register(house, visits, clock())
            say(benching.WARMING_UP)
            await _part(house, port, clock, IN_FLIGHT[0], warm_up_seconds(seconds), visits)
            parts = []
            for in_flight in IN_FLIGHT:
                say(benching.sending(in_flight, seconds))
                parts.append(await _part(house, port, clock, in_flight, seconds, visits))
                say(benching.rate(parts[-1].rate))
                if not parts[-1].told.left:
                    say(benching.NOTHING_LEFT)
    ratios = ground.yardstick.ratios
    return Report(
        loads=[part.load(ratios(part.rate)) for part in sorted(parts, key=lambda part: part.in_flight)],
        **ground.beside(people),
    )


async def _part(house: House, port: int, clock: Clock, in_flight: int, seconds: float, visits: list[Visit]) -> Part:
    """Settle what is at the end of `visits`; what was not begun is put back there."""
    taken = visits[-round(BILLS_A_SECOND * seconds) :]
    del visits[-len(taken) :]
    moment = clock()
    plan = Plan(
        port=port,
        connections=in_flight,
        seconds=seconds,
        moment=moment,
        bodies=[visit.request(moment) for visit in taken],
    )
    await checkpoint(house.dsn)
    before = used(house.settings.home)
    told = await at_tills(plan)
    spent = used(house.settings.home).since(before)
    visits += taken[: told.left]
    return Part(in_flight=in_flight, told=told, spent=spent)


def _visits(population: Population, count: int) -> list[Visit]:
    chance = random.Random(count)
    visits = []
    for number in range(1, count + 1):
        who = at_first_swipe(population, chance)
        place, total = any_of(population.institutions[who.region], chance), chance.randrange(3_000, 60_000)
        visits.append(Visit(number, patient_at(place, who), total, None if who.plan_known else total // 2))
    return visits


async def _register(house: House, visits: list[Visit], moment: datetime.datetime) -> None:
    """Enter visits with their charges."""
    connection = await connect(house.dsn, purpose="mulaid bench", patience=600)
    try:
        await loading.copy(
            connection,
            "visit",
            ("region", "visit", "person", "institution_region", "institution", "use", "begun", "number"),
            (
                (int(who.region), each.number, who.person, int(who.region), who.institution, "outpatient", moment, "1")
                for each in visits
                for who in (each.patient,)
            ),
        )
        parts = ("total_fen", "in_scope_fen", "upfront_share_fen", "over_price_limit_fen", "excluded_fen", "barred_fen")
        await loading.copy(
            connection,
            "charge_batch",
            ("region", "visit", "batch", *parts, "lines"),
            (
                (
                    int(each.patient.region),
                    each.number,
                    BATCH,
                    bill.total,
                    bill.in_scope,
                    bill.upfront_share,
                    bill.over_price_limit,
                    bill.excluded,
                    bill.barred,
                    b"",
                )
                for each in visits
                for bill in (each.bill,)
            ),
        )
        await settled_down(connection)
    finally:
        await connection.close()


def run(seconds: float, say: Said, people: int = PEOPLE) -> Report:
    """Measure on an event loop of its own."""
    return uvloop.run(measure(seconds, people, say))
