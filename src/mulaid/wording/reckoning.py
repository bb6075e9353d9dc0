"""Sums that people ask for: the question, the answer with its formula, and the clause it rests on."""

import datetime

from mulaid.terms.money import Fen
from mulaid.wording.amounts import day_text, yuan_text

SUM = """算一笔账：按政策册里的规则算，写出算式和依据。不知道的不猜。"""
SUM_COMMANDS = {
    "credit": "个人账户每月划入多少",
    "premium": "居民医保要缴多少，什么时候缴",
    "waiting": "断缴以后要等多久才有待遇",
    "contribution": "缴费基数，含下限和上限",
    "share": "一张单子医保付多少，自己付多少",
}
CREDIT = """个人账户每月划入多少：在职的按本人缴费基数，退休的按当地定额或平均养老金的比例。

算出来退出码是 0，没有人知道的是 1，读不了是 2。"""
PREMIUM = """居民医保要缴多少钱、管哪一年、什么时候缴。

知道的退出码是 0，没有人知道的是 1，读不了是 2。"""
WAITING = """断缴以后再参保要等几个月，从哪天起有待遇。

政策册里还没有这条规则，固定几个月、每多断一年加几个月要自己写，照当地的办法。"""
BASE = """缴费基数：工资在平均工资的下限和上限之间就按工资，低了按下限，高了按上限。

政策册里还没有上下限的规则，平均工资和比例要自己写，照当地公布的。"""
SHARE = """一张单子医保基金付多少、本人付多少，一步一步列出依据。

算出来退出码是 0，没有人知道的是 1，读不了是 2。"""
YEAR = "缴哪一年的；不写就是最近公布的"
AGE = "多大年纪"
RETIRED = "已经退休"
SCHEME = "employee 职工医保，resident 居民医保"
TIER = "哪一档，当地分档才用写"
OWN_BASE = "本人每月缴费基数，单位元，例如 7310.00"
PENSION = "当地公布的月平均养老金，单位元"
WAGE = "本人月工资，单位元"
AVERAGE = "当地公布的月平均工资，单位元"
LOW, HIGH = "下限是平均工资的百分之几", "上限是平均工资的百分之几"
BEGINS = "从哪天开始等：集中缴费期里缴的是待遇年度第一天，过了期的是缴费那天"
FIXED = "固定等待几个月"
EACH_YEAR = "多断一年加几个月"
MISSED = "断了几年"
REPAIRED = "补缴了几年"
LONG_GAP = "断满几年算长期断缴"
LONG_GAP_LEAST = "长期断缴补缴以后至少还等几个月"
IN_SCOPE = "政策范围内的费用，单位元"
USE = "看病种类，例如 outpatient、inpatient、pharmacy"
LEVEL = "医院等级：0 村卫生室或站，1、2、3 级"
COMMUNITY = "在社区医院"
DEDUCTIBLE_MET = "今年已经付过的起付线，单位元"
YEAR_PAID = "今年基金已经付过多少，单位元"
_BASES = {"own_base": "本人每月缴费基数（--base）", "average_pension": "当地月平均养老金（--pension）"}
_BOUNDS = {"": "工资在上下限之间，按工资", "low": "工资低于下限，按下限", "high": "工资高于上限，按上限"}


def not_money(text: str) -> str:
    """Not an amount of yuan with two decimals."""
    return f"“{text}”不是金额。请写成 7310.00 这样，单位元，两位小数。"


def not_percent(text: str) -> str:
    """Not a percentage."""
    return f"“{text}”不是比例。请写成 60% 或 300% 这样。"


BOUNDS_REVERSED = "下限比上限还高。请把两个比例对调。"


def credit_line(amount: Fen) -> str:
    """What is credited each month."""
    return f"每月划入 {yuan_text(amount)}"


def premium_line(year: int, amount: Fen) -> str:
    """What a premium is."""
    return f"{year} 年的居民医保个人缴 {yuan_text(amount)}"


def season_line(told: str) -> str:
    """When it is paid."""
    return f"缴费期：{told}"


def formula_line(formula: str) -> str:
    """How a sum was computed."""
    return f"算式：{formula}"


def clause_line(says: str, source: str, address: str) -> str:
    """What a sum rests on."""
    return f"依据：{says.rstrip('。')}。{source}，地址 {address}"


def unknown_line(why: str) -> str:
    """Why a sum cannot be computed."""
    return f"不知道：{why}" if why else "不知道：哪一级的文件都没有写"


def wanted_line(base: str) -> str:
    """What has to be given."""
    return f"要写{_BASES[base]}才能算。"


def base_lines(amount: Fen, bound: str, low: str, high: str) -> list[str]:
    """A contribution base with its bounds."""
    return [f"缴费基数 {yuan_text(amount)}：{_BOUNDS[bound]}", f"下限：{low}", f"上限：{high}"]


def share_line(total: Fen, funds: Fen, own: Fen) -> str:
    """What the funds pay of a bill, and what is left to the patient, whatever it is paid with."""
    return f"费用 {yuan_text(total)}，医保付 {yuan_text(funds)}，自己付 {yuan_text(own)}"


def waiting_lines(months: int, first_day: datetime.date, formula: str) -> list[str]:
    """How long somebody waits."""
    return [f"要等 {months} 个月，{day_text(first_day)}起有待遇", f"算式（月）：{formula}"]


GIVEN_ONLY = "依据：数是自己写的，政策册里还没有这条规则。"
