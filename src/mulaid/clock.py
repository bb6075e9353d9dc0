"""The clock: the one place that reads it. Doors, jobs and commands ask here and pass the moment down."""

import datetime
import time
from collections.abc import Callable

from mulaid.terms.calendar import CHINA

Clock = Callable[[], datetime.datetime]
"""Shows a moment in Asia/Shanghai."""

_TEN = datetime.time(10)


def china_now() -> datetime.datetime:
    """The present moment in Asia/Shanghai."""
    return datetime.datetime.now(CHINA)


def from_ten() -> Clock:
    """A clock that shows the last ten in the morning that has been, and runs: wallets are open then, and hospitals too.

    Before ten it is yesterday's, so that the clock never shows a moment that is still to come.
    """
    now = china_now()
    began = time.monotonic()
    ten = datetime.datetime.combine(now.date(), _TEN, CHINA)
    if ten > now:
        ten -= datetime.timedelta(days=1)
    return lambda: ten + datetime.timedelta(seconds=time.monotonic() - began)
