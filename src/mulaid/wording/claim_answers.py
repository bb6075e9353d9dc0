"""What is answered to a claim: the claim put plainly, where it holds and where not, and what cannot be checked."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from mulaid.wording.amounts import minute_text, percent_text
from mulaid.wording.book import from_text, qualified_name
from mulaid.wording.notices import CHANNELS, penalty_said
from mulaid.wording.rules import RULE_UNITS, UNKNOWN_TEXT, value_text

STATEMENTS = "要查的说法，一句一个参数，要加引号；也可以是算式"
FILE = "从文件里读说法，一行一句，# 开头的行不读"
RULE = "不写整句话，只查这一条规则：编号（如 P03）、代码或中文名"
IS = "规则的内容是这个；照政策文件或照屏幕上显示的中文写"
IS_NOT = "规则的内容不是这个"
HAS = "规则的内容包括这个"
LACKS = "规则的内容不包括这个"
AT_MOST = "不超过这个数"
AT_LEAST = "不少于这个数"
REGIONS = "只查这个地区，可以给多次；不写就查政策册里的全部地区。句子里写了地区的，只查那里"
ON_DAY = "只看这一天；不写就按今天数，再列出全部日子。句子里写了日子的，按那天"
GOLD = "拿一份标准答案来量：每行一句话、一个制表符和它应有的读法；逐条说读对、读错、漏读还是该不读"

NOTHING_ASKED = "没有写要查的说法。请写一句话，例如 mulaid policy check-claim 最多绑定6人，或写 --rule 和 --is。"
GOLD_ALONE = "--gold 只和 --on、--policies、--strict、--json 一起写。"
ONE_COMPARISON = "写了 --rule，就要在 --is、--is-not、--has、--lacks、--at-most、--at-least 里写一个，也只能写一个。"

_TRUTHS = {
    "holds": "成立",
    "fails": "不成立",
    "person": "要看是什么人、在哪里看病",
    "unknown": "不知道",
    "absent": "没有写过",
}
_COMPARED = {
    "is": "",
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
_UNLISTED = {"random": "随机扣"}
"""Values people speak of that no region has."""
_TOPICS = {
    "mutual_binding": "要互相绑定",
    "code_link": "亲情账户付钱",
    "newborn": "新生儿怎么用",
    "insured_required": "双方都要参保",
    "care_territory": "在哪里看病能用",
    "limit_setter": "限额由谁定",
    "premium_flow": "保费怎么交",
    "transfer_minimum": "每次划拨的下限",
    "deductible_counts": "共济的钱算不算进起付线",
    "deposit": "住院押金",
    "waiting_period": "断缴以后的等待期",
}
_ASKED_BACK = {
    "outland": (
        "“外地”有三个意思：参保在本省别的地方（看共济地域）、参保在外省（只能用医保钱包）、到外地看病（另看）。"
        "请写清楚是哪一个。"
    ),
    "reimburse": "“报销”是统筹基金付的部分，个人账户只付病人自己出的部分。请写清楚问的是哪一部分。",
}
BOTH_MEANT = "这句话有两个意思，都查："
UNCLEAR = "句子里的说法没有定义，所以不能说成立，也不能说不成立。"
NO_RULE_PART = "不是一条规则，查不了"
SOME_HOLD = "有的地方是这样"
SOME_FAIL = "没有一个地方是这样"
SOME_UNKNOWN = "有没有地方是这样，没有人知道"
CONDITION = "还要看："
TODAY = "今天"


def truth_text(truth: str) -> str:
    """Holds, does not, unknown, or not spoken of."""
    return _TRUTHS[truth]


def note_text(note: str) -> str:
    """A remark that belongs to a wording."""
    return _NOTES[note]


def claim_text(key: str, comparison: str, value: Any, qualifier: Sequence[str] = (), item: str = "") -> str:
    """A claim put plainly: "绑定人数：6 人", "亲属范围：不包括兄弟姐妹".

    A denied value stands in quotation marks, so that no "not" runs into another; a denied yes is a no.
    """
    if comparison in ("is", "is_not") and isinstance(value, bool):
        return f"{qualified_name(key, qualifier)}：{value_text(key, value is (comparison == 'is'))}"
    if comparison == "is_not":
        return f"{qualified_name(key, qualifier)}：不是“{_shown(key, value, item)}”"
    shown = _shown(key, value, item)
    compared = _COMPARED[comparison]
    gap = " " if compared and shown[:1].isascii() else ""
    return f"{qualified_name(key, qualifier)}：{compared}{gap}{shown}"


def _shown(key: str, value: Any, item: str) -> str:
    """A claim's value in words: what people say of a rule may be no value that any region has."""
    if item:
        return value_text(key, {item: value})
    if word := getattr(value, "word", ""):
        return _UNLISTED.get(word, str(word))
    if RULE_UNITS[key] == "%" and isinstance(value, frozenset):
        return "、".join(percent_text(ratio) for ratio in sorted(value))
    if key == "channels":
        return "、".join(word for kind, word in CHANNELS.items() if kind in value)
    if key == "penalties":
        return penalty_said(value)
    if key == "wallet_hours" and len(value) == 1:
        return f"{minute_text(value[0])} 起停用"
    return value_text(key, value)


def answer_line(
    first: datetime.date, end: datetime.date | None, late: bool, places: str, shown: str, source: str
) -> str:
    """One stretch of days in some regions: what holds there and on whose word."""
    begins = from_text(first, late)
    days = f"{begins} 起" if end is None else f"{begins} 至 {end - datetime.timedelta(days=1)}"
    return f"{days}，{places}：{shown}。{source}"


def meanwhile_text(shown: str) -> str:
    """What mulaid goes by where nobody knows: never a fact."""
    return f"{UNKNOWN_TEXT}；本系统暂按 {shown} 办" if shown[:1].isascii() else f"{UNKNOWN_TEXT}；本系统暂按“{shown}”办"


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


def counts_line(
    holds: int,
    fails: int,
    person: int,
    unknown: int,
    meanwhile: Sequence[tuple[str, int]],
    *,
    day: datetime.date | None,
) -> str:
    """The four counts every answer over several regions begins with, on a day or today: by sources, and without."""
    people = f"，{person} 个要看人" if person else ""
    used = "、".join(f"“{shown}”办（{number} 个）" for shown, number in meanwhile)
    ours = f"本系统暂按{used}" if used else "本系统也没有暂按的办法（0 个）"
    return f"{day or TODAY}：{holds} 个地区有据成立，{fails} 个不成立{people}，{unknown} 个没有人知道，{ours}。"


def one_place_line(name: str, truth: str, meanwhile: str, *, day: datetime.date | None) -> str:
    """The answer for one region: there is nothing to count."""
    told = _ONE_PLACE[truth]
    when = f"{day or TODAY}，{name}：{told}"
    return f"{when}，本系统暂按“{meanwhile}”办。" if meanwhile else f"{when}。"


_ONE_PLACE = {
    "holds": "有据成立",
    "fails": "有据不成立",
    "person": "要看是什么人、在哪里看病，不能一概说成立",
    "unknown": "没有人知道",
    "absent": "没有人知道",
}


def topic_text(topic: str) -> str:
    """Something people speak of that the book has no rule for."""
    return _TOPICS[topic]


def no_rule_line(topic: str) -> str:
    """What is said where the book has no rule."""
    return f"{_TOPICS[topic]}：政策册里还没有这条规则，不能说成立，也不能说不成立。"


def no_value_line(rule: str) -> str:
    """What is said where the rule is understood and the value is none the book could hold."""
    return f"{rule}：说的内容政策册里写不出来，不能说成立，也不能说不成立。"


def settled_line(topic: str, number: str, resolution: str, *, agreed: bool) -> str:
    """A topic that a contradiction of the book settles: it is not so; `agreed` where that is what was said."""
    told = f"不是“{_TOPICS[topic]}”：说得对" if agreed else f"{_TOPICS[topic]}：不成立，没有可靠来源这样说"
    return f"{told}。{number}：{resolution}"


def asked_back_line(question: str) -> str:
    """What has to be said first."""
    return _ASKED_BACK[question]


def no_rule_part(part: str) -> str:
    """A part that states no rule."""
    return f"“{part}”：{NO_RULE_PART}。"


_OUTCOMES = {"right": "读对", "wrong": "读错", "missed": "漏读", "abstained": "该不读"}


def scored_line(outcome: str, sentence: str, expected: str, read: str) -> str:
    """One clause of a gold file with what the reader made of it."""
    made = f"；读成：{read}" if read and outcome != "right" else ""
    return f"{_OUTCOMES[outcome]}｜{sentence}｜{expected or '没有人说过这个'}{made}"


def score_line(right: int, wrong: int, missed: int, abstained: int) -> str:
    """The totals of a gold file."""
    tried = right + wrong + missed
    share = percent_text(10_000 * right // tried) if tried else "100%"
    counts = f"读对 {right}，读错 {wrong}，漏读 {missed}，该不读 {abstained}"
    return f"{counts}；读对的占 {share}（读对÷（读对＋读错＋漏读））。"
