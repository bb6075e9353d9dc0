"""A bureau's own files over the shipped book: shown as the bureau's word, in the digest, and the same when replayed."""

import json
from pathlib import Path
from typing import Any

import pytest

from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.entry import Tier
from tests.policy.made import policy

SOURCE = '[[source]]\nid = "bureau"\ntitle = "本局通知"\ntier = "C"\n'
FLOOR = """amends = "450600"
[[floor]]
from = 2026-02-01
value = "300.00"
source = "bureau"
says = "三百元以上的才能用"
"""
CASE = """
[[case]]
name = "儿子替母亲付"
region = "450600"
day = 2026-03-02
patient = { scheme = "resident", age = 68 }
bill = { total = "90.00" }
funds = { paid = "0.00" }
sponsors = [{ name = "son", kinship = "parent", balance = "350.00" }]
expect = { mutual = "50.00", cash = "40.00" }
"""
DAY = ("--on", "2026-03-02")


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    folder = tmp_path / "bureau"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "bureau.toml").write_text(SOURCE, "utf-8")
    (folder / "floor.toml").write_text(FLOOR, "utf-8")
    return folder


def floor(folders: str) -> Any:
    (value,) = json.loads(policy("show", "450600", "floor", *DAY, "--json", MULAID_POLICIES=folders).stdout)["values"]
    return value


def test_the_bureaus_word_lies_over_the_shipped_book(bureau: Path) -> None:
    assert floor("")["tier"] == "own"
    value = floor(f"+{bureau}")
    assert (value["value"], value["tier"]) == ("300.00", "local")
    shown = policy("show", "450600", "floor", *DAY, MULAID_POLICIES=f"+{bureau}").stdout
    assert "本局" in policy("coverage", *DAY, "--policies", f"+{bureau}").stdout.splitlines()[1]
    assert "本局口径" in shown.replace("\n", "").replace(" ", "")
    assert floor(f"{shipped_folder()}:+{bureau}") == value, "written out, it is the same book"
    assert json.loads(policy("why", value["address"], "--json", "--policies", f"+{bureau}").stdout)["rules"]


def test_it_decides_and_says_whose_word_it_is(bureau: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from mulaid.cli import app

    (case := tmp_path / "case.toml").write_text(CASE, "utf-8")
    for folders, code in ((f"+{bureau}", 0), (None, 1)):
        done = CliRunner().invoke(app, ["decide", str(case)], env={"MULAID_POLICIES": folders})
        assert done.exit_code == code
    done = CliRunner().invoke(app, ["decide", str(case), "--json", "--policies", f"+{bureau}"])
    (decided,) = json.loads(done.stdout)
    assert decided["by"] == {"son": "50.00"} and "floor" not in decided["assumed"] + decided["unverified"]


def test_the_digest_tells_it_apart_and_the_stored_body_brings_it_back(bureau: Path) -> None:
    local = Book.load([Path(f"+{bureau}")])
    laid_over = Book.load([shipped_folder(), bureau])
    assert len({local.digest, laid_over.digest, Book.load().digest}) == 3
    back = Book.from_body(local.body())
    assert back.digest == local.digest
    tiers = {entry.source.tier for entry in back.entries if entry.key == "floor" and entry.region == "450600"}
    assert tiers == {Tier.LOCAL}
    assert [entry.source.tier for entry in laid_over.entries if entry.source.id == "bureau"] == [Tier.C]


def test_a_file_of_the_same_name_takes_the_place_of_the_shipped_one(bureau: Path) -> None:
    (bureau / "events.toml").write_text('[[event]]\nday = 2026-01-01\nsays = "本局的事"\nsource = "bureau"\n', "utf-8")
    assert [event.says for event in Book.load([Path(f"+{bureau}")]).events] == ["本局的事"]


def test_a_folder_that_is_not_there_is_named_without_its_mark(tmp_path: Path) -> None:
    with pytest.raises(Fault) as found:
        Book.load([Path(f"+{tmp_path / 'nowhere'}")])
    assert (found.value.reason, found.value.file) == ("no_such_folder", tmp_path / "nowhere")


def test_a_refusal_at_the_till_names_the_bureaus_word() -> None:
    from mulaid.wording.refusals import refusal_sentence

    detail = {"rule": "只认定点单位。", "tier": "local"}
    assert refusal_sentence("INSTITUTION_NOT_DESIGNATED", detail).endswith("依据：只认定点单位（本局口径）。")
    assert "本局" not in refusal_sentence("INSTITUTION_NOT_DESIGNATED", detail | {"tier": "A"})
