"""Another key beside a filled database: nothing starts with it, nothing is loaded, and the sentence says what to do."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.store import keys, seal
from mulaid.store.connect import connect
from mulaid.store.seal import KEY_FILE, KeyTrouble
from mulaid.wording.commands import key_refused
from tests.conftest import empty
from tests.records.test_load import CATALOGUE, DAUGHTER, MOTHER, POPULATION
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("keys")

CHECKED = "select count(*) from seal_key"
PEOPLE = "select (select count(*) from identity), (select sum(current_fen + prior_fen) from purse)::bigint"
SEALING = {
    "serve": ("serve",),
    "load": ("load", str(POPULATION), str(CATALOGUE)),
    "bind": ("bind", "make", "--kinship", "parent"),
}
"""What needs the key. The others only read, and do without one."""
NUMBERS = f"{DAUGHTER}\n{MOTHER}\n"
"""What the counter's command reads."""
READING = {"audit": ("audit",), "explain": ("explain", "4506001")}


@pytest.fixture(scope="module")
def sealed(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home whose key sealed the example's people."""
    asyncio.run(empty(dsn))
    home = tmp_path_factory.mktemp("sealed")
    assert run(home, dsn, *SEALING["load"]).returncode == 0
    yield home
    asyncio.run(empty(dsn))


@pytest.fixture
def copied(sealed: Path, tmp_path: Path) -> Path:
    """A home with a copy of that key."""
    return shutil.copytree(sealed, tmp_path / "home")


def run(home: Path, dsn: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """mulaid as it is typed, on this home and database."""
    settings = {"MULAID_HOME": str(home), "MULAID_DSN": dsn, "MULAID_PORT": "18350", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "mulaid", *arguments]
    environment = {**os.environ, **settings}
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=NUMBERS, capture_output=True, encoding="utf-8", check=False
    )


def other_key(home: Path) -> None:
    (home / KEY_FILE).unlink()
    seal.at(home)


def exposed_key(home: Path) -> None:
    (home / KEY_FILE).chmod(0o644)


def no_key(home: Path) -> None:
    (home / KEY_FILE).write_bytes(b"key")


def lost_key(home: Path) -> None:
    (home / KEY_FILE).unlink()


SPOILT = {
    KeyTrouble.EXPOSED: exposed_key,
    KeyTrouble.NO_KEY: no_key,
    KeyTrouble.MISSING: lost_key,
}


async def rows(dsn: str) -> tuple[int, int]:
    opened = await connect(dsn)
    people, money = await opened.fetchrow(PEOPLE) or (0, 0)
    await opened.close()
    return people, money


def test_nothing_starts_with_a_key_that_is_not_the_databases(copied: Path, dsn: str) -> None:
    before = asyncio.run(rows(dsn))
    other_key(copied)
    sentence = key_refused(KeyTrouble.OTHER, str(copied / KEY_FILE))
    for name, arguments in {**SEALING, **READING}.items():
        told = run(copied, dsn, *arguments)
        assert (told.stdout, told.stderr.strip()) == ("", sentence), name
        assert told.returncode == (1 if name == "load" else 2), name
    assert asyncio.run(rows(dsn)) == before


@pytest.mark.parametrize("trouble", SPOILT)
def test_nothing_is_loaded_with_a_key_that_cannot_be_used(copied: Path, dsn: str, trouble: KeyTrouble) -> None:
    before = asyncio.run(rows(dsn))
    SPOILT[trouble](copied)
    told = run(copied, dsn, *SEALING["load"])
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.strip() == key_refused(trouble, str(copied / KEY_FILE))
    assert asyncio.run(rows(dsn)) == before


def test_an_audit_needs_no_key(copied: Path, dsn: str) -> None:
    lost_key(copied)
    assert run(copied, dsn, "audit").returncode == 0
    assert not (copied / KEY_FILE).exists()


def test_the_sentence_has_the_command(tmp_path: Path) -> None:
    file = tmp_path / "a home" / KEY_FILE
    assert f"chmod 600 '{file}'" in key_refused(KeyTrouble.EXPOSED, str(file))


async def test_a_key_copied_to_another_home_is_the_same_key(sealed: Path, copied: Path, dsn: str) -> None:
    opened = await connect(dsn)
    assert await opened.fetchval(CHECKED) == 1
    assert (await keys.unlock(opened, copied)).check_value == (await keys.unlock(opened, sealed)).check_value
    await opened.close()
