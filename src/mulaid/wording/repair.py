"""What `mulaid repair` says: its help, what it found, what it asks and what came of it."""

import datetime
from collections.abc import Mapping, Sequence

REPAIR = """改正：把数据里不对的地方改回来。"""
CLOCK = """改正错误的时钟留下的日期。

账户和共济关系写着还没有到的日子，这一家就一直办不了业务。先列出所有还没有到的日子，什么也不改；输入今天的日期确认以后才改。已用金额按今年的结算记录重算。

没有要改的，或者改好了，退出码是 0；没有确认是 1；改不了是 2。"""
TODAY = "今天的日期，例如 2026-01-20；写了就不再询问"

_LINES = {
    "purses": "账户的用款日期 {} 个：改为今天，已用金额按结算记录重算",
    "relations": "共济关系的用款日期 {} 个：改为今天，已用金额按结算记录重算",
    "bound": "共济关系的绑定日期 {} 个：改为今天，生效日期跟着提前",
    "ended": "共济关系的解绑日期 {} 个：改为今天",
    "wishes": "一方要求解绑的日期 {} 个：改为今天",
    "swipes": "第一次刷卡的时间 {} 个：删去，患者再刷一次就行",
    "cases": "结算 {} 笔：已经入账，不改，也不再计入限额。请告知机构撤销后重新结算",
}
_NUMBERS_A_LINE = 2

NOTHING = "没有还没有到的日子，不用改。"
DONE = "改好了。"
UNCHANGED = "没有确认，什么也没有改。"
ASK = "确认要改，请输入今天的日期（例如 2026-01-20）"
HELD = "有人正在办理其中某个人的业务，只改了一部分。请再运行一次。"
NEAR_MIDNIGHT = "离半夜 12 点不到一小时，分不清哪些日子还没有到，什么也没有改。请过了 12 点再运行。"


def now(moment: datetime.datetime) -> str:
    """By which clock it is done."""
    return f"现在是 {moment:%Y-%m-%d %H:%M:%S}，本机和数据库的时钟一致。下面这些写着还没有到的日子："


def found(counts: Mapping[str, int], cases: Sequence[str]) -> list[str]:
    """What bears a day to come and what will be done, kind by kind; the first settlements by number."""
    lines = [f"  {_LINES[kind].format(number)}" for kind, number in counts.items() if number]
    if cases:
        rows = [cases[at : at + _NUMBERS_A_LINE] for at in range(0, len(cases), _NUMBERS_A_LINE)]
        lines += [f"    {'  '.join(row)}" for row in rows]
        if counts["cases"] > len(cases):
            lines.append(f"    ……共 {counts['cases']} 笔")
    return lines


def other_day(today: str, moment: datetime.datetime) -> str:
    """What was typed is not today."""
    return f"输入的是“{today}”，时钟显示今天是 {moment:%Y-%m-%d}，两个不一样，什么也没有改。请先弄清哪个对。"
