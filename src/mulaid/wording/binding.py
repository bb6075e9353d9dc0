"""What `mulaid bind` says: its help, what became of a relation, and why not."""

import datetime
from collections.abc import Iterable, Sequence

from mulaid.wording.amounts import day_text
from mulaid.wording.faults import fault_sentence, is_fault
from mulaid.wording.outcome import Steps, end_answer, step_lines
from mulaid.wording.refusals import relation_sentence
from mulaid.wording.rules import rule_name

BIND = """共济关系：绑定、解绑。

身份证号码不写在命令行里，免得留在进程列表和命令记录里：在屏幕上输入，或从标准输入、文件里读。"""
BIND_MAKE = """绑定：让一位职工用个人账户的钱帮家人付医药费。

绑定成功退出码是 0，不能绑定是 1，办不了（号码写错、数据库打不开）是 2。"""
BIND_END = """解绑：不再帮这位家人付。能不能解、从哪天起，按出钱的人参保地的规定。

解绑成功退出码是 0，不能解绑是 1，办不了（号码写错、数据库打不开）是 2。"""
NUMBERS = (
    "从这个文件读身份证号码，一行一个，先出钱的人，后用钱的家人；写 - 是标准输入。"
    "不写就在屏幕上问，没有屏幕就读标准输入"
)
KINSHIP = (
    "用钱的人是出钱的人的什么人：spouse 配偶，parent 父母，child 子女，sibling 兄弟姐妹，grandparent 祖父母，"
    "grandchild 孙子女，spouse_parent 配偶的父母"
)
RANK = "几位家人都能出钱时，这位排第几"
CAP_PAYMENT = "一次最多付多少元，例如 200.00；不写就不限"
NOT_CONFIRMED = "用钱的家人还没有同意"
PAPERS = "看过户口本等证明材料：年龄和亲属关系对不上也能办"
BY = "谁要解除：sponsor 出钱的人，beneficiary 用钱的家人，guardian 用钱的家人的监护人，both 两边都签了字"
AS_JSON = "标准输出只写 JSON"

ASK_SPONSOR = "出钱的人的身份证号码："
ASK_BENEFICIARY = "用钱的家人的身份证号码："
NOT_IN_ARGUMENTS = (
    "身份证号码不要写在命令行里，会留在进程列表和命令记录里。请去掉以后再运行，按提示输入，或用 --numbers 从文件读。"
)
BAD_NUMBER = "身份证号码不对，请核对十八位数字，最后一位是校验码。"
NOT_TWO_NUMBERS = "要两个身份证号码，一行一个：先出钱的人，后用钱的家人。"

_BUSY = "这家人正有账在结，没有办理，请过一会儿再试。"
_WISH_KEPT = "这次的申请已经记下。"


def bad_number(position: int) -> str:
    """Which of the numbers read is none; the number itself is not repeated."""
    return f"第 {position} 个{BAD_NUMBER}"


def cannot_read(file: str, reason: str) -> str:
    """A file of numbers cannot be read."""
    return f"读不了文件 {file}：{reason}。"


def not_money(text: str) -> str:
    """Not an amount of yuan."""
    return f"金额“{text}”读不懂。请写成 200.00 这样，两位小数。"


def bound(today: datetime.date, usable_on: datetime.date | None) -> str:
    """A relation was made. `usable_on` is None where nobody knows whether it holds at once."""
    if usable_on is None:
        return "绑定好了。当地没有写明从哪天起能用，第二天再用最稳妥。"
    return "绑定好了，现在就能用。" if usable_on <= today else f"绑定好了，从 {day_text(usable_on)} 起能用。"


def ended(today: datetime.date, ends_on: datetime.date) -> str:
    """A relation was ended."""
    when = "现在" if ends_on <= today else f" {day_text(ends_on)} "
    return f"已经解绑，从{when}起不再付钱；以前付过的，退费时仍退回原来的账户。"


def not_bound(code: str) -> str:
    """Why no relation was made."""
    return _of_fault(code) or f"不能绑定：{relation_sentence(code)}（{code}）"


def not_ended(code: str, possible_on: datetime.date | None, wish_kept: bool) -> str:
    """Why a relation was not ended."""
    told = _of_fault(code) or end_answer(code, None, possible_on)
    return f"{told}{_WISH_KEPT}" if wish_kept else told


def lines(text: str, steps: Steps, assumed: Sequence[str]) -> list[str]:
    """What became of it, then by which rules, then what nobody knows and was taken as mulaid assumes it."""
    told = [text, *(f"  {line}" for line in step_lines(steps))]
    return [*told, f"  没有查清、先这样办的：{_names(assumed)}。可以打 12393 核实。"] if assumed else told


def case_number(case: str) -> str:
    """The number under which it is kept, and what that is good for."""
    return f"  办理编号：{case}。想知道依据，可以用 mulaid explain {case} 查看。"


def _of_fault(code: str) -> str:
    if code == "BUSY":
        return _BUSY
    return f"没有办理：{fault_sentence(code, {})}（{code}）" if is_fault(code) else ""


def _names(keys: Iterable[str]) -> str:
    return "、".join(map(rule_name, keys))
