"""Every Markdown page has exactly one title, and STYLE.md names the checks that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import ROOT, Finding, nothing_found, place, tracked

FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^# \S", re.MULTILINE)


def titles(file: Path, text: str) -> Iterator[Finding]:
    """A `#` inside a fenced block is a comment of some other language."""
    found = len(TITLE.findall(FENCED.sub("", text)))
    if found != 1:
        yield f"{place(file, 1)} has {found} titles instead of one"


def test_every_page_has_one_title() -> None:
    pages = [file for file in tracked() if file.suffix == ".md"]
    assert pages
    nothing_found(found for file in pages for found in titles(file, file.read_text("utf-8")))


def test_the_style_page_names_every_check() -> None:
    checks = {file.stem for file in Path(__file__).parent.glob("test_*.py")}
    assert set(re.findall(r"\btest_\w+", (ROOT / "STYLE.md").read_text("utf-8"))) == checks


def test_the_check_counts_titles() -> None:
    page = ROOT / "docs" / "page.md"
    assert list(titles(page, "# One\n\n## Two\n\n```sh\n# comment\n```\n")) == []
    assert len(list(titles(page, "# One\n\n# Two\n"))) == 1
    assert len(list(titles(page, "No title\n"))) == 1
