"""Rules that inform, events and contradictions: how they are read, how they read to people, what is refused."""

import datetime
from typing import Any

import pytest

from mulaid.cli.citing import plain_value
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.wording.rules import value_text

DIVISIONS = 'whole = []\n[provinces]\n99 = "一省"\n'
SOURCES = '[[source]]\nid = "a"\ntitle = "来源"\ntier = "A"\n\n[[source]]\nid = "b"\ntitle = "来源"\ntier = "B"\n'
CITED = 'source = "a"\nsays = "某句话"\n'
APP = '{ kind = "app", name = "某平台", menu = "医保服务 → 家庭共济" }'

RIGHT: list[tuple[str, str, str, Any]] = [
    ("consent_age", "16", "16 岁", 16),
    ("premium_amount", '{ year = 2024, amount = "380.00" }', "2024 年度 380.00 元", {"year": 2024, "amount": 38_000}),
    ("premium_season", '{ opens = "09-01", closes = "12-31" }', "每年 9月1日 到 12月31日",
     {"opens": [9, 1], "closes": [12, 31]}),
    ("premium_season", '{ opens = "09-01", closes = "02-28" }', "每年 9月1日 到 第二年 2月28日",
     {"opens": [9, 1], "closes": [2, 28]}),
    ("premium_balance", '"whole_premium"', "要够缴全部保费", "whole_premium"),
    ("premium_balance", '"none"', "没有要求", "none"),
    ("clearing_cycle", '"monthly"', "每月一次", "monthly"),
    ("clearing_route", '"nation_then_province"', "国家统一清分，再由省市分级清算", "nation_then_province"),
    ("clearing_prepayment", "true", "是", True),
    ("wallet_return_by", '"06:00"', "第二天 06:00 前", 360),
    ("wallet_return_by", '"00:00"', "第二天 00:00 前", 0),
    ("wallet_pending_blocks", "false", "否", False),
    ("wallet_fee", '"0.00"', "0.00 元", 0),
    ("wallet_uses", '["resident_premium", "pharmacy"]', "药店买药、居民医保保费", ["pharmacy", "resident_premium"]),
    ("channels", f"[{APP}]", "某平台：医保服务 → 家庭共济",
     [{"kind": "app", "name": "某平台", "menu": "医保服务 → 家庭共济", "misleading": False, "note": ""}]),
    ("channels", '[{ kind = "wechat", name = "某医保", menu = "亲情账户", misleading = true, note = "只能出示码" }]',
     "微信 某医保：亲情账户（容易弄错）（只能出示码）",
     [{"kind": "wechat", "name": "某医保", "menu": "亲情账户", "misleading": True, "note": "只能出示码"}]),
    ("channels", '[{ kind = "hotline", name = "12393" }, { kind = "counter", name = "医保大厅" }]',
     "电话 12393；医保大厅",
     [{"kind": "hotline", "name": "12393", "menu": "", "misleading": False, "note": ""},
      {"kind": "counter", "name": "医保大厅", "menu": "", "misleading": False, "note": ""}]),
    ("account_credit", '[{ retired = false, ratio = "2%", of = "own_base" }, '
     '{ retired = true, ratio = "2.8%", of = "average_pension", year = 2022 }]',
     "未退休：本人缴费基数的 2%；退休：2022 年平均养老金的 2.8%",
     [{"retired": False, "ratio": 200, "of": "own_base", "less": 0},
      {"retired": True, "ratio": 280, "of": "average_pension", "year": 2022, "less": 0}]),
    ("account_credit", '[{ age_below = 70, amount = "100.00", per = "month", less = "3.00" }, '
     '{ amount = "1890.00", per = "year" }]',
     "不满 70 岁：每月 100.00 元，每次扣 3.00 元；其他情况：每年 1890.00 元",
     [{"age_below": 70, "amount": 10_000, "per": "month", "less": 300},
      {"amount": 189_000, "per": "year", "less": 0}]),
    ("account_credit", '[{ unknown = "没有写" }]', "不知道（没有写）", [{"unknown": "没有写", "less": 0}]),
    ("penalties", '[{ article = 41, conduct = "把卡借给别人", fine_from = 2, fine_upto = 5, '
     'suspend_from = 3, suspend_upto = 12, crime = true }]',
     "第 41 条：把卡借给别人，暂停联网结算 3 到 12 个月，按涉及的钱罚 2 到 5 倍，构成犯罪的追究刑事责任",
     [{"article": 41, "conduct": "把卡借给别人", "fine_from": 2, "fine_upto": 5, "suspend_from": 3,
       "suspend_upto": 12, "crime": True}]),
    ("penalties", '[{ article = 17, conduct = "代买药不带证件" }, { article = 40, conduct = "某事", fine_upto = 5 }]',
     "第 17 条：代买药不带证件；第 40 条：某事，按涉及的钱罚 最多 5 倍",
     [{"article": 17, "conduct": "代买药不带证件", "crime": False},
      {"article": 40, "conduct": "某事", "fine_upto": 5, "crime": False}]),
    ("penalties", "[]", "没有", []),
    ("channels", "[]", "没有", []),
]  # fmt: skip

WRONG = [
    ("consent_age", '"16"', "not_a_count"),
    ("premium_amount", '"380.00"', "not_a_table"),
    ("premium_amount", '{ year = 2024, amount = "380" }', "not_money"),
    ("premium_amount", "{ year = 2024, amount = 380.00 }", "not_money"),
    ("premium_amount", '{ year = 24, amount = "380.00" }', "invalid"),
    ("premium_amount", '{ amount = "380.00" }', "invalid"),
    ("premium_amount", '{ year = 2024, amount = "380.00", per = "year" }', "invalid"),
    ("premium_season", '{ opens = "09-01" }', "invalid"),
    ("premium_season", '{ opens = "09-31", closes = "12-31" }', "not_a_month_day"),
    ("premium_season", "{ opens = 2024-09-01, closes = 2024-12-31 }", "not_a_month_day"),
    ("premium_balance", '"half"', "not_a_choice"),
    ("clearing_cycle", '"yearly"', "not_a_choice"),
    ("clearing_route", '"city"', "not_a_choice"),
    ("clearing_prepayment", '"yes"', "not_a_flag"),
    ("wallet_return_by", '"24:00"', "not_an_hour"),
    ("wallet_return_by", "06:00:00", "not_an_hour"),
    ("wallet_fee", "0", "not_money"),
    ("wallet_uses", '["cash"]', "not_a_choice"),
    ("channels", APP, "not_a_list"),
    ("channels", '[{ kind = "fax", name = "某平台" }]', "bad_row"),
    ("channels", '[{ kind = "app" }]', "bad_row"),
    ("channels", '[{ kind = "app", name = "" }]', "bad_row"),
    ("channels", '["某平台"]', "bad_row"),
    ("account_credit", '{ ratio = "2%", of = "own_base" }', "not_a_list"),
    ("account_credit", '[{ ratio = "2%" }]', "credit_not_whole"),
    ("account_credit", '[{ amount = "100.00" }]', "credit_not_whole"),
    ("account_credit", '[{ amount = "none", per = "year" }]', "credit_not_whole"),
    ("account_credit", '[{ ratio = "2%", of = "own_base", per = "month" }]', "credit_not_whole"),
    ("account_credit", '[{ amount = "100.00", per = "month", year = 2022 }]', "credit_not_whole"),
    ("account_credit", '[{ amount = "2.00", per = "month", less = "3.00" }]', "credit_not_whole"),
    ("account_credit", '[{ ratio = "2%", of = "wage" }]', "bad_row"),
    ("account_credit", "[{ retired = true }]", "row_says_nothing"),
    ("account_credit", '[{ ratio = "2%", of = "own_base", unknown = "没有写" }]', "row_says_nothing"),
    ("penalties", '[{ article = "41", conduct = "某事" }]', "bad_row"),
    ("penalties", "[{ article = 41 }]", "bad_row"),
    ("penalties", '[{ article = 41, conduct = "某事", fine_from = 0 }]', "bad_row"),
    ("penalties", '[{ article = 41, conduct = "某事", months = 3 }]', "bad_row"),
]  # fmt: skip


def book(**files: str) -> Book:
    texts = {"divisions.toml": DIVISIONS, "sources/all.toml": SOURCES}
    return Book(texts | {f"{name}.toml": text for name, text in files.items()})


def stated(key: str, value: str) -> Entry:
    head = 'region = "990100"\nname = "某市"\nchecked_on = 2026-11-22\n\n'
    (entry,) = book(r990100=f"{head}[[{key}]]\nfrom = 2024-01-01\nvalue = {value}\n{CITED}").entries
    return entry


@pytest.mark.parametrize(("key", "written", "shown", "plain"), RIGHT)
def test_a_value_is_read_and_told(key: str, written: str, shown: str, plain: Any) -> None:
    value = stated(key, written).value
    assert value_text(key, value) == shown
    assert plain_value(value) == plain


@pytest.mark.parametrize(("key", "written", "reason"), WRONG)
def test_a_wrong_value_is_refused(key: str, written: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        stated(key, written)
    assert (caught.value.line, caught.value.reason) == (7, reason)
    assert caught.value.field == f"{key}[1].value"


EVENT = f"[[event]]\nday = 2024-12-09\n{CITED}"
CONTRADICTION = """[[contradiction]]
id = "C1"
about = "先用本人账户，还是先用家人的"
between = ["a", "b"]
rules = ["own_account_rule"]
resolution = "照来源 a 处理"
source = "a"
"""


def test_events_and_contradictions_are_read() -> None:
    whole = book(
        events=EVENT + EVENT.replace("[[event]]", '[[event]]\nregion = "990100"\napproximate = true\nalso = ["b"]'),
        contradictions=CONTRADICTION,
    )
    first, second = whole.events
    assert (first.day, first.region, first.source.id, first.line) == (datetime.date(2024, 12, 9), "000000", "a", 1)
    assert (second.region, second.approximate, second.also, second.line) == ("990100", True, ("b",), 5)
    (found,) = whole.contradictions
    assert (found.id, found.between, found.rules, found.source.id) == ("C1", ("a", "b"), ("own_account_rule",), "a")
    assert not book().events and not book().contradictions


@pytest.mark.parametrize(
    ("file", "text", "line", "field", "reason"),
    [
        ("events", EVENT.replace('"a"', '"x"'), 3, "event[1].source", "unknown_source"),
        ("events", EVENT + 'also = ["x"]\n', 5, "event[1].also", "unknown_source"),
        ("events", EVENT.replace("2024-12-09", '"2024-12-09"'), 2, "event[1].day", "not_a_day"),
        ("events", EVENT.replace("day = 2024-12-09\n", ""), 1, "event[1]", "invalid"),
        ("events", EVENT + 'region = "980100"\n', 5, "event[1].region", "unknown_division"),
        ("events", EVENT + 'region = "9901"\n', 5, "event[1].region", "invalid"),
        ("events", EVENT + "weather = 1\n", 1, "event[1]", "invalid"),
        ("events", EVENT.replace("[[event]]", "[[events]]"), 1, "events", "unknown_key"),
        ("events", "event = [1]\n", 1, "event", "not_an_array_of_tables"),
        ("contradictions", CONTRADICTION.replace('["a", "b"]', '["a", "x"]'), 4, "contradiction[1].between",
         "unknown_source"),
        ("contradictions", CONTRADICTION.replace("own_account", "account"), 5, "contradiction[1].rules",
         "unknown_rule"),
        ("contradictions", CONTRADICTION.replace('["a", "b"]', "[]"), 4, "contradiction[1].between", "empty"),
        ("contradictions", CONTRADICTION + CONTRADICTION, 9, "contradiction[2].id", "name_repeated"),
        ("contradictions", CONTRADICTION.replace('source = "a"\n', ""), 1, "contradiction[1]", "invalid"),
    ],
)  # fmt: skip
def test_wrong_events_and_contradictions(file: str, text: str, line: int, field: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        book(**{file: text})
    found = caught.value
    assert (found.file.name, found.line, found.field, found.reason) == (f"{file}.toml", line, field, reason)
