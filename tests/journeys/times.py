"""The times an answer shows, against the clock that ran while it was made."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from mulaid.gateway.envelope import stamp

Span = tuple[datetime.datetime, datetime.datetime]
"""Before a message was sent, and after its answer came."""


def _day(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _second(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


SHOWN: dict[str, Callable[[datetime.datetime], str]] = {
    "setl_time": _second,
    "refmsg_time": stamp,
    "respond_time": stamp,
    "sign_time": _day,
    "begndate": _day,
    "enddate": _day,
}
"""How the interface writes each of its times. All sort as they run."""


def times(answer: Any) -> Iterator[tuple[str, str]]:
    """Every time an answer shows: the field's name and the text. What repeats the question is left out."""
    if isinstance(answer, list):
        for each in answer:
            yield from times(each)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if name in SHOWN and value:
                yield name, value
            elif name != "sent":
                yield from times(value)


def wrong_times(answer: Any, span: Span, settled: Span) -> list[str]:
    """The times of an answer that no clock in China showed then. `settled`: when the case it shows was settled."""
    found = []
    for name, text in times(answer):
        begun, ended = span if name in ("refmsg_time", "respond_time") else settled
        if not SHOWN[name](begun) <= text <= SHOWN[name](ended):
            found.append(f"{name} {text}, asked {begun}, answered {ended}")
    return found
