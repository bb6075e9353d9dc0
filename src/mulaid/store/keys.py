"""The key in the home folder, and whether it is the one this database was sealed with.

With another key nobody would be found by number, and loading the same files would enter everybody a second time.
"""

from pathlib import Path

from mulaid.store import seal
from mulaid.store.connect import Connection
from mulaid.store.seal import KEY_FILE, KeyRefused, KeyTrouble, Seal, SealBroken

CHECK_VALUE = "select check_value from seal_key"

KEEP = "insert into seal_key (check_value) values ($1) on conflict do nothing"

# Something to try a key on, in a database of before check values. Nothing opens the index of somebody without a number.
SEALED = """
select coalesce(
    (select sealed_number from person limit 1),
    (select auth from institution where auth is not null limit 1),
    (select blind_index from identity limit 1)
)
"""


async def unlock(connection: Connection, home: Path) -> Seal:
    """The database's key, from the home folder. It is made where nothing is sealed yet.

    Raises `KeyRefused`.
    """
    known, sealed = await _marks(connection)
    key = seal.at(home, make=known is None and sealed is None)
    _compare(key, home, known, sealed)
    if known is None:
        await connection.execute(KEEP, key.check_value)
        # Of two who come at once with keys of their own, one was first.
        _compare(key, home, await connection.fetchval(CHECK_VALUE), None)
    return key


async def unlock_to_read(connection: Connection, home: Path) -> Seal | None:
    """The same for whoever only reads the records: nothing is made or kept, and None without a key will do.

    Raises `KeyRefused` when there is a key and it is not the database's.
    """
    if not (home / KEY_FILE).exists():
        return None
    key = seal.at(home, make=False)
    _compare(key, home, *await _marks(connection))
    return key


async def _marks(connection: Connection) -> tuple[bytes | None, bytes | None]:
    """The check value, and without one something sealed; None where there is none."""
    known = await connection.fetchval(CHECK_VALUE)
    return known, None if known is not None else await connection.fetchval(SEALED)


def _compare(key: Seal, home: Path, known: bytes | None, sealed: bytes | None) -> None:
    if not _fits(key, known, sealed):
        raise KeyRefused(KeyTrouble.OTHER, home / KEY_FILE)


def _fits(key: Seal, known: bytes | None, sealed: bytes | None) -> bool:
    if known is not None:
        return known == key.check_value
    try:
        return sealed is None or bool(key.open(sealed))
    except SealBroken:
        return False
