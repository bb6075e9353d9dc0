"""Nothing is lost and nothing runs over the edge of the screen, however narrow it is."""

import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mulaid.cli.printing import NARROW, print_lines, print_table
from tests.policy.made import SOME
from tests.tidy.tree import ROOT

texts = st.text("配偶、父母，不知道。（）2024-01-01 abc/P01 ", max_size=60).map(str.strip)
rows = st.lists(st.tuples(texts.filter(bool), texts, texts), min_size=1, max_size=4)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@SOME
@given(lines=st.lists(texts, min_size=1, max_size=4), columns=st.integers(20, 100), indent=st.integers(0, 6))
def test_lines_are_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lines: list[str], columns: int, indent: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_lines(" " * indent + line for line in lines)
    shown = capsys.readouterr().out
    assert squeezed(shown) == squeezed("".join(lines))
    assert all(cell_len(line) <= columns for line in shown.splitlines())


@SOME
@given(told=rows, columns=st.integers(20, 120), roomy=st.booleans())
def test_tables_are_folded(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    told: list[tuple[str, str, str]],
    columns: int,
    roomy: bool,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(("规则", "内容", "出处"), told, roomy=roomy)
    shown = capsys.readouterr().out
    assert all(cell_len(line) <= columns for line in shown.splitlines())
    if columns < NARROW:
        blocks = "".join(
            first + "".join(f"{n}：{c}" for n, c in zip(("内容", "出处"), rest, strict=True) if c)
            for first, *rest in told
        )
        assert squeezed(shown) == squeezed(blocks)
    else:
        cells = "".join(cell for row in told for cell in row)
        assert sorted(squeezed(shown.replace("─", ""))) == sorted(squeezed("规则内容出处" + cells))


def test_a_group_is_named_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(("甲", "乙", "丙"), [("一", "1", "2"), ("一", "3", "4"), ("二", "5", "6")], grouped=True)
    assert capsys.readouterr().out.splitlines() == ["甲  乙  丙", "──────────", "一  1   2", "    3   4", "二  5   6"]


def test_no_line_begins_or_ends_with_the_wrong_mark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_lines(["配偶、父母、子女、兄弟、姐妹，祖父母（外祖父母），孙子女（外孙子女）。" * 3])
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert not any(line[0] in "、，。）" or line[-1] == "（" for line in shown)


def test_without_a_screen_a_sentence_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "配偶、父母、子女、兄弟、姐妹，祖父母（外祖父母），孙子女（外孙子女）。" * 10
    print_lines([sentence])
    print_lines([sentence], sys.stderr)
    assert capsys.readouterr() == (f"{sentence}\n", f"{sentence}\n")


def test_an_amount_stays_with_its_unit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_lines(["患者自己的账户付 128.50 元，现金 9.00 元。"])
    assert capsys.readouterr().out.splitlines() == ["患者自己的账户付", "  128.50 元，现金", "  9.00 元。"]


COMMANDS = (
    ("decide", "examples/cases/mother.toml"),
    ("decide", "examples/cases"),
    ("decide", "no/such/file/anywhere/in/this/checkout/at/all.toml"),
    ("load", "no/such/file/anywhere/in/this/checkout/at/all.toml"),
    ("explain", "1"),
    ("case", "new", "README.md"),
    ("policy", "show", "310000", "P03"),
    ("policy", "why", "310000", "P03"),
    ("policy", "review"),
    ("policy", "rehearse", "policies", "--cases", "examples/cases"),
    ("--help",),
    ("bind", "make", "--help"),
    ("policy", "check-claim", "--help"),
    ("decide",),
    ("decied",),
)


@pytest.mark.parametrize("typed", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("columns", [40, 80])
def test_nothing_runs_over_the_edge_of_a_real_screen(typed: tuple[str, ...], columns: int) -> None:
    shown = on_a_screen([sys.executable, "-m", "mulaid", *typed], columns)
    assert shown.strip()
    assert [line for line in shown.splitlines() if cell_len(line) > columns] == []


def on_a_screen(command: list[str], columns: int) -> str:
    """What a command writes on a terminal of its own that is so many columns wide."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # what reading a terminal ends with once nobody writes to it
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    running.wait()
    return shown.decode().replace("\r\n", "\n")
