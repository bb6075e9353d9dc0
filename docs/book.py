"""The parts of the documents that are made from the policy book: its rules, its regions, the findings of a review."""

import re
from typing import Any

from tables import code, table

from mulaid.policy.book import Book
from mulaid.policy.entry import Tier
from mulaid.policy.law import AidRules, OwnPlan
from mulaid.policy.rules import MECHANISM, RULES, Rule
from mulaid.policy.shapes import Shape, ShapeFault
from mulaid.wording.review import FINDINGS, KNOWN_FALSE
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS

SHIPPED = [tier for tier in Tier if tier is not Tier.LOCAL]
"""The tiers of the shipped book: what a bureau says itself stands in files of its own."""
WRITTEN = {
    "limits": "表：`payment` `day` `month` `year` 是金额，`scope` 是 `member` 或 `all`",
    "premium_amount": '`{ year = 2024, amount = "380.00" }`',
    "premium_season": '`{ opens = "09-01", closes = "12-31" }`',
    "wallet_hours": '`{ closed_from = "22:00", closed_until = "06:00" }`',
    "wallet_return_by": '第二天的 `"06:00"`',
} | {key: "列表，见[只供查看的规则](#只供查看的规则)" for key in ("channels", "penalties")}
"""How values look whose shape cannot be learnt from its complaints."""


def rules_table() -> str:
    """Every rule, and which of them no decision asks for so far."""
    rows = []
    for rule in RULES:
        named = rule.number, f"`{rule.key}`", RULE_NAMES[rule.key], RULE_UNITS[rule.key]
        rows.append((*named, WRITTEN.get(rule.key) or _shape(rule.shape), _qualifiers(rule)))
    asked = {*AidRules.__struct_fields__, *OwnPlan.__struct_fields__, "benefit_year_start"}
    idle = code(rule.key for rule in RULES if rule.key not in asked)
    rules = table(("编号", "代码", "中文", "单位", "值", "限定"), rows)
    return f"{rules}\n\n只保存和显示、现在还没有用来结算的：{idle}。"


def _qualifiers(rule: Rule) -> str:
    return f"可以写 `{MECHANISM}`" if rule.sharing else code(rule.qualifiers)


def _shape(shape: Shape) -> str:
    """What a value looks like, learnt from how its shape complains about something else."""
    reason, detail = _complaint(shape, "\0")
    if reason == "not_a_list":
        return _list_shape(shape)
    if reason == "not_a_table":
        return _table_shape(shape)
    if reason == "not_a_choice":
        return f"其中一个：{code(_words(detail))}"
    if reason == "not_a_count":
        return "整数" + ("" if _complaint(shape, "unlimited")[0] else '，或 `"unlimited"`')
    return {"not_a_flag": "`true` 或 `false`", "not_money": '金额，`"128.50"`', "not_a_month_day": '`"07-01"`'}[reason]


def _list_shape(shape: Shape) -> str:
    reason, detail = _complaint(shape, ["\0"])
    if reason == "not_a_choice":
        return f"{'全部，按先后' if _complaint(shape, [])[0] else '若干个'}：{code(_words(detail))}"
    return "若干个整数" if reason == "not_a_count" else "若干行，见[各行](#各行)"


def _table_shape(shape: Shape) -> str:
    keys = _words(_complaint(shape, {"\0": "\0"})[1])
    return f"表：{code(keys)}，各是{_shape(lambda value: shape({keys[0]: value}))}"


def _complaint(shape: Shape, value: Any) -> tuple[str, str]:
    """Reason and detail of what is wrong with a value; two empty texts when nothing is."""
    try:
        shape(value)
    except ShapeFault as fault:
        return fault.reason, fault.detail
    return "", ""


def _words(detail: str) -> list[str]:
    return detail.rpartition(" / ")[2].split()


def regions() -> str:
    """Every file of the book: how much it says, how much of that is unknown, and how good its sources are."""
    book = Book.load()
    rows = []
    for region, head in sorted(book.regions.items()):
        entries = [entry for entry in book.entries if entry.region == region]
        unknown = sum(entry.wholly_unknown for entry in entries)
        partly = sum(bool(entry.unknown) for entry in entries) - unknown
        tiers = [sum(entry.source.tier is tier for entry in entries) or "" for tier in SHIPPED]
        rules = f"{len({entry.key for entry in entries})} / {len(RULES)}"
        rows.append((region, head.name, head.checked_on, rules, len(entries) - unknown, unknown, partly or "", *tiers))
    heads = (
        "代码",
        "名称",
        "核对到",
        "规则",
        "有值",
        "不知道",
        "部分不知道",
        *("约定" if tier is Tier.OWN else tier for tier in SHIPPED),
    )
    return table(heads, rows)


def reviews() -> str:
    """Every code of a review, claims known to be false one by one; what is filled in is shown as dots."""
    found = [*FINDINGS.items(), *(("known_false", told) for told in KNOWN_FALSE.values())]
    rows = [(f"`{name}`", *(re.sub(r"{\w+}", "…", part) for part in told)) for name, told in found]
    return table(("代码", "哪里不对", "怎么办"), (row for row in rows if row[1] != "…"))
