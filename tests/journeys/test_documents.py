"""Every command shown in a document does what the document says, typed as it stands in a fresh checkout."""

from pathlib import Path

import pytest

from tests.tidy.test_generated import script
from tests.tidy.tree import ROOT

console = script("console")
PAGES: list[Path] = console.pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_run_and_print_what_it_shows(page: Path) -> None:
    text = page.read_text("utf-8")
    assert console.walked(text) == text, "run docs/console.py"


def test_the_pages_that_show_commands_are_found() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert {"README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/tutorial.md"} < names


def test_no_exception_outlives_its_command() -> None:
    shown = {command for page in PAGES for command in console.commands(page.read_text("utf-8"))}
    assert [each for each in console.ELSEWHERE if each not in shown] == []
    assert all(console.ELSEWHERE.values()) and all((ROOT / page).is_file() for page in console.PAGES_ELSEWHERE)


def test_a_command_that_fails_is_found() -> None:
    for command in (
        "mulaid policy show 没有这个地方",
        "mulaid no-such-command",
        "no-such-program",
        "mulaid decide made.toml",
    ):
        with pytest.raises(console.Trouble, match="ended in"):
            console.walked(f"```toml\n# made.toml\n[[case]]\n```\n\n1. ```sh\n```\n\n```sh\n{command}  # why\n```\n")


def test_what_a_page_shows_is_brought_up_to_date() -> None:
    page = "- one:\n\n  ```console\n  $ printf 'a\\nb\\nc\\nd\\n'\n  {}\n  ```\n"
    assert console.walked(page.format("old")) == page.format("a\n  b\n  c\n  d")
    assert console.walked(page.format("x\n  …\n  x")) == page.format("a\n  …\n  d")


def test_another_number_of_a_settlement_is_no_difference() -> None:
    page = "```console\n$ echo 450600384914054772166656 120.00\n{} {}\n```\n"
    same = page.format("450600383060027801337856", "120.00")
    assert console.walked(same) == same
    assert console.walked(page.format("450600383060027801337856", "20.00")) != same
