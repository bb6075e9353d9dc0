"""Every Markdown page has exactly one title and keeps to its language, and STYLE.md names the checks that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import ROOT, Finding, nothing_found, place, tracked

FENCED = re.compile(r"^ *(```|~~~).*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^# \S", re.MULTILINE)
QUOTED = re.compile(r"`[^`\n]*`|\]\([^)]*\)|<!--.*?-->")
HAN = re.compile(r"[\u3400-\u9fff]")
WORDS = re.compile(r"(?:\b[A-Za-z]+\b[ ,;:]+){3}")


def titles(file: Path, text: str) -> Iterator[Finding]:
    """A `#` inside a fenced block is a comment of some other language."""
    found = len(TITLE.findall(FENCED.sub("", text)))
    if found != 1:
        yield f"{place(file, 1)} has {found} titles instead of one"


def english(file: Path, text: str) -> Iterator[Finding]:
    """English sentences on a page whose title is Chinese: lines and cells with no Chinese word but several others."""
    lines = FENCED.sub(lambda block: "\n" * block[0].count("\n"), text).splitlines()
    if HAN.search(lines[0]):
        for number, line in enumerate(lines, start=1):
            for part in QUOTED.sub("", line).split("|"):
                if WORDS.search(f"{part} ") and not HAN.search(part):
                    yield f"{place(file, number)} is in English on a Chinese page: {part.strip()!r}"


def pages() -> list[Path]:
    found = [file for file in tracked() if file.suffix == ".md"]
    assert found
    return found


def test_every_page_has_one_title() -> None:
    nothing_found(found for file in pages() for found in titles(file, file.read_text("utf-8")))


def test_a_chinese_page_is_chinese_throughout() -> None:
    shown = [file for file in pages() if not file.name.startswith("README")]  # the glossary gives the English words
    assert any(HAN.search(file.read_text("utf-8").partition("\n")[0]) for file in shown)
    nothing_found(found for file in shown for found in english(file, file.read_text("utf-8")))


def test_the_style_page_names_every_check() -> None:
    checks = {file.stem for file in Path(__file__).parent.glob("test_*.py")}
    assert set(re.findall(r"\btest_\w+", (ROOT / "STYLE.md").read_text("utf-8"))) == checks


def test_the_check_counts_titles() -> None:
    page = ROOT / "docs" / "page.md"
    assert list(titles(page, "# One\n\n## Two\n\n```sh\n# comment\n```\n")) == []
    assert len(list(titles(page, "# One\n\n# Two\n"))) == 1
    assert len(list(titles(page, "No title\n"))) == 1


def test_the_check_sees_english() -> None:
    page = ROOT / "docs" / "page.md"
    assert list(english(page, "# Page\n\nNo Chinese is asked for here.\n")) == []
    assert (
        list(english(page, "# 页\n\n`mulaid decide the whole file` 见 PostgreSQL\n\n```\nany words you like\n```\n"))
        == []
    )
    for line in ("Not known is not a lock.", "| a | when it is not written |", "- `x`: the first day it holds"):
        assert len(list(english(page, f"# 页\n\n{line}\n"))) == 1, line
