"""Batches that meet wait for each other in one order: whatever order they ask in, nobody deadlocks or overspends."""

import asyncio
import random

from mulaid.store import cases, registry, visits
from mulaid.store.connect import connect
from mulaid.terms.bill_case import Bill
from tests.records import made
from tests.records.made import MOMENT, REGION

FAMILY = range(5_001, 5_009)


async def test_families_in_any_order_never_deadlock_and_lose_no_fen(emptied: str) -> None:
    setup = await connect(emptied)
    for person in FAMILY:
        await made.purse(setup, person, current=1_000)
    await asyncio.gather(*(_spend(emptied, seed) for seed in range(6)))
    left = await registry.read_purses(setup, REGION, FAMILY)
    assert sum(purse.current for purse in left.values()) == 1_000 * len(FAMILY) - 6 * 10 * 3
    await setup.close()


async def _spend(dsn: str, seed: int) -> None:
    """Ten times: lock three people in any order, look, wait a moment, take one fen from each."""
    choice = random.Random(seed)
    connection = await connect(dsn)
    for _ in range(10):
        people = choice.sample(FAMILY, 3)
        async with connection.transaction():
            locked = await registry.lock_purses(connection, REGION, people)
            await asyncio.sleep(0)
            await made.post(connection, purses=[(person, locked[person].current - 1, *[0] * 6) for person in people])
    await connection.close()


async def test_the_same_ids_claimed_in_opposite_orders(emptied: str) -> None:
    ids = [f"lock-{position}" for position in range(40)]
    owned = await asyncio.gather(*(_claim(emptied, order) for order in (ids, ids[::-1], sorted(ids, key=hash))))
    assert sum(owned) == len(ids)


async def _claim(dsn: str, ids: list[str]) -> int:
    connection = await connect(dsn)
    count = len(ids)
    async with connection.transaction():
        claimed = await cases.claim_messages(
            connection, REGION, ["H"] * count, ids, ["2207"] * count, [bytes(32)] * count, None, [None] * count, MOMENT
        )
        await asyncio.sleep(0.01)
    await connection.close()
    return len(claimed)


async def test_a_batch_of_charges_is_settled_by_one(emptied: str) -> None:
    setup = await connect(emptied)
    await visits.insert_batch(setup, REGION, 6_001, "1", Bill(total=100, in_scope=100), b"")
    settled = await asyncio.gather(*(_settle(emptied, case_id) for case_id in range(1, 6)))
    assert sorted(settled) == [False] * 4 + [True]
    [batch] = await visits.batches(setup, REGION, [6_001])
    assert batch.settled_by is not None
    await setup.close()


async def _settle(dsn: str, case_id: int) -> bool:
    connection = await connect(dsn)
    async with connection.transaction():
        locked = await visits.lock_batches(connection, REGION, [6_001], ["1"])
        mine = locked[6_001, "1"].settled_by is None
        if mine:
            await visits.mark_settled(connection, REGION, [6_001], ["1"], [case_id])
    await connection.close()
    return mine
