"""The review of a book: every folder of `tests/policies_broken` is laid over its base and gives what it is marked with.

A line that a finding must name ends in `# finding: CODE`; nothing else may be found.
"""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mulaid.cli.policy.review import UNREADABLE, app
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.known_false import KNOWN_FALSE
from mulaid.policy.review import review
from mulaid.wording.review import FINDINGS
from mulaid.wording.review import KNOWN_FALSE as TOLD

BROKEN = Path(__file__).parents[1] / "policies_broken"
BASE = BROKEN / "base"
CASES = sorted(folder for folder in BROKEN.iterdir() if folder != BASE)
MARK = re.compile(r"# finding: (\w+)$")
ON = "2026-11-22"


def run(*folders: Path, json_: bool = True) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the real command."""
    options = [option for folder in folders for option in ("--policies", str(folder))]
    answer = CliRunner().invoke(app, [*options, "--on", ON, *(["--json"] if json_ else [])])
    return answer.exit_code, answer.stdout, answer.stderr


def marked(folder: Path) -> set[tuple[str, int, str]]:
    """Where the files of a folder say that a finding must be."""
    return {
        (str(file), number, found[1])
        for file in folder.rglob("*.toml")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if (found := MARK.search(line))
    }


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_a_broken_file_gives_its_finding(folder: Path) -> None:
    code, out, _ = run(BASE, folder)
    answer = json.loads(out)
    found: list[dict[str, Any]] = answer["findings"]
    expected = marked(folder)
    assert expected
    assert sorted((each["file"], each["line"], each["code"]) for each in found) == sorted(expected)
    unreadable = any(each["code"] in UNREADABLE for each in found)
    assert code == (2 if unreadable else 1)
    no_book = unreadable or any(
        "sources" in Path(each["file"]).parts and each["code"] not in FINDINGS for each in found
    )
    assert (answer["digest"] is None) is no_book
    for each in found:
        assert list(each) == ["file", "line", "region", "rule", "code", "text", "remedy"]
        for sentence in (each["text"], each["remedy"]):
            assert sentence.endswith("。") and "{" not in sentence and "。。" not in sentence and len(sentence) > 5


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_people_are_told_the_same(folder: Path) -> None:
    code, out, err = run(BASE, folder, json_=False)
    told = err if code == 2 else out
    for file, _, _ in marked(folder):
        assert file in told
    assert bool(told) and not (code == 2 and out)


def test_the_base_is_clean() -> None:
    code, out, _ = run(BASE)
    answer = json.loads(out)
    assert (code, answer["findings"]) == (0, [])
    assert (answer["regions"], answer["values"], answer["unknown"]) == (0, 3, 0)
    assert answer["digest"] == Book.load([BASE]).digest


def test_every_finding_has_a_broken_file_and_every_false_claim_its_sentence() -> None:
    assert {code for folder in CASES for _, _, code in marked(folder)} >= set(FINDINGS)
    assert {claim.name for claim in KNOWN_FALSE} == set(TOLD)


def test_a_file_is_stale_the_day_after_its_days_are_over() -> None:
    book = Book.load([BASE])
    checked = datetime.date(2026, 11, 22)
    for days, stale in ((400, False), (401, True)):
        found = review(book, checked + datetime.timedelta(days=days), 400)
        assert [finding.code for finding in found] == ["stale"] * stale


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ('[[floor]]\nfrom = 2019-12-31\nvalue = "100.00"\nsource = "a"\nsays = "早一天"\n', []),
        ('[[floor]]\nfrom = 2020-01-01\nvalue = "100.00"\nsource = "b"\nsays = "自己的来源"\n', []),
        ('[[floor]]\nfrom = 2020-01-01\nvalue = "100.00"\nsource = "c"\nsays = "读过的"\nquote = "原文"\n', []),
        ('[[opening_balance]]\nfrom = 2020-01-01\nvalue = "0.00"\nsource = "c"\nsays = "照抄的"\n', ["redundant"]),
        ('[[floor]]\nfrom = 2020-01-01\nunknown = "各说各的"\nsource = "c"\nsays = "没有定论"\nalso = ["a"]\n', []),
    ],
    ids=["before the nation", "its own good word", "words that were read", "the same C source", "a conflict"],
)
def test_what_a_region_may_repeat(tmp_path: Path, entry: str, codes: list[str]) -> None:
    head = 'region = "990100"\nname = "某市"\nchecked_on = 2026-11-22\n\n'
    (tmp_path / "9901.toml").write_text(head + entry, "utf-8")
    found = review(Book.load([BASE, tmp_path]), datetime.date(2026, 11, 22))
    assert [finding.code for finding in found] == codes


def test_a_value_the_nation_changes_later_is_not_redundant(tmp_path: Path) -> None:
    entry = '[[floor]]\nfrom = {}\nvalue = "{}"\nsource = "a"\nsays = "{}"\n\n'
    head = 'region = "{}"\nname = "{}"\nchecked_on = 2026-11-22\n\n'
    uses = (BASE / "national.toml").read_text("utf-8")
    (tmp_path / "national.toml").write_text(uses + "\n" + entry.format("2024-01-01", "50.00", "改成五十元"), "utf-8")
    own = head.format("990100", "某市") + entry.format("2020-01-01", "100.00", "一直一百元")
    for more, codes in (("", []), (entry.format("2024-01-01", "70.00", "改成七十元"), ["redundant"])):
        (tmp_path / "9901.toml").write_text(own + more, "utf-8")
        found = review(Book.load([BASE, tmp_path]), datetime.date(2026, 11, 22))
        assert [finding.code for finding in found] == codes


def test_the_shipped_book_is_clean() -> None:
    code, out, _ = run(shipped_folder())
    assert (code, json.loads(out)["findings"]) == (0, [])


def test_every_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    for name in ("9901.toml", "9902.toml"):
        (tmp_path / name).write_bytes(b"\xff")
    code, out, _ = run(BASE, tmp_path)
    assert (code, [each["code"] for each in json.loads(out)["findings"]]) == (2, ["not_utf8", "not_utf8"])


def test_a_broken_list_of_sources_is_the_only_fault(tmp_path: Path) -> None:
    """Else every entry that cites it would be blamed too."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "base.toml").write_text("[[source]]\n", "utf-8")
    code, out, _ = run(BASE, tmp_path)
    (finding,) = json.loads(out)["findings"]
    assert (code, Path(finding["file"]).name, finding["line"]) == (1, "base.toml", 1)


def test_no_folder_and_no_day(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path / "nowhere")
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["code"]) == (2, "no_such_folder")
    assert CliRunner().invoke(app, ["--on", "tomorrow"]).exit_code == 2
