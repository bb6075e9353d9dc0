"""`mulaid bench gateway`: settlements over kept-open connections from another process, as a ratio to pgbench."""

import asyncio
import logging
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from mulaid.app.house import House
from mulaid.app.logs import Log
from mulaid.app.serving import serving
from mulaid.bench import pgbench
from mulaid.bench.ground import Yardstick, checkpoint, ground, settled_down
from mulaid.bench.population import PEOPLE, Population, Resident, fill, identity_number
from mulaid.bench.settle import Said
from mulaid.clock import Clock, from_ten
from mulaid.gateway.hospital import settlement_request
from mulaid.settings import LogFormat
from mulaid.store import loading
from mulaid.store.connect import connect
from mulaid.terms.bill_case import Bill
from mulaid.terms.money import Fen

CONNECTIONS = 256
BATCH = "1"
BILLS = 150_000
"""Visits with charges loaded before the clock starts: more than can be settled while it runs."""


PATIENCE_SECONDS = 30
"""How much longer than it was told the client may take before the measurement is given up."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one run measured. Times are from sending a request to its whole answer, in the client's process."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    pgbench_tps: float
    ratio: float
    settled_share: float
    connections: int
    people: int
    seconds: float


async def measure(seconds: float, people: int, say: Said) -> Report:
    """Populate, register visits with charges, serve, and let another process settle them; pgbench before and after."""
    with ground() as (settings, dsn), tempfile.TemporaryDirectory() as folder:
        yardstick = Yardstick(dsn)
        say("pgbench")
        await asyncio.to_thread(pgbench.prepare, dsn)
        await checkpoint(dsn)
        await asyncio.to_thread(yardstick.measure)
        say("population")
        clock = from_ten()
        served = msgspec.structs.replace(settings, port=0)
        # Written as a service writes it, so that it costs what it costs there.
        log = Log(logging.INFO, LogFormat.JSON, os.open(Path(folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND))
        async with serving(served, dsn, clock=clock, sandbox=True, log=log) as (house, port):
            bodies = await _prepare(house, clock, people)
            file = Path(folder) / "requests.msgpack"
            file.write_bytes(msgspec.msgpack.encode(bodies))
            await checkpoint(dsn)
            say("requests")
            told = await asyncio.wait_for(_call(port, seconds, file), seconds + PATIENCE_SECONDS)
        say("pgbench")
        await checkpoint(dsn)
        await asyncio.to_thread(yardstick.measure)
        if not told["left"]:
            say("all bills were settled before the time was up")
        rate = told["requests"] / told["seconds"]
        return Report(
            requests_per_s=round(rate, 1),
            p50_ms=round(told["p50_ms"], 1),
            p99_ms=round(told["p99_ms"], 1),
            pgbench_tps=round(yardstick.tps, 1),
            ratio=round(rate / yardstick.tps, 3),
            settled_share=round(told["settled"] / told["requests"], 4),
            connections=CONNECTIONS,
            people=people,
            seconds=round(told["seconds"], 1),
        )


async def _call(port: int, seconds: float, file: Path) -> dict[str, Any]:
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mulaid.bench.client",
        str(port),
        str(CONNECTIONS),
        str(seconds),
        str(file),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await client.communicate()
    return msgspec.json.decode(said.splitlines()[-1], type=dict[str, Any])


async def _prepare(house: House, clock: Clock, people: int) -> list[bytes]:
    """Fill the database, register one visit with one charge batch for each bill, and write the requests."""
    chance = random.Random(people)
    connection = await connect(house.dsn, purpose="mulaid bench", patience=600)
    try:
        law, seal, today = house.bureau.law, house.bureau.seal, clock().date()
        population = await fill(connection, law, seal, today, people, identities=True)
        bills = [(at + 1, _patient(population, chance), chance.randrange(3_000, 60_000)) for at in range(BILLS)]
        places = [chance.choice(population.institutions[patient.region]) for _, patient, _ in bills]
        await loading.copy(
            connection,
            "visit",
            ("region", "visit", "person", "institution_region", "institution", "use", "begun", "number"),
            (
                (int(who.region), visit, who.person, int(who.region), place, "outpatient", clock(), str(visit))
                for (visit, who, _), place in zip(bills, places, strict=True)
            ),
        )
        await loading.copy(
            connection,
            "charge_batch",
            (
                "region",
                "visit",
                "batch",
                "total_fen",
                "in_scope_fen",
                "upfront_share_fen",
                "over_price_limit_fen",
                "excluded_fen",
                "barred_fen",
                "lines",
            ),
            (
                (int(who.region), visit, BATCH, total, total - total // 5, total // 5, 0, 0, 0, b"")
                for visit, who, total in bills
            ),
        )
        await settled_down(connection)
    finally:
        await connection.close()
    return [_request(place, visit, who, total, clock) for (visit, who, total), place in zip(bills, places, strict=True)]


def _patient(population: Population, chance: random.Random) -> Resident:
    """Somebody whose bill settles at the first swipe."""
    while True:
        patient = population.patient(chance)
        if not patient.swipes_twice:
            return patient


def _request(place: str, visit: int, who: Resident, total: Fen, clock: Clock) -> bytes:
    """One settlement as a hospital sends it, four fifths of it in scope."""
    return settlement_request(
        institution=place,
        region=who.region,
        patient=who.person,
        identity=identity_number(who.person),
        visit=visit,
        batch=BATCH,
        bill=Bill(total=total, in_scope=total - total // 5, upfront_share=total // 5),
        moment=clock(),
        funds=None if who.plan_known else total // 2,
        chosen=tuple(range(1, who.sponsors + 1)) if who.must_choose else (),
    )


def run(seconds: float, say: Said, people: int = PEOPLE) -> Report:
    """Measure on an event loop of its own."""
    return uvloop.run(measure(seconds, people, say))
