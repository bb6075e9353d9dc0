"""The same bills leave the same bytes, whatever process settles them: records, links of the chain, the law's digest."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from msgspec.structs import replace

from mulaid.gateway import envelope
from mulaid.procedures.act import records
from mulaid.store.connect import connect
from tests.records import world
from tests.records.test_undo import undo
from tests.records.world import bill, carry

ROOT = Path(__file__).parents[2]
SEEDS = ("0", "1", "2", "3")
EVERY_USE = "update sponsorship set uses = 'care,premium'"
RECORDS = "select record from cases order by region, case_id"
LINKS = "select encode(hash, 'hex') from chain where seq = 1 order by region, lane"
POLICIES = "select digest || md5(body) from policy_version"


def test_records_do_not_depend_on_the_process(emptied: str) -> None:
    said = [_settled(emptied, seed) for seed in SEEDS]
    assert len(said[0]) > 12
    assert said == said[:1] * len(SEEDS)


def _settled(dsn: str, seed: str) -> list[str]:
    """What a process whose sets are in the order of this seed writes."""
    command = [sys.executable, "-m", "tests.records.test_determinism", dsn]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


async def _main(dsn: str) -> None:
    """Settle and undo in a transaction that is rolled back, and tell every byte that would be kept for ever."""
    connection = await connect(dsn)
    transaction = connection.transaction()
    await transaction.start()
    await world.build(connection)
    await connection.execute(EVERY_USE)
    bills = [bill(at, 90_000, 30_000, message_id=f"m{at}") for at in range(len(world.FAMILIES))]
    [first, *_] = await carry(connection, *bills)
    await carry(connection, undo(first, message_id="undo"))
    for row in await connection.fetch(RECORDS):
        written = records.decode(row[0])
        # The number of the case that is undone is the one thing that another process counts otherwise.
        print((row[0] if written.undone is None else records.encode(replace(written, undone=1))).hex())
    for query in (LINKS, POLICIES):
        for row in await connection.fetch(query):
            print(row[0])
    print(envelope.content("2207", {"data": {"b": "1", "a": ["2", {"d": "3", "c": "4"}]}}).hex())
    await transaction.rollback()
    await connection.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
