"""The country's one calendar: every day is a date in Asia/Shanghai, every moment is shown in it."""

from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
