"""`mulaid bench chain`: whole bills over HTTP, from registering the visit to paying, so that small writes are seen.

Afterwards the same patients are looked up, and the same bills undone.
"""

import datetime
import random

import msgspec
import uvloop

from mulaid.app.house import House
from mulaid.app.serving import serving
from mulaid.bench.cpu import Used, used
from mulaid.bench.ground import (
    Beside,
    Said,
    beside_pgbench,
    checkpoint,
    populated,
    settled_down,
    warm_up_seconds,
)
from mulaid.bench.population import PEOPLE, Population, any_of, at_first_swipe, patient_at
from mulaid.bench.tills import CANCEL, CHAIN, LOOK_UP, Bill, Plan, Told, at_tills, with_seconds
from mulaid.clock import from_ten
from mulaid.gateway.hospital import Line
from mulaid.store import loading
from mulaid.store.catalogue import EVERYWHERE
from mulaid.store.connect import connect
from mulaid.wording import benching

IN_FLIGHT = 64
BILLS_A_SECOND = 3_000
"""More than can be done."""
SHORT = 0.25
"""Looking up and undoing are measured for this share of the time."""
ITEMS = 20_000
LINES_MAX = 6
COUNT_MAX = 3
_LISTED_ON = datetime.date(2021, 1, 1)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction. Times are from sending a request to its whole answer, in the hospitals' process."""

    transaction: str
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    done_share: float


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """Whole bills; `*_us` is CPU a bill. Looking up and undoing are not part of it."""

    in_flight: int
    bills_per_s: float
    ratio: float
    ratio_prepared: float
    pg_us: float
    python_us: float
    seconds: float


class Report(Beside, frozen=True, kw_only=True):
    """What one run measured."""

    loads: list[Load]
    steps: list[Step]


async def measure(seconds: float, people: int, say: Said) -> Report:
    """Populate, serve, and let another process do one bill after the other, with pgbench before and after."""
    async with beside_pgbench(seconds, say) as ground:
        say(benching.POPULATION)
        clock = from_ten()
        async with serving(ground.settings, ground.dsn, clock=clock, sandbox=True, log=ground.log) as (house, port):
            population = await populated(house, clock, people, identities=True)
            bills = _bills(population, await _catalogue(house), round(BILLS_A_SECOND * seconds))
            plan = Plan(port=port, connections=IN_FLIGHT, seconds=seconds, moment=clock(), bills=bills, steps=CHAIN)
            say(benching.WARMING_UP)
            warmed, _ = await _part(house, with_seconds(plan, warm_up_seconds(seconds)))
            say(benching.chaining(IN_FLIGHT, seconds))
            told, spent = await _part(house, msgspec.structs.replace(plan, bills=bills[: warmed.left]))
            say(benching.rate(len(told.finished) / told.seconds))
            if not told.left:
                say(benching.NOTHING_LEFT)
            short = with_seconds(plan, seconds * SHORT)
            say(benching.looking_up(short.seconds))
            looked_up, _ = await _part(house, msgspec.structs.replace(short, steps=(LOOK_UP,)))
            say(benching.cancelling(short.seconds))
            cancelled, _ = await _part(house, msgspec.structs.replace(short, bills=told.finished, steps=(CANCEL,)))
    done = len(told.finished)
    load = Load(
        in_flight=IN_FLIGHT,
        bills_per_s=round(done / told.seconds, 1),
        pg_us=round(spent.postgres / done * 1e6, 1),
        python_us=round(spent.python / done * 1e6, 1),
        seconds=round(told.seconds, 1),
        **ground.yardstick.ratios(done / told.seconds),
    )
    steps = [step for part in (told, looked_up, cancelled) for step in _steps(part)]
    return Report(loads=[load], steps=steps, **ground.beside(people))


async def _part(house: House, plan: Plan) -> tuple[Told, Used]:
    await checkpoint(house.dsn)
    before = used(house.settings.home)
    told = await at_tills(plan)
    return told, used(house.settings.home).since(before)


def _steps(told: Told) -> list[Step]:
    return [
        Step(
            transaction=transaction,
            requests_per_s=round(answered.requests / told.seconds, 1),
            p50_ms=answered.p50_ms,
            p99_ms=answered.p99_ms,
            done_share=round(answered.done / answered.requests, 4),
        )
        for transaction, answered in told.transactions.items()
    ]


async def _catalogue(house: House) -> list[str]:
    """The codes of invented items that are priced alike everywhere: of ten, seven are class 1 and three class 2."""
    codes = [f"BENCH{at:05d}" for at in range(ITEMS)]
    connection = await connect(house.dsn, purpose="mulaid bench", patience=600)
    try:
        await loading.copy(
            connection,
            "catalogue",
            (
                "region",
                "code",
                "from_day",
                "name",
                "item_class",
                "upfront_employee_bp",
                "upfront_resident_bp",
                "fee_kind",
            ),
            (
                (int(EVERYWHERE), code, _LISTED_ON, code, 1, 0, 0, "09")
                if at % 10 < 7
                else (int(EVERYWHERE), code, _LISTED_ON, code, 2, 1_000, 1_000, "09")
                for at, code in enumerate(codes)
            ),
        )
        await settled_down(connection)
    finally:
        await connection.close()
    return codes


def _bills(population: Population, codes: list[str], count: int) -> list[Bill]:
    chance = random.Random(count)
    bills = []
    for number in range(1, count + 1):
        who = at_first_swipe(population, chance)
        lines = tuple(
            Line(code=any_of(codes, chance), price=chance.randrange(100, 10_000), count=chance.randint(1, COUNT_MAX))
            for _ in range(chance.randint(1, LINES_MAX))
        )
        funds = None if who.plan_known else sum(line.amount for line in lines) // 2
        place = any_of(population.institutions[who.region], chance)
        bills.append(Bill(number=number, patient=patient_at(place, who), lines=lines, funds=funds))
    return bills


def run(seconds: float, say: Said, people: int = PEOPLE) -> Report:
    """Measure on an event loop of its own."""
    return uvloop.run(measure(seconds, people, say))
