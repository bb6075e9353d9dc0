"""Every frame with a sentence it reads and one that comes close and is not it. Nothing is read into a sentence."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from mulaid.policy.book import Book
from mulaid.policy.claims import readings
from mulaid.policy.claims.claim import Comparison, read_value
from mulaid.policy.claims.frames import FRAMES, Frame
from mulaid.policy.claims.gold import Outcome, day_in, score
from mulaid.policy.claims.lexicon import LEXICON
from mulaid.policy.claims.places import called
from mulaid.policy.claims.reader import Text, read
from mulaid.policy.rules import BY_KEY
from mulaid.terms.numerals import whole_number, yuan_written
from mulaid.wording.claims import written_value

GOLD = Path(__file__).with_name("claims_gold")
BOOK = Book.load()
NAMES = called(BOOK)
EIGHT = ["child", "grandchild", "grandparent", "parent", "sibling", "spouse"]
NIGHT = {"closed_from": "22:00", "closed_until": "06:00"}
OF_2024 = {"year": 2024, "amount": "380.00"}

SAID: list[tuple[str, str, str, Any, str]] = [
    ("配偶父母可以绑定", "relations_allowed", "has", ["spouse_parent"], "配偶父母可以领钱"),
    ("不能绑定兄弟姐妹", "relations_allowed", "lacks", ["sibling"], "不能绑定同事"),
    ("家庭成员不包含配偶的父母", "relations_allowed", "lacks", ["spouse_parent"], "家庭成员不包含同事"),
    ("只能绑定配偶、父母和子女", "relations_allowed", "is", ["child", "parent", "spouse"], "只能绑定朋友"),
    ("最多绑定6人", "max_members", "is", 6, "最多绑定6天"),
    ("绑定人数上限为7人", "max_members", "is", 7, "绑定年龄上限为7岁"),
    ("绑定人数不限", "max_members", "is", "unlimited", "绑定地点不限"),
    ("可以同时绑定多个家人", "max_members", "at_least", 2, "可以同时绑定多个手机"),
    ("累计最多绑定20人", "max_members_lifetime", "is", 20, "累计最多绑定20次"),
    ("一个家人只能由一个人共济", "max_sponsors_per_beneficiary", "is", 1, "一个家人只能由一个人照顾"),
    ("一个家人可以由几个人出钱", "max_sponsors_per_beneficiary", "at_least", 2, "一个家人可以由几个人照顾"),
    ("夫妻可以互相共济", "role_exclusive", "is", False, "夫妻可以互相照顾"),
    ("要两边都同意", "consent_mode", "is", "both", "要单位同意"),
    ("只要共济人同意就行", "consent_mode", "is", "sponsor_only", "只要医院同意就行"),
    ("16岁以下不用本人确认", "consent_age", "is", 16, "16岁以下不用缴费"),
    ("不用证明材料", "evidence_mode", "is", "commitment", "不用身份证"),
    ("绑定要上传户口本", "evidence_mode", "is", "documents", "绑定要上传照片"),
    ("公费医疗人员不能参加共济", "excluded_people", "has", ["public_expense"], "外地人员不能参加共济"),
    ("绑定满3个月才能解绑", "min_bound_days", "is", 90, "参保满3个月才能住院"),
    ("绑定满30天才能解绑", "min_bound_days", "is", 30, "绑定满30天才能使用"),
    ("绑定后三个月内不能解绑", "min_bound_days", "is", 90, "绑定后三个月内不能住院"),
    ("随时可以解绑", "min_bound_days", "is", 0, "随时可以退费"),
    ("一年只能更换2次", "max_changes_per_year", "is", 2, "一年只能住院2次"),
    ("解绑后30天内不能再绑定", "rebind_cooldown_days", "is", 30, "解绑后30天内不能再住院"),
    ("解绑要双方都确认", "unbind_by", "is", "both", "解绑要医保局确认"),
    ("任何一方都可以解绑", "unbind_by", "is", "either", "任何一方都可以报销"),
    ("只有共济人可以解绑", "unbind_by", "is", "sponsor", "只有医院可以解绑"),
    ("解绑后马上生效", "unbind_effect", "is", "now", "解绑后马上退费"),
    ("解绑次日生效", "unbind_effect", "is", "next_day", "解绑次日退费"),
    ("账户余额为零，就自动解绑", "auto_end_events", "has", "zero_balance", "账户余额为零，就自动充值"),
    ("去世后自动解除", "auto_end_events", "has", "death", "去世后自动继承"),
    ("医保关系转移后自动解除", "auto_end_events", "has", "transfer_out", "户口转移后自动解除"),
    ("共济人停保后自动解除", "on_sponsor_pause", "is", "end", "共济人出国后自动解除"),
    ("共济人停保不影响家人使用", "on_sponsor_pause", "is", "ignore", "共济人停保不影响退休"),
    ("家人断保就自动解除", "on_beneficiary_pause", "is", "end", "家人断保就自动续保"),
    ("家人欠费后暂停使用", "on_beneficiary_pause", "is", "suspend", "家人欠费后暂停供水"),
    ("授权长期有效", "authorisation_period", "is", "open", "凭证长期有效"),
    ("授权要选起止日期", "authorisation_period", "is", "start_end", "授权要选医院"),
    ("绑定成功后立即生效", "effective_timing", "is", "at_once", "绑定成功后立即到账"),
    ("绑定后第二天才能用", "effective_timing", "is", "next_day", "绑定后第二天到账"),
    ("只能用历年结余", "source_funds", "is", "prior_years", "只能用历年真题"),
    ("当年的钱不能用", "source_funds", "is_not", "all", "当年的发票不能用"),
    ("余额要超过1000元才能用", "floor", "is", "1000.00", "余额要超过1000元才能贷款"),
    ("余额低于1000元就不能用", "floor", "is", "1000.00", "余额低于1000元就不能贷款"),
    ("余额没有门槛，都可以用", "floor", "is", "0.00", "余额没有密码，都可以用"),
    ("余额要超过2,000元才能绑定", "opening_balance", "is", "2000.00", "余额要超过2,000元才能退休"),
    ("先扣本人账户，不够的部分再扣共济账户", "own_account_rule", "is", "first", "先扣本人工资，不够的部分再扣共济账户"),
    ("先扣共济账户余额", "own_account_rule", "is", "shared_first", "先扣银行账户余额"),
    ("本人账户没钱了才能用家人的", "own_account_rule", "is", "only_if_zero", "本人账户没钱了才能用现金"),
    ("按余额多的先扣", "sponsor_order_rule", "is", "balance_desc", "按年纪大的先扣"),
    ("后绑定的先扣", "sponsor_order_rule", "is", "bind_desc", "后参保的先扣"),
    ("按绑定先后扣", "sponsor_order_rule", "is", "bind_asc", "按参保先后扣"),
    ("按绑定时排好的顺位扣款", "sponsor_order_rule", "is", "rank", "按绑定时排好的队伍扣款"),
    ("结算时自己选谁付", "sponsor_order_rule", "is", "manual", "结算时自己选医生"),
    ("扣款顺序可以自己设置", "order_set_by", "is_not", "region", "扣款金额可以自己设置"),
    ("一次结算只能用一个人的账户", "sponsors_per_settlement", "is", "one", "一次结算只能用一个医保码"),
    ("一次可以由几个人付", "sponsors_per_settlement", "is", "many", "一次可以由几个医院付"),
    ("付款时要再刷一次卡", "confirm_mode", "is", "reswipe", "付款时要再刷一次脸"),
    ("结算时自动扣款，不用确认", "confirm_mode", "is", "auto", "结算时自动打印，不用确认"),
    ("5分钟内再刷一次", "confirm_mode", "is", "reswipe", "5分钟内再排一次"),
    ("每次最多共济500元", "limits", "is", "500.00", "每次最多共济500毫升"),
    ("每天共济不超过2000元", "limits", "is", "2000.00", "每天共济不超过2000步"),
    ("每月共济限额2000元", "limits", "is", "2000.00", "每月工资2000元"),
    ("每年最多支付5000元", "limits", "is", "5000.00", "每年最多支付5000人"),
    ("没有限额", "limits", "is", {}, "没有限行"),
    ("退费原路退回原账户", "refund_rule", "is", "original_payers", "退费原路退回医院"),
    ("零星报销不能用共济", "manual_claim_supported", "is_not", True, "零星采购不能用共济"),
    ("自费药也可以用", "eligible_cost_classes", "has", ["excluded"], "进口药也可以用"),
    ("可以跨省使用", "territory", "has", "nation", "可以跨国使用"),
    ("全省通用", "territory", "is", "province", "全省停用"),
    ("只能在同一个统筹区参保", "territory", "is", "same_area", "只能在同一个医院参保"),
    ("必须在同一省份", "territory", "is", "province", "必须在同一单位"),
    ("不能用于体检", "uses", "lacks", ["checkup"], "不能用于理发"),
    ("住院费用可以用共济", "uses", "has", ["inpatient"], "搬家费用可以用共济"),
    ("可以给家人缴居民医保", "uses", "has", ["resident_premium"], "可以给家人缴水电费"),
    ("不能取现", "forbidden_uses", "has", ["cash"], "不能取药"),
    ("只能在定点医院使用", "designated_only", "is", True, "只能在三级医院使用"),
    ("看病要用本人的医保码", "own_credential_only", "is", True, "看病要用本人的手机"),
    ("不能用家人的医保卡看病", "own_credential_only", "is", True, "不能用家人的手机看病"),
    ("代买药要带双方的身份证", "agent_papers_required", "is", True, "代买药要带双方的户口"),
    ("双方都要激活医保电子凭证", "e_voucher_required", "is", "both", "双方都要激活银行卡"),
    ("二档没有个人账户", "account_tiers", "lacks", [2], "二档没有门诊统筹"),
    ("医保年度从7月1日开始", "benefit_year_start", "is", "07-01", "会计年度从7月1日开始"),
    ("2024年居民医保缴费标准为380元", "premium_amount", "is", OF_2024, "居民医保缴费标准为380元"),
    ("医保钱包还没有开通", "wallet_open", "is_not", True, "医保窗口还没有开通"),
    ("每天3笔", "wallet_daily_count", "is", 3, "每天3元"),
    ("每笔不超过2000元", "wallet_transfer_ceiling", "is", "2000.00", "每笔不少于2000元"),
    ("医保钱包不收手续费", "wallet_fee", "is", "0.00", "银行卡不收手续费"),
    ("医保钱包22:00至次日06:00停用", "wallet_hours", "is", NIGHT, "医院22:00至次日06:00停用"),
    ("职工医保的门诊起付线是1800元", "deductible", "has", "1800.00", "商业保险的门诊起付线是1800元"),
    ("居民住院封顶线为250000元", "fund_ceiling", "has", "250000.00", "商业保险住院封顶线为250000元"),
    ("职工门诊报销比例为55%", "fund_ratio", "has", "55%", "门诊满意比例为55%"),
]  # fmt: skip


def understood(text: str) -> Text:
    return read(text, NAMES)


def keys_of(text: str) -> list[str]:
    return [reading.said[0].key for reading in understood(text).readings]


def gold(name: str) -> list[str]:
    return (GOLD / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize(("text", "key", "comparison", "value", "near"), SAID, ids=[said[0] for said in SAID])
def test_a_sentence_claims_what_it_says_and_nothing_near_it(
    text: str, key: str, comparison: str, value: Any, near: str
) -> None:
    reading, *_ = understood(text).readings
    (said,) = reading.said
    wanted = value if isinstance(value, list) or comparison not in ("has", "lacks") else [value]
    got = said.value if isinstance(said.value, list) or comparison not in ("has", "lacks") else [said.value]
    assert (said.key, said.comparison, got) == (key, comparison, wanted)
    assert understood(text).unread == ()
    assert key not in keys_of(near)


def test_every_value_is_one_the_rule_may_have() -> None:
    for text, *_ in SAID:
        for reading in understood(text).readings:
            for said in reading.said:
                read_value(said.key, Comparison(said.comparison), said.value, said.item)


def test_every_rule_and_every_concept_a_frame_names_exists() -> None:
    numbers = {unit for units in LEXICON.units.values() for unit in units}
    known = LEXICON.concepts | numbers | {"date", "month_day", "clock", "article", "duration", "place"}
    known |= {name for senses in LEXICON.phrases.values() for each in senses for name in _members(each)}
    for frame in FRAMES:
        assert frame.form.topic or frame.form.rule in BY_KEY
        named = {*frozenset().union(*frame.needs), *frame.form.may.split(), *frame.unless, *frame.takes}
        assert named <= known, (frame.key, named - known)
    assert LEXICON.passes <= known
    assert LEXICON.blocks <= known
    assert LEXICON.carries <= known


def _members(sense: Any) -> list[str]:
    return [f"{sense.concept}.{member}" for member in sense.members]


@pytest.mark.parametrize(
    ("name", "least"),
    [("sentences.txt", 9_000), ("other_words.txt", 9_000), ("everyday.txt", 7_500), ("not_rules.txt", 0)],
)
def test_the_gold_files_are_read_without_one_wrong_reading(name: str, least: int) -> None:
    day = day_in(gold(name))
    assert day is not None
    found = list(score(BOOK, gold(name), day))
    outcomes = [each.outcome for each in found]
    right, missed = outcomes.count(Outcome.RIGHT), outcomes.count(Outcome.MISSED)
    assert [each for each in found if each.outcome is Outcome.WRONG] == []
    assert 10_000 * right >= least * (right + missed)


@pytest.mark.parametrize("needs", ["share|bind|use", "kin|family", "must|may|no", "purpose"])
def test_a_catch_all_frame_turns_the_gold_file_red(needs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that passes over what it does not know reads traps as something they do not say."""
    of_one_rule = next(frame for frame in FRAMES if frame.key == "uses")
    every = LEXICON.concepts | {"place", "unknown", *(unit for units in LEXICON.units.values() for unit in units)}
    loose = Frame(
        form=msgspec.structs.replace(of_one_rule.form, needs=needs, takes="", value=["inpatient"], no="either"),
        needs=(frozenset(needs.split("|")),),
        allowed=every | {"duration"},
        unless=frozenset(),
        takes=(),
    )
    monkeypatch.setattr(readings, "FRAMES", (*FRAMES, loose))
    day = day_in(gold("sentences.txt"))
    assert day is not None
    assert Outcome.WRONG in {each.outcome for each in score(BOOK, gold("sentences.txt"), day)}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("亲情账户可以用家人的钱", {"max_members", "uses"}),
        ("共济可以付住院押金", {"uses"}),
        ("共济的钱算进自己的起付线", {"deductible"}),
        ("家人跨省看病可以用共济的钱", {"territory"}),
        ("医保钱包一天最多转3次，每次最多2000元", {"limits"}),
        ("断缴以后要等3个月才能报销", {"min_bound_days"}),
        ("余额要1000元以上才能共济", {"opening_balance"}),
        ("儿媳、女婿不属于近亲属", {"relations_allowed"}),
        ("共济账户可以支付住院期间的陪护费", {"uses"}),
        ("解绑后钱会退回授权人的账户", {"refund_rule"}),
        ("最多绑定7人（含授权人本人）", {"max_members"}),
        ("多数地区可绑定1—6人", {"max_members"}),
        ("以前可以绑定配偶的父母", {"relations_allowed"}),
        ("将逐步扩大到兄弟姐妹", {"relations_allowed"}),
        ("绑定人数多少人", {"max_members"}),
        ("火星市最多绑定6人", {"max_members"}),
    ],
)
def test_traps(text: str, never: set[str]) -> None:
    assert not never & set(keys_of(text))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("每天3笔、每笔不超过2000元", ["wallet_daily_count", "wallet_transfer_ceiling"]),
        ("最多绑定6人，兄弟姐妹不能绑定；可以跨省使用", ["max_members", "relations_allowed", "territory"]),
        ("医保家庭共济最多可以绑定六个人。", ["max_members"]),
        ("配偶、父母、子女都可以绑定", ["relations_allowed"]),
        ("先用自己的钱，不够再用家人的", ["own_account_rule"]),
    ],
)
def test_clauses_are_read_together_only_where_one_alone_says_nothing(text: str, keys: list[str]) -> None:
    assert keys_of(text) == keys
    assert understood(text).unread == ()


def test_what_cannot_be_read_is_handed_back_part_by_part() -> None:
    found = understood("最多绑定6人，绑定送鸡蛋，今天天气好，建议咨询当地医保部门")
    assert len(found.readings) == 1
    assert [(each.text, each.no_rule) for each in found.unread] == [
        ("绑定送鸡蛋", False),
        ("今天天气好", False),
        ("建议咨询当地医保部门", True),
    ]


def test_lists_of_relatives_are_read_whole() -> None:
    for text in ("近亲属可以绑定", "配偶、父母、子女、兄弟姐妹、祖父母外祖父母、孙子女外孙子女可以绑定"):
        (reading,) = understood(text).readings
        assert reading.said[0].value == EIGHT
    (reading,) = understood("配偶父母子女可以绑定").readings
    assert reading.said[0].value == ["child", "parent", "spouse"]
    (reading,) = understood("仅限配偶、父母、子女（含配偶的父母）").readings
    assert reading.said[0].value == ["child", "parent", "spouse", "spouse_parent"]


def test_only_these_and_the_like_has_two_meanings() -> None:
    (reading,) = understood("成员仅限父母、配偶、子女等近亲属").readings
    assert [said.comparison for said in reading.said] == ["has", "is"]


def test_places_days_and_how_many_regions() -> None:
    told = understood("北京、上海最多绑定4人，广东支持6人").readings
    assert [(each.places, each.said[0].value) for each in told] == [(("110000", "310000"), 4), (("440000",), 6)]
    (some,) = understood("有的地方允许绑定兄弟姐妹").readings
    assert some.some
    (dated,) = understood("兄弟姐妹从2024年12月起都能绑").readings
    assert (str(dated.first), str(dated.last), dated.since) == ("2024-12-01", "2024-12-31", True)
    (asked,) = understood("岳父岳母能不能绑").readings
    assert asked.question


def test_a_place_nobody_knows_is_not_taken_for_everywhere() -> None:
    assert understood("火星市最多绑定6人").readings == ()


def test_across_provinces_depends_on_the_wallet_too() -> None:
    for text in ("可以跨省使用", "不能跨省使用"):
        (reading,) = understood(text).readings
        assert (reading.said[0].key, reading.said[0].condition) == ("territory", "wallet_open")


def test_the_wallet_is_remarked_on_only_where_it_is_not_named() -> None:
    for text, note in (("每天3笔", "wallet_limit"), ("医保钱包每天3笔", "")):
        (reading,) = understood(text).readings
        assert reading.said[0].note == note


def test_numbers() -> None:
    read_as = {
        "6": 6,
        "十": 10,
        "六": 6,
        "两": 2,
        "二十": 20,
        "二十一": 21,
        "一百二十": 120,
        "1,000": 1000,
        "2万": 20_000,
        "1.5万": 15_000,
        "1.5": None,
        "十十": None,
        "百": None,
    }
    assert {text: whole_number(text) for text in read_as} == read_as
    written = ["1000.00", "1000.50", "0.25", None, "20000.00"]
    assert [yuan_written(text) for text in ("1000", "1,000.5", "0.25", "1.234", "2万")] == written


def test_values_in_the_words_of_the_screen() -> None:
    assert written_value("max_members", "6 人") == 6
    assert written_value("max_members", "不限") == "unlimited"
    assert written_value("floor", "1000 元") == "1000.00"
    assert written_value("consent_mode", "双方都要同意") == "both"
    assert written_value("relations_allowed", "配偶、祖父母、外祖父母") == ["spouse", "grandparent"]
    assert written_value("wallet_open", "已开通") is True
    assert written_value("consent_mode", "看情况") is None
