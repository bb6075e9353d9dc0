"""The country's one calendar: every day is a date in Asia/Shanghai, every moment is shown in it."""

import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
