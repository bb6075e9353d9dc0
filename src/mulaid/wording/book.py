"""The policy book as people read it: what holds, who says so, and why it is or is not known."""

import datetime
from collections.abc import Iterable, Sequence

from mulaid.wording.amounts import day_text
from mulaid.wording.kinship import mechanism_name, scheme_name, use_name
from mulaid.wording.rules import RULE_NAMES, rule_name, tier_name, value_text
from mulaid.wording.values import UNKNOWN_TEXT

RULES_ASKED = "规则的编号（如 P03）、代码或中文名；不写就是全部"
RULE_ASKED = "规则的编号（如 P03）、代码或中文名"
STRICT = "把未经核实的来源和本系统的约定都当作不知道"

OTHER_DAY = "后面的地区看哪一天；不写就和前面同一天"
NOTHING_TO_COMPARE = "只写了一个地区和一天，没有可比的。请再写一个地区，或用 --and 写另一天。"
ONE_REGION = "只看这个地区，一条一条列出来；不写就看全部地区"

SHOW_COLUMNS = ("规则", "内容", "从哪天起", "出处")
TIMELINE_COLUMNS = ("规则", "时间", "内容", "出处")
COVERAGE_COLUMNS = ("地区", "有值", "沿用", "不知道", "没写", "A", "B", "C", "约定", "条目")
LOCAL_COLUMN, LOCAL_AFTER = "本局", 5
"""What a bureau says itself has a column where there is any, behind so many others."""
COVERED_COLUMNS = ("规则", "状况", "来源", "沿用谁的", "条目")
EVENT_COLUMNS = ("哪天", "哪里", "发生了什么", "出处")
EVENTS_HEADING = "大事："
TOTAL = "合计"
ABSENT_TEXT = "没有写过"
STATUSES = {"value": "有值", "inherited": "沿用", "unknown": "不知道", "absent": "没写"}
COVERAGE_LEGEND = (
    "有值：本地文件写了值；沿用：用省里或全国的值；不知道：写明没人知道；没写：哪一级都没写。",
    "一条规则分几种情形的，知道一种就算知道。",
    "A 官方来源，B 媒体或转载，C 未经核实，约定是本系统自己定的：知道的规则各靠哪一级来源。条目是本地文件写了几条。",
)

_DOUBTS = {
    "changing": "这段时间可能已经改了，哪天改的没有查清",
    "strict": "只有未经核实的来源或本系统的约定，严格看不算数",
}
_VERDICTS = {
    "holds": "用的就是这一条",
    "strict": "本来用这一条，但严格看这个来源不算数",
    "may_hold": "那天可能已经开始了",
    "replaced": "已经由同一份文件里后来的一条代替",
    "later": "那天还没有开始",
    "nearer": "更近一级有规定，这一条不用",
    "neighbour": "来源未经核实，只管它自己的地区，这里不用",
}
_WANTED = {
    None: "要有一份来源，写进本地、省里或全国的政策文件。",
    "stated": "要有一份官方文件或媒体报道，把这件事写明。",
    "changing": "要查清下一条是从哪天开始的。",
    "strict": "要有一份官方文件或媒体报道，说的是同一件事。",
}
_GROUPS = {"outpatient": "门诊", "inpatient": "住院"}
_MECHANISMS = ("instant_draw", "pool", "wallet_transfer", "wallet_quota")


def heading(name: str, region: str, day: datetime.date) -> str:
    """Whose rules these are, and of which day."""
    return f"{place_name(name, region)}{day_text(day)}的规则"


def doubt_text(doubt: str | None, stated: str) -> str | None:
    """Why a value or part of it is not known: the entry's own reason, or what the book found; None when it is known."""
    return stated if doubt == "stated" else _DOUBTS[doubt] if doubt else None


def held_text(
    key: str, value: object, *, maybe: Iterable[object] = (), why: str | None = None, least: int = 0, counted: str = ""
) -> str:
    """A value with what is uncertain about it: "配偶、父母；可能还有子女（没有查清）", "不知道（至少 2 人）：没有写".

    `value` None is unknown; `why` is the reason; `counted` is how a number is counted, from `counted_text`.
    """
    if value is None:
        at_least = f"（至少 {value_text(key, least)}）" if least else ""
        return f"{UNKNOWN_TEXT}{at_least}：{why}" if why else UNKNOWN_TEXT + at_least
    text = value_text(key, value) + counted
    if uncertain := frozenset(maybe):
        return f"{text}；可能还有{value_text(key, uncertain)}（{why}）"
    return text


def counted_text(per: str, over: str) -> str:
    """What a deductible or a band of a ratio is counted over, where it is not what is usual."""
    return "（每次住院算一次）" if per == "admission" else "（分段按全年累计算）" if over == "year" else ""


def qualified_name(key: str, qualifier: Sequence[str]) -> str:
    """A rule with what it is told apart by: "报销比例（职工医保、住院）"."""
    if not qualifier:
        return rule_name(key)
    if qualifier[0] in _MECHANISMS:
        return f"{rule_name(key)}（{mechanism_name(qualifier[0])}）"
    scheme, *rest = qualifier
    words = [scheme_name(scheme), *(use_name(word) if key == "fund_ratio" else _GROUPS[word] for word in rest)]
    return f"{rule_name(key)}（{'、'.join(words)}）"


def topic_row(name: str) -> str:
    """The name of a topic, above its rules."""
    return f"【{name}】"


def names_text(names: Iterable[str]) -> str:
    """Several regions by name."""
    return "、".join(names)


def side_name(name: str, day: datetime.date) -> str:
    """One side of a comparison."""
    return f"{name} {day}"


def history_heading(name: str, region: str) -> str:
    """Whose history follows."""
    return f"{place_name(name, region)}的规则是怎么变的"


def time_text(first: datetime.date, end: datetime.date | None, no_later_than: bool) -> str:
    """The days something holds; `end` is the first day on which it does not."""
    begins = from_text(first, no_later_than)
    return f"{begins} 起" if end is None else f"{begins}\n至 {end - datetime.timedelta(days=1)}"


def changing_text(stated: str) -> str:
    """What held before a change of which only the latest possible day is known."""
    return f"{stated}；{_DOUBTS['changing']}"


def coverage_heading(day: datetime.date, rules: int) -> str:
    """What the table of coverage counts."""
    return f"{day_text(day)}，每个地区 {rules} 条规则各知道多少"


def why_lines(
    *,
    named: str,
    place: str,
    day: datetime.date,
    holds: str,
    doubt: str | None,
    known: bool,
    says: str,
    source: str,
    address: str = "",
    before: str,
    levels: Iterable[tuple[str, Sequence[str]]],
    disputes: Iterable[str],
) -> list[str]:
    """Why one rule is what it is, for people.

    `named` is the rule, `place` the region with its code, `holds` what holds (empty: no file says anything), `doubt`
    why it is not known, `says` what the `source` says, `address` how it is cited, `before` what it replaced; `levels`
    are the files of the chain, each with the lines about its entries; `disputes` the contradictions that touch the
    rule.
    """
    lines = [named, f"  {place}，{day_text(day)}：{holds or ABSENT_TEXT}"]
    if says:
        lines.append(f"  依据：{ended(says)}{source}")
    if address:
        lines.append(f"  {address}")
    if before:
        lines.append(f"  以前：{before}")
    if not known:
        lines.append(f"  怎样才能知道：{_WANTED[doubt]}")
    lines.append("  一级一级查过的：")
    for level, entries in levels:
        lines.append(f"    {level}" if entries else f"    {level}：{ABSENT_TEXT}")
        lines += [f"      {line}" for line in entries]
    if told := list(disputes):
        lines += ["  说法不一的地方：", *(f"    {line}" for line in told)]
    return lines


def looked_text(first: datetime.date, no_later_than: bool, said: str, source: str, quote: str, verdict: str) -> str:
    """One entry that was looked at, and what became of it."""
    quoted = f"原话“{quote}”。" if quote else ""
    return f"{from_text(first, no_later_than)} 起：{said}。{source}。{quoted}{verdict_text(verdict)}。"


def verdict_text(verdict: str) -> str:
    """What became of an entry that was looked at."""
    return _VERDICTS[verdict]


def wanted_text(doubt: str | None) -> str:
    """What it would take to know a rule that is not known."""
    return _WANTED[doubt]


def before_text(first: datetime.date, said: str) -> str:
    """What an entry replaced."""
    return f"{first} 起是“{said}”"


def dispute_text(number: str, about: str, resolution: str, source: str) -> str:
    """A contradiction between sources, and how the book resolves it on whose word."""
    return f"{number}：{ended(about)}处理：{ended(resolution)}{source}"


def event_day(day: datetime.date, approximate: bool) -> str:
    """The day of an event."""
    return f"约 {day}" if approximate else str(day)


def rule_title(name: str, number: str, key: str) -> str:
    """A rule by all three of its names."""
    return f"{name}（{number}，{key}）"


def place_name(name: str, region: str) -> str:
    """A region by name and code."""
    return f"{name}（{region}）"


EXPORT_FOLDER = "写到这个文件夹，没有就新建"
EXPORT_FORMAT = "只写 json，只写数据包（csv），还是两样都写"


def exported(files: Iterable[str], count: int, digest: str) -> str:
    """What was written where."""
    return f"写好了 {count} 条：{'、'.join(files)}。摘要 {digest}"


def source_text(title: str, tier: str) -> str:
    """The title of a source and how far it is trusted."""
    return f"{title}（{tier_name(tier)}）"


def from_text(first: datetime.date, no_later_than: bool) -> str:
    """The first day, told as the latest possible one where no more is known."""
    return f"最迟 {first}" if no_later_than else str(first)


def no_such_rule(text: str, near: Iterable[str]) -> str:
    """Not a rule's number, key or name."""
    return f"没有找到规则“{text}”。{_near(near)}规则可以写编号、代码或中文名，都列在 docs/policy-format.md 里。"


def no_such_region(text: str, near: Iterable[str]) -> str:
    """Neither a name nor a division."""
    return f"没有找到地区“{text}”。{_near(near)}请写六位区划代码，或政策册里的地区名称。"


def rule_words(numbers: Iterable[str]) -> list[str]:
    """Everything a rule can be called by."""
    return [*numbers, *RULE_NAMES, *RULE_NAMES.values()]


def ended(sentence: str) -> str:
    """A sentence with its full stop, whether it was written with one or not."""
    return sentence.rstrip("。") + "。"


def _near(near: Iterable[str]) -> str:
    words = "、".join(near)
    return f"相近的有：{words}。" if words else ""
