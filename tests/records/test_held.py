"""A purse that stays held: commands that need it say so in a sentence and change nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mulaid.cli import bind, load
from mulaid.store import connect as connect_
from mulaid.store.connect import Connection, connect
from mulaid.wording import binding
from mulaid.wording.loading import trouble_sentence
from tests.records.test_load import CATALOGUE, DAUGHTER, MOTHER, POPULATION

HOLD = "select from purse for update"


@pytest.fixture
async def loaded(emptied: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connection]:
    """The example's people, and a connection to hold their purses with; nobody waits long for a lock."""
    monkeypatch.setenv("MULAID_DSN", emptied)
    monkeypatch.setenv("MULAID_HOME", str(home))
    monkeypatch.setattr(connect_, "LOCK_SECONDS", 1)
    assert (await run(load, str(POPULATION), str(CATALOGUE))).exit_code == 0
    opened = await connect(emptied)
    yield opened
    await opened.close()


async def run(command: object, *arguments: str, typed: str = "") -> Result:
    return await asyncio.to_thread(CliRunner().invoke, command.app, arguments, input=typed)  # type: ignore[attr-defined]


async def test_binding_and_ending(loaded: Connection) -> None:
    async with loaded.transaction():
        await loaded.execute(HOLD)
        for arguments, text in (
            (("make", "--kinship", "parent"), binding.not_bound("BUSY")),
            (("end", "--by", "sponsor"), binding.not_ended("BUSY", None, False)),
        ):
            told = await run(bind, *arguments, typed=f"{DAUGHTER}\n{MOTHER}\n")
            assert (told.exit_code, told.stderr, told.stdout.strip()) == (1, "", text)


async def test_loading(loaded: Connection, tmp_path: Path) -> None:
    changed = (POPULATION / "450600-fangchenggang.toml").read_text("utf-8").replace("activated = false", "")
    (tmp_path / "changed.toml").write_text(changed, "utf-8")
    async with loaded.transaction():
        await loaded.execute(HOLD)
        told = await run(load, str(tmp_path / "changed.toml"))
        assert (told.exit_code, told.stderr.strip()) == (1, trouble_sentence("held"))
