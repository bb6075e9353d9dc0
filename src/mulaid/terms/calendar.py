"""The country's one calendar: every day is a date in Asia/Shanghai, every moment is shown in it."""

import calendar
import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the last day of a month that does not have it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
