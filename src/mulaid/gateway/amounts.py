"""Numbers on the wire. Texts become whole numbers exactly, whole numbers become JSON numbers exactly; no float exists.

The interface prints amounts as N16,2, quantities as N16,4 and unit prices as N16,6, each sent as number or text.
Clients compute them in binary floating point: 0.30000000000000004 is 0.30. What is left beyond the last decimal is such
noise when it is less than a ten-thousandth of the smallest unit (10⁻⁶ yuan in an amount); more is a real decimal.
"""

import datetime
import re

import msgspec

from mulaid.gateway.faults import FieldFault
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import Fen, half_up, yuan
from mulaid.wording import gateway as say

_NUMBER = re.compile(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,64}))?(?:[eE]-([0-9]{1,3}))?")
_NOISE = 10**4
"""Less than the smallest unit divided by this is binary noise."""
_LARGEST = 100_000_000
"""No bill reaches a hundred million yuan; sums of many such amounts still fit a 64-bit column."""


_FIRST_YEAR = 1900
_MILLISECOND_DIGITS = 13
_LAYOUTS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 15: "%Y%m%d%H%M%S%f"}
"""By the count of digits; 15 stands for more, whose rest is a fraction."""
_SERIALISED = re.compile(r"\\?/Date\((-?[0-9]{1,16})(?:[+-][0-9]{4})?\)\\?/")
_BY_CULTURE = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]+([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.[0-9]+)?)?)?"
)

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
    """Read a plain decimal number as a whole count of its smallest unit. Raises `FieldFault`; only noise is rounded.

    An exponent is read where all that it writes is noise, as floating point writes what should be zero: 5.6e-17.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise FieldFault(say.not_a_number)
    sign, whole, part, exponent = match[1], match[2], match[3] or "", match[4]
    spare = decimals - len(part) - int(exponent or 0)
    value = int(whole + part) * 10**spare if spare >= 0 else _without_noise(int(whole + part), 10**-spare)
    if exponent and value:
        raise FieldFault(say.not_a_number)
    if sign and value != 0:
        raise FieldFault(say.negative)
    if value is None:
        raise FieldFault(say.too_many_decimals, detail=str(decimals))
    if value >= _LARGEST * 10**decimals:
        raise FieldFault(say.too_large)
    return value


def _without_noise(count: int, a_unit: int) -> int | None:
    """The whole units in `count` of which `a_unit` make one; None when there is more than noise beside them."""
    value = half_up(count, a_unit)
    return value if abs(count - value * a_unit) * _NOISE < a_unit else None


def moment_of(text: str) -> Moment:
    """Read "2026-03-02 10:15:00" or a day alone; a time without a zone is China's. Raises `FieldFault`.

    Read too, because vendors' libraries write them: 20260302101500 and its like, 2026/3/2 9:05:00, milliseconds since
    1970 bare or as /Date(1772417700000+0800)/. The year 1 is what C# writes for a time that was never set.
    """
    try:
        read = _digits(text) if text.isdigit() else Moment.fromisoformat(text)
    except ValueError as error:
        read = _odd(text, error)
    if read.year < _FIRST_YEAR:
        raise FieldFault(say.not_a_time)
    try:
        return read.replace(tzinfo=CHINA) if read.tzinfo is None else read.astimezone(CHINA)
    except OverflowError as error:
        raise FieldFault(say.not_a_time) from error


def _digits(text: str) -> Moment:
    """Digits alone: milliseconds since 1970, or the parts of a time from the year on. Raises `ValueError`."""
    if len(text) == _MILLISECOND_DIGITS:
        return _since_1970(text)
    layout = _LAYOUTS.get(min(len(text), 15))
    if layout is None or not text.isascii():
        raise ValueError(text)
    return Moment.strptime(text, layout)


def _odd(text: str, why: ValueError) -> Moment:
    """A time as C# writes it. Raises `FieldFault`."""
    try:
        if found := _SERIALISED.fullmatch(text):
            return _since_1970(found[1])
        if found := _BY_CULTURE.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return Moment(year, month, day, hour, minute, second)
    except ValueError as error:
        raise FieldFault(say.not_a_time) from error
    raise FieldFault(say.not_a_time) from why


def _since_1970(milliseconds: str) -> Moment:
    try:
        return Moment.fromtimestamp(int(milliseconds) // 1000, CHINA)
    except (OverflowError, OSError) as error:
        raise ValueError(milliseconds) from error


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
