"""Amounts, ratios, days and times as people read them."""

import datetime

from mulaid.terms.money import BasisPoints, Fen, yuan


def yuan_text(amount: Fen) -> str:
    """12850 fen as "128.50 元"."""
    return f"{yuan(amount)} 元"


def grouped_yuan(amount: Fen) -> str:
    """328640 fen as "3,286.40", without its unit; below zero with a minus sign that is not a hyphen."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"


def percent_text(ratio: BasisPoints) -> str:
    """5500 basis points as "55%", 9650 as "96.5%"."""
    return f"{_hundredths(ratio)}%"


def points_text(points: BasisPoints) -> str:
    """A difference between two ratios: 1000 as "10 个百分点"."""
    return f"{_hundredths(points)} 个百分点"


def day_text(day: datetime.date) -> str:
    """2026-01-20 as "2026年1月20日"."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_day_text(day: tuple[int, int]) -> str:
    """A day of every year: (7, 1) as "7月1日"."""
    return f"{day[0]}月{day[1]}日"


def minute_text(minute: int) -> str:
    """A minute of the day, Asia/Shanghai: 1320 as "22:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _hundredths(number: int) -> str:
    """A whole number of hundredths without idle zeros: 9650 as "96.5"."""
    text = yuan(number)
    return text.rstrip("0").rstrip(".")
