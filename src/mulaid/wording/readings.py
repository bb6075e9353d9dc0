"""The readings of the policy book: topics, tables over many regions, the calendar, addresses and spreadsheet files."""

import datetime
from collections.abc import Iterable, Sequence

from mulaid.wording.amounts import day_text

EVERYWHERE = "每个地区各是什么：前面写的都是规则，不写地区"
CSV = "写成 CSV 文件（UTF-8，表格软件能直接打开）"
XLSX = "写成 Excel 文件"
OTHER_REGIONS = "要比的其他地区，可以写几个；不写就用 --and 比同一个地区的两天"
ADDRESS_OR_REGION = "地区名称或六位区划代码；也可以只写一条的地址，写成 区划/规则/日期"
CALENDAR = """日历：哪天有什么规则开始，哪天有大事，居民医保缴费哪天开始、哪天截止，医保年度哪天开始。"""
CALENDAR_REGION = "只看这个地区，连同省里和全国的；不写就看全部地区"
FROM_DAY = "从哪天起；不写就从今天起"
UNTIL_DAY = "到哪天为止，含那天；不写就是一年"

TOPICS = {
    "family": "家里人先看的",
    "binding": "绑定：谁能办、怎么办",
    "ending": "解除和停用",
    "paying": "付钱",
    "premium": "居民医保缴费",
    "wallet": "医保钱包",
    "credit": "个人账户划入",
    "benefit": "报销待遇",
    "care": "就医、证件和违规",
    "settling": "退费、明细和清算",
    "other": "其他",
}
OCCASIONS = {
    "event": "大事",
    "begins": "规则开始",
    "season_opens": "缴费期开始",
    "season_closes": "缴费期最后一天",
    "year_begins": "医保年度开始",
}

CALENDAR_COLUMNS = ("哪天", "地区", "什么事", "内容", "出处")
EVERYWHERE_COLUMNS = ("内容", "地区", "几个")
SHEET_MARKS = ("哪天", "政策册摘要")
"""What the last two columns of every sheet are called."""
_VALUE = (
    "规则编号",
    "规则代码",
    "规则",
    "限定",
    "内容",
    "数值",
    "单位",
    "从哪天起",
    "最迟",
    "出处",
    "来源级别",
    "依据",
)
_VALUE_ENDS = ("写在哪里", "核对日", "地址")
SHOW_SHEET = ("主题", *_VALUE, *_VALUE_ENDS)
EVERYWHERE_SHEET = ("区划", "地区", *_VALUE, *_VALUE_ENDS)
DIFF_SHEET_RULE = ("规则编号", "规则代码", "规则", "限定")
DIFF_SHEET_SIDE = ("内容", "数值", "出处", "地址")
COVERAGE_SHEET = ("区划", "地区", "规则编号", "规则代码", "规则", "状况", "来源级别", "沿用谁的", "条目")
CALENDAR_SHEET = ("那天", "区划", "地区", "什么事", "规则代码", "内容", "出处", "地址")
SHEETS = {
    "show": "规则",
    "everywhere": "各地",
    "diff": "不一样的",
    "coverage": "知道多少",
    "calendar": "日历",
}

_ADDRESS_FAULTS = {
    "shape": "“{text}”不是地址。地址写成 区划/规则/日期#摘要，show 和 why 里有。",
    "digest": "“{text}”指的是另一本政策册，现在这本的摘要是 {digest}。请用 --policies 给出那一本，或去掉 # 和摘要。",
    "entry": "这本政策册里没有“{text}”这一条。请核对地区、规则和日期。",
}


def topic_name(topic: str) -> str:
    """What a group of rules is called."""
    return TOPICS[topic]


def occasion_name(kind: str) -> str:
    """What kind of thing happens on a day."""
    return OCCASIONS[kind]


def address_fault(reason: str, text: str, digest: str) -> str:
    """Why an address cannot be followed."""
    return _ADDRESS_FAULTS[reason].format(text=text, digest=digest)


def address_line(address: str) -> str:
    """How a value is cited."""
    return f"地址：{address}"


def everywhere_heading(rule: str, day: datetime.date, regions: int) -> str:
    """Which rule a table over all regions is about."""
    return f"{rule}，{day_text(day)}，{regions} 个地区"


def compared(sides: Sequence[str], count: int) -> str:
    """How many rules differ between several sides."""
    named = " 和 ".join(sides)
    return f"{named}：{count} 条规则不一样" if count else f"{named}：规则都一样"


def calendar_heading(place: str, first: datetime.date, last: datetime.date, count: int) -> str:
    """What days a calendar tells of."""
    told = f"{count} 件事" if count else "没有写到什么事"
    return f"{place}，{day_text(first)}到{day_text(last)}：{told}"


def begins_text(rule: str, told: str, no_later_than: bool) -> str:
    """A rule that begins."""
    return f"{'最迟这天起，' if no_later_than else ''}{rule}：{told}"


def files_written(files: Iterable[str], rows: int) -> str:
    """Which spreadsheet files were written."""
    return f"写好了 {rows} 行：{'、'.join(files)}"


ALL_REGIONS = "全部地区"
YES = "是"
DAYS_REVERSED = "--until 比 --from 还早。请把两个日期对调。"
RULE_WANTED = "没有写规则。请在地区后面写规则，或只写一条的地址。"
