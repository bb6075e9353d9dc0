"""Invented families in every region: none is told anything wrong, and the check would see it if one were."""

import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.intake.families import Result
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law
from mulaid.policy.rules import Pause
from mulaid.policy.ruling import Ruling
from mulaid.simulate import errands
from mulaid.simulate.errands import Way, errand
from mulaid.simulate.families import Judged, Verdict, judge, judge_all, shipped_families, verdict_of
from mulaid.simulate.needed import needed
from mulaid.terms.outcome import EndOutcome, RelationOutcome
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import EndCase, SponsorshipCase
from mulaid.wording.rules import RULE_NAMES
from tests.policy.made import policy

FAMILIES = shipped_families()
EVERY = FAMILIES.form.family
AT = {family.id: at for at, family in enumerate(EVERY)}
BOOK = Book.load()
LAW = Law(BOOK)
TODAY = datetime.date(2026, 11, 28)
REGIONS = sorted(set(BOOK.regions) - {NATIONAL})
DAYS = (datetime.date(2021, 6, 1), datetime.date(2023, 3, 1), datetime.date(2024, 12, 1), TODAY)


def judged(law: Law = LAW, day: datetime.date = TODAY, regions: list[str] | None = None) -> list[Judged]:
    return list(judge_all(FAMILIES, law, regions or REGIONS, day))


TOLD = judged()


def test_there_are_enough_families_and_half_of_them_are_to_be_refused() -> None:
    refused = [family for family in EVERY if any(each.answer is Result.REFUSED for each in family.right)]
    assert len(EVERY) >= 24 and 2 * len(refused) >= len(EVERY)
    named = {code for codes in (BillRefusal, Skip, RelationRefusal, EndRefusal) for code in codes.__members__}
    forms = FAMILIES.form
    for each in (*forms.first, *forms.gates, *(right for family in EVERY for right in family.right)):
        assert (each.reason in named) is (each.answer is Result.REFUSED)
    assert all(family.right[-1].where == () for family in EVERY if family.right[-1].answer is Result.REFUSED)


@pytest.mark.parametrize("strict", [False, True], ids=["as it is", "strict"])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_family_is_told_anything_wrong(day: datetime.date, strict: bool) -> None:
    law = Law(Book.load(strict=True)) if strict else LAW
    found = judged(law, day)
    assert [(each.region, each.family.id) for each in found if each.verdict is Verdict.WRONG] == []
    if strict:
        assert not any(each.verdict is Verdict.ASSUMED for each in found)


def test_a_family_is_left_out_only_where_the_country_has_no_such_place() -> None:
    asked = Counter(each.family.id for each in TOLD)
    assert {name for name, count in asked.items() if count < len(REGIONS)} == {"same-province"}
    whole = {f"{province}0000" for province in BOOK.divisions.whole}
    left_out = set(REGIONS) - {each.region for each in TOLD if each.family.id == "same-province"}
    assert left_out == whole & set(REGIONS)


@pytest.mark.parametrize(
    "gone",
    ["MEMBER_LIMIT", "ALREADY_BOUND_BY_OTHER", "ROLE_CONFLICT", "KINSHIP_IMPLAUSIBLE", "NOT_CONFIRMED_BY_MEMBER"],
)
def test_an_engine_that_forgets_a_refusal_is_found_out(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals that the bill does not look at again: without them somebody is bound, and pays, who must not."""

    def forgetful(case: SponsorshipCase, law: Law) -> RelationOutcome:
        outcome = decide_relation(case, law)
        return msgspec.structs.replace(outcome, refused=None) if outcome.refused == gone else outcome

    refused = {
        (each.region, each.family.id) for each in TOLD if each.answer.reason == gone and not each.family.all_bind
    }
    monkeypatch.setattr(errands, "decide_relation", forgetful)
    wrong = {(each.region, each.family.id) for each in judged() if each.verdict is Verdict.WRONG}
    waiting = {pair for pair in refused if pair[1] == "waiting-for-consent"}
    assert refused and wrong >= refused - waiting


def test_an_end_that_no_source_allows_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too soon after the binding, or asked for by the side that may not."""
    refused = [each for each in TOLD if each.family.ends and each.answer.result is Result.REFUSED]

    def unlocked(case: EndCase, law: Law) -> EndOutcome:
        return msgspec.structs.replace(decide_end(case, law), refused=None)

    monkeypatch.setattr(errands, "decide_end", unlocked)
    wrong = [each for each in judged() if each.verdict is Verdict.WRONG]
    assert {each.answer.reason for each in refused} >= {"LOCKED_UNBIND", "UNBIND_NOT_YOURS"}
    assert [(each.region, each.family.id) for each in wrong] == [(each.region, each.family.id) for each in refused]


class _Generous(Book):
    """A book that answers one rule as the engine would like it, whatever its entries say."""

    key = ""
    answer: Any = None

    def ruling(self, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Ruling:
        ruling = super().ruling(region, key, day, qualifier)
        return Ruling(self.answer, ruling.rule) if key == self.key else ruling


@pytest.mark.parametrize(
    ("key", "answer", "family"),
    [
        ("floor", 0, "below-floor"),
        ("relations_allowed", frozenset({"parent", "spouse_parent"}), "mother-in-law"),
        ("designated_only", False, "not-designated"),
        ("own_credential_only", False, "somebody-elses-card"),
        ("on_beneficiary_pause", Pause.IGNORE, "patient-paused"),
        ("max_sponsors_per_beneficiary", 9, "second-sponsor"),
    ],
)
def test_a_payment_that_no_source_allows_is_wrong(key: str, answer: Any, family: str) -> None:
    """The engine reads one book, the check another: what the sources really say."""
    generous = _Generous(BOOK.texts)
    generous.key, generous.answer = key, answer
    verdicts: Counter[Verdict] = Counter()
    for region in REGIONS:
        told = errand(FAMILIES, AT[family], Law(generous), region, TODAY)
        assert told.result in (Result.PAID, Result.PARTLY, Result.BOUND)
        right = judge(FAMILIES, AT[family], LAW, region, TODAY)
        verdicts[verdict_of(told, right.right, right.open, right.reasons)] += 1
    assert verdicts[Verdict.WRONG] > 0 and not verdicts[Verdict.ASKED]


def test_the_errand_is_done_the_regions_own_way() -> None:
    ways = {way: {each.region for each in TOLD if way in each.answer.ways} for way in Way}
    for region in REGIONS:
        rules = LAW.aid(region, TODAY)
        mechanisms = rules.mechanisms
        pool = mechanisms.known and "pool" in mechanisms.value and "instant_draw" not in mechanisms.value
        assert (region in ways[Way.POOLED]) is pool
        manual = rules.sponsor_order_rule.value == "manual" or rules.confirm_mode.value in ("rescan", "cashier_choice")
        assert (region in ways[Way.CHOSE]) is manual
        assert (region in ways[Way.SWIPED_TWICE]) is (rules.confirm_mode.value == "reswipe")
    assert all(ways.values())


def test_money_in_a_pool_is_what_the_floor_leaves() -> None:
    for region in REGIONS:
        rules = LAW.aid(region, TODAY)
        if rules.mechanisms.known and rules.mechanisms.value and "instant_draw" not in rules.mechanisms.value:
            told = errand(FAMILIES, AT["above-floor"], LAW, region, TODAY)
            floor = rules.floor.value
            assert told.mutual == min(180_00, 2050_00 - floor) and told.ways[0] is Way.POOLED


def test_what_is_needed_names_every_family_that_is_stopped() -> None:
    for region in REGIONS:
        found = judged(regions=[region])
        needs = needed(FAMILIES, found, LAW, TODAY)
        stopped = {each.family.id for each in found if each.verdict is Verdict.ASKED}
        assert {family for need in needs for family in need.stops} == stopped
        assert {family for need in needs for family in need.unlocks} <= stopped
        ranks = [(-len(need.unlocks), -len(need.stops), -len(need.assumed_by)) for need in needs]
        assert ranks == sorted(ranks)


def test_all_regions_together_need_what_each_of_them_needs() -> None:
    found = json.loads(policy("needed", "--on", str(TODAY), "--json").stdout)
    for lack in found["together"]:
        each = [
            need for need in found["needed"] if (need["rule"], need["qualifier"]) == (lack["key"], lack["qualifier"])
        ]
        assert lack["regions"] == sorted({need["region"] for need in each})
        for name in ("unlocks", "stops", "assumed_by"):
            assert lack[name] == sum(len(need[name]) for need in each)
    first = found["together"][0]
    text = policy("needed", "--on", str(TODAY)).stdout
    assert re.search(
        rf"{RULE_NAMES[first['key']]}.* {len(first['regions'])} +{first['unlocks']} +{first['stops']}", text
    )
    refused = policy("needed", "--write", "form.toml")
    assert refused.exit_code == 2 and "--write" in refused.stderr and not Path("form.toml").exists()


def test_filling_the_form_answers_the_families_that_waited(tmp_path: Path) -> None:
    """The bureau fills in what sources say elsewhere; whoever only waited for that is answered then."""
    folder, form = tmp_path / "bureau", tmp_path / "bureau" / "needed.toml"
    (folder / "sources").mkdir(parents=True)
    told = json.loads(policy("needed", "320100", "--on", str(TODAY), "--write", str(form), "--json").stdout)
    assert told["asked"] and all(need["elsewhere"] for need in told["needed"])
    both = ("--policies", str(shipped_folder()), "--policies", str(folder))
    assert policy("show", "320100", *both).exit_code == 0, "as it is written it changes nothing"
    lines = form.read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        if line == "#value =":
            example = next(each for each in reversed(lines[:at]) if each.startswith("# 写法：value = "))
            lines[at] = "#value = " + example.removeprefix("# 写法：value = ")
    form.write_text("\n".join(re.sub(r"^#(?! )", "", line) for line in lines) + "\n", "utf-8")
    source = "\n".join(line.removeprefix("#   ") for line in lines if line.startswith("#   "))
    (folder / "sources" / "bureau.toml").write_text(source + "\n", "utf-8")
    unlocked = {family for need in told["needed"] for family in need["unlocks"]}
    after = json.loads(policy("families", "320100", "--on", str(TODAY), "--json", *both).stdout)
    assert unlocked and after["counts"]["wrong"] == 0
    assert unlocked.isdisjoint(each["family"] for each in after["answers"] if each["verdict"] == "asked")
    assert policy("needed", "320100", "--write", str(form)).exit_code == 2, "what is there is somebody's work"


def test_the_command_says_so_and_ends_in_one_where_an_answer_is_wrong(tmp_path: Path) -> None:
    (file := tmp_path / "family.toml").write_text(
        '[[family]]\nid = "a"\nname = "朋友"\nasks = "能用吗？"\npatient = { scheme = "resident" }\n'
        'bill = { total = "10.00" }\nfunds = { paid = "0.00" }\n'
        'payers = [{ name = "朋友", kinship = "other", balance = "50.00" }]\nright = [{ answer = "paid" }]\n',
        "utf-8",
    )
    result = policy("families", "420100", "--file", str(file))
    assert result.exit_code == 1 and "答错的：" in result.stdout and "来源说的是：付清" in result.stdout
    file.write_text(file.read_text("utf-8").replace('"paid"', '"paied"'), "utf-8")
    result = policy("families", "420100", "--file", str(file))
    assert (result.exit_code, result.stdout) == (2, "") and "family.toml 第 9 行" in result.stderr


def test_the_table_and_the_files_count_alike(tmp_path: Path) -> None:
    book = tmp_path / "families.xlsx"
    told = json.loads(policy("families", "--on", str(TODAY), "--json", "--xlsx", str(book)).stdout)
    found = Counter(str(each.verdict) for each in TOLD)
    assert {name: told["counts"][name] for name in found} == dict(found)
    answers, regions, families = openpyxl.load_workbook(book).worksheets
    assert answers.max_row - 1 == len(told["answers"]) == sum(found.values())
    for page in (regions, families):
        rows = [row[1:5] for row in page.iter_rows(min_row=2, values_only=True)]
        totals = [sum(int(str(row[at])) for row in rows) for at in range(4)]
        assert totals == [found[verdict] for verdict in ("right", "wrong", "asked", "assumed")]
    text = policy("families", "--on", str(TODAY)).stdout
    assert f"答对 {found['right']}，答错 0，请去问 {found['asked']}，暂按 {found['assumed']}" in text
