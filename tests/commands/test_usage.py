"""How a command is used, as it is typed: help and complaints in Chinese, nothing cut, and what was meant."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from mulaid import __version__
from mulaid.cli import app
from mulaid.cli.usage import Command, Commands, Group
from mulaid.wording import usage as words
from tests.tidy.tree import ROOT

ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|Show this|required|default|env var|Error|Try |<\w+>|\[OPTIONS\]"
)


def typed(*arguments: str, **environment: str) -> Any:
    return CliRunner().invoke(app, arguments, prog_name="mulaid", env=environment)


def every(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if isinstance(command, Group):
        context = typer.Context(command)
        for name in command.list_commands(context):
            yield from every(command.get_command(context, name), *path, name)


EVERY = dict(every(typer.main.get_command(app)))


def test_every_command_is_one_of_ours() -> None:
    assert len(EVERY) > 20
    assert [path for path, command in EVERY.items() if not isinstance(command, Command | Group)] == []


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_is_chinese_and_fits_the_screen(path: tuple[str, ...], columns: int) -> None:
    result = typed(*path, "-h", COLUMNS=str(columns))
    assert result.exit_code == 0 and result.stdout == typed(*path, "--help", COLUMNS=str(columns)).stdout
    assert result.stdout.startswith("用法：mulaid")
    assert not ENGLISH.search(result.stdout)
    assert [line for line in result.stdout.splitlines() if cell_len(line) > columns] == []
    told = "".join(result.stdout.split())
    for parameter in EVERY[path].get_params(typer.Context(EVERY[path])):
        names = parameter.opts if parameter.param_type_name == "option" else ()
        assert all("".join(part.split()) in told for part in (*names, parameter.help or ""))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["decied"], "没有“decied”这个命令。是不是 decide？"),
        (["policy", "sho"], "没有“sho”这个命令。是不是 show？"),
        (["nothing-like-it"], "没有“nothing-like-it”这个命令。"),
        (["policy", "--"], "mulaid policy 后面还要写一个命令。"),
        (["decide"], "少了参数 FILES…。"),
        (["policy", "export"], "少了选项 --out。"),
        (["decide", "--jsn", "a.toml"], "没有 --jsn 这个选项。是不是 --json？"),
        (["decide", "-x", "a.toml"], "没有 -x 这个选项。"),
        (["policy", "show", "310000", "--on"], "选项 --on 后面要写内容。"),
        (["decide", "--json=1", "a.toml"], "选项 --json 后面不能写内容。"),
        (["serve", "here", "now"], "多写了“here now”，不知道是做什么的。"),
        (["bench", "settle", "--seconds", "soon"], "--seconds 不能写“soon”，要写不小于 1 的数。"),
        (["bench", "settle", "--seconds", "0"], "--seconds 不能写“0”，要写不小于 1 的数。"),
        (
            ["policy", "export", "--out", "x", "--format", "xml"],
            "--format 不能写“xml”，要写 json、csv、both 中的一个。",
        ),
    ],
)
def test_what_is_typed_wrong_is_told_in_chinese(arguments: list[str], sentence: str) -> None:
    result = typed(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0] == sentence
    assert not ENGLISH.search(result.stderr)


def test_a_complaint_shows_how_the_command_is_typed() -> None:
    told = typed("policy", "show").stderr.splitlines()
    assert told[1:] == [
        "用法：mulaid policy show REGION [RULES…] [选项]…",
        "想看说明，请运行：mulaid policy show --help",
    ]


@pytest.mark.parametrize("path", [(), ("policy",), ("bench",)], ids=" ".join)
def test_a_group_alone_shows_its_help(path: tuple[str, ...]) -> None:
    result = typed(*path)
    assert (result.exit_code, result.stderr) == (2, "")
    assert result.stdout == typed(*path, "--help").stdout


def test_the_version() -> None:
    assert typed("--version").stdout == f"mulaid {__version__}\n"


def test_who_breaks_off_is_told_that_nothing_was_done() -> None:
    asking = Commands(no_args_is_help=False)

    @asking.command()
    def ask() -> None:
        typer.prompt("?")

    result = CliRunner().invoke(asking, [], input="")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == words.CANCELLED


def completed(line: str) -> list[str]:
    """What a shell is told to offer at the end of a line."""
    environment = os.environ | {"_MULAID_COMPLETE": "complete_bash", "COMP_WORDS": line}
    program = "from mulaid.cli import app; app(prog_name='mulaid')"
    asked = [sys.executable, "-X", "importtime", "-c", program]
    done = subprocess.run(
        asked, env=environment | {"COMP_CWORD": str(line.count(" "))}, capture_output=True, text=True, check=False
    )
    assert "asyncpg" not in done.stderr and "uvicorn" not in done.stderr
    return done.stdout.split()


def test_the_shell_is_told_what_may_come_next() -> None:
    assert {"decide", "policy", "load"} < set(completed("mulaid "))
    assert completed("mulaid de") == ["demo", "decide"]
    assert completed("mulaid policy sh") == ["show"]
    assert completed("mulaid policy export --format ") == ["json", "csv", "both"]


def test_completion_is_installed_where_the_shell_looks(tmp_path: Any) -> None:
    program = "from mulaid.cli import app; app(['--install-completion'], prog_name='mulaid')"
    environment = os.environ | {"HOME": str(tmp_path)}
    asked = ["bash", "-c", f'"{sys.executable}" -c "{program}"; true']
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"bash 的补全脚本已写到 {tmp_path}/.bash_completions/mulaid.sh。")
    assert "_MULAID_COMPLETE" in (tmp_path / ".bash_completions" / "mulaid.sh").read_text("utf-8")


def test_what_a_coding_cannot_hold_is_written_out(tmp_path: Any) -> None:
    asked = [sys.executable, "-m", "mulaid", "decide", "examples/cases/relation.toml"]
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(asked, cwd=ROOT, env=ascii_only, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("\\u76f8\\u7b26  ")
    half = [sys.executable, "-m", "mulaid", "case", "new", os.fsdecode(os.fsencode(tmp_path) + b"/half\xff.toml")]
    written = subprocess.run(half, cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"}, capture_output=True, check=False)
    assert (written.returncode, written.stderr) == (0, b"") and b"half\\udcff.toml" in written.stdout
