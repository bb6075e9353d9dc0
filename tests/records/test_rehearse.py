"""`mulaid policy rehearse --recorded`: recorded settlements under a draft, read and never changed."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mulaid.cli import app
from mulaid.policy.book import Book
from mulaid.store.connect import connect
from mulaid.store.migrate import migrate
from tests.records.audit import filled

DRAFT = """
amends = "450600"
[[floor]]
from = {day}
value = "100.00"
source = "draft"
says = "草案：账户里留一百元给本人"
"""
SOURCE = '[[source]]\nid = "draft"\ntitle = "征求意见稿"\ntier = "A"\n'


@pytest.fixture(scope="module")
def recorded(server: str) -> str:
    """A database of its own with six settlements and two reversals, of two days."""
    dsn = server.replace("/mulaid?", "/rehearsed?")
    asyncio.run(_execute(server, "create database rehearsed"))
    migrate(dsn)
    asyncio.run(_build(dsn))
    return dsn


async def _execute(dsn: str, statement: str) -> None:
    opened = await connect(dsn)
    await opened.execute(statement)
    await opened.close()


async def _build(dsn: str) -> None:
    opened = await connect(dsn)
    await filled.fill(opened, Book.load())
    await opened.close()


async def _count(dsn: str) -> int:
    opened = await connect(dsn)
    number: int = await opened.fetchval("select count(*) from transfer")
    await opened.close()
    return number


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/draft.toml").write_text(SOURCE, "utf-8")
    return tmp_path


# What is paid in cash stands first, then the sponsors in their order.
SON_LESS = [("325.00", "225.00"), ("275.00", "300.00"), ("0.00", "75.00")]
SON_NOTHING = [("0.00", "15.00"), ("90.00", "0.00"), ("285.00", "300.00"), ("0.00", "60.00")]


@pytest.mark.parametrize(
    ("day", "changes"),
    [
        ("2026-11-20", [SON_LESS, SON_NOTHING]),
        ("2026-11-21", [SON_NOTHING]),
        ("2026-11-22", []),
    ],
)
def test_recorded_settlements_are_rehearsed(
    recorded: str, draft: Path, monkeypatch: pytest.MonkeyPatch, day: str, changes: list[list[tuple[str, str]]]
) -> None:
    """With 100.00 kept back the son pays less and others more; settlements that were undone are left out."""
    (draft / "floor.toml").write_text(DRAFT.format(day=day), "utf-8")
    monkeypatch.setenv("MULAID_DSN", recorded)
    monkeypatch.chdir(draft)
    before = asyncio.run(_count(recorded))
    done = CliRunner().invoke(app, ["policy", "rehearse", str(draft), "--recorded", "--json"])
    assert done.exit_code == (1 if changes else 0), done.output
    found = json.loads(done.stdout)["recorded"]
    assert (found["compared"], found["changed"], found["unreadable"]) == (5, len(changes), 0)
    assert "450600：查了 15 笔业务，一共 15 笔" in done.stderr
    paid = [[(part["live"], part["draft"]) for part in change["parts"]] for change in found["changes"]]
    assert paid == changes
    assert asyncio.run(_count(recorded)) == before


def test_without_records_nothing_is_made(draft: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    monkeypatch.delenv("MULAID_DSN", raising=False)
    monkeypatch.setenv("MULAID_HOME", str(home))
    assert CliRunner().invoke(app, ["policy", "rehearse", str(draft), "--recorded"]).exit_code == 2
    assert not home.exists()
