"""What is told of each answer, for the log and the metrics. Nothing in it names a patient.

An envelope may hold anything, an identity number in the place of a message id included. So what was asked is told only
as far as it looks like what belongs there.
"""

import datetime
import re
from collections.abc import Callable
from enum import StrEnum

import msgspec

from mulaid.gateway.routes import ROUTES

DONE = "OK"
TOKEN = "token"
"""Stands for the request of a token, which is no transaction."""
OTHER = "other"
"""Stands for every transaction that is not offered, where each kind takes memory."""
_UNSHOWN = "?"
_IDS = re.compile(r"[0-9A-Za-z_.:/-]{1,40}")
_TRANSACTION = re.compile(r"[0-9]{4,6}[A-Z]?")
_BORN = r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_IDENTITY = re.compile(rf"(?=([1-9][0-9]{{5}}{_BORN}[0-9]{{3}}[0-9Xx]))")
_OLD_IDENTITY = re.compile(r"[1-9][0-9]{14}|[0-9]{17}[0-9Xx]")
_ADDRESS = re.compile(r"(?=.*[.:])[0-9A-Fa-f.:]{2,45}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_STAMPED_SINCE, _STAMPED_UNTIL = datetime.timedelta(days=7), datetime.timedelta(days=1)


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="answered"):
    """One answer."""

    time: datetime.datetime
    level: Level
    transaction: str
    """As it was asked for, `?` when that is no transaction's number."""
    institution: str
    """As it was claimed, proved or not."""
    code: str
    """`OK`, or the code that the answer carries."""
    ms: float
    """Milliseconds from the whole request to the whole answer."""
    message_id: str
    reference: str
    field: str = ""
    failure: str = ""
    unproven: str = ""
    """Why the credential was refused, in the words of `credentials.Unproven`."""
    address: str = ""
    """Where a refused credential came from."""

    @property
    def kind(self) -> str:
        """The transaction, or one word for all that are not offered."""
        plain = self.transaction.removesuffix("A")
        return self.transaction if plain in ROUTES else OTHER


def kind_and_place(error: BaseException) -> str:
    """The kind of an exception and where it was raised. What it says may quote a person's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return type(error).__name__ + place


Told = Callable[[Answered], None]


def transaction(asked: str) -> str:
    """A transaction's number as it can be told."""
    return asked if _TRANSACTION.fullmatch(asked) else _UNSHOWN if asked else ""


def key(given: str, day: datetime.date) -> str:
    """An id or a code as it can be told: nothing that is or holds somebody's identity number.

    Ids usually hold the day they were made on, so digits that say a day near this one are no birthday.
    """
    if not _IDS.fullmatch(given):
        return _UNSHOWN if given else ""
    if len(given) >= 15 and (_OLD_IDENTITY.fullmatch(given) or _holds_identity(given, day)):
        return _UNSHOWN
    return given


def address(given: str) -> str:
    """Where somebody calls from: a proxy may have written anything there."""
    return given if _ADDRESS.fullmatch(given) else _UNSHOWN if given else ""


def _holds_identity(given: str, day: datetime.date) -> bool:
    numbers: list[str] = _IDENTITY.findall(given)
    if not numbers:
        return False
    since, until = f"{day - _STAMPED_SINCE:%Y%m%d}", f"{day + _STAMPED_UNTIL:%Y%m%d}"
    return any(
        not since <= number[6:14] <= until and _CHECK[_weighed(number) % 11] == number[17].upper() for number in numbers
    )


def _weighed(number: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
