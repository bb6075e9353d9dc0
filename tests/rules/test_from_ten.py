"""The clock of demo and bench shows ten in the morning, and never a moment that is still to come."""

import datetime

import pytest

from mulaid import clock
from mulaid.terms.calendar import CHINA


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-03-02 10:00:00", "2026-03-02 10:00:00"),
        ("2026-03-02 23:59:59", "2026-03-02 10:00:00"),
        ("2026-03-02 09:59:59", "2026-03-01 10:00:00"),
        ("2026-03-02 00:00:00", "2026-03-01 10:00:00"),
    ],
)
def test_from_ten_is_the_last_ten_that_has_been(monkeypatch: pytest.MonkeyPatch, now: str, shown: str) -> None:
    moment = datetime.datetime.fromisoformat(now).replace(tzinfo=CHINA)
    monkeypatch.setattr(clock, "china_now", lambda: moment)
    first = clock.from_ten()()
    assert f"{first:%Y-%m-%d %H:%M:%S}" == shown
    assert first <= moment + datetime.timedelta(seconds=1)
    assert first.tzinfo is CHINA
