"""Arithmetic in the words people publish it in, turned into expressions, and what is said of the result."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_PERCENT = r"[0-9]+(?:\.[0-9]+)?[%％]"
_IS = "(?:(?:分别)?(?:是|为|等于|=|＝)约?)"
_EQUATION = re.compile(r"(?=.*[=＝≈])(?=.*[-+−×xX*·÷/％%])[-0-9.,+−–×xX*·÷/%％()（）=＝≈约元]+")
_TOTAL = re.compile(
    f"(?P<base>{_NUMBER})元?的(?P<ratios>{_PERCENT}(?:[、和+]{_PERCENT})*)(?:合计|一共|共计?|加起来)?{_IS}?(?P<total>{_NUMBER})元?"
)
_REIMBURSED = re.compile(
    f"(?:花了?|费用|医药费|门诊费|住院费)?(?P<cost>{_NUMBER})元?[，,、]?起付线(?P<deductible>{_NUMBER})元?[，,、]?(?:报销|按|比例|报)*"
    f"(?P<ratio>{_PERCENT})(?:报销)?[，,、]?(?:能|可以|可)?(?:报销?|得){_IS}?(?P<paid>{_NUMBER})元?"
)
_BOUNDS = re.compile(
    f"(?P<named>(?:缴费)?(?:基数)?(?:下限|范围)?)(?P<low>{_NUMBER})元?(?:[-—–~～至到]+|[，,、]上限)(?P<high>{_NUMBER})元?"
    f"(?:[（(](?P<from>{_PERCENT})(?:[-—–~～至到]+|[，,、])(?P<upto>{_PERCENT})[）)])?"
)
_SHARE = f"(?:平均工资的|社平工资的)?{_PERCENT}{_IS}?{_NUMBER}元?"
_SHARES = re.compile(f"{_SHARE}(?:[，,、；;]{_SHARE})+")
_WAGE_MIN = 1000
_BOUND_RATIOS = ("60%", "300%")
"""The floor and the ceiling of a contribution base, of the average wage, where nothing else is said."""


class Arithmetic(msgspec.Struct, frozen=True):
    """A computation to be done again: an equation, or amounts said to be percentages of one base."""

    equation: str = ""
    shares: tuple[tuple[str, str], ...] = ()


def arithmetic_in(text: str) -> Arithmetic | None:
    """The computation a whole statement makes; None when it makes none."""
    if _EQUATION.fullmatch(text):
        return Arithmetic(equation=text)
    if match := _TOTAL.fullmatch(text):
        ratios = "+".join(re.findall(_PERCENT, match["ratios"]))
        return Arithmetic(equation=f"{match['base']}×{f'({ratios})' if '+' in ratios else ratios}={match['total']}")
    if match := _REIMBURSED.fullmatch(text):
        return Arithmetic(equation=f"({match['cost']}-{match['deductible']})×{match['ratio']}={match['paid']}")
    if (match := _BOUNDS.fullmatch(text)) and (match["named"] or match["from"] or _far_apart(match)):
        ratios_said = (match["from"], match["upto"]) if match["from"] else _BOUND_RATIOS
        return Arithmetic(shares=tuple(zip(ratios_said, (match["low"], match["high"]), strict=True)))
    if _SHARES.fullmatch(text):
        found = re.findall(f"({_PERCENT}){_IS}?({_NUMBER})", text)
        return Arithmetic(shares=tuple((ratio, amount) for ratio, amount in found))
    return None


def _far_apart(match: re.Match[str]) -> bool:
    """Two bare numbers are taken for a floor and a ceiling of wages only where years or counts cannot be meant."""
    low, high = (Fraction(match[name].replace(",", "")) for name in ("low", "high"))
    return low >= _WAGE_MIN and high >= 2 * low


def number_text(value: Fraction, *, percent: bool = False) -> str:
    """A number without idle zeros, to six decimals at most; one that does not end is rounded to two."""
    if percent:
        return f"{number_text(value * 100)}%"
    scaled = value * 10**6
    if scaled.denominator != 1:
        return f"约 {_decimal((abs(value) * 10**2 * 2 + 1) // 2, 2, value < 0)}"
    return _decimal(abs(scaled.numerator), 6, value < 0)


def sum_line(
    verdict: str,
    computed: tuple[str, str],
    stated: str,
    usual: tuple[str, str] | None,
    only: Iterable[str],
) -> str:
    """What is said of one equation; expressions come with their values."""
    expression, value = computed
    if verdict == "right":
        return f"算对了：{expression}={value}。"
    if verdict == "rounded":
        return f"四舍五入以后对：{expression}={value}，写成 {stated}。"
    if verdict == "order" and usual:
        return f"乘和减没有算错。减的要是起付线，先后就不对：先减起付线再乘比例，{usual[0]}={usual[1]}，不是 {stated}。"
    part = "".join(f"{stated} 只是其中 {item} 这一项。" for item in only)
    first = f"减的要是起付线，先减再乘：{usual[0]}={usual[1]}。" if usual else ""
    return f"算错了：{expression}={value}，不是 {stated}。{part}{first}"


def shares_lines(consistent: bool, base: str, times: str, shares: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """What is said of amounts that are percentages of one base: ratio, amount, the base it implies, what was expected.

    `times` is the largest amount divided by the smallest.
    """
    told = "，".join(f"{amount} 是 {ratio}，推出 {implied}" for ratio, amount, implied, _ in shares)
    if consistent:
        return [f"前后一致：{told}。最大是最小的 {times} 倍，基数是 {base}。"]
    (ratio, amount, _, _), *others = shares
    wanted = "；".join(f"{other} 应该是 {expected}，不是 {said}" for other, said, _, expected in others)
    return [f"对不上：{told}。", f"如果 {amount} 是 {ratio}，那么 {wanted}。"]


def _decimal(digits: int, decimals: int, negative: bool) -> str:
    whole, part = divmod(digits, 10**decimals)
    text = f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".")
    return f"-{text}" if negative else text
