"""Two want the same at once, thousands of times, on several connections and halls: one wins, nothing is overdrawn.

Every try is a family of its own, so that all of them race at the same time.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest

from mulaid.counter.hall import Hall
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.store.connect import Connection, connect
from mulaid.terms.codes import LimitScope
from tests.records import checks, world
from tests.records.test_undo import lost, undo
from tests.records.world import FANGCHENGGANG, NANNING, SPONSOR, Asked, bill, number

TRIES = 800
"""Families a race."""

LANES = 4
Halls = tuple[Hall, Hall]


@pytest.fixture
async def halls(emptied: str) -> AsyncIterator[Halls]:
    """Two services on one database, with lane numbers of their own."""
    async with (
        world.open_hall(emptied, lanes=LANES) as one,
        world.open_hall(emptied, lanes=LANES, worker=8) as other,
    ):
        yield one, other


@pytest.fixture
async def eyes(emptied: str) -> AsyncIterator[Connection]:
    opened = await connect(emptied)
    yield opened
    await opened.close()


async def family(eyes: Connection, *sponsors: world.Sponsoring, patients: int = 1, own: int | None = None) -> int:
    """The same family, once a try; all the money they have."""
    one = world.Family(region=FANGCHENGGANG, own=own, sponsors=sponsors, patients=patients)
    return await world.build(eyes, [one] * TRIES)


async def race(halls: Halls, pairs: Sequence[Sequence[Asked]]) -> list[list[Any]]:
    """Submit every pair, one to each hall, in an order of its own for each; the answers by pair."""
    answers: dict[tuple[int, int], Any] = {}

    async def ask(hall: Hall, at: int, side: int, request: Asked) -> None:
        answers[at, side] = await hall.submit(*request)

    asked = []
    for side, hall in enumerate(halls):
        order = list(range(len(pairs)))
        random.Random(side).shuffle(order)
        asked += [ask(hall, at, side, pairs[at][side]) for at in order]
    await asyncio.gather(*asked)
    return [[answers[at, side] for side in (0, 1)] for at in range(len(pairs))]


def outcome(reply: Any) -> str:
    """An answer in one word."""
    if isinstance(reply, Refused):
        return reply.code
    return "replayed" if reply.replayed else "done"


async def sound(eyes: Connection, opened: int, tries: int, what: str) -> None:
    """Nothing is wrong with the records, and nobody had to give up."""
    print(f"{what}: {tries} tries")
    assert await checks.wrongs(eyes, opened) == []
    assert await eyes.fetchval("select deadlocks from pg_stat_database where datname = current_database()") == 0


def here(at: int, total: int, **changes: Any) -> Asked:
    return bill(at, total, region=FANGCHENGGANG, **changes)


@pytest.mark.parametrize("asked", [("b", "b"), ("b", None), (None, None)], ids=["named", "one of all", "all"])
async def test_two_messages_settle_the_charges_of_a_visit(
    halls: Halls, eyes: Connection, asked: tuple[str | None, str | None]
) -> None:
    opened = await family(eyes, world.Sponsoring(current=10_000))
    pairs = []
    for at in range(TRIES):
        visit = await world.charge(eyes, FANGCHENGGANG, number(at, 0), "b", 4_000)
        pairs.append([here(at, 0, visit=visit, batch=batch, bill=None) for batch in asked])
    for pair in await race(halls, pairs):
        told, done = sorted(map(outcome, pair))
        assert done == "done"
        assert told in {Fault.NOTHING_UNSETTLED if batch is None else Fault.BATCH_ALREADY_SETTLED for batch in asked}
    assert await checks.money(eyes) == opened - 4_000 * TRIES
    await sound(eyes, opened, TRIES, "one charge batch, two messages")


async def test_one_message_is_sent_twice(halls: Halls, eyes: Connection) -> None:
    opened = await family(eyes, world.Sponsoring(current=10_000))
    pairs = [[here(at, 4_000)] * 2 for at in range(TRIES)]
    for one, other in await race(halls, pairs):
        assert sorted((outcome(one), outcome(other))) == ["done", "replayed"]
        assert (one.case_id, one.outcome, one.moment) == (other.case_id, other.outcome, other.moment)
    assert await checks.money(eyes) == opened - 4_000 * TRIES
    await sound(eyes, opened, TRIES, "one message, sent twice")


async def test_one_id_is_used_for_two_bills(halls: Halls, eyes: Connection) -> None:
    opened = await family(eyes, world.Sponsoring(current=10_000))
    pairs = [
        [here(at, total, message_id=f"id-{at}", content=str(total)) for total in (4_000, 5_000)] for at in range(TRIES)
    ]
    for pair in await race(halls, pairs):
        assert sorted(map(outcome, pair)) == [Fault.MESSAGE_ID_REUSED, "done"]
    await sound(eyes, opened, TRIES, "one id, two bills")


async def _settled(halls: Halls, **changes: Any) -> list[Settled]:
    """One settled bill a family."""
    asked = [here(at, 4_000, message_id=f"first-{at}", **changes) for at in range(TRIES)]
    replies = await asyncio.gather(*(halls[0].submit(*each) for each in asked))
    return [reply for reply in replies if isinstance(reply, Settled)]


async def test_two_cancel_one_settlement(halls: Halls, eyes: Connection) -> None:
    opened = await family(eyes, world.Sponsoring(current=10_000))
    pairs: list[list[Asked]] = [[undo(each), undo(each)] for each in await _settled(halls)]
    for pair in await race(halls, pairs):
        assert sorted(map(outcome, pair)) == [Fault.ALREADY_CANCELLED, "done"]
    assert await checks.money(eyes) == opened
    await sound(eyes, opened, len(pairs), "one settlement, two cancellations")


async def test_a_cancel_and_a_void_meet(halls: Halls, eyes: Connection) -> None:
    opened = await family(eyes, world.Sponsoring(current=10_000))
    pairs: list[list[Asked]] = [
        [undo(each), lost(f"first-{at}", patient=number(at, 0))] for at, each in enumerate(await _settled(halls))
    ]
    for cancelled, voided in await race(halls, pairs):
        assert (outcome(cancelled), outcome(voided)) in {
            ("done", "replayed"),
            (Fault.ALREADY_CANCELLED, "done"),
        }
    assert await checks.money(eyes) == opened
    await sound(eyes, opened, len(pairs), "a cancel against a void")


async def test_a_bill_meets_the_refund_it_could_be_paid_from(halls: Halls, eyes: Connection) -> None:
    """The sponsor's money is used up: the next bill is paid in full if the cancellation came first, else not at all."""
    opened = await family(eyes, world.Sponsoring(current=4_000))
    settled = await _settled(halls)
    pairs: list[list[Asked]] = [[undo(each), here(at, 4_000)] for at, each in enumerate(settled)]
    seen: Counter[int] = Counter()
    for cancelled, bill_reply in await race(halls, pairs):
        assert outcome(cancelled) == "done"
        assert bill_reply.outcome.mutual + bill_reply.outcome.cash == 4_000
        assert bill_reply.outcome.mutual in (0, 4_000)
        seen[bill_reply.outcome.mutual] += 1
    assert await checks.money(eyes) == opened - 4_000 * seen[4_000]
    await sound(eyes, opened, len(pairs), f"a bill against a refund {dict(seen)}")


async def test_two_relatives_want_a_sponsors_last_money(halls: Halls, eyes: Connection) -> None:
    """The sponsor lives in the next city, so two regions are locked."""
    opened = await family(eyes, world.Sponsoring(region=NANNING, current=5_000), patients=2)
    pairs = [[here(at, 4_000, patient=who) for who in (0, 1)] for at in range(TRIES)]
    for pair in await race(halls, pairs):
        assert sorted(reply.outcome.mutual for reply in pair) == [1_000, 4_000]
        assert sorted(reply.outcome.cash for reply in pair) == [0, 3_000]
    assert await checks.money(eyes) == opened - 5_000 * TRIES == 0
    await sound(eyes, opened, TRIES, "two relatives, one sponsor's last money")


@pytest.mark.parametrize("cap", ["cap_day", "cap_month", "cap_year"])
async def test_two_relatives_share_a_cap(halls: Halls, eyes: Connection, cap: str) -> None:
    sponsor = world.Sponsoring(current=50_000, scope=LimitScope.ALL, **{cap: 5_000})  # type: ignore[arg-type]
    opened = await family(eyes, sponsor, patients=2)
    pairs = [[here(at, 4_000, patient=who) for who in (0, 1)] for at in range(TRIES)]
    for pair in await race(halls, pairs):
        assert sorted(reply.outcome.mutual for reply in pair) == [1_000, 4_000]
    used = "select count(*) from purse where used_day_fen = 5000 and used_month_fen = 5000 and used_year_fen = 5000"
    assert await eyes.fetchval(used) == TRIES
    await sound(eyes, opened, TRIES, f"two relatives, one {cap}")


async def test_a_void_meets_its_original(halls: Halls, eyes: Connection) -> None:
    """Whichever comes first, afterwards nothing has been paid."""
    opened = await family(eyes, world.Sponsoring(current=9_000))
    pairs: list[list[Asked]] = [
        [here(at, 4_000, message_id=f"id-{at}"), lost(f"id-{at}", patient=number(at, 0))] for at in range(TRIES)
    ]
    for settled, voided in await race(halls, pairs):
        assert outcome(voided) == "done"
        assert (voided.case_id is None) == (outcome(settled) == Fault.MESSAGE_VOIDED)
    assert await checks.money(eyes) == opened
    assert await eyes.fetchval("select sum(used_year_fen) from purse where person % 16 = $1", SPONSOR) == 0
    await sound(eyes, opened, TRIES, "a void against its original")


async def test_families_in_common_across_regions_in_opposite_order(halls: Halls, eyes: Connection) -> None:
    """Whole batches that want the same purses of two regions, one hall from the front and one from the back."""
    rich = 90_000_000
    near = world.Family(
        region=FANGCHENGGANG,
        sponsors=(world.Sponsoring(current=50, region=NANNING), world.Sponsoring(current=rich)),
        patients=2,
    )
    far = msgspec.structs.replace(
        near,
        region=NANNING,
        sponsors=(world.Sponsoring(current=50, region=FANGCHENGGANG), world.Sponsoring(current=rich)),
    )
    families = [near, far] * 32
    opened = await world.build(eyes, families)
    rounds = [at for _ in range(TRIES * 2 // len(families)) for at in range(len(families))]
    asked = [
        hall.submit(*bill(at, 1_000, region=families[at].region, patient=side))
        for side, hall in enumerate(halls)
        for at in (rounds if side == 0 else rounds[::-1])
    ]
    replies = await asyncio.gather(*asked)
    assert all(isinstance(reply, Settled) for reply in replies)
    assert await checks.money(eyes) == opened - 1_000 * len(asked)
    assert sum(hall.batches for hall in halls) < len(asked) / 8
    await sound(eyes, opened, len(asked), "families in common, in opposite order")
