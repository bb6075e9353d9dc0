"""Which key a database is sealed with: its check value tells; without one, what the key opens."""

import asyncio
from pathlib import Path

import pytest

from mulaid.store import keys, seal
from mulaid.store.connect import Connection, connect
from mulaid.store.seal import KeyRefused, KeyTrouble
from tests.records import world

KEPT = "select count(*) from seal_key"


async def test_a_database_of_before_adopts_the_key_that_opens_it(connection: Connection, tmp_path: Path) -> None:
    await world.build(connection)
    await connection.execute("delete from seal_key")
    other = tmp_path / "other"
    seal.at(other)
    for unlock in (keys.unlock, keys.unlock_to_read):
        with pytest.raises(KeyRefused) as refused:
            await unlock(connection, other)
        assert refused.value.trouble is KeyTrouble.OTHER
    with pytest.raises(KeyRefused) as refused:
        await keys.unlock(connection, tmp_path)
    assert refused.value.trouble is KeyTrouble.MISSING
    world.keep_key(tmp_path)
    assert await keys.unlock_to_read(connection, tmp_path) is not None
    assert await connection.fetchval(KEPT) == 0
    assert (await keys.unlock(connection, tmp_path)).check_value == await connection.fetchval(keys.CHECK_VALUE)


async def test_somebody_whom_no_key_opens_is_nobodys_key(connection: Connection, tmp_path: Path) -> None:
    """An index without the number it stands for: whether the key is right cannot be told."""
    await connection.execute("insert into identity values ($1, 450600, 1)", bytes(32))
    seal.at(tmp_path)
    with pytest.raises(KeyRefused):
        await keys.unlock(connection, tmp_path)


async def test_of_two_that_make_the_first_key_one_is_refused(emptied: str, tmp_path: Path) -> None:
    async def unlock(at: int) -> str:
        opened = await connect(emptied)
        try:
            await keys.unlock(opened, tmp_path / str(at))
        except KeyRefused as refused:
            return refused.trouble
        finally:
            await opened.close()
        return "first"

    told = await asyncio.gather(*(unlock(at) for at in range(4)))
    # Who made a key of their own is told that it is another; who came later, that theirs is missing.
    assert told.count("first") == 1
    assert set(told) <= {"first", KeyTrouble.OTHER, KeyTrouble.MISSING}
