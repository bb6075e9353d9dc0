"""Every worked case of this folder holds; together they produce every reason there is."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mulaid.cli.decide import decide_all
from mulaid.policy.book import shipped_folder
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip

HERE = Path(__file__).parent
INVENTED = HERE.parent / "invented"
FILES = sorted(HERE.rglob("*.toml"))
TABLES = ("case", "sponsorship_case")


@cache
def written(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


@cache
def results(file: Path) -> list[dict[str, Any]]:
    """What a file's cases come to: bills first, then relations, in file order."""
    folders = [shipped_folder(), INVENTED] if written(file).get("policies") else []
    return [decided.result for decided in decide_all([file], folders)]


def numbered() -> list[Any]:
    """One parameter a case: its file and its place among the file's results."""
    return [
        pytest.param(file, at, id=f"{file.relative_to(HERE).with_suffix('').as_posix()}::{case['name']}")
        for file in FILES
        for at, case in enumerate([case for table in TABLES for case in written(file).get(table, [])])
    ]


@pytest.mark.parametrize(("file", "at"), numbered())
def test_the_case_holds(file: Path, at: int) -> None:
    result = results(file)[at]
    assert result["ok"], result


@pytest.mark.parametrize(("file", "at"), numbered())
def test_every_step_is_cited(file: Path, at: int) -> None:
    """`source` is never null: what mulaid itself assumes is a source of its own, with a tier of its own."""
    result = results(file)[at]
    assert result["steps"]
    for step in result["steps"]:
        assert step["text"] and step["rule"] and step["source"]
        assert step["tier"] in {"A", "B", "C", "own"}
        assert (step["source"] == "mulaid") == (step["tier"] == "own")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(HERE).as_posix())
def test_a_file_is_well_kept(file: Path) -> None:
    """Every case is named once, says on which source it rests, and expects something."""
    for table in TABLES:
        cases = written(file).get(table, [])
        names = [case["name"] for case in cases]
        assert [name for name, times in Counter(names).items() if times > 1] == []
        assert [case["name"] for case in cases if not case.get("source", "").strip()] == []
        assert [case["name"] for case in cases if not case.get("expect")] == []


def test_every_reason_is_produced_by_some_case() -> None:
    everything = [result for file in FILES for result in results(file)]
    bills = [result for result in everything if result["kind"] == "bill"]
    relations = [result for result in everything if result["kind"] == "sponsorship" and "ends_on" not in result]
    ends = [result for result in everything if "ends_on" in result]
    assert set(BillRefusal) - {result["refused"] for result in bills} == set()
    assert set(Skip) - {code for result in bills for code in result["skipped"].values()} == set()
    assert set(RelationRefusal) - {result["refused"] for result in relations} == set()
    assert set(EndRefusal) - {result["refused"] for result in ends} == {EndRefusal.POLICY_UNKNOWN}, "strict only"


def test_expected_amounts_conserve_money() -> None:
    """A hand-worked expectation that does not add up would be a mistake of the hand."""
    for file in FILES:
        for case in written(file).get("case", []):
            expect = case["expect"]
            if {"funds", "own", "mutual", "cash"} <= set(expect):
                parts = sum(int(expect[key].replace(".", "")) for key in ("funds", "own", "mutual", "cash"))
                assert parts == int(case["bill"]["total"].replace(".", "")), case["name"]
            if {"by", "mutual"} <= set(expect):
                paid = sum(int(amount.replace(".", "")) for amount in expect["by"].values())
                assert paid == int(expect["mutual"].replace(".", "")), case["name"]
