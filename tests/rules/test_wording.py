"""Every code has a sentence that people understand, and every value of the shipped book can be read aloud."""

import ast
import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.rows import NO_CEILING, Band, RatioRow
from mulaid.policy.rules import RULES, Order, Pause, PayerGroup
from mulaid.policy.ruling import UNKNOWN
from mulaid.policy.shapes import UNLIMITED
from mulaid.terms import codes
from mulaid.terms.reasons import (
    BillRefusal,
    ChangeRefusal,
    ConsentRefusal,
    EndRefusal,
    PoolRefusal,
    RelationRefusal,
    Skip,
    SuspensionRefusal,
)
from mulaid.wording import kinship
from mulaid.wording.amounts import day_text, minute_text, percent_text, points_text, yuan_text
from mulaid.wording.explain import explain_lines
from mulaid.wording.files import fault_sentence
from mulaid.wording.kinship import kinship_name, payer_is
from mulaid.wording.outcome import decide_report, relation_report, tally_line
from mulaid.wording.refusals import act_sentence, end_sentence, refusal_sentence, relation_sentence
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS, UNKNOWN_TEXT, rule_name, tier_name, value_text
from mulaid.wording.steps import step_sentence

PACKAGE = Path(refusal_sentence.__code__.co_filename).parents[1]
OFFICIALESE = re.compile("不予|予以|相关规定|给予|上述|特此")
SENTENCES: dict[str, Callable[[str, Mapping[str, str]], str]] = {
    "bill": refusal_sentence,
    "relation": relation_sentence,
    "end": end_sentence,
    **{kind: partial(act_sentence, kind) for kind in ("consent", "change", "suspension", "pool")},
}
REFUSALS = [
    *[("bill", str(code)) for code in (*BillRefusal, *Skip)],
    *[("relation", str(code)) for code in RelationRefusal],
    *[("end", str(code)) for code in EndRefusal],
    *[("consent", str(code)) for code in ConsentRefusal],
    *[("change", str(code)) for code in ChangeRefusal],
    *[("suspension", str(code)) for code in SuspensionRefusal],
    *[("pool", str(code)) for code in PoolRefusal],
]
DETAIL = {
    "payer": "王*",
    "minutes": "5",
    "day": "2026年2月1日",
    "hours": "22:00 到 06:00",
    "amount": "1000.00 元",
    "possible_on": "2026年4月10日",
}


def plain(sentence: str) -> None:
    """What every sentence owes its reader."""
    assert sentence.endswith("。"), sentence
    assert "。。" not in sentence and "  " not in sentence and "{" not in sentence, sentence
    assert not OFFICIALESE.search(sentence), sentence


@pytest.mark.parametrize(("kind", "code"), REFUSALS)
def test_every_refusal_has_a_short_plain_sentence(kind: str, code: str) -> None:
    for detail in ({}, {"payer": "王*"}, DETAIL):
        sentence = SENTENCES[kind](code, detail)
        plain(sentence)
        assert 10 <= len(sentence) <= 60, sentence


@pytest.mark.parametrize(("kind", "code"), REFUSALS)
def test_the_rule_behind_a_refusal_is_told_when_known(kind: str, code: str) -> None:
    sentence = SENTENCES[kind](code, {"rule": "本人账户没钱了才能用家人的。"})
    plain(sentence)
    assert sentence.endswith("依据：本人账户没钱了才能用家人的。")


def test_details_stand_in_the_sentence() -> None:
    assert "第一次刷过后的 5 分钟内" in refusal_sentence("SECOND_SWIPE_NEEDED", DETAIL)
    assert "规定时间内" in refusal_sentence("SECOND_SWIPE_NEEDED")
    assert "到了2026年2月1日才能用" in refusal_sentence("NOT_YET_EFFECTIVE", DETAIL)
    assert "没有超过 1000.00 元" in refusal_sentence("BELOW_FLOOR", DETAIL)
    assert "要到 2026年4月10日 才能解除" in end_sentence("LOCKED_UNBIND", DETAIL)
    assert "满了以后才能解除" in end_sentence("LOCKED_UNBIND")
    assert "“起付线”规定" in refusal_sentence("POLICY_UNKNOWN", {"rule_name": "起付线"})
    assert "{x}" in refusal_sentence("ZERO_BALANCE", {"payer": "{x}"})


def test_an_unknown_rule_is_told_of_the_bill_or_of_one_sponsor() -> None:
    assert "这笔账" in refusal_sentence("POLICY_UNKNOWN")
    assert refusal_sentence("POLICY_UNKNOWN", {"payer": "王*"}).startswith("王*能不能付")
    assert "绑定" in relation_sentence("POLICY_UNKNOWN")


def test_amounts_ratios_days_and_times() -> None:
    assert [yuan_text(fen) for fen in (12850, 0, 5, -12850)] == ["128.50 元", "0.00 元", "0.05 元", "-128.50 元"]
    assert [percent_text(ratio) for ratio in (5500, 9650, 9655, 10000, 0)] == ["55%", "96.5%", "96.55%", "100%", "0%"]
    assert points_text(1000) == "10 个百分点"
    assert day_text(datetime.date(2026, 1, 20)) == "2026年1月20日"
    assert [minute_text(minute) for minute in (0, 360, 1320)] == ["00:00", "06:00", "22:00"]


def step_codes() -> list[str]:
    """Every code the rules write into a step: words in capitals, names of funds, refusals."""
    found = {fund.name for fund in codes.Fund}
    for file in (PACKAGE / "decide").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", str(node.value)):
                found.add(str(node.value))
    return sorted(found | {code for _, code in REFUSALS})


@pytest.mark.parametrize("code", step_codes())
def test_every_step_has_a_sentence(code: str) -> None:
    for who in ("", "王*"):
        for says, rule in (("", ""), ("全省都可以用", "共济地域"), ("全省都可以用。", "")):
            sentence = step_sentence(code, 12850, who, says, rule)
            plain(sentence)
            assert ("全省都可以用。" in sentence) is bool(says)
    plain(step_sentence(code, None, "", "", ""))


def test_steps_are_read_from_the_rules() -> None:
    assert {"TOTAL", "FUNDS_GIVEN", "AWAY_POINTS", "POOLED", "CASH", "ACCEPTED", "ENDS_NEXT_DAY"} <= set(step_codes())


def test_steps_say_what_happened() -> None:
    assert step_sentence("POOLED", 7070, "", "三级医院报 55%", "报销比例") == (
        "统筹基金付 70.70 元。依据“报销比例”：三级医院报 55%。"
    )
    assert step_sentence("SPONSOR", 9850, "王*", "", "") == "王*付 98.50 元。"
    assert step_sentence("AWAY_POINTS", 1000, "", "", "") == "在外地看病，报销比例降低 10 个百分点。"
    assert step_sentence("AWAY_POINTS", 0, "", "", "") == "在外地看病，报销比例不降低。"
    assert step_sentence("ZERO_BALANCE", None, "王*", "", "").startswith("王*的账户")
    assert "“起付线”规定" in step_sentence("POLICY_UNKNOWN", None, "", "", "起付线")
    assert "一条当地规定" in step_sentence("POLICY_UNKNOWN", None, "", "", "")
    assert "绑定" in step_sentence("NOT_OFFERED", None, "", "", "")
    assert "绑定" not in step_sentence("NOT_OFFERED", None, "王*", "", "")


def test_every_word_of_the_field_has_a_name() -> None:
    for names, words in (
        (kinship.kinship_name, codes.Kinship),
        (kinship.payer_is, codes.Kinship),
        (kinship.mechanism_name, codes.Mechanism),
        (kinship.scheme_name, codes.Scheme),
        (kinship.use_name, codes.Use),
        (kinship.cover_name, codes.Cover),
        (kinship.relation_state_name, codes.RelationState),
        (kinship.fund_name, codes.Fund),
    ):
        assert all(names(word) for word in words)
        assert len({names(word) for word in words}) == len(list(words))


def test_the_payer_is_the_inverse_of_the_kinship() -> None:
    sexes = (None, codes.Sex.FEMALE, codes.Sex.MALE)
    assert [payer_is(codes.Kinship.PARENT, sex) for sex in sexes] == ["子女", "女儿", "儿子"]
    assert [payer_is(codes.Kinship.CHILD, sex) for sex in sexes] == ["父母", "母亲", "父亲"]
    assert payer_is("grandparent") == "孙辈"
    assert payer_is("grandchild") == "（外）祖父母"
    assert payer_is("spouse_parent") == "儿媳或女婿"
    assert payer_is("spouse") == kinship_name("spouse") == "配偶"


def test_every_rule_has_a_name_of_its_own_and_a_unit() -> None:
    assert list(RULE_NAMES) == [rule.key for rule in RULES]
    assert set(RULE_UNITS) == set(RULE_NAMES)
    assert len(set(RULE_NAMES.values())) == len(RULE_NAMES)
    assert rule_name("source_funds") == "可用资金"


def test_values_read_like_sentences() -> None:
    assert value_text("relations_allowed", frozenset(codes.Kinship) - {"other"}).startswith(
        "配偶、父母、子女、兄弟姐妹"
    )
    assert value_text("mechanisms", frozenset()) == "还没有开通"
    assert value_text("excluded_people", frozenset()) == "没有"
    assert value_text("per_relation_max", {"father": 1, "child": UNLIMITED}) == "父亲 1 人，子女 不限"
    assert value_text("max_members", 7) == "7 人"
    assert value_text("max_members", UNLIMITED) == "不限"
    assert value_text("floor", 100_000) == "1000.00 元"
    assert value_text("on_sponsor_pause", Pause.SUSPEND) == "暂停使用"
    assert value_text("sponsor_order_rule", Order.BALANCE_DESC) == "余额多的先付"
    assert value_text("payer_groups", tuple(PayerGroup)).startswith("共济池，再同统筹区的家人")
    assert value_text("role_exclusive", True) == "不能互换"
    assert value_text("designated_only", False) == "否"
    assert value_text("territory", {"instant_draw": "province"}) == "结算时直接扣：全省"
    assert value_text("limits", {"payment": 20_000, "scope": "all"}) == "每次 200.00 元，所有家人合起来算"
    assert value_text("limits", {}) == "不限"
    assert value_text("wallet_hours", (1320, 360)) == "22:00 到 06:00"
    assert value_text("benefit_year_start", (7, 1)) == "7月1日"
    assert value_text("schedule_for", {"emergency": "outpatient"}) == "急诊按普通门诊"
    assert value_text("account_tiers", frozenset({2, 1})) == "1 档、2 档"
    assert value_text("large_amount", ()) == "不付钱"
    assert value_text("floor", UNKNOWN) == value_text("floor", None) == UNKNOWN_TEXT


def test_rows_of_a_schedule_read_one_after_the_other() -> None:
    bands = (Band(upto=1_000_000, ratio=8800), Band(unknown="没有来源"))
    rows = (
        RatioRow(level=frozenset({0, 1}), retired=True, ratio=9650),
        RatioRow(retired_by=datetime.date(2000, 12, 31), age_from=60, tier=frozenset({1}), bands=bands),
        RatioRow(ratio=0),
    )
    assert value_text("fund_ratio", rows) == (
        "村卫生室或一级、退休：96.5%；2000年12月31日前（含当天）退休、60 岁起、1 档："
        "0.00 元到 10000.00 元 88%，10000.00 元以上 不知道（没有来源）；其他情况：0%"
    )
    assert value_text("fund_ratio", (RatioRow(ratio=5500),)) == "55%"
    assert value_text("fund_ceiling", NO_CEILING) == "不限"


def test_every_value_of_the_shipped_book_can_be_read() -> None:
    book = Book.load()
    assert book.entries
    for entry in book.entries:
        assert value_text(entry.key, entry.value), entry
        assert tier_name(entry.source.tier), entry


def raised_reasons() -> Iterator[str]:
    """Every reason a file can be refused for, read from the places that raise it."""
    raisers = {"Fault": 3, "fault": 1, "ShapeFault": 0, "RowFault": 0}
    files = [PACKAGE / "located.py", *(PACKAGE / "policy").glob("*.py"), *(PACKAGE / "intake").glob("*.py")]
    for file in files:
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
            if isinstance(call, ast.Call) and name in raisers and len(call.args) > raisers[name]:
                reason = call.args[raisers[name]]
                if isinstance(reason, ast.Constant):
                    yield str(reason.value)


PLANNED = """unknown_key missing not_money not_a_day not_a_choice invalid name_repeated unknown_sponsor_name sum_wrong
    too_large unknown_division empty refused_with_other_keys not_json bad_line unknown_table dangling_reference
    bad_identity_number day_order negative""".split()

BARE = {
    "unreadable",
    "not_utf8",
    "name_repeated",
    "refused_with_other_keys",
    "empty",
    "bad_line",
    "negative",
    "day_order",
}
"""Reasons that may be raised without a detail."""


@pytest.mark.parametrize("reason", sorted({*raised_reasons(), *PLANNED}))
def test_every_reason_a_file_is_refused_for_has_a_sentence(reason: str) -> None:
    for detail in ("total", *(("",) if reason in BARE else ())):
        sentence = fault_sentence(Fault(Path("a.toml"), 7, "case[1].bill", reason, detail, "母亲门诊"))
        plain(sentence)
        assert sentence.startswith("a.toml 第 7 行 案例“母亲门诊” 字段 case[1].bill：")
        assert "有错误" not in sentence
        assert "：。" not in sentence


def test_an_unheard_of_reason_is_named_with_its_detail() -> None:
    assert fault_sentence(Fault(Path("a.toml"), 1, "", "brand_new", "x = 1")) == (
        "a.toml 第 1 行：有错误 brand_new x = 1。请照格式说明改好。"
    )


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("Expected `int`, got `str`", "要的是整数，写的是带引号的文字"),
        ("Expected `bool | null`, got `int`", "要的是true 或 false或空值，写的是整数"),
        ("Object missing required field `scheme`", "少了 scheme 这一项"),
        ("Object contains unknown field `zz`", "不认识 zz 这一项"),
        ("Object contains unknown field ``", "不认识 没有名字的 这一项"),
        ("Invalid enum value 'x'", "'x' 不是可以写的词"),
        ("Expected `int` >= 0", "不能小于 0"),
        ("Expected `str` matching regex '^[0-9]{6}$'", "要写六位数字"),
        ("Invalid RFC3339 encoded date", "这不是一个日期"),
        ("Something new", "Something new"),
    ],
)
def test_wrong_types_are_told_in_chinese(complaint: str, said: str) -> None:
    assert f"：{said}。" in fault_sentence(Fault(Path("a.toml"), 1, "case[1]", "invalid", complaint))
    row = fault_sentence(Fault(Path("a.toml"), 1, "fund_ratio[1]", "bad_row", f"2: {complaint} - at `$.level`"))
    assert f"：第 2 行读不懂：level {said}。" in row


def test_a_wrong_choice_names_what_may_be_written() -> None:
    fault = Fault(Path("a.toml"), 1, "floor[1].value", "not_a_choice", "'x' / all prior_years")
    assert "'x' 不能写在这里，可以写的有 all、prior_years。" in fault_sentence(fault)


def test_an_identity_number_is_never_repeated() -> None:
    assert "99" not in fault_sentence(Fault(Path("a"), 1, "number", "bad_identity_number", "99")).partition("：")[2]


def test_a_decided_bill_on_a_terminal() -> None:
    assert decide_report(
        name="儿子共济母亲门诊费",
        ok=False,
        amounts={"funds": 0, "own": 3000, "mutual": 9850, "cash": 0, "institution": 0},
        payers=[("son", 9850)],
        skipped=[("daughter", "ZERO_BALANCE", ""), ("niece", "POLICY_UNKNOWN", "起用金额")],
        steps=[("费用一共 128.50 元。", "", "own"), ("一次几人付由当地定。", "mulaid", "own")],
        weak=["没有来源、由本系统约定的规则：一次几人付。"],
        differences=[
            ("own", "0.00", "30.00"),
            ("by", {}, {"son": "98.50"}),
            ("skipped", {"son": "EXPIRED"}, {}),
            ("unverified", False, True),
            ("refused", "WRONG_CREDENTIAL", None),
        ],
    ) == [
        "不符  儿子共济母亲门诊费",
        "  医保基金 0.00 元，患者自己的账户 30.00 元，家人共济 98.50 元，现金 0.00 元",
        "  son 付 98.50 元",
        "  daughter 不能付：daughter的账户或钱包里没有可以用的钱，请换一位家人，或用现金付。（ZERO_BALANCE）",
        "  niece 不能付：niece能不能付，要看的“起用金额”规定还没有查清，请先自己付，再问医保窗口。（POLICY_UNKNOWN）",
        "  1. 费用一共 128.50 元。（由所给情况得出）",
        "  2. 一次几人付由当地定。（来源：mulaid，本系统的约定）",
        "  没有来源、由本系统约定的规则：一次几人付。",
        "  患者自己的账户：应该是 0.00 元，算出来是 30.00 元",
        "  各人付的钱：应该是 没有，算出来是 son 98.50 元",
        "  不能付的人：应该是 son EXPIRED，算出来是 没有",
        "  用了未经核实的来源：应该是 否，算出来是 是",
        "  拒绝的原因：应该是 WRONG_CREDENTIAL，算出来是 没有",
    ]


def test_a_refused_bill_and_a_relation_on_a_terminal() -> None:
    assert decide_report(name="a", ok=True, refused="WRONG_CREDENTIAL")[1].endswith("（WRONG_CREDENTIAL）")
    assert relation_report(name="b", ok=True) == ["相符  b", "  可以绑定。"]
    assert "不能绑定" in relation_report(name="b", ok=True, refused="MEMBER_LIMIT")[1]
    assert tally_line(3, 0) == "一共 3 例，都和预期相符。"
    assert tally_line(3, 1) == "一共 3 例，1 例和预期不符。"


def test_a_case_explained() -> None:
    lines = explain_lines(
        patient="李*",
        institution="第一医院",
        day=datetime.date(2026, 1, 20),
        amounts={"total": 12850, "own": 3000, "mutual": 9850, "cash": 0},
        payers=[("王*", "parent", 9850)],
        passed_over=[("张*", refusal_sentence("ZERO_BALANCE", {"payer": "张*"}))],
        steps=[("王*付 98.50 元。", "余额多的先付。", "某通知", "C")],
        unverified=["扣款顺序"],
        assumed=["限额"],
        policy="0123456789abcdef",
    )
    assert lines[0] == "李*，2026年1月20日，第一医院"
    assert "  王*（患者的子女）付 98.50 元" in lines
    assert "  1. 王*付 98.50 元。依据：余额多的先付。（来源：某通知，未经核实）" in lines
    assert lines[-3].startswith("未经核实的规则：扣款顺序。")
    assert lines[-2] == "没有人知道、本系统暂按自己的办法办的规则：限额。"
    assert lines[-1] == "所用规则的版本：0123456789ab"
    assert len(lines) == 11
    short = explain_lines(patient="李*", institution="甲", day=datetime.date(2026, 1, 2), refused="WRONG_CREDENTIAL")
    assert len(short) == 2
