"""The policy book as pages: what the headings leave to be said."""

import datetime
from collections.abc import Iterable

from mulaid.wording.amounts import day_text
from mulaid.wording.values import UNKNOWN_TEXT

UNKNOWN = "还没有查清"
ABSENT = "没有写过"
OWN = "没有来源，是本系统自己定的"
COUNTED = {
    "A": "官方来源",
    "B": "媒体或转载",
    "C": "未经核实",
    "own": "本系统暂定，没有来源",
    "unknown": UNKNOWN,
    "absent": "哪一级都没有写",
}
TITLE = "政策册"
LEAD = "各地家庭共济的规则：每一条写着从哪天起、谁说的、可不可信、哪天查过。不知道的写不知道。"
SEARCH_LABEL = "地区、规则、一句话、文号"
SEARCH_HINT = "例如：绑定人数，配偶的父母也能绑吗，国办发 38 号。"
ASSUMED_NOTE = "本系统暂定的不算知道，也不能拿来说谁对谁错。"
INHERITED = "沿用"
FILE_OF_ITS_OWN = "有自己的一页"
LATER_EDITION = "以后改了，这个地址还是这一条的内容，会写明新的在哪里。"
OTHER_EDITION = "你拿来的地址写的是另一版政策册。下面是现在这一版里的同一条，内容可能不一样。"
NEVER_CHANGED = "从这一天起到现在，没有查到更新的说法。"
MAP_LEGEND = (
    "实底：有自己的值，或沿用省里的。",
    "粗框：沿用全国的。",
    "虚框加“？”：还没有查清。",
    "“—”：没有收录，或不适用（港澳台）。",
    "方格只表示大致方位，不是地图。",
)
NOT_IN_BOOK = "没有收录"
COMPARE_LEAD = "只列不一样的。谁说的不一样、内容一样的，算一样。"
COMPARE_FIRST = "先写两个地区，再点“比”。"
COMPARE_SAME = "这一组规则都一样。"
CALENDAR_LEAD = "哪天有规则开始、哪天有大事、缴费哪天截止。"
CALENDAR_EMPTY = "接下来一年没有查到什么事。"
SEASON_UNKNOWN = "居民医保缴费期是哪几天，这里还没有查清。"
MISSING_LEAD = "没有来源的规则，和知道它要有什么。你手里有文件，就能让这里少一条。"
MISSING_NONE = "这里的规则都有来源。"
CORRECT_TITLE = "这里写错了，或者我有文件"
CORRECT_LEAD = "写清楚哪个地方、哪一条、文件怎么说。两个人看过原文才算数，改了会写进政策册。"
CORRECT_PRIVACY = "不要写姓名、身份证号和电话。我们不需要知道你是谁。"
CORRECT_QUOTE = "请照抄原话，不要改写。"
CORRECT_WHERE = "文号、网址或文件名，写一样就行。"
QUOTE_ASKED, WHERE_ASKED = "文件里的原话", "文号、网址或文件名"
CORRECT_DONE = "收到了，谢谢"
CORRECT_CLOSED = "这一份政策册是给人看的副本，不能在这里送更正。"
DOWNLOAD_LEAD = "整本政策册，可以下载、转载和拿去用。写明来自家庭共济政策册和版本就行。"
FIXED_LEAD = "这是政策册在 {day} 的样子，存成了文件，不连网也能看。"
NOTHING_FOUND = "没有找到。换一个说法，或者从下面的地区和规则里找。"
NOT_A_CLAIM = "这句话读不成一条规则，不能查证。"
ANY_DAY = "哪一天"
QUOTED = "原话"


def without_mark(text: str) -> str:
    """What is told of an unknown beside the mark that says so: "别处从 4 到 8 人都有"."""
    return text.removeprefix(UNKNOWN_TEXT).lstrip("：")


def assumed(text: str) -> str:
    """What mulaid takes while nobody knows."""
    return f"本系统暂按“{text}”办"


def meanwhile(unknown: str, assumed: str) -> str:
    """What is unknown, and what is done meanwhile."""
    return f"{unknown}。{assumed}" if unknown else assumed


def when_text(since: str, checked: str) -> str:
    """From when something holds, and when somebody looked it up."""
    return f"{since}，{checked}。"


def days_text(first: datetime.date, end: datetime.date | None, late: bool) -> str:
    """The days something holds, on one line; `end` is the first day on which it does not."""
    begins = f"{'最迟 ' if late else ''}{first}"
    return f"{begins} 起到现在" if end is None else f"{begins} 到 {end - datetime.timedelta(days=1)}"


def region_title(name: str, day: datetime.date, today: datetime.date) -> str:
    """Whose rules these are."""
    return f"{name}，现在的规则" if day == today else f"{name}，{day_text(day)}的规则"


def counts_line(rules: int, sourced: int, assumed: int, unknown: int) -> str:
    """How much is known of a region."""
    told = f"{rules} 条规则：有来源的 {sourced} 条，没有来源的 {assumed + unknown} 条"
    return f"{told}，其中 {assumed} 条本系统先有个办法。{ASSUMED_NOTE}" if assumed else f"{told}。"


def bar_label(parts: Iterable[tuple[str, int]]) -> str:
    """A bar in words."""
    return "，".join(f"{name} {count} 条" for name, count in parts)


def value_title(rule: str, text: str, known: bool) -> str:
    """One rule and what holds."""
    return f"{rule}：{text if known else UNKNOWN}"


def rule_title(rule: str) -> str:
    """One rule over the country."""
    return f"各地比较：{rule}"


def cited(place: str, rule: str, text: str, since: str, says: tuple[str, str, str], address: str) -> str:
    """A sentence to quote: value, source, tier, day looked up, digest and address.

    `says` are the title of the source, its tier in words and when it was checked.
    """
    title, tier, checked = says
    book, _, digest = address.partition("#")
    return f"{place}，{rule}：{text}（{since}）。据“{title}”，{tier}，{checked}。家庭共济政策册 {book}，版本 {digest}。"


def cited_unknown(place: str, rule: str, text: str, since: str, checked: str, address: str) -> str:
    """The same of a rule that no source speaks of."""
    book, _, digest = address.partition("#")
    return f"{place}，{rule}：{UNKNOWN}，{text}（{since}）。{checked}。家庭共济政策册 {book}，版本 {digest}。"


def other_places(name: str, count: int) -> str:
    """How many regions say the same."""
    return f"{name}等 {count} 个地区" if count > 1 else name


def regions_count(count: int) -> str:
    return f"{count} 个地区"


def missing_counts(rules: int) -> str:
    """What the numbers beside the regions count."""
    return f"一共 {rules} 条规则。地名后面是有来源的条数，少的排在前面。"


def found_line(query: str, count: int) -> str:
    """What a search found."""
    return f"“{query}”：找到 {count} 处" if count else f"“{query}”：没有找到"


def received(number: str) -> str:
    """A correction was kept under this number."""
    return f"编号 {number}。两个人看过原文以后，这一条会改，或者写明为什么不改。"


def later_text(since: str) -> str:
    """A later entry has taken the place of this one."""
    return f"{since}，换成了新的一条。"


def unknown_day(day: datetime.date) -> str:
    """A rule on a day."""
    return f"{day_text(day)}，没有一级写过这条规则。"


def fixed_lead(day: datetime.date) -> str:
    """What the book written as files is."""
    return FIXED_LEAD.format(day=day_text(day))


def json_label() -> str:
    """The link to the same page for programs."""
    return "JSON"
