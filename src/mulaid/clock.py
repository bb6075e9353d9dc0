"""The clock: the one place that reads it. Doors, jobs and commands ask here and pass the moment down.

A day that was never there is written into usage, and whoever's money bears it cannot pay before that day comes. So
whoever writes holds this machine's clock against the database's, and against a chronometer that nobody can set.
"""

import datetime
import time
from collections.abc import Callable

from mulaid.terms.calendar import CHINA

Clock = Callable[[], datetime.datetime]
"""Shows a moment in Asia/Shanghai."""

_TEN = datetime.time(10)


class ClockWrong(RuntimeError):
    """This machine's clock and the database's do not agree, or one of them was set: which is right is not known."""

    def __init__(self, here: datetime.datetime, there: datetime.datetime, kept: datetime.datetime) -> None:
        super().__init__(f"{here} here, {there} in the database, {kept} by the chronometer")
        self.here, self.there, self.kept = here, there, kept


class Chronometer:
    """The database's clock, carried on between two looks at it by one that counts since this machine began to run.

    Neither setting this machine's clock nor setting the database's can move it. Until it is first `set` it shows this
    machine's time and finds nothing wrong. `apart_max`: how many seconds two clocks may be apart.
    """

    def __init__(self, apart_max: float = 0) -> None:
        self._most = apart_max
        self._begun: float | None = None
        """What the database's clock showed, in seconds since 1970, when this machine began to run."""
        self._jumped = 0.0
        """By how many seconds it has been set since."""

    def set(self, shown: datetime.datetime, asked: float) -> None:
        """The database's clock shows this; `asked`: what `running` was when it was asked.

        What it shows is believed unless it is further from what it showed before than clocks may be apart.
        """
        begun = shown.timestamp() - (asked + running()) / 2
        if self._begun is not None and abs(begun - self._begun) > self._most:
            self._jumped = begun - self._begun
        else:
            self._begun, self._jumped = begun, 0.0

    def check(self) -> None:
        """Raises `ClockWrong` unless this machine's clock and the database's show what the chronometer does."""
        if self._begun is None:
            return
        here, kept = time.time(), self._begun + running()
        if abs(here - kept) > self._most or self._jumped:
            raise ClockWrong(_in_china(here), _in_china(kept + self._jumped), _in_china(kept))

    def milliseconds(self) -> int:
        """The present moment in milliseconds since 1970."""
        return int(1000 * (time.time() if self._begun is None else self._begun + running()))


def running() -> float:
    """Seconds since this machine began to run, sleep included where the system counts it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if _COUNTS_SLEEP else time.monotonic()


_COUNTS_SLEEP = hasattr(time, "CLOCK_BOOTTIME")


def _in_china(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, CHINA)


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
