"""A batch of bills of many regions: what comes of it is what would have come of them one by one."""

from typing import Any

import msgspec
import pytest

from mulaid.audit.findings import Check
from mulaid.procedures.act.answers import Refused
from mulaid.store import loading
from mulaid.store.connect import Connection
from mulaid.store.rows import Pointer
from mulaid.terms.codes import RelationState
from tests.records import checks, made, world
from tests.records.test_undo import undo
from tests.records.world import (
    DAY,
    FAMILIES,
    FANGCHENGGANG,
    JINAN,
    MOMENT,
    NANNING,
    SPONSOR,
    Asked,
    bill,
    carry,
    number,
)

TWIN = """
insert into {0} select (jsonb_populate_record(
    each, '{{"region": 450100, "sponsor_region": 450100, "beneficiary_region": 450100}}')).*
from {0} each where region = 450600
"""
"""The people of one region once more in the next, with the same numbers."""
BARE = {"case_id": None, "moment": MOMENT, "visit": None}


@pytest.fixture
async def opened(connection: Connection) -> int:
    """The world, and the mother in the next city sponsored by the first family's son as well."""
    held = await world.build(connection)
    son, mother = number(0, SPONSOR), number(1, 0)
    relation = made.sponsorship(
        son, mother, beneficiary_region=NANNING, state=RelationState.ACTIVE, cap_day=None, rank=2
    )
    await loading.load(connection, FANGCHENGGANG, [relation])
    await loading.load(connection, NANNING, [Pointer(mother, son, made.BOUND_AT, FANGCHENGGANG, "王*明", None)])
    return held


def bills() -> list[Asked]:
    """Three bills of every family, mixed; those of the first two families compete for one sponsor's money.

    One region refuses its only bill: it wants a second swipe, which would come with a later batch.
    """
    return [
        bill(place, total + place, total // 3, message_id=f"{place}-{total}", day=DAY)
        for total in (9_000, 30_000, 4_000)
        for place in (*range(1, len(FAMILIES)), 0)
        if FAMILIES[place].region != JINAN or total == 9_000
    ]


async def settled(connection: Connection, batches: list[list[Asked]]) -> tuple[list[Any], dict[str, Any]]:
    """The answers without what is minted for each, and the state afterwards; nothing is kept."""
    trying = connection.transaction()
    await trying.start()
    replies = [reply for batch in batches for reply in await carry(connection, *batch)]
    state = await checks.state(connection, DAY)
    assert await checks.damage(connection) == []
    await trying.rollback()
    bare = [each if isinstance(each, Refused) else msgspec.structs.replace(each, **BARE) for each in replies]
    return bare, state


async def test_a_batch_of_many_regions_is_the_same_as_batches_of_one(connection: Connection, opened: int) -> None:
    asked = bills()
    together = await settled(connection, [asked])
    assert together == await settled(connection, [[each] for each in asked])
    replies, _ = together
    assert [reply.code for reply in replies if isinstance(reply, Refused)] == ["SECOND_SWIPE_NEEDED"]
    by_son = [reply for reply in replies if not isinstance(reply, Refused) and len(reply.payers) > 1]
    assert {reply.patient.region for reply in by_son} >= {FANGCHENGGANG, NANNING}


async def test_a_batch_of_many_regions_leaves_nothing_wrong(connection: Connection, opened: int) -> None:
    replies = await carry(connection, *bills())
    assert await checks.wrongs(connection, opened) == []
    done = [reply for reply in replies if not isinstance(reply, Refused)]
    for reply in done:
        assert (await carry(connection, undo(reply)))[0].undone == reply.case_id
    assert await checks.money(connection) == opened
    assert await checks.damage(connection) == []


async def test_each_region_of_a_batch_has_its_link(connection: Connection, opened: int) -> None:
    await carry(connection, *bills())
    links = {str(row[0]): row[1:] for row in await connection.fetch("select region, seq, n from chain")}
    assert links == {family.region: (1, 3) for family in FAMILIES if family.region != JINAN}
    assert await checks.damage(connection) == []
    # Records changed in one region are found there, and break no other region's link.
    await connection.execute("update cases set record = record || 'x'::bytea where region = $1", int(NANNING))
    found = [each for each in await checks.damage(connection) if each.check is Check.CHAIN_HASH]
    assert [each.region for each in found] == [NANNING]


async def test_the_same_number_in_two_regions_is_two_people(connection: Connection) -> None:
    """Numbers are unique where they are minted; nothing relies on it."""
    sponsor = world.Sponsoring(current=10_000)
    await world.build(connection, [world.Family(region=FANGCHENGGANG, own=700, sponsors=(sponsor,))])
    for table in ("person", "enrolment", "purse", "sponsorship", "sponsored_by"):
        await connection.execute(TWIN.format(table))
    await connection.execute("update purse set current_fen = 100 where region = $1", int(NANNING))
    await world.bring_forward(connection)
    replies = await carry(connection, *(bill(0, 3_000, region=region) for region in (NANNING, FANGCHENGGANG)))
    paid = [(reply.outcome.own, reply.outcome.mutual, reply.outcome.cash) for reply in replies]
    assert paid == [(100, 100, 2_800), (700, 2_300, 0)]
    # Nobody's number leads to the twins: an identity number is one person's.
    assert {each.check for each in await checks.damage(connection)} == {Check.PERSON_WITHOUT_IDENTITY}
