"""Batches that meet wait for each other in one order: whatever order they ask in, nobody deadlocks or overspends."""

import asyncio
import random

from mulaid.store import cases, ledger, registry, visits
from mulaid.store.arrays import Key
from mulaid.store.connect import connect
from mulaid.store.ledger import Bookings
from tests.records import made
from tests.records.made import MOMENT, OTHER_REGION, REGION

TRIES = 3_000
FAMILY = [(region, person) for region in (REGION, OTHER_REGION) for person in range(5_001, 5_005)]


async def test_families_in_any_order_never_deadlock_and_lose_no_fen(emptied: str) -> None:
    setup = await connect(emptied)
    for region, person in FAMILY:
        await made.purse(setup, person, current=1_000, region=region)
    await asyncio.gather(*(_spend(emptied, seed) for seed in range(6)))
    left = await registry.read_purses(setup, FAMILY)
    assert sum(purse.current for purse in left.values()) == 1_000 * len(FAMILY) - 6 * 10 * 3
    await setup.close()


async def test_opposite_orders_across_regions_never_deadlock(emptied: str) -> None:
    setup = await connect(emptied)
    everybody = [(region, person) for person in range(1, 25) for region in (OTHER_REGION, REGION, "990050")]
    for region, person in everybody:
        await made.purse(setup, person, region=region)
    await asyncio.gather(*(_meet(emptied, everybody[::step], TRIES) for step in (1, -1)))
    assert await setup.fetchval("select deadlocks from pg_stat_database where datname = current_database()") == 0
    await setup.close()


async def _meet(dsn: str, keys: list[Key], tries: int) -> None:
    """Lock most of these again and again, in this order of asking."""
    choice = random.Random(keys[0][1])
    connection = await connect(dsn)
    for _ in range(tries):
        async with connection.transaction():
            asked = [key for key in keys if choice.random() < 0.7]
            assert list(await registry.lock_purses(connection, asked)) == sorted(asked)
    await connection.close()


async def _spend(dsn: str, seed: int) -> None:
    """Ten times: lock three people in any order, look, wait a moment, take one fen from each."""
    choice = random.Random(seed)
    connection = await connect(dsn)
    for _ in range(10):
        people = choice.sample(FAMILY, 3)
        async with connection.transaction():
            locked = await registry.lock_purses(connection, people)
            await asyncio.sleep(0)
            left = Bookings(kind="", policy="", lane=0)
            left.purses += [(int(key[0]), key[1], locked[key].current - 1, *[0] * 6) for key in people]
            await ledger.book(connection, left, MOMENT)
    await connection.close()


async def test_the_same_ids_claimed_in_opposite_orders(emptied: str) -> None:
    ids = [f"lock-{position}" for position in range(40)]
    orders = (ids, ids[::-1], sorted(ids, key=hash))
    owned = await asyncio.gather(*(_claim(emptied, order, 100 * at + 1) for at, order in enumerate(orders)))
    assert sum(owned) == len(ids)


async def _claim(dsn: str, ids: list[str], first: int) -> int:
    connection = await connect(dsn)
    async with connection.transaction():
        claims = [made.claim("H", name, first + at) for at, name in enumerate(ids)]
        claimed = await cases.claim_messages(connection, claims, MOMENT)
        await asyncio.sleep(0.01)
    await connection.close()
    return len(claimed)


async def test_a_batch_of_charges_is_settled_by_one(emptied: str) -> None:
    setup = await connect(emptied)
    await visits.INSERT_BATCH.run(setup, [(int(REGION), 6_001, "1", 100, 100, 0, 0, 0, 0, b"")])
    settled = await asyncio.gather(*(_settle(emptied, case_id) for case_id in range(1, 6)))
    assert sorted(settled) == [False] * 4 + [True]
    [batch] = await visits.batches(setup, REGION, [6_001])
    assert batch.settled_by is not None
    await setup.close()


async def _settle(dsn: str, case_id: int) -> bool:
    connection = await connect(dsn)
    async with connection.transaction():
        [batch] = (await visits.lock_batches(connection, [(REGION, 6_001, "1")])).values()
        mine = batch.settled_by is None
        if mine:
            await visits.MARK_SETTLED.run(connection, [(int(REGION), 6_001, "1", case_id)])
    await connection.close()
    return mine
