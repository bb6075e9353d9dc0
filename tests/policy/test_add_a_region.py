"""The seven steps of docs/add-a-region.md, taken as written, bring an invented region into a copy of the book."""

import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mulaid.cli import app
from mulaid.policy.book import shipped_folder

PAGE = Path(__file__).parents[2] / "docs" / "add-a-region.md"
BLOCK = re.compile(r"^ *```(toml|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
RUN = ".venv/bin/mulaid "
STRICT_MAY_DIFFER = {True: (0, 1), False: (0,)}


def steps() -> list[tuple[str, str]]:
    """The blocks of the page in order: files to write, commands to type."""
    return [(kind, textwrap.dedent(text)) for kind, text in BLOCK.findall(PAGE.read_text("utf-8"))]


def test_the_steps_of_the_page_bring_a_region_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped_folder(), tmp_path / "policies")
    monkeypatch.setenv("MULAID_POLICIES", str(tmp_path / "policies"))
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for kind, text in steps():
        if kind == "toml":
            name = text.splitlines()[0].removeprefix("# ")
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
            continue
        for line in text.splitlines():
            if line.startswith(RUN):
                result = CliRunner().invoke(app, shlex.split(line.removeprefix(RUN)), env={"COLUMNS": "120"})
                assert result.exit_code in STRICT_MAY_DIFFER["--strict" in line], result.output
                said[line.removeprefix(RUN)] = result.output
    assert "一共 5 例，都和预期相符。" in said["decide tests/cases/45-guangxi/4598-yangli.toml"]
    assert "没有要改的地方" in said["policy review"]
    assert "200.00 元" in said["policy why 样例市 起用金额 --on 2026-03-01"]


def test_there_are_seven_steps_and_each_makes_or_runs_something() -> None:
    page = PAGE.read_text("utf-8")
    parts = re.split(r"^\d\. \*\*", page, flags=re.MULTILINE)[1:]
    assert len(parts) == 7
    assert all(BLOCK.search(part) for part in parts)
