"""`mulaid policy check-claim` as it is typed."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from mulaid.policy.shapes import UNLIMITED
from mulaid.wording.claim_answers import claim_text
from tests.policy.made import policy


def asked(*arguments: str, code: int = 0) -> dict[str, Any]:
    """The whole answer, as data."""
    result = policy("check-claim", *arguments, "--json")
    assert result.exit_code == code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def verdicts(claim: dict[str, Any]) -> dict[str, list[str]]:
    """By region, the verdicts of its periods."""
    return {
        place["region"]: [period["verdict"] for period in answer["periods"]]
        for answer in claim["answers"]
        for place in answer["regions"]
    }


def one(*arguments: str) -> dict[str, Any]:
    (statement,) = asked(*arguments)["statements"]
    (claim,) = statement["claims"]
    told: dict[str, Any] = claim
    return told


def test_siblings_cannot_be_bound_is_wrong_today_and_was_right_once() -> None:
    assert verdicts(one("兄弟姐妹不能绑定", "--on", "2026-01-20"))["000000"] == ["fails"]
    assert verdicts(one("兄弟姐妹不能绑定", "--on", "2022-01-01"))["000000"] == ["holds"]
    assert verdicts(one("兄弟姐妹不能绑定", "--on", "2024-09-01"))["000000"] == ["unknown"]


def test_an_answer_says_when_on_whose_word_and_what_holds_instead() -> None:
    claim = one("配偶父母可以绑定", "--region", "济南市")
    ((answer),) = claim["answers"]
    holding = next(period for period in answer["periods"] if period["verdict"] == "holds")
    assert (holding["from"], holding["until"]) == ("2020-12-01", "2024-08-30")
    assert holding["held"][0]["tier"] == "B"
    after = answer["periods"][-1]
    assert (after["from"], after["until"], after["verdict"]) == ("2024-08-30", None, "fails")
    assert "兄弟姐妹" in after["held"][0]["shown"]


def test_periods_leave_no_day_out() -> None:
    for claim in asked("最多绑定6人；可以跨省使用；先扣共济账户余额")["statements"][0]["claims"]:
        for answer in claim["answers"]:
            ends = [period["until"] for period in answer["periods"]]
            assert [period["from"] for period in answer["periods"]] == [None, *ends[:-1]]
            assert ends[-1] is None


def test_the_limit_of_the_wallet_is_not_one_of_mutual_aid() -> None:
    (statement,) = asked("每天3笔、每笔不超过2000元", "--on", "2026-01-20")["statements"]
    assert [claim["rule"] for claim in statement["claims"]] == ["wallet_daily_count", "wallet_transfer_ceiling"]
    for claim in statement["claims"]:
        assert "钱包" in claim["note"]
        assert verdicts(claim)["000000"] == ["holds"]
    assert "C13" in [each["id"] for each in statement["contradictions"]]


def test_a_false_number_of_a_document_is_put_right() -> None:
    for text in ("国办发〔2024〕34号", "国务院办公厅2024年34号文"):
        (statement,) = asked(text)["statements"]
        (false,) = statement["known_false"]
        assert "38号" in false["right"]
        assert false["source"] == "guobanfa-2024-38"
    (statement,) = asked("国办发[2024]38号")["statements"]
    assert statement["papers"] == ["guobanfa-2024-38"]
    (statement,) = asked("国办发〔2024〕35号", code=1)["statements"]
    assert statement["unmatched"] == ["国办发〔2024〕35号"]


def test_only_inpatient_care_is_reimbursed_is_wrong() -> None:
    (statement,) = asked("医保只有住院才能报销")["statements"]
    assert [each["code"] for each in statement["known_false"]] == ["inpatient_only"]


def test_a_region_at_the_front_of_a_statement_is_the_one_asked_about() -> None:
    assert verdicts(one("济南最多绑定7人", "--on", "2022-01-01")) == {"370100": ["holds"]}
    assert set(verdicts(one("北京、上海最多绑定4人", "--on", "2026-01-20"))) == {"110000", "310000"}
    assert verdicts(one("云南省规定最多绑定4人", "--on", "2026-01-20")) == {"530000": ["unknown"]}


def test_the_nation_at_the_front_is_a_region_only_where_the_rest_says_something() -> None:
    (statement,) = asked("全国通用", "--on", "2026-01-20")["statements"]
    assert [claim["rule"] for claim in statement["claims"]] == ["territory", "wallet_open"]
    assert verdicts(one("全国最多绑定4人", "--region", "上海", "--on", "2026-01-20")) == {"000000": ["unknown"]}


def test_what_a_list_of_forbidden_uses_does_not_name_is_not_allowed_by_it() -> None:
    assert verdicts(one("不能取现", "--region", "全国", "--on", "2026-01-20")) == {"000000": ["unknown"]}
    assert verdicts(one("可以取现", "--region", "全国", "--on", "2026-01-20")) == {"000000": ["unknown"]}
    assert verdicts(one("不能用于健身", "--region", "全国", "--on", "2026-01-20")) == {"000000": ["holds"]}


def test_the_structured_form_takes_every_name_of_a_rule_and_value() -> None:
    for rule, value in (("max_members", "7"), ("P03", "7"), ("绑定人数", "7 人")):
        claim = one("--rule", rule, "--is", value, "--region", "370100", "--on", "2022-01-01")
        assert (claim["rule"], verdicts(claim)) == ("max_members", {"370100": ["holds"]})
    more = {"--is-not": "8", "--at-most": "7", "--at-least": "7"}
    for option, value in more.items():
        claim = one("--rule", "P03", option, value, "--region", "370100", "--on", "2022-01-01")
        assert verdicts(claim) == {"370100": ["holds"]}
    for option, value in {"--has": "配偶的父母", "--lacks": "兄弟姐妹"}.items():
        claim = one("--rule", "亲属范围", option, value, "--region", "370100", "--on", "2022-01-01")
        assert verdicts(claim) == {"370100": ["holds"]}
    shown = one("--rule", "P31", "--is", "22:00 到 06:00", "--region", "000000", "--on", "2026-01-20")
    assert (shown["rule"], verdicts(shown)) == ("wallet_hours", {"000000": ["holds"]})


def test_strict_counts_no_weak_source() -> None:
    asked_of = ("--rule", "min_bound_days", "--is", "90", "--region", "420100", "--on", "2025-01-01")
    assert verdicts(one(*asked_of)) == {"420100": ["holds"]}
    assert verdicts(one(*asked_of, "--strict")) == {"420100": ["unknown"]}


def test_sums_stand_beside_claims() -> None:
    (statement,) = asked("808×12=9704；最多绑定6人", "--on", "2026-01-20")["statements"]
    assert [(each["verdict"], each["value"]) for each in statement["sums"]] == [("wrong", "9696")]
    assert [claim["rule"] for claim in statement["claims"]] == ["max_members"]


def test_what_cannot_be_read_is_said_and_the_rules_that_can_are_named() -> None:
    result = policy("check-claim", "最多绑定6人，绑定送鸡蛋", "--on", "2026-01-20")
    assert result.exit_code == 1
    assert "“绑定送鸡蛋”：读不懂，查不了。" in result.stdout
    assert "能查的规则有" in result.stdout
    assert "绑定人数：6 人" in result.stdout


def test_many_statements_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "statements.txt"
    file.write_text("# 网上看到的\n最多绑定6人\n\n808×12=9696\n", "utf-8")
    statements = asked("--file", str(file))["statements"]
    assert [each["statement"] for each in statements] == ["最多绑定6人", "808×12=9696"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--rule", "P03"),
        ("--is", "6"),
        ("--rule", "P03", "--is", "6", "--at-most", "7"),
        ("--rule", "P03", "--is", "很多"),
        ("--rule", "P99", "--is", "6"),
        ("--rule", "territory", "--has", "火星"),
        ("最多绑定6人", "--region", "月球"),
        ("最多绑定6人", "--on", "昨天"),
        ("--file", "nowhere.txt"),
    ],
)
def test_what_cannot_be_asked(arguments: tuple[str, ...]) -> None:
    result = policy("check-claim", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_the_answer_for_people_names_dates_regions_and_sources() -> None:
    result = policy("check-claim", "配偶父母可以绑定", "--region", "370100", COLUMNS="200")
    assert result.exit_code == 0
    assert "2020-12-01 至 2024-08-29，济南市：" in result.stdout
    assert "媒体或转载" in result.stdout
    assert "网上两种说法" in result.stdout
    assert datetime.date(2020, 12, 1).isoformat() in result.stdout


def meaning(text: str, *arguments: str) -> dict[str, Any]:
    """The first thing a sentence claims, judged."""
    told: dict[str, Any] = asked(text, "--on", "2026-11-20", *arguments)["statements"][0]["readings"][0]["meanings"][0]
    return told


def test_an_answer_begins_with_the_counts() -> None:
    result = policy("check-claim", "个人账户余额满500元才能共济", "--on", "2026-11-20")
    told = meaning("个人账户余额满500元才能共济")
    counts = told["counts"]
    assert (told["verdict"], counts["holds"]) == ("fails_where_known", 0)
    assert counts["fails"] > 0
    first = next(line for line in result.stdout.splitlines() if "个地区" in line)
    unknown = counts["unknown"] + counts["absent"]
    assert f"0 个地区有据成立，{counts['fails']} 个不成立，{unknown} 个没有人知道，本系统暂按“0.00 元”办" in first
    assert result.stdout.splitlines().index(first) == 2


def test_what_mulaid_assumes_confirms_and_refutes_nothing() -> None:
    for text in ("个人账户余额满500元才能共济", "余额没有门槛，都可以用", "绑定满90天才能解绑", "随时可以解绑"):
        told = meaning(text)
        for region in (place for place, truth in told["regions"].items() if truth in ("holds", "fails")):
            (claim,) = asked(text, "--region", region, "--on", "2026-11-20")["statements"][0]["claims"]
            held = claim["answers"][0]["periods"][0]["held"]
            assert [each["tier"] for each in held] != ["own"]
        assert told["counts"]["unknown"] > told["counts"]["holds"] + told["counts"]["fails"]
        assert sum(each["regions"] for each in told["meanwhile"]) > 0


def test_what_depends_on_the_person_is_never_said_to_hold() -> None:
    assert meaning("上海起付线500元")["verdict"] == "person"
    assert meaning("武汉门诊封顶线4500元")["verdict"] == "person"
    result = policy("check-claim", "上海起付线500元", "--on", "2026-11-20")
    assert "要看是什么人、在哪里看病，不能一概说成立" in result.stdout


def test_what_the_book_has_no_rule_for_is_said_so() -> None:
    result = policy(
        "check-claim", "共济可以付住院押金", "亲情账户可以用家人的钱", "外地父母可以用", "--on", "2026-11-20"
    )
    assert result.exit_code == 0
    assert "住院押金：政策册里还没有这条规则，不能说成立，也不能说不成立。" in result.stdout
    assert "亲情账户付钱：不成立，没有可靠来源这样说。C9：" in result.stdout
    assert "“外地”有三个意思" in result.stdout


def test_no_not_runs_into_another() -> None:
    denied = ("可以用家人的医保卡看病", "不能互相共济", "可以用一张单子", "绑定人数并非没有上限")
    for text in denied:
        assert not re.search("不是[是不没否]|不包括不", policy("check-claim", text, "--on", "2026-11-20").stdout)
    for value in (True, False):
        told = claim_text("own_credential_only", "is_not", value)
        assert told == f"只认本人凭证：{'否' if value else '是'}"
    assert claim_text("max_members", "is_not", UNLIMITED) == "绑定人数：不是“不限”"
    assert claim_text("limits", "is_not", {}) == "限额：不是“不限”"


def test_a_gold_file_is_scored_clause_by_clause(tmp_path: Path) -> None:
    file = tmp_path / "gold.txt"
    lines = [
        "# Day 2026-11-20",
        "济南最多绑定7人\tmax_members is 7 @济南市 -> holds",
        "济南最多绑定7人\tmax_members is 6 @济南市 -> holds",
        "绑定送鸡蛋\tuses has inpatient -> holds",
        "今天天气好\t- -> not a rule",
    ]
    file.write_text("\n".join(lines), "utf-8")
    result = policy("check-claim", "--gold", str(file))
    assert result.exit_code == 1
    assert [line[:2] for line in result.stdout.splitlines()[:4]] == ["读对", "读错", "漏读", "该不"]
    assert "读对 1，读错 1，漏读 1，该不读 1" in result.stdout
    told = json.loads(policy("check-claim", "--gold", str(file), "--json").stdout)
    assert told["totals"] == {"right": 1, "wrong": 1, "missed": 1, "abstained": 1}
    file.write_text("\n".join([*lines[:2], *lines[3:]]), "utf-8")
    assert policy("check-claim", "--gold", str(file)).exit_code == 0
    assert policy("check-claim", "--gold", str(file), "最多绑定6人").exit_code == 2
