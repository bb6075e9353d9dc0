"""Every link from a page of the project to another, and to a heading on it, leads there."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.test_pages import FENCED
from tests.tidy.tree import ROOT, Finding, nothing_found, package_files, place, tracked

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z]+:")
NAMED = re.compile(r"\bdocs/[\w/-]+\.md\b")
INLINE_CODE = re.compile(r"`[^`\n]*`")


def anchors(text: str) -> set[str]:
    """What the headings of a page are called in links: small letters, no punctuation, a dash for a blank."""
    headings = (re.sub(r"[^\w\- ]", "", each.lower()) for each in HEADING.findall(FENCED.sub("", text)))
    return {each.replace(" ", "-") for each in headings}


def dead_links(page: Path, text: str) -> Iterator[Finding]:
    for target in LINK.findall(INLINE_CODE.sub("", FENCED.sub("", text))):
        if ELSEWHERE.match(target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if name and not file.exists():
            yield f"{place(page, 1)} links to {target}, which is not there"
        elif anchor and anchor not in anchors(text if file == page else file.read_text("utf-8")):
            yield f"{place(page, 1)} links to {target}, where there is no such heading"


def test_every_link_leads_somewhere() -> None:
    pages = [file for file in tracked() if file.suffix == ".md"]
    assert pages
    nothing_found(found for page in pages for found in dead_links(page, page.read_text("utf-8")))


def test_every_page_that_the_program_names_is_there() -> None:
    texts = {file: file.read_text("utf-8") for file in package_files(".py", ".toml")}
    assert any(NAMED.search(text) for text in texts.values())
    nothing_found(
        f"{place(file, 1)} names {name}, which is not there"
        for file, text in texts.items()
        for name in NAMED.findall(text)
        if not (ROOT / name).is_file()
    )


def test_the_check_sees_dead_links() -> None:
    page = ROOT / "docs" / "page.md"
    text = "# 标题\n\n## `exp_content` 里、可以写什么\n"
    good = "[a](cases.md) [b](#标题) [c](#exp_content-里可以写什么) [d](https://example.org/x#y) `[e](code.md)`"
    assert list(dead_links(page, text + good)) == []
    for dead in ("[a](no-such-page.md)", "[b](#nothing)", "[c](cases.md#nothing)"):
        assert len(list(dead_links(page, text + dead))) == 1
