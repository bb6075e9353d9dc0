"""Numbers on the wire. Texts become whole numbers exactly, whole numbers become JSON numbers exactly; no float exists.

The interface prints amounts as N16,2, quantities as N16,4 and unit prices as N16,6, each sent as number or text.
"""

import datetime
import re

import msgspec

from mulaid.gateway.faults import FieldFault
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import Fen, yuan
from mulaid.wording import gateway as say

_NUMBER = re.compile(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?")
_LARGEST_WHOLE_PART = 99_999_999
"""No bill reaches a hundred million yuan; sums of many such amounts still fit a 64-bit column."""


# These kinds tell `decode` how to read a text. They stay at this door: below it there are plain ints and datetimes.


class Amount(int):
    """Fen, read from yuan with at most two decimals."""


class Quantity(int):
    """Ten-thousandths of a unit."""


class Price(int):
    """Millionths of a yuan."""


class Moment(datetime.datetime):
    """A time in Asia/Shanghai."""

    def plain(self) -> datetime.datetime:
        return datetime.datetime.combine(self.date(), self.timetz())


DECIMALS: dict[type, int] = {Amount: 2, Quantity: 4, Price: 6}


def scaled(text: str, decimals: int) -> int:
    """Read a plain decimal number as a whole count of its smallest unit. Raises `FieldFault`, never rounds."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise FieldFault(say.not_a_number)
    sign, whole, part = match[1], match[2], match[3] or ""
    if sign:
        raise FieldFault(say.negative)
    if len(part) > decimals:
        raise FieldFault(say.too_many_decimals, detail=str(decimals))
    if int(whole) > _LARGEST_WHOLE_PART:
        raise FieldFault(say.too_large)
    return int(whole + part.ljust(decimals, "0"))


def moment_of(text: str) -> Moment:
    """Read "2026-03-02 10:15:00" or a day alone; a time without a zone is China's. Raises `FieldFault`."""
    try:
        read = Moment.fromisoformat(text)
        return read.replace(tzinfo=CHINA) if read.tzinfo is None else read.astimezone(CHINA)
    except (ValueError, OverflowError) as error:
        raise FieldFault(say.not_a_time) from error


def decode(kind: type, text: object) -> object:
    """msgspec's hook for the kinds of this module. Everything on the wire is text by the time it gets here."""
    if not isinstance(text, str):
        raise FieldFault(say.not_a_number if kind in DECIMALS else say.not_a_time)
    return moment_of(text) if kind is Moment else kind(scaled(text, DECIMALS[kind]))


def money(amount: Fen) -> msgspec.Raw:
    """Write 12850 fen as the JSON number 128.50."""
    return msgspec.Raw(yuan(amount).encode())


def plain(value: int, decimals: int) -> msgspec.Raw:
    """Write a scaled number without trailing zeros: 35000 ten-thousandths is 3.5."""
    whole, part = divmod(abs(value), 10**decimals)
    tail = f"{part:0{decimals}d}".rstrip("0")
    return msgspec.Raw(f"{'-' if value < 0 else ''}{whole}{'.' if tail else ''}{tail}".encode())


def fixed(value: int, decimals: int) -> msgspec.Raw:
    """Write a scaled number with all its decimals: 5500 of 4 decimals is 0.5500."""
    whole, part = divmod(value, 10**decimals)
    return msgspec.Raw(f"{whole}.{part:0{decimals}d}".encode())
