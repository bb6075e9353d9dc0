"""Money as whole fen, and ratios as whole basis points. There is no float anywhere near either."""

import re

Fen = int
"""An amount in fen (分): 12850 is 128.50 yuan. Never a float, never a Decimal."""

BasisPoints = int
"""A ratio in hundredths of a percent: 5500 is 55 %."""

FULL_RATIO: BasisPoints = 10_000

_YUAN = re.compile(r"-?(0|[1-9][0-9]{0,13})\.[0-9]{2}")
_PERCENT = re.compile(r"(0|[1-9][0-9]{0,2})(?:\.([0-9]{1,2}))?%")


class MoneyError(ValueError):
    """The text is not an amount of yuan with two decimals, or not a percentage."""


def fen(yuan: str) -> Fen:
    """Read "128.50" as 12850 fen. Exactly two decimals are asked for, so that no fen is ever guessed."""
    if not _YUAN.fullmatch(yuan):
        raise MoneyError(yuan)
    return int(yuan.replace(".", ""))


def unsigned_fen(yuan: str) -> Fen:
    """Read an amount that cannot lie below zero. "-0.00" is refused too: a sign means that somebody meant something."""
    if yuan.startswith("-"):
        raise MoneyError(yuan)
    return fen(yuan)


def yuan(amount: Fen) -> str:
    """Write 12850 fen as "128.50"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def basis_points(percent: str) -> BasisPoints:
    """Read "55%" as 5500 and "96.5%" as 9650; more than 100 % is refused."""
    match = _PERCENT.fullmatch(percent)
    if match is None:
        raise MoneyError(percent)
    points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0") or "0")
    if points > FULL_RATIO:
        raise MoneyError(percent)
    return points


def half_up(numerator: int, denominator: int) -> int:
    """Divide two non-negative whole numbers and round once, half up: how a fund's part becomes fen."""
    return (2 * numerator + denominator) // (2 * denominator)
