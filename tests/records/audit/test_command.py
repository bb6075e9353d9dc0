"""`mulaid audit` as an operator runs it: exit 0 when clean, 1 when damaged, 2 when there is nothing to audit."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mulaid.cli.audit import app
from mulaid.policy.book import Book
from mulaid.store.connect import connect
from mulaid.store.migrate import migrate
from mulaid.store.seal import KEY_FILE
from tests.records.audit import filled
from tests.records.audit.filled import FAR, NEAR


@pytest.fixture
def at(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a filled database of its own; address and key are set as an operator sets them."""
    dsn = server.replace("/mulaid?", "/commanded?")
    asyncio.run(_execute(server, "create database commanded"))
    migrate(dsn)
    asyncio.run(_fill(dsn))
    key = tmp_path / KEY_FILE
    key.touch(0o600)
    key.write_bytes(filled.KEY)
    monkeypatch.setenv("MULAID_DSN", dsn)
    monkeypatch.setenv("MULAID_HOME", str(tmp_path))
    yield dsn
    asyncio.run(_execute(server, "drop database commanded with (force)"))


async def _execute(dsn: str, statement: str) -> None:
    opened = await connect(dsn)
    await opened.execute(statement)
    await opened.close()


async def _fill(dsn: str) -> None:
    opened = await connect(dsn)
    await filled.fill(opened, Book.load())
    await opened.close()


def audited(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "200"})


def test_a_clean_database_and_a_damaged_one(at: str) -> None:
    clean = audited()
    assert clean.exit_code == 0, clean.output
    assert "账目相符，没有查出问题。" in clean.stdout
    assert f"{NEAR}：查了 15 笔业务，一共 15 笔" in clean.stderr
    asyncio.run(_execute(at, f"update purse set current_fen = current_fen + 1 where region = {NEAR}"))
    damaged = audited("--json", "--no-replay", "--region", NEAR)
    assert damaged.exit_code == 1
    told = json.loads(damaged.stdout)
    assert (told["ok"], told["replayed"], told["sealed"], told["regions"]) == (False, False, True, [NEAR])
    assert {each["check"] for each in told["findings"] if each["severity"] == "damage"} == {"BALANCE_PURSE"}
    assert audited("--region", FAR).exit_code == 0


def test_a_region_that_has_no_records(at: str) -> None:
    assert audited("--region", "990100").exit_code == 2


def test_sealed_names_are_compared_where_the_key_is(at: str, tmp_path: Path) -> None:
    """Without the key the audit goes on and says what it could not open."""
    asyncio.run(_execute(at, "update person set masked_name = '李*' where sex = 'f' and masked_name = '韦*梅'"))
    assert "遮名和密封的姓名对不上" in audited().stdout
    (tmp_path / KEY_FILE).unlink()
    closed = audited()
    assert "没有能用的密钥" in closed.stdout
    assert "遮名和密封的姓名对不上" not in closed.stdout


def test_nothing_is_made_where_nothing_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MULAID_DSN", raising=False)
    monkeypatch.setenv("MULAID_HOME", str(tmp_path))
    nothing = audited()
    assert (nothing.exit_code, list(tmp_path.iterdir())) == (2, [])
