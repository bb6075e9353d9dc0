"""What a review of the policy book found, and how to put it right. Both are sentences with their full stops."""

from collections.abc import Callable, Mapping
from typing import Any

from mulaid.wording.amounts import day_text, percent_text, yuan_text
from mulaid.wording.kinship import scheme_name
from mulaid.wording.rules import RULE_NAMES, value_text

REVIEW = """检查政策册：有没有缺来源、抄来的、前后矛盾、数目不对或很久没有核对的地方。

没有要改的退出码是 0，有要改的是 1，读不了是 2。"""
STALE_AFTER = "超过多少天没有核对就报出来"
STALE_ON = "按哪一天算有没有过期，例如 2026-11-22；不写就是今天"

FINDINGS: dict[str, tuple[str, str]] = {
    "not_a_region": ("这个区划归 {home} 统筹，单独的文件没有人用得到", "请把内容并进 {home} 的文件"),
    "name_twice": ("地区名称“{name}”和 {other} 的文件一样", "请核对 region 和 name，是不是从别的文件复制后没有改"),
    "stale": ("{checked_on}核对过以后，超过 {days} 天没有再核对", "请查有没有新的来源，再改 checked_on"),
    "source_unused": ("来源 {source} 没有一条引用", "请在用到它的条目里写上，或删掉它"),
    "source_twice": ("来源 {source} 和 {other} 的标题、地址、日期都一样", "请留一个，引用也改成它"),
    "says_copied": ("同一句话出现在 {regions}", "请照各地自己的来源重新写，来源没有说的就删掉"),
    "days_not_rising": ("{day}的写在了{before}的后面", "请按日期先后排好"),
    "says_nothing": ("says 没有说出什么", "请用一句话写出来源说了什么"),
    "text_long": ("{field} 有 {characters} 个字，超过 {most} 个字", "请改短，只说这一条"),
    "text_many_sentences": ("{field} 不止一句话", "请改成一句话"),
    "says_is_quote": ("says 照抄了原文", "请在 says 里换成自己的话，原文留在 quote 里"),
    "assumption_in_region": ("地区文件里写了本系统自己的约定", "请换成有来源的值；没有来源就写 unknown 和原因"),
    "cited_twice": ("同一个来源写了两次", "请在 also 里删掉重复的"),
    "better_source_last": ("更可靠的来源 {source} 排在未经核实的来源后面", "请把它写进 source，原来的移到 also"),
    "published_after_check": (
        "来源发布于{published}，比最后核对的{checked_on}还晚",
        "请核对来源的日期；日期没错就改 checked_on",
    ),
    "redundant": ("不写这一条，也会沿用同样的值，来源是 {source}", "请删掉这一条，或换成当地自己的、更可靠的来源"),
    "maybe_certain": ("有的词既写在 value 里，又写在 maybe 里", "请只留一处"),
    "at_least_known": ("已经写了 value，又写了 at_least", "请删掉 at_least"),
    "implausible": ("写的是 {number}，常见的在 {least} 到 {most} 之间", "请核对小数点、单位和来源"),
    "premium_year": ("从 {begins} 年开始收的，写成了 {year} 年度的保费", "请核对 from 和 year"),
    "span_reversed": ("第 {article} 条的下限比上限还大", "请把两个数对调，或照法条改正"),
    "retired_worse": ("其他条件一样，退休人员的待遇比在职的还差", "请核对两行有没有写反"),
    "level_reversed": ("其他条件一样，低级别医院的待遇比高级别的还差", "请核对两行的级别有没有写反"),
    "row_unreached": (
        "第 {row} 行永远用不到，前面的第 {earlier} 行已经包括了它",
        "请把条件多的行移到前面，或删掉多余的行",
    ),
    "deductible_above_ceiling": ("起付线 {number} 不低于封顶线 {most}", "请核对两个数有没有写错位置"),
    "scope_without_words": (
        "来源 {source} 写了管到哪里，没有写是哪句话说的",
        "请在 scope 里写上原文里的话；没有这句话，就删掉 regions、mechanisms 等",
    ),
    "region_not_covered": (
        "来源 {source} 说的不是{place}",
        "请换成说这里的来源；它写明包括这里的，补上 regions 和 scope",
    ),
    "mechanism_not_covered": (
        "来源 {sources} 没有说到{mechanisms}",
        "请删掉它没有说的；它说到了的，补上 mechanisms 和 scope；只对医保钱包成立的，加上 mechanism",
    ),
    "scheme_not_covered": ("来源 {source} 说的不是{scheme}", "请换成说这种医保的来源，或改成 unknown"),
    "day_not_covered": ("来源 {source} 没有说到{day}", "请把日期改在它说的范围里，以后的写成 unknown 和原因"),
    "copied_from_above": (
        "来源 {sources} 说的是{above}，没有单独说这里",
        "请删掉这一条，写进{above}的文件；当地有自己的来源就换上",
    ),
    "known_false": ("{claim}", "{remedy}"),
}
"""What each code of a review means, and the remedy."""

KNOWN_FALSE: dict[str, tuple[str, str]] = {
    "paper_34": (
        "国务院办公厅 2024 年的文件是国办发〔2024〕38号，“34号”没有依据",
        "请改成 38号，并查一查这个来源的其他说法",
    ),
    "spouse_parents": (
        "近亲属不包括配偶的父母，全国扩大到近亲属以后不能再写",
        "请从亲属范围里删掉；更早的规定写在 2024 年 12 月 9 日以前",
    ),
    "wallet_limit": (
        "每天 3 笔、每笔 2000 元是医保钱包转账的限额，不是共济付款的限额",
        "请改写到“钱包每日笔数”和“钱包单笔上限”",
    ),
    "code_link_count": (
        "亲情账户只是帮家人出示医保码，它的人数和次数不是共济的",
        "请删掉这一条，或换成说家庭共济的来源",
    ),
    "code_link_channel": (
        "亲情账户只是帮家人出示医保码，不能办家庭共济",
        "请加上 misleading = true，或在 note 里说明它和共济的关系",
    ),
    "suspension_months": (
        "第 41 条的暂停联网结算是 3 到 12 个月",
        "请照条例改正",
    ),
    "wallet_everywhere": (
        "开通医保钱包的 337 个统筹区属于 30 个省份和兵团，不是全国每一个",
        "请照各地自己的来源写，没有来源的写成不知道",
    ),
    "inpatient_only": (
        "职工医保的门诊费用也能报销，不是只报住院",
        "请照当地的门诊待遇改正，或删掉这句话",
    ),
}
"""What is false about each known false claim, and the remedy."""

_COUNTED: dict[str, Callable[[int], str]] = {"money": yuan_text, "ratio": percent_text, "count": str}


def finding_sentences(code: str, details: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and the remedy. Raises `KeyError` for a code that is none."""
    told = {name: _told(name, value, details.get("counted", "money")) for name, value in details.items()}
    if code == "known_false":
        told["claim"], told["remedy"] = KNOWN_FALSE[details["claim"]]
    wrong, remedy = (part.format_map(told) for part in FINDINGS[code])
    return f"{wrong}。", f"{remedy}。"


def finding_line(file: str, line: int, place: str, rule: str, text: str, remedy: str) -> str:
    """One finding as a line for people."""
    where = " ".join(part for part in (place, RULE_NAMES.get(rule, "")) if part)
    return f"{file} 第 {line} 行{f'（{where}）' if where else ''}：{text}{remedy}"


def review_tally(regions: int, values: int, unknown: int, findings: int) -> str:
    """What was looked through, and how much was found."""
    found = f"要改的有 {findings} 处" if findings else "没有要改的地方"
    return f"看了 {regions} 个地区：{values} 条有值，{unknown} 条写明不知道；{found}。"


def _told(name: str, value: Any, counted: str) -> str:
    if name in ("number", "least", "most") and isinstance(value, int):
        return _COUNTED[counted](value)
    if name in ("day", "before", "published", "checked_on"):
        return day_text(value)
    if name == "scheme":
        return scheme_name(value)
    if name == "mechanisms":
        value = [value_text("mechanisms", frozenset([word])) for word in value]
    return "、".join(value) if isinstance(value, list) else str(value)
