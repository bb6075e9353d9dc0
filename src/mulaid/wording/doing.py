"""What `mulaid do` says: its help, what became of an act about a relation, and why not."""

import datetime
from collections.abc import Mapping

from mulaid.wording.amounts import day_text, yuan_text
from mulaid.wording.faults import fault_sentence, is_fault
from mulaid.wording.kinship import relation_state_name
from mulaid.wording.refusals import sentence

DO = """在窗口办一件共济的事：提出、确认、更改、暂停、解除、转入家庭共济金。两个人都在窗口，身份已经看过。

身份证号码不写在命令行里：在屏幕上输入，或从标准输入、文件里读，先出钱的人（共济金的持有人），后用钱的家人。
办成退出码是 0，不能办是 1，办不了（写错、数据库打不开）是 2。"""
ACT = "办什么"
MECHANISM = "哪一种共济：instant_draw 结算时扣，wallet_quota 医保钱包额度，pool 家庭共济金；不写是最新的一个"
QUOTA = "医保钱包额度多大，例如 200.00；更改时是改成多大，含已经用掉的"
AMOUNT = "转入家庭共济金多少，例如 200.00"
LIMIT = "一次最多付多少元，例如 200.00"
RANK = "几位家人都能出钱时，这位排第几"
UNTIL = "到哪一天为止（不含那天），例如 2027-01-01"
PAPERS = "看过户口本等证明材料"
GUARDIAN = "出钱的人是孩子的监护人，替孩子签字"
BY = "谁要办：sponsor 出钱的人，beneficiary 用钱的家人，guardian 监护人，both 两边都签了字"
PREVIEW = "只看解除会怎样，什么也不办"
KINSHIP_NEEDED = "绑定要写明亲属关系。请加 --kinship。"
ONLY_ENDS = "只有解除可以先看会怎样。请去掉 --preview，或办 end。"


def not_money(text: str) -> str:
    """Not an amount of yuan."""
    return f"金额“{text}”读不懂。请写成 200.00 这样，两位小数。"


def not_a_day(text: str) -> str:
    """Not a day."""
    return f"日期“{text}”读不懂。请写成 2027-01-01 这样。"


def done(act: str, state: str | None, day: datetime.date | None, returned: int) -> str:
    """What became of an act."""
    if state is None:
        return "办好了。"
    told = f"办好了，现在的状态是：{relation_state_name(state)}。"
    if state == "proposed" and day is not None:
        told += f"请用钱的家人在 {day_text(day)} 以前确认，过了就作废。"
    elif state == "active" and day is not None and act != "contribute":
        told += f"{day_text(day)} 起算。"
    return told + (f"退回原来的账户 {yuan_text(returned)}。" if returned else "")


def previewed(ends_on: datetime.date, returned: int, rebind_from: datetime.date | None) -> str:
    """What ending would do."""
    again = f"{day_text(rebind_from)} 起可以再绑" if rebind_from else "什么时候可以再绑，当地没有写明，请打 12393 询问"
    told = f"如果现在解除，从 {day_text(ends_on)} 起不再付钱，退回 {yuan_text(returned)}；"
    return f"{told}以前付过的，退费仍退回原账户；{again}。"


def refused(act: str, code: str, detail: Mapping[str, str], day: datetime.date | None) -> str:
    """Why not, and what to do."""
    if is_fault(code):
        told = fault_sentence(code, dict(detail))
    else:
        told = sentence(act, code, {**detail, **({"possible_on": day_text(day)} if day else {})})
    return f"没有办理：{told}（{code}）"
