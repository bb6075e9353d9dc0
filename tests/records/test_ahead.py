"""One wrong clock: whose money bears a day to come is told so, everybody else is served, and a repair opens the way."""

import asyncio
import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from mulaid.clock import Chronometer, china_now, running
from mulaid.counter.hall import Hall
from mulaid.procedures.account.clock_repair import NearMidnight, look, requests
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till.quote import quote
from mulaid.procedures.till.requests import QuoteInquiry
from mulaid.store.connect import Connection, connect
from mulaid.terms.actor import Role
from mulaid.terms.calendar import CHINA
from mulaid.terms.reasons import BillRefusal
from tests.records import checks, world
from tests.records.acts import from_
from tests.records.test_undo import lost, undo
from tests.records.world import DAY, FANGCHENGGANG, MOMENT, bill, carry

WRONG = MOMENT + datetime.timedelta(days=400)
LATER = MOMENT + datetime.timedelta(hours=1)
AHEAD = Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(WRONG.date())})
COUNTED = {"USAGE_SPONSORSHIP", "USAGE_PURSE", "OVER_CAP", "ACCUMULATOR", "BALANCE_PURSE", "CHAIN_HASH"}
"""What the audit works out again of what a repair writes, and of what it leaves alone."""

USED = "select sum(used_year_fen)::bigint from purse where used_on = $1 and used_day_fen = used_year_fen"
RELATIONS = "select state, bound_on, effective_on, until from sponsorship order by bound_at"
MISDATED = "select case_id from misdated order by 1"
BIND_AHEAD = "update sponsorship set bound_on = $1, effective_on = $1::date + 7 where region = $2"
END_AHEAD = "update sponsorship set state = 'ended', until = $1 where region = $2"
WISH_AHEAD = """
insert into end_wish (region, sponsor, beneficiary, bound_at, side, asked_on)
select region, sponsor, beneficiary, bound_at, 'sponsor', $1 from sponsorship
"""
WISHES = "select asked_on from end_wish"
SWIPES = "select moment from first_swipe"


async def repair(connection: Connection, moment: datetime.datetime) -> None:
    for request in await requests(connection, moment):
        [answer] = await carry(connection, from_(Role.OPERATOR, request), moment=moment)
        assert not isinstance(answer, Refused)


async def counted_wrongly(connection: Connection) -> set[str]:
    return {str(each.check) for each in await checks.damage(connection)} & COUNTED


async def settle(connection: Connection, total: int, moment: datetime.datetime, **changes: Any) -> Settled:
    [reply] = await carry(connection, bill(0, total, **changes), moment=moment)
    assert isinstance(reply, Settled)
    return reply


async def test_a_day_to_come_refuses_for_good_and_only_whom_it_concerns(connection: Connection) -> None:
    await world.build(connection)
    first = await settle(connection, 9_000, MOMENT, message_id="first")
    await settle(connection, 1_000, WRONG)
    refused, other = await carry(connection, bill(0, 500), bill(1, 500), moment=LATER)
    assert refused == AHEAD
    assert isinstance(other, Settled)
    assert await carry(connection, undo(first), moment=LATER) == [AHEAD]
    assert await carry(connection, lost("first"), moment=LATER) == [AHEAD]


async def test_a_repair_counts_what_was_settled_before_and_leaves_the_rest_alone(connection: Connection) -> None:
    opened = await world.build(connection)
    last_month = MOMENT - datetime.timedelta(days=30)
    for moment in (MOMENT - datetime.timedelta(days=200), last_month, MOMENT - datetime.timedelta(days=1), MOMENT):
        await settle(connection, 9_000, moment)
    await carry(connection, undo(await settle(connection, 500, MOMENT)), moment=MOMENT)
    before = await checks.state(connection, DAY)
    wrong = await settle(connection, 700, WRONG)
    await carry(connection, undo(wrong), moment=WRONG)
    kept = await settle(connection, 300, WRONG)
    found = await look(connection, LATER)
    assert (found.ahead.cases, found.cases) == (1, ((FANGCHENGGANG, kept.case_id),))
    assert found.ahead.purses > 0 and found.ahead.relations > 0
    await repair(connection, LATER)
    left = (await look(connection, LATER)).ahead
    assert (left.repairable, left.cases) == (0, 1)
    assert {row[0] for row in await connection.fetch(MISDATED)} == {wrong.case_id, kept.case_id}
    assert await counted_wrongly(connection) == set()
    await carry(connection, undo(kept), moment=LATER)
    assert (await look(connection, LATER)).ahead.cases == 0
    assert await checks.state(connection, DAY) == before
    assert await counted_wrongly(connection) == set()
    assert await checks.wrongs(connection, opened) == []


async def test_a_misdated_settlement_is_undone_on_its_own_day(connection: Connection) -> None:
    await world.build(connection)
    wrong = await settle(connection, 9_000, WRONG)
    await repair(connection, LATER)
    today = await settle(connection, 8_000, WRONG + datetime.timedelta(hours=2))
    [undone] = await carry(connection, undo(wrong), moment=WRONG + datetime.timedelta(hours=3))
    assert isinstance(undone, Settled)
    assert await counted_wrongly(connection) == set()
    assert await connection.fetchval(USED, WRONG.date()) == today.outcome.mutual


async def test_caps_hold_after_a_repair(connection: Connection) -> None:
    capped = world.Family(region=FANGCHENGGANG, sponsors=(world.Sponsoring(current=90_000, cap_day=10_000),))
    await world.build(connection, [capped])
    assert (await settle(connection, 8_000, MOMENT)).outcome.mutual == 8_000
    assert (await settle(connection, 8_000, WRONG)).outcome.mutual == 8_000
    await repair(connection, LATER)
    assert (await settle(connection, 8_000, LATER)).outcome.mutual == 2_000
    assert await counted_wrongly(connection) == set()


async def test_repairing_twice_changes_nothing_more(connection: Connection) -> None:
    await world.build(connection)
    await settle(connection, 9_000, MOMENT)
    await settle(connection, 9_000, WRONG)
    await repair(connection, LATER)
    once = await checks.state(connection, DAY)
    await repair(connection, LATER)
    assert await checks.state(connection, DAY) == once
    assert len(await connection.fetch(MISDATED)) == 1


async def test_what_was_bound_or_ended_on_a_day_to_come_was_so_today(connection: Connection) -> None:
    await world.build(connection)
    day = WRONG.date()
    await connection.execute(BIND_AHEAD, day, 440300)
    await connection.execute(END_AHEAD, day, 430100)
    await connection.execute(WISH_AHEAD, day)
    untouched = await connection.fetch(RELATIONS)
    await repair(connection, LATER)
    changed = {tuple(row) for row in await connection.fetch(RELATIONS)} - {tuple(row) for row in untouched}
    assert {(row[0], row[1], row[2], row[3]) for row in changed} == {
        ("active", DAY, DAY + datetime.timedelta(days=7), None),
        ("ended", datetime.date(2026, 2, 1), datetime.date(2026, 2, 1), DAY),
    }
    assert {row[0] for row in await connection.fetch(WISHES)} == {DAY}
    assert (await look(connection, LATER)).ahead.repairable == 0


async def test_a_first_swipe_to_come_is_none(connection: Connection) -> None:
    await world.build(connection)
    [told] = await carry(connection, bill(7, 900), moment=WRONG)
    [again] = await carry(connection, bill(7, 900), moment=MOMENT)
    assert (told.code, again.code) == (BillRefusal.SECOND_SWIPE_NEEDED,) * 2
    [told] = await carry(connection, bill(7, 900, patient=0), moment=WRONG)
    await repair(connection, LATER)
    assert await connection.fetch(SWIPES) == []


@pytest.mark.parametrize("hour", [23, 0])
async def test_near_midnight_nobody_knows_what_is_to_come(connection: Connection, hour: int) -> None:
    moment = datetime.datetime.combine(DAY, datetime.time(hour, 30), CHINA)
    if hour == 0:
        await repair(connection, moment)
        return
    for step in (look, repair):
        with pytest.raises(NearMidnight):
            await step(connection, moment)


async def test_a_lane_does_nothing_by_a_clock_that_was_set(emptied: str) -> None:
    eyes = await connect(emptied)
    await world.build(eyes)
    chronometer = Chronometer(60)
    chronometer.set(china_now(), running())
    hall = Hall(emptied, replace(world.bureau(), chronometer=chronometer), lambda: MOMENT, lanes=1)
    hall.open()
    chronometer.set(china_now() + datetime.timedelta(days=400), running())
    assert await hall.submit(*bill(0, 100)) == Refused(code=Fault.CLOCK_WRONG)
    assert await hall.submit(*lost("never")) == Refused(code=Fault.CLOCK_WRONG)
    chronometer.set(china_now(), running())
    assert isinstance(await hall.submit(*bill(0, 100)), Settled)
    await hall.close()
    assert await eyes.fetchval("select count(*) from message") == 1
    await eyes.close()


async def test_lanes_go_on_with_everybody_else(emptied: str) -> None:
    """Whoever is refused costs the others of a batch nothing: it stays one batch. A quote says the same."""
    eyes = await connect(emptied)
    await world.build(eyes)
    await settle(eyes, 1_000, WRONG)
    async with world.open_hall(emptied, lanes=1) as hall:
        one, refused, other = await asyncio.gather(*(hall.submit(*bill(at, 100)) for at in (1, 0, 2)))
        assert hall.batches == 1
    assert isinstance(one, Settled) and isinstance(other, Settled)
    quoted = bill(0, 100)
    assert refused == await quote(eyes, world.bureau(), QuoteInquiry(quoted.request), quoted.origin, MOMENT) == AHEAD
    await eyes.close()
