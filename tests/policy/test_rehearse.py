"""`mulaid policy rehearse`: a draft laid over the book, and what it would change."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.simulate.rehearse import touched
from tests.policy.made import policy

CASE = """
[[case]]
name = "儿子替母亲付"
region = "450600"
day = 2026-03-02
settled_on = {day}
[case.patient]
scheme = "resident"
age = 68
[case.funds]
paid = "0.00"
[case.bill]
total = "100.00"
[[case.sponsors]]
name = "son"
kinship = "parent"
balance = "350.00"

[[sponsorship_case]]
name = "儿子绑定母亲"
region = "450600"
day = 2026-03-02
kinship = "parent"
[sponsorship_case.sponsor]
scheme = "employee"
balance = "350.00"
[sponsorship_case.beneficiary]
scheme = "resident"
"""
FLOOR = """
amends = "{region}"
[[floor]]
from = {day}
value = "300.00"
source = "draft"
says = "草案：三百元以上的部分才能给家人用"
"""
SOURCE = '[[source]]\nid = "draft"\ntitle = "征求意见稿"\ntier = "A"\n'


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "draft"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources/draft.toml").write_text(SOURCE, "utf-8")
    return folder


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.toml"
    file.write_text(CASE.format(day="2026-03-02"), "utf-8")
    return file


def rehearsed(draft: Path, cases: Path, exit_code: int, *arguments: str) -> Any:
    done = policy("rehearse", str(draft), "--cases", str(cases), "--json", *arguments)
    assert done.exit_code == exit_code, done.output
    return json.loads(done.stdout)["cases"]


def test_a_new_entry_changes_a_case_for_whom_and_by_how_much(draft: Path, cases: Path) -> None:
    (draft / "floor.toml").write_text(FLOOR.format(region="450600", day="2026-03-02"), "utf-8")
    found = rehearsed(draft, cases, 1)
    assert (found["compared"], found["changed"]) == (2, 1)
    [change] = found["changes"]
    moved = {part["payer"]: (part["name"], part["live"], part["draft"]) for part in change["parts"]}
    assert moved == {"cash": ("", "0.00", "50.00"), "sponsor": ("son", "100.00", "50.00")}
    [total] = found["totals"]
    assert (total["region"], total["sponsor"], total["cash"]) == ("450600", "-50.00", "50.00")
    assert total["more_cash"] == {"bills": 1, "people": None, "amount": "50.00"}
    told = policy("rehearse", str(draft), "--cases", str(cases))
    assert "son：100.00 元 → 50.00 元，少 50.00 元" in told.stdout
    assert told.exit_code == 1


def test_a_future_rule_is_rehearsed_on_its_day(draft: Path, cases: Path) -> None:
    (draft / "floor.toml").write_text(FLOOR.format(region="000000", day="2027-01-01"), "utf-8")
    assert rehearsed(draft, cases, 0)["changed"] == 0
    assert rehearsed(draft, cases, 0, "--on", "2026-12-31")["changed"] == 0
    assert rehearsed(draft, cases, 1, "--on", "2027-01-01")["changed"] == 1


def test_a_relation_refused_by_the_draft(draft: Path, cases: Path) -> None:
    entry = FLOOR.format(region="450600", day="2026-01-01").replace("[[floor]]", "[[opening_balance]]")
    (draft / "opening.toml").write_text(entry.replace("300.00", "350.01"), "utf-8")
    [change] = rehearsed(draft, cases, 1)["changes"]
    assert (change["live_refused"], change["draft_refused"]) == (None, "BELOW_OPENING_BALANCE")
    assert change["parts"] == []


def test_an_end_refused_by_the_draft(draft: Path, tmp_path: Path) -> None:
    """On a later day the relation has held as long as in the case: ten days, which the draft makes too few."""
    cases = tmp_path / "ends.toml"
    _, _, table = CASE.format(day="2026-03-02").partition("[[sponsorship_case]]")
    end = 'end = { by = "sponsor", bound_on = 2026-02-20 }\nday ='
    cases.write_text("[[sponsorship_case]]" + table.replace("day =", end), "utf-8")
    entry = FLOOR.format(region="450600", day="2027-01-01").replace("[[floor]]", "[[min_bound_days]]")
    for days, changed in ((10, 0), (11, 1)):
        (draft / "lock.toml").write_text(entry.replace('"300.00"', str(days)), "utf-8")
        assert rehearsed(draft, cases, 0)["changed"] == 0
        found = rehearsed(draft, cases, changed, "--on", "2027-01-01")
        assert [change["draft_refused"] for change in found["changes"]] == ["LOCKED_UNBIND"] * changed


def test_a_changed_copy_of_a_region_file_replaces_it(draft: Path, cases: Path) -> None:
    name = "45-guangxi/4506-fangchenggang.toml"
    entry = FLOOR.format(region="450600", day="2026-03-02").partition('"450600"')[2]
    text = (shipped_folder() / name).read_text("utf-8")
    (draft / "45-guangxi").mkdir()
    (draft / name).write_text(text + entry, "utf-8")
    assert rehearsed(draft, cases, 1)["changed"] == 1
    (draft / name).write_text(text, "utf-8")
    assert rehearsed(draft, cases, 0)["changed"] == 0


def test_what_cannot_be_read_is_said(draft: Path, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (draft / "floor.toml").write_text(FLOOR.format(region="450600", day="2026-03-02").replace("300.00", "3"), "utf-8")
    broken = policy("rehearse", str(draft), "--cases", str(cases))
    assert broken.exit_code == 2
    assert "floor.toml" in broken.stderr and not broken.stdout
    monkeypatch.chdir(tmp_path)
    nothing = policy("rehearse", str(draft))
    assert nothing.exit_code == 2
    assert "--cases" in nothing.stderr


def test_an_amendment_replaces_the_entry_of_the_same_day(draft: Path) -> None:
    live = Book.load()
    entry = next(each for each in live.entries if each.key == "sponsor_order_rule" and each.region == "450600")
    text = FLOOR.format(region="450600", day=entry.first_day).replace("[[floor]]", "[[sponsor_order_rule]]")
    (draft / "order.toml").write_text(text.replace('"300.00"', '"bind_desc"'), "utf-8")
    book = Book.load([shipped_folder(), draft])
    assert [each.value for each in book.timeline("450600", "sponsor_order_rule")] == ["bind_desc"]
    assert book.file_of(book.timeline("450600", "sponsor_order_rule")[0]) == "order.toml"
    assert live.file_of(entry) == "45-guangxi/4506-fangchenggang.toml"
    assert len(book.entries) == len(live.entries)
    assert touched(live, book) == {"450600": entry.first_day}
    assert Book.from_body(book.body()).digest == book.digest
    assert touched(live, live) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FLOOR.format(region="459800", day="2026-01-01"), "amends_nothing"),
        (FLOOR.format(region="450600", day="2026-01-01").replace('"450600"', "450600"), "amends_nothing"),
        ('name = "防城港市"\n' + FLOOR.format(region="450600", day="2026-01-01"), "unknown_key"),
    ],
)
def test_an_amendment_of_nothing_is_refused(draft: Path, text: str, reason: str) -> None:
    (draft / "floor.toml").write_text(text, "utf-8")
    with pytest.raises(Fault) as fault:
        Book.load([shipped_folder(), draft])
    assert fault.value.reason == reason


def test_what_changes_is_written_to_sheets_with_more_and_less_apart(draft: Path, cases: Path, tmp_path: Path) -> None:
    (draft / "floor.toml").write_text(FLOOR.format(region="450600", day="2026-01-01"), "utf-8")
    files = ("--csv", str(tmp_path / "told.csv"), "--xlsx", str(tmp_path / "told.xlsx"))
    done = policy("rehearse", str(draft), "--cases", str(cases), *files)
    assert done.exit_code == 1 and "told-合计.csv" in done.stdout
    changes, totals = openpyxl.load_workbook(tmp_path / "told.xlsx").worksheets
    head, *rows = changes.iter_rows(values_only=True)
    assert {(row[6], row[7], row[8], row[9], row[10]) for row in rows} == {
        ("son", 100, 50, None, 50),
        ("现金", 0, 50, 50, None),
    }, head
    assert next(totals.iter_rows(min_row=2, values_only=True))[3] == 1
    lines = (tmp_path / "told.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 3 and not any(re.search(r"(^|,)[-+=@]", line) for line in lines)
