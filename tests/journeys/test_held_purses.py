"""Somebody holds four families' purses: whoever only looks is answered at once, whoever must write is told to wait."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mulaid.app.serving import serving
from mulaid.cli.day import read_day
from mulaid.cli.load import load_into
from mulaid.settings import Settings
from mulaid.store.connect import connect
from mulaid.store.ids import parse_wire
from tests.conftest import empty
from tests.journeys.till import CLOCK, EXAMPLES, Hospital, Message

pytestmark = pytest.mark.xdist_group("gateway_real")

PEOPLE = ("mother", "liang", "lin", "yi")
HOLD = "select from purse where region = $1 and person = $2 for update"
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
BUSY = "系统正忙，这笔交易没有办理。请稍后用同一个报文编号重新发送。"


@pytest.fixture
async def till(dsn: str, home: Path) -> AsyncIterator[Hospital]:
    """A hospital where four patients of four families are registered."""
    await empty(dsn)
    settings = Settings(home=home, dsn=dsn, port=0, processes=2)
    await asyncio.to_thread(load_into, settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    scenes = {scene.name.partition("-")[2]: scene for scene in read_day(EXAMPLES / "day")[1]}
    async with serving(settings, dsn, clock=CLOCK, sandbox=True) as (_, port):
        hospital = Hospital(port, dsn, scenes)
        for who in PEOPLE:
            found = await asyncio.to_thread(hospital.done, f"who-is-{who}")
            hospital.kept[who] = found["baseinfo"]["psn_no"]
            registered = await asyncio.to_thread(hospital.done, f"{who}-registers")
            hospital.kept[f"{who}_visit"] = registered["data"]["mdtrt_id"]
        yield hospital
    await empty(dsn)


async def test_look_ups_are_answered_while_small_writes_wait(till: Hospital) -> None:
    """The order counts, not the time: every look-up before the first writer; and writers have an end to their wait."""
    answered: list[str] = []

    async def send(name: str, message: Message) -> Message:
        answer = await asyncio.to_thread(till.post, name, message)
        answered.append(name)
        return answer

    writing = [(f"{who}-fees", till.message(f"{who}-fees")) for who in PEOPLE]
    looking = [(f"who-is-{who}", till.message(f"who-is-{who}")) for who in PEOPLE * 2]
    holder, eyes = await connect(till.dsn), await connect(till.dsn)
    async with holder.transaction():
        for who in PEOPLE:
            region, person = parse_wire(till.kept[who])
            await holder.execute(HOLD, int(region), person)
        writers = [asyncio.create_task(send(*each)) for each in writing]
        while await eyes.fetchval(WAITING) < len(PEOPLE):
            await asyncio.sleep(0.01)
        seen = await asyncio.gather(*(send(*each) for each in looking))
        told = await asyncio.gather(*writers)
    await holder.close()
    await eyes.close()
    assert [answer["infcode"] for answer in seen] == [0] * len(looking)
    assert set(answered[: len(looking)]) == {name for name, _ in looking}, answered
    assert [(answer["infcode"], answer["err_msg"]) for answer in told] == [(-1, BUSY)] * len(PEOPLE)
    again = await asyncio.gather(*(send(*each) for each in writing))
    assert [answer["err_msg"] for answer in again] == [""] * len(PEOPLE)
