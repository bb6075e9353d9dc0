"""The arithmetic of sums that people ask for, exact until it is rounded once, half up, to the fen.

Every answer carries its formula as people write it: "7310.00 × 2% = 146.20".
"""

import calendar
import datetime
from fractions import Fraction

import msgspec

from mulaid.policy.notices import CreditRow
from mulaid.terms.money import FULL_RATIO, BasisPoints, Fen, half_up, yuan

MONTHS = 12


class Reckoned(msgspec.Struct, frozen=True):
    """A sum and how it was computed."""

    amount: Fen
    formula: str


class Contribution(msgspec.Struct, frozen=True):
    """A contribution base: the wage, or the bound it lies beyond."""

    amount: Fen
    low: Reckoned
    high: Reckoned
    bound: str = ""
    """`low` or `high` where a bound holds instead of the wage."""


class Waiting(msgspec.Struct, frozen=True):
    """A waiting period after a gap in cover: so many months, and the first day with benefit."""

    months: int
    first_day: datetime.date
    formula: str


class NotGiven(ValueError):
    """The row counts from a base that was not given: its name."""


def monthly_credit(row: CreditRow, own_base: Fen | None, average_pension: Fen | None) -> Reckoned:
    """What is paid into an account in a month. A yearly amount is a twelfth of it. Raises `NotGiven`."""
    if row.ratio is not None:
        base = own_base if row.of == "own_base" else average_pension
        if base is None:
            raise NotGiven(row.of)
        amount = half_up(base * row.ratio, FULL_RATIO)
        return Reckoned(amount, f"{yuan(base)} × {percent(row.ratio)} = {yuan(amount)}")
    stated, less = row.amount or 0, row.less
    net = f"{yuan(stated)} − {yuan(less)}" if less else yuan(stated)
    if row.per != "year":
        return Reckoned(stated - less, f"{net} = {yuan(stated - less)}" if less else net)
    amount = half_up(stated - less, MONTHS)
    return Reckoned(amount, f"{f'({net})' if less else net} ÷ {MONTHS} = {yuan(amount)}")


def contribution_base(wage: Fen, average: Fen, low: BasisPoints, high: BasisPoints) -> Contribution:
    """A month's wage between two shares of the average wage. Raises `ValueError` where they are the wrong way round."""
    if low > high:
        raise ValueError(f"{low} > {high}")
    floor, ceiling = (_share(average, ratio) for ratio in (low, high))
    if wage < floor.amount:
        return Contribution(floor.amount, floor, ceiling, "low")
    return (
        Contribution(ceiling.amount, floor, ceiling, "high")
        if wage > ceiling.amount
        else Contribution(wage, floor, ceiling)
    )


def waiting_period(
    begins: datetime.date,
    *,
    fixed: int,
    missed_years: int,
    each_year: int,
    repaired_years: int,
    long_gap_years: int,
    long_gap_least: int,
) -> Waiting:
    """Months to wait from `begins` on: the fixed part, and for each year missed after the first a variable part.

    A year that is repaired takes its variable part away, never the fixed part. After a gap of `long_gap_years` or more
    at least `long_gap_least` months are left, however much is repaired.
    """
    further = max(0, missed_years - 1)
    repaired = min(repaired_years, further)
    months = fixed + (further - repaired) * each_year
    formula = f"{fixed} + {further} × {each_year}"
    if repaired:
        formula += f" − {repaired} × {each_year}"
    formula += f" = {months}"
    if missed_years >= long_gap_years and months < long_gap_least:
        months, formula = long_gap_least, f"{formula} < {long_gap_least}"
    return Waiting(months, _later(begins, months), formula)


def percent(ratio: BasisPoints) -> str:
    """6000 as "60%", 250 as "2.5%"."""
    return f"{yuan(ratio).rstrip('0').rstrip('.')}%"


def _share(average: Fen, ratio: BasisPoints) -> Reckoned:
    exact = Fraction(average * ratio, FULL_RATIO)
    amount = half_up(exact.numerator, exact.denominator)
    return Reckoned(amount, f"{yuan(average)} × {percent(ratio)} = {yuan(amount)}")


def _later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return datetime.date(day.year + years, month + 1, min(day.day, last))
