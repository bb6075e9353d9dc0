"""Nothing is lost and nothing runs over the edge of the screen, however narrow it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mulaid.cli.printing import NARROW, print_lines, print_table
from tests.policy.made import SOME

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
