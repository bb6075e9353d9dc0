"""The frame around every page: name, tabs, foot, and the lines that stand on paper only."""

import datetime

from mulaid.wording.amounts import day_text

NAME = "家庭共济"
SKIP = "跳到正文"
ELDER, USUAL = "长辈版", "普通版"
BACK = "返回"
TABS = {"/": "首页", "/can": "能不能用", "/try": "算一算", "/guide": "怎么办", "/book": "政策册"}
CALL = "打 12393"
SANDBOX_STRIP = "演示：人和钱都是编的"
BOOK_STRIP = "读自公开来源，不代替当地医保部门的答复"
NOT_OFFICIAL = "这里不是官方办理渠道，拿不准就问医保电话。"
FOOT = {
    "/guide": "办事指南",
    "/four": "四样东西别弄混",
    "/check": "查证一句话",
    "/bereavement": "亲人去世以后",
    "/book": "政策册",
    "/look": "看法：浅色、深色、长辈版",
}
BOOK_MENU = {"/book": "查一查", "/book/compare": "各地比较", "/book/calendar": "日历", "/book/missing": "缺什么"}
SINCE = "起"
CHECKED = "查过"
BASIS = "依据"


def title(page: str) -> str:
    """The title of the window."""
    return f"{page} · {NAME}"


def printed(day: datetime.date) -> str:
    """Stands on paper only."""
    return f"{NAME}，{day_text(day)}打印。不是官方单据，医保电话 12393"


def since_text(first: datetime.date, late: bool) -> str:
    """From which day a value holds: "2026-01-20 起", "最迟 2025-05-06 起"."""
    return f"{'最迟 ' if late else ''}{first} 起"


def checked_text(day: datetime.date) -> str:
    """When somebody last looked a value up."""
    return f"{day} 查过"
