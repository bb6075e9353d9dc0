"""A correction in files: made by one person with source and quoted words, reviewed, accepted by another."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.entry import covers
from tests.policy.made import policy

REGION, RULE = "320100", "max_sponsors_per_beneficiary"
NEW = ("new", REGION, RULE, "--from", "2026-12-01", "--says", "一位家人最多接受三人共济", "--quote", "最多 3 人")
TITLE = ("--title", "市医保局的答复")


def proposed(out: Path, *more: str, value: str = "3", by: str = "张三", exit_code: int = 0) -> Any:
    result = policy("propose", *NEW, "--value", value, "--by", by, "--out", str(out), *(more or TITLE), "--json")
    assert result.exit_code == exit_code, result.stderr
    return json.loads(result.stdout) if result.stdout else result.stderr


def accept(folder: str, by: str, into: Path) -> Any:
    return policy("propose", "accept", folder, "--by", by, "--into", str(into))


def test_a_correction_shows_which_families_it_answers(tmp_path: Path) -> None:
    found = proposed(tmp_path)
    assert (found["findings"], found["wrong"], found["proposed_by"]) == ([], 0, "张三")
    second = next(each for each in found["changed"] if each["after"]["family"] == "second-sponsor")
    assert (second["before"]["verdict"], second["after"]["result"]) == ("asked", "bound")
    told = policy("propose", "show", found["folder"]).stdout
    assert "现在：不知道" in told and "更正以后：3 人" in told and "检查：没有问题。" in told
    before = policy("propose", "show", found["folder"], "--on", "2026-11-30").stdout
    assert "家庭：答复都不变。" in before, "it has not begun"


def test_a_second_person_takes_it_over_and_the_book_says_so(tmp_path: Path) -> None:
    folder, into = proposed(tmp_path / "out")["folder"], tmp_path / "bureau"
    for same in ("张三", " 张 三 "):
        refused = accept(folder, same, into)
        assert refused.exit_code == 1 and "不能是提更正的人" in refused.stderr and not into.exists()
    assert accept(folder, "李四", into).exit_code == 0
    head = tomllib.loads((Path(folder) / "proposal.toml").read_text("utf-8"))
    assert (head["accepted_by"], head["proposed_by"], len(head["digest"])) == ("李四", "张三", 64)
    again = accept(folder, "王五", into)
    assert again.exit_code == 1 and "李四" in again.stderr
    shown = policy("show", REGION, RULE, "--on", "2026-12-01", "--json", "--policies", f"+{into}").stdout
    value = json.loads(shown)["values"][0]
    assert (value["value"], value["tier"]) == (3, "local")


def test_what_the_review_finds_stops_it(tmp_path: Path) -> None:
    """A source that says whom it speaks of, and does not speak of this city."""
    elsewhere = (source for source in Book.load().sources.values() if source.regions)
    source = next(each.id for each in elsewhere if not covers(each.regions, REGION))
    found = proposed(tmp_path, "--source", source, exit_code=1)
    assert "region_not_covered" in [each["code"] for each in found["findings"]]
    refused = accept(found["folder"], "李四", tmp_path / "bureau")
    assert refused.exit_code == 1 and "不能认可" in refused.stderr and not (tmp_path / "bureau").exists()


@pytest.mark.parametrize(
    ("more", "value", "said"),
    [
        (("--title", "甲", "--source", "乙"), "3", "来源要写一个"),
        (("--source", "no-such"), "3", "no-such"),
        (TITLE, "三", "字段"),
    ],
)
def test_what_cannot_be_read_leaves_nothing_behind(
    tmp_path: Path, more: tuple[str, ...], value: str, said: str
) -> None:
    stderr = proposed(tmp_path, *more, value=value, exit_code=2)
    assert said in stderr and list(tmp_path.iterdir()) == []


def test_a_proposal_is_not_written_over_another(tmp_path: Path) -> None:
    proposed(tmp_path)
    assert "已经有了" in proposed(tmp_path, exit_code=2)


def test_a_qualified_rule_and_a_region_without_a_file(tmp_path: Path) -> None:
    arguments = ("propose", "new", "620700", "deductible", "--from", "2026-01-01", "--scheme", "resident")
    value = (
        "--group",
        "outpatient",
        "--value",
        '[{ amount = "100.00" }]',
        "--says",
        "门诊一年一百元",
        "--quote",
        "100 元",
    )
    result = policy(*arguments, *value, "--by", "张三", "--out", str(tmp_path), *TITLE, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0 and not found["findings"], result.stderr
    (file,) = (Path(found["folder"]) / "policies").glob("*.toml")
    assert tomllib.loads(file.read_text("utf-8"))["region"] == "620700"
    assert policy("show", "620700", "--policies", str(shipped_folder()), "--policies", str(file.parent)).exit_code == 0
