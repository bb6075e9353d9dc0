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
    """A clock that shows ten this morning now, and runs: wallets are open then, and hospitals too."""
    began, ten = time.monotonic(), datetime.datetime.combine(china_now().date(), _TEN, CHINA)
    return lambda: ten + datetime.timedelta(seconds=time.monotonic() - began)
