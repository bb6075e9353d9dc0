"""Arithmetic that people publish, computed again exactly: in fractions, never in floats.

An expression has numbers, + - × ÷, percentages, parentheses and equals signs: "(2000-500)×90%=1350".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec


class SumFault(ValueError):
    """The text is not an expression, or divides by zero."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A number or an operation on two parts, with its exact value. `text` is how it was written."""

    value: Fraction
    text: str
    sign: str = ""
    """+ - × ÷ between two parts, % after one, empty for a number."""
    parts: tuple["Part", ...] = ()


class Verdict(StrEnum):
    RIGHT = "right"
    ROUNDED = "rounded"
    """Right once rounded half up to as many decimals as were written."""
    ORDER = "order"
    """Computed right, but what looks like a deductible was taken off after the ratio."""
    WRONG = "wrong"


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """One equation. `usual` is the figure when the deductible comes off first; `only` the items the figure covers."""

    verdict: Verdict
    computed: Part
    stated: Part
    usual: Part | None = None
    only: tuple[Part, ...] = ()


class Share(msgspec.Struct, frozen=True):
    """An amount said to be this ratio of a base nobody named."""

    ratio: Fraction
    amount: Fraction
    base: Fraction
    """The base that this amount alone implies."""
    expected: Fraction
    """What the amount would be of the base that the first share implies."""


class Shares(msgspec.Struct, frozen=True):
    """Several shares of one base: a floor of 60 % and a ceiling of 300 % of an average wage.

    `consistent` when one base fits all of them, each amount being rounded; `base` is what the largest ratio implies,
    where rounding matters least.
    """

    consistent: bool
    base: Fraction
    shares: tuple[Share, ...]


def check_sum(text: str) -> tuple[Sum, ...]:
    """Compute the first side of an equation and compare every other side with it. Raises `SumFault`."""
    first, *others = map(_parsed, re.split("[=＝≈]", text))
    if not others:
        raise SumFault(text)
    return tuple(_compared(first, stated) for stated in others)


def check_shares(shares: Iterable[tuple[str, str]]) -> Shares:
    """Whether amounts can be these percentages of one base: [("60%", "4511"), ("300%", "22555")]. Raises `SumFault`."""
    read = [(_parsed(ratio).value, _parsed(amount)) for ratio, amount in shares]
    if any(ratio <= 0 for ratio, _ in read):
        raise SumFault(str(shares))
    lowest = max((amount.value - _half(amount)) / ratio for ratio, amount in read)
    highest = min((amount.value + _half(amount)) / ratio for ratio, amount in read)
    bases = [amount.value / ratio for ratio, amount in read]
    found = tuple(
        Share(ratio, amount.value, base, bases[0] * ratio) for (ratio, amount), base in zip(read, bases, strict=True)
    )
    return Shares(lowest <= highest, max(found, key=lambda share: share.ratio).base, found)


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Rounded half up, away from zero, to this many decimals."""
    scale = 10**decimals
    size = (abs(value) * scale * 2 + 1) // 2
    return Fraction(size if value >= 0 else -size, scale)


def _compared(computed: Part, stated: Part) -> Sum:
    usual, exact = _deductible_first(computed), computed.value == stated.value
    if exact or _rounds_to(computed, stated):
        verdict = Verdict.ORDER if usual else Verdict.RIGHT if exact else Verdict.ROUNDED
        return Sum(verdict=verdict, computed=computed, stated=stated, usual=usual)
    only = tuple(term for term in _terms(computed) if term.value == stated.value)
    return Sum(verdict=Verdict.WRONG, computed=computed, stated=stated, usual=usual, only=only)


def _rounds_to(computed: Part, stated: Part) -> bool:
    """Whether a result was written with fewer decimals than it has. Two numbers are never rounded to each other."""
    if not computed.sign or stated.sign not in ("", "%"):
        return False
    scale = 100 if stated.sign else 1
    return rounded(computed.value * scale, _decimals(stated)) == stated.value * scale


def _deductible_first(part: Part) -> Part | None:
    """(a - d) × r where a × r - d was written and d is a plain number; None for anything else."""
    if part.sign != "-" or part.parts[1].sign or part.parts[0].sign != "×":
        return None
    (amount, ratio), deductible = part.parts[0].parts, part.parts[1]
    if ratio.sign != "%":
        amount, ratio = ratio, amount
    if ratio.sign != "%" or amount.sign == "%" or deductible.value >= amount.value:
        return None
    value = (amount.value - deductible.value) * ratio.value
    return Part(value=value, text=f"({amount.text}-{deductible.text})×{ratio.text}")


def _terms(part: Part) -> Iterator[Part]:
    """The items of a sum; a base times a bracket of ratios is the sum of its products."""
    if part.sign == "+":
        for term in part.parts:
            yield from _terms(term)
    elif part.sign == "×" and part.parts[1].sign == "+":
        base = part.parts[0]
        for ratio in _terms(part.parts[1]):
            yield Part(value=base.value * ratio.value, text=f"{base.text}×{ratio.text}", sign="×")
    elif part.sign:
        yield part


def _decimals(part: Part) -> int:
    return len(part.text.rstrip("%").partition(".")[2])


def _half(part: Part) -> Fraction:
    """Half of the last digit written: how far a rounded number may be off."""
    return Fraction(1, 2 * 10 ** _decimals(part))


_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[-+×÷%()]")
_SPELLED = str.maketrans(
    {"*": "×", "x": "×", "X": "×", "·": "×", "/": "÷", "−": "-", "–": "-", "％": "%", "（": "(", "）": ")"}
)


def _parsed(text: str) -> Part:
    plain = re.sub(r"[\s元约]", "", text).translate(_SPELLED)
    tokens = _TOKEN.findall(plain)
    if not tokens or "".join(tokens) != plain:
        raise SumFault(text)
    part, rest = _sum(tokens)
    if rest:
        raise SumFault(text)
    return part


def _sum(tokens: Sequence[str]) -> tuple[Part, Sequence[str]]:
    left, tokens = _product(tokens)
    while tokens and tokens[0] in "+-":
        right, rest = _product(tokens[1:])
        left, tokens = _joined(tokens[0], left, right), rest
    return left, tokens


def _product(tokens: Sequence[str]) -> tuple[Part, Sequence[str]]:
    left, tokens = _factor(tokens)
    while tokens and tokens[0] in "×÷":
        right, rest = _factor(tokens[1:])
        left, tokens = _joined(tokens[0], left, right), rest
    return left, tokens


def _factor(tokens: Sequence[str]) -> tuple[Part, Sequence[str]]:
    if not tokens:
        raise SumFault("")
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        inner, rest = _sum(rest)
        if not rest or rest[0] != ")":
            raise SumFault(inner.text)
        part, rest = msgspec.structs.replace(inner, text=f"({inner.text})"), rest[1:]
    elif first == "-":
        inner, rest = _factor(rest)
        part = Part(value=-inner.value, text=f"-{inner.text}", sign=inner.sign, parts=inner.parts)
    elif first[0].isdigit():
        part = Part(value=Fraction(first.replace(",", "")), text=first)
    else:
        raise SumFault(first)
    while rest and rest[0] == "%":
        part, rest = Part(value=part.value / 100, text=f"{part.text}%", sign="%", parts=(part,)), rest[1:]
    return part, rest


def _joined(sign: str, left: Part, right: Part) -> Part:
    if sign == "÷" and not right.value:
        raise SumFault(right.text)
    value = {
        "+": lambda: left.value + right.value,
        "-": lambda: left.value - right.value,
        "×": lambda: left.value * right.value,
        "÷": lambda: left.value / right.value,
    }[sign]()
    return Part(value=value, text=f"{left.text}{sign}{right.text}", sign=sign, parts=(left, right))
