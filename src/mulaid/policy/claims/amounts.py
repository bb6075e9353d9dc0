"""Numbers in a clause with what they count: sums, people, days, ranges, dates, hours. Money stays text of yuan."""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mulaid.policy.claims.lexicon import LEXICON
from mulaid.terms.numerals import NUMERAL, whole_number, yuan_written

MONTH_DAYS = 30
"""A month counts so many days, as in the book."""
_NOON, _MIDNIGHT = 12, 24
_PATTERNS = {name: pattern.replace("{n}", NUMERAL) for name, pattern in LEXICON.patterns.items()}
_DATED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items() if name != "range"}


class Number(msgspec.Struct, frozen=True):
    """A number with its unit from `start` until `end` of the text. `high` equals `low` where there is no range."""

    start: int
    end: int
    unit: str
    low: Any
    high: Any


def numbers_in(text: str, units: Mapping[str, tuple[str, ...]]) -> Iterator[Number]:
    """Every number with its unit that may stand in a text, one for each thing the unit may count."""
    for name, pattern in _DATED.items():
        for match in pattern.finditer(text):
            if (read := _READERS[name](match)) is not None:
                yield Number(match.start(), match.end(), name.removeprefix("written_"), *read)
    words = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    counted = re.compile(f"{_PATTERNS['range']}(?P<unit>{words})")
    for start in range(len(text)):
        if start and text[start - 1].isdigit() and text[start].isdigit():
            continue
        if found := counted.match(text, start):
            for unit in units[found["unit"]]:
                low, high = _read(unit, found["low"]), _read(unit, found["high"] or found["low"])
                if low is not None and high is not None:
                    yield Number(start, found.end(), unit, low, high)


def _read(unit: str, text: str) -> Any:
    if unit == "yuan":
        return yuan_written(text)
    if unit == "percent":
        return f"{text}%"
    number = whole_number(text)
    return number * MONTH_DAYS if number is not None and unit == "months" else number


def _date(match: re.Match[str]) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day meant."""
    year, month, day = (int(match[name] or 0) for name in ("year", "month", "day"))
    try:
        first = datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    following = datetime.date(year + 1, 1, 1) if month in (0, 12) else datetime.date(year, month + 1, 1)
    return first, following - datetime.timedelta(days=1)


def _month_day(match: re.Match[str]) -> tuple[str, str] | None:
    month, day = whole_number(match["month"]), whole_number(match["day"])
    return (f"{month:02d}-{day:02d}",) * 2 if month and day else None


def _clock(match: re.Match[str]) -> tuple[str, str] | None:
    hour = whole_number(match["hour"] or match["full"])
    if hour is None or hour > _MIDNIGHT:
        return None
    hour += _NOON if match["evening"] and hour < _NOON else 0
    return (f"{hour % _MIDNIGHT:02d}:{match['minute'] or ('30' if match['half'] else '00')}",) * 2


def _article(match: re.Match[str]) -> tuple[int, int] | None:
    number = whole_number(match["article"])
    return None if number is None else (number, number)


_READERS = {"date": _date, "written_date": _date, "month_day": _month_day, "clock": _clock, "article": _article}
