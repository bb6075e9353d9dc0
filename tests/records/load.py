"""Settling and cancelling without end, telling every answer as soon as it is there; also as a process to be killed.

python -m tests.records.load ADDRESS
"""

import asyncio
import sys
from collections.abc import Callable
from itertools import count

import msgspec

from mulaid.counter.annex import Annexes
from mulaid.counter.hall import Hall
from mulaid.procedures.act.answers import Settled
from mulaid.procedures.till.requests import CancelRequest
from tests.records import world
from tests.records.world import Asked

CLIENTS = 120
FAMILIES = tuple(
    world.Family(
        region=region,
        own=50_000,
        sponsors=(
            world.Sponsoring(current=90_000_000, prior=20_000),
            world.Sponsoring(region=world.SHANGHAI, mechanism=world.QUOTA, quota=500_000),
        ),
        patients=2,
    )
    for region in (world.FANGCHENGGANG, world.NANNING, "430100", world.FANGCHENGGANG)
)

Tell = Callable[[str, int], None]
"""Told the message id and the case of every answer."""


def request(at: int) -> Asked:
    """The bill of this number: always the same message, and a total no other bill has."""
    place = at % len(FAMILIES)
    total, patient, name = 1_000 + at, at // len(FAMILIES) % 2, f"load-{at}"
    return world.bill(place, total, total // 3, patient=patient, region=FAMILIES[place].region, message_id=name)


def cancellation(at: int, settled: Settled) -> Asked:
    """The cancellation of that bill."""
    region = settled.patient.region
    assert settled.case_id is not None
    request = CancelRequest(case_region=region, case_id=settled.case_id, patient=settled.patient.person)
    return Asked(request, world.origin(region, f"undo-{at}"))


async def settle_one(hall: Hall | Annexes, at: int, tell: Tell) -> None:
    """Settle one bill, and cancel every fifth. Whatever is no settlement is left to whoever sends it again."""
    asked = request(at)
    reply = await hall.submit(*asked)
    if not isinstance(reply, Settled):
        return
    tell(f"load-{at}", reply.case_id or 0)
    if at % 5 == 0:
        undo = cancellation(at, msgspec.structs.replace(reply, replayed=False))
        undone = await hall.submit(*undo)
        if isinstance(undone, Settled):
            tell(undo.origin.message_id, undone.case_id or 0)


async def load(hall: Hall | Annexes, tell: Tell, going_on: Callable[[], bool], clients: int = CLIENTS) -> int:
    """Settle with so many clients at once until told to stop; how many bills were asked for."""
    numbers = count()

    async def client() -> None:
        while going_on():
            await settle_one(hall, next(numbers), tell)

    await asyncio.gather(*(client() for _ in range(clients)))
    return next(numbers)


def _say(message_id: str, case_id: int) -> None:
    print(message_id, case_id, flush=True)


async def _main(dsn: str) -> None:
    async with world.open_hall(dsn, lanes=4, worker=9) as hall:
        await load(hall, _say, lambda: True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
