"""What is answered to a claim: the claim put plainly, where it holds and where not, and what cannot be checked."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from mulaid.wording.amounts import percent_text
from mulaid.wording.book import from_text, qualified_name
from mulaid.wording.rules import RULE_UNITS, value_text

STATEMENTS = "要查的说法，一句一个参数，要加引号；也可以是算式"
FILE = "从文件里读说法，一行一句，# 开头的行不读"
RULE = "不写整句话，只查这一条规则：编号（如 P03）、代码或中文名"
IS = "规则的内容是这个；照政策文件或照屏幕上显示的中文写"
IS_NOT = "规则的内容不是这个"
HAS = "规则的内容包括这个"
LACKS = "规则的内容不包括这个"
AT_MOST = "不超过这个数"
AT_LEAST = "不少于这个数"
REGIONS = "只查这个地区，可以给多次；不写就查政策册里的全部地区。句首写了地区的，只查那里"
ON_DAY = "只看这一天；不写就看全部日子"

NOTHING_ASKED = "没有写要查的说法。请写一句话，例如 mulaid policy check-claim 最多绑定6人，或写 --rule 和 --is。"
ONE_COMPARISON = "写了 --rule，就要在 --is、--is-not、--has、--lacks、--at-most、--at-least 里写一个，也只能写一个。"

_TRUTHS = {"holds": "成立", "fails": "不成立", "unknown": "不知道", "absent": "没有写过"}
_COMPARED = {
    "is": "",
    "is_not": "不是",
    "has": "包括",
    "lacks": "不包括",
    "at_most": "不超过",
    "at_least": "不少于",
}
_NOTES = {
    "wallet_limit": "这是医保钱包转账的限额，不是家庭共济付款的限额。",
    "wallet_only": "跨省只有医保钱包这一种办法，两边的参保地都开通了钱包才行，所以也查“钱包开通”。",
}
DISPUTES = "网上两种说法"


def truth_text(truth: str) -> str:
    """Holds, does not, unknown, or not spoken of."""
    return _TRUTHS[truth]


def note_text(note: str) -> str:
    """A remark that belongs to a wording."""
    return _NOTES[note]


def claim_text(key: str, comparison: str, value: Any, qualifier: Sequence[str] = (), item: str = "") -> str:
    """A claim put plainly: "绑定人数：6 人", "亲属范围：不包括兄弟姐妹"."""
    if item:
        shown = value_text(key, {item: value})
    elif RULE_UNITS[key] == "%" and isinstance(value, frozenset):
        shown = "、".join(percent_text(ratio) for ratio in sorted(value))
    else:
        shown = value_text(key, value)
    compared = _COMPARED[comparison]
    gap = " " if compared and shown[:1].isascii() else ""
    return f"{qualified_name(key, qualifier)}：{compared}{gap}{shown}"


def answer_line(
    first: datetime.date, end: datetime.date | None, late: bool, places: str, shown: str, source: str
) -> str:
    """One stretch of days in some regions: what holds there and on whose word."""
    begins = from_text(first, late)
    days = f"{begins} 起" if end is None else f"{begins} 至 {end - datetime.timedelta(days=1)}"
    return f"{days}，{places}：{shown}。{source}"


def places_text(names: Iterable[str], inheriting: int) -> str:
    """The regions of a stretch; those that follow the national rule are counted, not named."""
    named = "、".join(names)
    return f"{named}（照全国规定的还有 {inheriting} 个地区）" if inheriting else named


def known_false_line(wrong: str, source: str) -> str:
    """A statement known to be wrong, with what is right."""
    return f"说错了：{wrong}。{source}"


def paper_line(source: str, issuer: str) -> str:
    """A document that exists."""
    return f"有这份文件：{issuer}，{source}" if issuer else f"有这份文件：{source}"


def unmatched_line(part: str) -> str:
    """A part that cannot be read as a claim."""
    return f"“{part}”：读不懂，查不了。"


def rules_line(names: Iterable[str]) -> str:
    """What could be checked."""
    return f"能查的规则有：{'、'.join(names)}。也可以用 --rule 和 --is 写清楚。"


def unreadable_value(rule: str, text: str, known: Sequence[str]) -> str:
    """A value that a rule cannot have."""
    some = f"可以写的例如：{'；'.join(known)}。" if known else ""
    return f"规则“{rule}”的内容写“{text}”读不懂。{some}"
