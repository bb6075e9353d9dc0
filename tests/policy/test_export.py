"""What is exported is the whole book, and the same bytes every time."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mulaid import __version__
from mulaid.explain.package import DESCRIPTOR, NAME
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.rules import BY_KEY, RULES
from mulaid.wording.package import TABLES
from tests.policy.made import policy
from tests.rules.made import INVENTED

FOLDERS = ("--policies", str(shipped_folder()), "--policies", str(INVENTED))


@pytest.fixture
def exported(tmp_path: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The JSON and the lines of the CSV of the shipped and the invented book together."""
    assert policy("export", "--out", str(tmp_path), *FOLDERS).exit_code == 0
    text = (tmp_path / "entries.csv").read_text("utf-8-sig")
    return json.loads((tmp_path / f"{NAME}.json").read_bytes()), list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_entry_comes_back(exported: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    told, _ = exported
    book = Book.load([shipped_folder(), INVENTED])
    assert (told["mulaid"], told["digest"]) == (__version__, book.digest)
    entries = {(entry.region, entry.key, entry.qualifier, str(entry.first_day)): entry for entry in book.entries}
    sources = {source["id"]: source for source in told["sources"]}
    for each in told["entries"]:
        entry = entries.pop((each["region"], each["rule"], tuple(each["qualifiers"].values()), each["from"]))
        if each["value"] is None:
            assert entry.value is None
        else:
            assert BY_KEY[each["rule"]].shape(each["value"]) == entry.value
        assert (each["unknown"] or "") == entry.unknown
        assert frozenset(each["maybe"] or ()) == entry.maybe
        assert (each["at_least"] or 0, each["no_later_than"]) == (entry.at_least, entry.no_later_than)
        assert (each["says"], each["quote"] or "", tuple(each["also"])) == (entry.says, entry.quote, entry.also)
        assert msgspec.convert(sources[each["source"]], type(entry.source)) == entry.source
        assert each["line"] == entry.line
        assert book.texts[each["file"]].splitlines()[entry.line - 1].startswith(f"[[{entry.key}]]")
    assert not entries
    assert [rule["rule"] for rule in told["rules"]] == [rule.key for rule in RULES]
    assert {each["region"] for each in told["regions"]} == set(book.regions)
    assert len(told["events"]) == len(book.events) and len(told["contradictions"]) == len(book.contradictions)


def test_the_lines_of_the_csv_say_the_same_as_the_json(exported: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    told, lines = exported
    for each, line in zip(told["entries"], lines, strict=True):
        assert (line["mulaid"], line["digest"]) == (told["mulaid"], told["digest"])
        assert (json.loads(line["value"]) if line["value"] else None) == each["value"]
        assert {name: line[name] for name in ("scheme", "group", "care", "mechanism") if line[name]} == each[
            "qualifiers"
        ]
        for name in ("region", "rule", "rule_name", "from", "shown", "source", "says", "file", "checked_on"):
            assert line[name] == each[name]
        assert line["no_later_than"] == ("true" if each["no_later_than"] else "false")


def test_the_same_book_gives_the_same_bytes(tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(shipped_folder(), moved)
    for out, folder in (("one", shipped_folder()), ("two", moved)):
        assert policy("export", "--out", str(tmp_path / out), "--policies", str(folder)).exit_code == 0
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / out).iterdir()} for out in ("one", "two"))
    assert one == two and len(one) == 8
    assert one["entries.csv"].startswith(b"\xef\xbb\xbf") and b"\r\n" in one["entries.csv"]


def test_the_package_is_valid_by_its_own_validator(tmp_path: Path) -> None:
    """In a process of its own: the validator's packages warn of this and that when they are imported."""
    assert policy("export", "--out", str(tmp_path), *FOLDERS).exit_code == 0
    validate = [sys.executable, "-m", "frictionless", "validate", "--json", DESCRIPTOR]
    report = json.loads(subprocess.run(validate, cwd=tmp_path, capture_output=True, text=True, check=False).stdout)
    assert report["valid"], report
    assert {task["name"] for task in report["tasks"]} == {*TABLES, NAME}
    descriptor = json.loads((tmp_path / DESCRIPTOR).read_text("utf-8"))
    assert descriptor["$schema"].endswith("/2.0/datapackage.json") and descriptor["licenses"][0]["name"] == "Apache-2.0"
    assert len(descriptor["sources"]) == len(Book.load([shipped_folder(), INVENTED]).sources)
    (entries,) = (each for each in descriptor["resources"] if each["name"] == "entries")
    assert {key["reference"]["resource"] for key in entries["schema"]["foreignKeys"]} == {"regions", "rules", "sources"}


def test_a_package_that_was_changed_is_not_valid(tmp_path: Path) -> None:
    assert policy("export", "--out", str(tmp_path), "--format", "csv").exit_code == 0
    rules = tmp_path / "rules.csv"
    rules.write_text(rules.read_text("utf-8").replace("floor", "flour"), "utf-8")
    validate = [sys.executable, "-m", "frictionless", "validate", "--json", DESCRIPTOR]
    report = json.loads(subprocess.run(validate, cwd=tmp_path, capture_output=True, text=True, check=False).stdout)
    assert not report["valid"]


PACKAGE = (DESCRIPTOR, *(f"{name}.csv" for name in TABLES))


@pytest.mark.parametrize(
    ("kind", "files"), [("json", (f"{NAME}.json",)), ("csv", PACKAGE), ("both", (*PACKAGE, f"{NAME}.json"))]
)
def test_only_the_files_asked_for_are_written(tmp_path: Path, kind: str, files: tuple[str, ...]) -> None:
    (tmp_path / "mine.txt").write_text("stays")
    (tmp_path / files[0]).write_text("old")
    result = policy("export", "--out", str(tmp_path), "--format", kind)
    assert result.exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(["mine.txt", *files])
    assert (tmp_path / files[0]).stat().st_size > 1000, "an older export is replaced"


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = policy("export", "--out", str(tmp_path / "file"))
    assert (result.exit_code, result.stdout) == (2, "") and "写不了文件" in result.stderr
