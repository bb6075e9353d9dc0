"""Settling, cancelling and voiding through the hall: many lanes at once, each answer after its own commit."""

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from mulaid.counter import lane
from mulaid.counter.hall import Hall
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.table import BILLS_MAX
from mulaid.store import connect as connect_
from mulaid.store.connect import Connection, connect
from mulaid.terms.calendar import CHINA
from tests.records import checks, world
from tests.records.test_undo import lost, undo
from tests.records.world import DAY, FAMILIES, FANGCHENGGANG, MOMENT, NANNING, PATIENT, SPONSOR, Asked, bill, number

TONIGHT = datetime.datetime.combine(DAY, datetime.time(23, 59, 59), CHINA)
TOMORROW = TONIGHT + datetime.timedelta(seconds=1)
HOLD = "select from purse where region = $1 and person = $2 for update"


@pytest.fixture
async def eyes(emptied: str) -> AsyncIterator[Connection]:
    """A connection that looks at the committed world; what must hold of any world is checked at the end."""
    opened = await connect(emptied)
    held = await world.build(opened)
    yield opened
    assert await checks.wrongs(opened, held) == []
    assert await checks.damage(opened) == []
    await opened.close()


def submit(hall: Hall, *requests: Asked) -> "asyncio.Future[list[Any]]":
    """Put bills into the queue in this order, all at once."""
    return asyncio.gather(*(hall.submit(*request) for request in requests))


async def test_a_bill_its_replay_its_cancellation_and_its_void(eyes: Connection, dsn: str) -> None:
    before = await checks.state(eyes, DAY)
    async with world.open_hall(dsn, lanes=3) as hall:
        asked = bill(0, 100_000, 40_000, message_id="one")
        [first] = await submit(hall, asked)
        assert (first.outcome.own, first.outcome.mutual, first.outcome.cash) == (5_000, 55_000, 0)
        [again] = await submit(hall, asked)
        assert again == msgspec.structs.replace(first, replayed=True)
        request = undo(first)
        assert (await hall.submit(*request)).undone == first.case_id  # type: ignore[union-attr]
        assert await checks.state(eyes, DAY) == before
        assert await hall.submit(*lost("one")) == Done(replayed=True)
        assert await submit(hall, asked) == [Refused(code=Fault.MESSAGE_VOIDED)]
        assert await hall.submit(*lost("never")) == Done()
        assert await hall.submit(*undo(first)) == Refused(code=Fault.ALREADY_CANCELLED)
    assert await checks.state(eyes, DAY) == before


async def test_a_refused_void_is_rolled_back(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=1) as hall:
        [first] = await submit(hall, bill(0, 5_000, message_id="one", content="c"))
        wrong = lost("one", patient=number(1, 0))
        assert await hall.submit(*wrong) == Refused(code=Fault.CASE_OF_OTHER_PERSON)
        [again] = await submit(hall, bill(0, 5_000, message_id="one", content="c"))
        assert again == msgspec.structs.replace(first, replayed=True)


async def test_bills_of_all_regions_at_once_never_deadlock(eyes: Connection, dsn: str) -> None:
    """Families that meet across regions from both sides, in any order, on eight lanes."""
    bills = [bill(at % 3 if at % 2 else at % len(FAMILIES), 700 + at) for at in range(600)]
    async with world.open_hall(dsn, lanes=8) as hall:
        replies = await submit(hall, *bills)
    refused = {reply.code for reply in replies if isinstance(reply, Refused)}
    assert refused == {"SECOND_SWIPE_NEEDED"}
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    assert await eyes.fetchval(deadlocks) == 0
    lanes = await eyes.fetch("select lane, count(*), max(seq) from chain group by region, lane")
    assert all(row[1] == row[2] for row in lanes)


async def test_one_lane_takes_what_waits_as_one_batch(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=1) as hall:
        await submit(hall, *(bill(at % 4, 100) for at in range(2 * BILLS_MAX + 22)))
        assert hall.batches == 3
    links = await eyes.fetch("select seq, count(*), sum(n)::int from chain group by seq order by seq")
    assert [tuple(row) for row in links] == [(1, 4, BILLS_MAX), (2, 4, BILLS_MAX), (3, 4, 22)]


async def test_one_lane_at_a_time_does_all_the_work(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=4, patience=60) as hall:
        for _ in range(3):
            await submit(hall, *(bill(at % 4, 100) for at in range(2 * BILLS_MAX)))
    assert len(await eyes.fetch("select distinct lane from chain")) == 1


async def test_another_lane_steps_in_for_one_that_waits_for_a_purse(eyes: Connection, dsn: str) -> None:
    """A clerk holds one person's purse: their bill waits, and nobody else's does, however many there are."""
    async with world.open_hall(dsn, lanes=2, patience=0.05) as hall:
        async with eyes.transaction():
            held = bill(0, 100)
            await eyes.execute(HOLD, int(held.request.patient_region), held.request.patient)
            stuck = asyncio.create_task(hall.submit(*held))
            await asyncio.sleep(0)
            replies = await asyncio.wait_for(submit(hall, *(bill(1, 100) for _ in range(3 * BILLS_MAX))), timeout=4)
            assert all(isinstance(reply, Settled) for reply in replies)
            assert not stuck.done()
        assert isinstance(await stuck, Settled)


@pytest.mark.parametrize(("region", "role"), [(FANGCHENGGANG, PATIENT), (NANNING, SPONSOR + 1)])
async def test_bills_of_a_held_purse_are_put_back(eyes: Connection, dsn: str, region: str, role: int) -> None:
    """A clerk holds a patient's purse, or a sponsor's in the next city: their bills wait, their batch does not."""
    held = [bill(0, 100), bill(0, 200)]
    async with world.open_hall(dsn, lanes=1, patience=60) as hall:
        async with eyes.transaction():
            await eyes.execute(HOLD, int(region), number(0, role))
            stuck = submit(hall, *held)
            others = await asyncio.wait_for(submit(hall, *(bill(at % 3 + 1, 100) for at in range(20))), timeout=4)
            assert all(isinstance(reply, Settled) for reply in others)
            await asyncio.sleep(0.1)
            assert not stuck.done()
            assert await eyes.fetchval("select count(*) from message") == len(others)
        assert [reply.outcome.total for reply in await stuck] == [100, 200]
        # Put back twice, then they waited together.
        assert hall.batches == 3


async def test_only_the_bill_of_a_purse_held_for_ever_fails(
    eyes: Connection, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two bills were put back and wait together; one purse is free again, the other stays held beyond all patience."""
    patient = connect_._settings
    monkeypatch.setattr(connect_, "_settings", lambda *words: patient(*words) | {"lock_timeout": "200ms"})
    held, busy = bill(0, 100), bill(1, 100)
    other = await connect(dsn)
    async with world.open_hall(dsn, lanes=1, patience=60) as hall, eyes.transaction():
        await eyes.execute(HOLD, int(held.request.patient_region), held.request.patient)
        async with other.transaction():
            await other.execute(HOLD, int(busy.request.patient_region), busy.request.patient)
            stuck = submit(hall, held, busy)
            await asyncio.sleep(0.1)
        refused, settled = await stuck
        assert refused == Refused(code=Fault.BUSY)
        assert isinstance(settled, Settled)
    await other.close()


async def test_a_message_that_comes_twice_is_put_back_twice(eyes: Connection, dsn: str) -> None:
    twice = bill(0, 100, message_id="one", content="c")
    other = bill(0, 100, message_id="one", content="other")
    async with world.open_hall(dsn, lanes=1) as hall:
        async with eyes.transaction():
            await eyes.execute(HOLD, int(twice.request.patient_region), twice.request.patient)
            stuck = submit(hall, twice, twice, other)
            await asyncio.sleep(0.2)
            assert not stuck.done()
        first, again, refused = await stuck
    assert isinstance(first, Settled)
    assert again == msgspec.structs.replace(first, replayed=True)
    assert refused == Refused(code=Fault.MESSAGE_ID_REUSED)


async def test_an_undo_is_taken_alone_in_its_turn(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=1) as hall:
        [first] = await submit(hall, bill(0, 5_000))
        asked: list[Asked] = [bill(0, 5_000), bill(1, 100), undo(first), bill(0, 5_000), bill(1, 100)]
        replies = await asyncio.gather(*(hall.submit(*request) for request in asked))
        assert hall.batches == 1 + 3
    # The patient's own 5,000 fen pay once; they are there again for the bill that came after the cancellation.
    assert [reply.outcome.own for reply in replies] == [0, 100, -5_000, 5_000, 100]  # type: ignore[union-attr]


async def test_busy_when_the_queue_is_full(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=1, waiting_max=5) as hall:
        replies = await submit(hall, *(bill(0, 100) for _ in range(9)))
        assert [reply.code if isinstance(reply, Refused) else "" for reply in replies] == [""] * 5 + [Fault.BUSY] * 4
        [later] = await submit(hall, bill(0, 100))
        assert isinstance(later, Settled)
    assert await eyes.fetchval("select count(*) from cases") == 6


async def test_closing_answers_everything_accepted_and_accepts_no_more(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=2) as hall:
        waiting = submit(hall, *(bill(at % 3, 100) for at in range(300)))
        await asyncio.sleep(0)
        closing = asyncio.create_task(hall.close())
        await asyncio.sleep(0)
        assert await submit(hall, bill(0, 100)) == [Refused(code=Fault.BUSY)]
        assert all(isinstance(reply, Settled) for reply in await waiting)
        await closing
    assert await eyes.fetchval("select count(*) from cases") == 300


async def test_closing_lets_every_lane_go(eyes: Connection, dsn: str) -> None:
    """While one lane works in the only region, the others wait; when it is done, all of them end."""
    hall = Hall(dsn, world.bureau(), lambda: MOMENT, lanes=5, first_lane=world.lane())
    hall.open()
    waiting = submit(hall, *(bill(0, 100) for _ in range(70)))
    await asyncio.sleep(0.005)
    await asyncio.wait_for(hall.close(), 10)
    assert all(isinstance(reply, Settled) for reply in await waiting)


async def test_only_bills_of_money_used_tomorrow_wait_for_tomorrow(eyes: Connection, dsn: str) -> None:
    """A service whose clock is ahead has used one person's money on its new day; this clock gets there in a moment."""
    ahead = "update purse set used_on = $3 where region = $1 and person = $2"
    last = bill(0, 100)
    await eyes.execute(ahead, int(last.request.patient_region), last.request.patient, TOMORROW.date())
    now = [TONIGHT]
    async with world.open_hall(dsn, lanes=1, moment=lambda: now[0]) as hall:
        *others, waiting = [
            asyncio.create_task(hall.submit(*each)) for each in (*(bill(1, 100) for _ in range(3)), last)
        ]
        await asyncio.wait(others)
        now[0] = TOMORROW
        assert isinstance(await waiting, Settled)
    days = "select settled_on from cases order by settled_on"
    assert [row[0] for row in await eyes.fetch(days)] == [DAY] * 3 + [TOMORROW.date()]


POISONED = """
update sponsorship set quota_fen = quota_fen + {} where sponsor = (select person from purse where frozen_fen > 0)
"""
"""A relation damaged so that its next payment overdraws the frozen money, which the purse's check refuses."""


async def test_a_poisoned_bill_fails_alone_in_its_batch(eyes: Connection, dsn: str) -> None:
    await eyes.execute(POISONED.format(50_000))
    healthy = [bill(place, 100) for place in (1, 2, 3)]
    here = [bill(0, 100 + at) for at in range(6)]
    poisoned = bill(0, 90_500, message_id="poisoned")
    async with world.open_hall(dsn, lanes=1) as hall:
        replies = await submit(hall, *here[:3], poisoned, *here[3:], *healthy)
        assert replies.pop(3) == Refused(code=Fault.NOT_COMMITTED)
        assert [reply.outcome.own for reply in replies[:6]] == [100 + at for at in range(6)]
        assert all(isinstance(reply, Settled) for reply in replies)
        await eyes.execute(POISONED.format(-50_000))
        [settled] = await submit(hall, poisoned)
        assert (settled.replayed, settled.outcome.mutual) == (False, 80_000)
    assert await eyes.fetchval("select count(*) from cases") == 10


async def test_a_poisoned_bill_alone_is_answered_too(eyes: Connection, dsn: str) -> None:
    await eyes.execute(POISONED.format(50_000))
    async with world.open_hall(dsn, lanes=1) as hall:
        asked = hall.submit(*bill(0, 90_500))
        [reply] = await asyncio.gather(asked, return_exceptions=True)
        await eyes.execute(POISONED.format(-50_000))
        assert reply == Refused(code=Fault.NOT_COMMITTED)


async def test_no_name_and_no_number_in_the_log(eyes: Connection, dsn: str, capfd: pytest.CaptureFixture[str]) -> None:
    await eyes.execute(POISONED.format(50_000))
    async with world.open_hall(dsn, lanes=1) as hall:
        await submit(hall, bill(0, 100), bill(0, 90_500))
    await eyes.execute(POISONED.format(-50_000))
    said = "".join(capfd.readouterr())
    assert "request_refused_by_database" in said
    assert "王小明" not in said
    assert "99010119600101" not in said


async def test_a_bill_that_cannot_even_be_sent_fails_alone(eyes: Connection, dsn: str) -> None:
    """The driver refuses text that is not Unicode before the database sees it."""
    async with world.open_hall(dsn, lanes=1) as hall:
        replies = await submit(hall, bill(0, 100), bill(0, 200, message_id="\ud800", content="x"))
    assert isinstance(replies[0], Settled)
    assert replies[1] == Refused(code=Fault.NOT_COMMITTED)


async def test_a_batch_that_was_overtaken_by_midnight_reads_its_clock_again(eyes: Connection, dsn: str) -> None:
    clock = iter([TOMORROW, TONIGHT, TOMORROW])
    async with world.open_hall(dsn, lanes=1, moment=clock.__next__) as hall:
        for _ in range(2):
            [reply] = await submit(hall, bill(0, 9_000))
            assert reply.moment == TOMORROW
    assert await eyes.fetchval("select count(*) from cases") == 2


async def test_another_process_on_the_same_lane_number(eyes: Connection, dsn: str) -> None:
    """Only one of two writers of a link is first; the other reads the head again. No link is lost."""
    async with world.open_hall(dsn, lanes=1) as one, world.open_hall(dsn, lanes=1, worker=8) as other:
        for at in range(10):
            replies = await asyncio.gather(submit(one, bill(at % 3, 100)), submit(other, bill(at % 3, 200)))
            assert all(isinstance(reply, Settled) for [reply] in replies)
    assert await eyes.fetchval("select count(*) from cases") == 20


@pytest.mark.parametrize(
    "loss",
    [
        asyncpg.ConnectionDoesNotExistError,
        asyncpg.InterfaceError,
        ConnectionResetError,
        asyncpg.InternalClientError,
    ],
)
async def test_a_lost_connection_at_commit_is_settled_once(
    eyes: Connection, dsn: str, monkeypatch: pytest.MonkeyPatch, loss: type[Exception]
) -> None:
    """The commit is kept but its answer never comes: the lane asks again and tells what was kept."""
    told = lane.Lane._transaction

    async def lose(self: Any, batch: Any) -> Any:
        replies = await told(self, batch)
        if not losses:
            losses.append(replies)
            raise loss("lost")
        return replies

    losses: list[Any] = []
    monkeypatch.setattr(lane.Lane, "_transaction", lose)
    async with world.open_hall(dsn, lanes=1) as hall:
        replies = await submit(hall, bill(0, 100), bill(0, 200))
    assert replies == [msgspec.structs.replace(reply, replayed=True) for reply in losses[0]]
    assert await eyes.fetchval("select sum(own_fen) from cases") == 300


async def test_a_value_the_driver_cannot_send_fails_alone(eyes: Connection, dsn: str) -> None:
    """It says nothing about the connection, so nobody waits for a database that is there."""
    poisoned = bill(0, 100, patient=2**70)
    async with world.open_hall(dsn, lanes=1, patience=60) as hall:
        replies = await asyncio.wait_for(submit(hall, bill(0, 100), poisoned, bill(1, 100)), timeout=10)
    assert [type(reply) for reply in replies] == [Settled, Refused, Settled]
    assert replies[1] == Refused(code=Fault.NOT_COMMITTED)


async def test_what_the_lanes_did_is_counted(eyes: Connection, dsn: str) -> None:
    async with world.open_hall(dsn, lanes=1, patience=60) as hall:
        await submit(hall, *(bill(at % 4, 100) for at in range(BILLS_MAX + 3)))
        async with eyes.transaction():
            held = bill(0, 100)
            await eyes.execute(HOLD, int(held.request.patient_region), held.request.patient)
            stuck = submit(hall, held, bill(1, 100))
            await asyncio.sleep(0.2)
        await stuck
        tally = hall.tally
    assert (tally.batches, tally.requests, tally.put_back, tally.lost) == (hall.batches, BILLS_MAX + 6, 1, 0)
    assert tally.sizes[-2:] == [1, 0] and tally.sizes[:3] == [1, 1, 1]
    assert sum(tally.sizes) == sum(tally.waits) == tally.batches
    assert tally.waited > 0
