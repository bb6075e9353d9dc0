"""`mulaid bench decide` runs over worked cases without a database."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mulaid.cli import app

HERE = Path(__file__).parent


def test_decisions_are_counted() -> None:
    done = CliRunner().invoke(app, ["bench", "decide", str(HERE / "45-guangxi"), "--seconds", "1", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["decisions_per_s"] > 0 and report["bills"] > 0


def test_a_file_that_is_none_is_named() -> None:
    done = CliRunner().invoke(app, ["bench", "decide", str(HERE / "nowhere.toml"), "--seconds", "1"])
    assert done.exit_code == 2
    assert "nowhere.toml" in done.stderr
