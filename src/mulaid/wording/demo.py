"""What `mulaid demo` says: its help, what is going on, each result, and what to try next."""

import datetime
from collections.abc import Mapping

from mulaid.wording.amounts import day_text
from mulaid.wording.outcome import AMOUNT_NAMES

DEMO = """演示：启动内置数据库，装入几个地区虚构的人员，把一天的真实格式报文逐条发给网关，并说明每一条的结果。

全部和预期相符时退出码是 0，有不符的是 1，演示不了是 2。"""

HOME = "把演示的数据留在这个文件夹里；不写就用临时文件夹，演示完删掉"

STARTING = "正在启动内置数据库……"
LOST = "答复在路上丢了，医院不知道这笔有没有办成。"
FUNDS_GIVEN = "医保基金付多少是报文里给出的，没有按政策计算。演示允许这样做，正式使用要先登记。"
DONE = "办好了"
REFUSED = "没有办"
AUDITING = "把全部账目独立核对一遍："
NO_EXAMPLES = "没有找到随程序来的 examples 文件夹，里面要有 day 和 population。请重新安装 mulaid。"

_COLUMNS = {"own": "本人账户", "balance": "本人余额"}
_OUTCOMES = {"ok": "办好", "settled": "结算", "refused": "不办"}


def playing(day: datetime.date) -> str:
    """What comes now, and which day it is in the demo."""
    return f"下面把一天的报文逐条发给网关。时间从{day_text(day)}上午 10 点算起，人和机构都是虚构的。"


def loaded(people: int, institutions: int, sponsorships: int) -> str:
    """What was loaded."""
    return f"装入了 {people} 个人、{institutions} 家机构、{sponsorships} 个共济关系。"


def column(name: str) -> str:
    """The heading over one of the amounts, all in yuan."""
    return _COLUMNS.get(name) or AMOUNT_NAMES[name]


def fact(label: str, text: str) -> str:
    """Something worth showing in an answer, or why there was none."""
    return f"{label}：{text}"


def facts(told: list[str]) -> str:
    """That it was done, and what came back."""
    return "；".join(told)


def payer_line(name: str, kin: str, pay: str, way: str) -> str:
    """One payer of a settlement, or of its reversal, which gives the money back."""
    if pay.startswith("-"):
        return f"{name}（{kin}，{way}）退回 {pay[1:]} 元"
    return f"{name}（{kin}，{way}）付 {pay} 元"


def passed_over_line(name: str, sentence: str) -> str:
    """A relative who was asked and did not pay, and why."""
    return f"{name}没有出钱。{sentence}"


def explaining(number: str) -> str:
    return f"{number} 这一笔是这样算出来的："


def tally(sent: int) -> str:
    return f"{sent} 条报文的答复都和预期相符。"


def already_there(home: str) -> str:
    return f"{home} 里已经有一个数据库。演示要从空的开始，请换一个文件夹。"


def next_steps(program: str, home: str, case: str, kept: bool) -> list[str]:
    """What to try next, with the home that was kept or one to make first."""
    there = f"  MULAID_HOME={home} {program}"
    first = (
        f"{there} explain {case}    再看这一笔怎么算的"
        if kept
        else f"  {program} demo --home {home}    再演示一遍，把数据留下，然后"
    )
    return [
        "接下来可以试试：",
        first,
        f"{there} audit    再核对一遍账目",
        f"{there} serve --sandbox    启动服务，自己发报文",
    ]


def unexpected(number: str, surprises: tuple[str, ...]) -> list[str]:
    """The lines for an answer that is not what the message's file expects."""
    return [f"{number} 的答复和预期不符：", *(f"  {surprise}" for surprise in surprises)]


def other_outcome(expected: str, came: str, sentence: str) -> str:
    said = f"，答复说：{sentence}" if sentence else "。"
    return f"应该是{_OUTCOMES[expected]}，结果是{_OUTCOMES[came]}{said}"


def other_sentence(expected: str, said: str) -> str:
    return f"答复里应该有“{expected}”，实际是：{said or '没有说话'}"


def other_amount(name: str, due: str, has: str) -> str:
    return f"{column(name)}应该是 {due} 元，实际{f'是 {has} 元' if has else '没有这一项'}。"


def other_payers(due: Mapping[str, str], has: Mapping[str, str]) -> str:
    def told(payers: Mapping[str, str]) -> str:
        return "、".join(f"{name} {pay} 元" for name, pay in payers.items()) or "没有人"

    return f"出钱的应该是 {told(due)}，实际是 {told(has)}。"


def not_repeated(first: str) -> str:
    return f"应该和 {first} 的答复一样，实际不一样。"


def does_not_add_up() -> str:
    return "各项加起来不等于总额。"


def unreadable(file: str, reason: str) -> str:
    return f"演示报文 {file} 读不懂：{reason}。请改好再试。"


def unknown_placeholder(file: str, name: str) -> str:
    return f"演示报文 {file} 用了 {name}，前面的答复里没有留下它。请改好再试。"
