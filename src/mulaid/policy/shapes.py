"""How a value in a policy file is read: one function a shape. Each takes the TOML value and returns the frozen value.

A value of the wrong shape raises `ShapeFault` with a reason code; the book adds file, line and field.
"""

import datetime
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from mulaid.policy.notices import Channel, CreditRow, Penalty, Premium, Season, read_credit
from mulaid.policy.rows import AnyRow, AwayRow, CeilingRow, DeductibleRow, RatioRow, RowFault, TopUpRow, read_rows
from mulaid.terms.money import MoneyError, unsigned_fen

Shape = Callable[[Any], Any]
Read = TypeVar("Read")

UNLIMITED = 1 << 62
"""A count or amount without an upper end, comparable with any other."""


class ShapeFault(ValueError):
    """A value does not have the shape its rule asks for: a reason code and what was expected or found."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ShapeFault("not_a_flag", repr(value))
    return value


def days(value: Any) -> int:
    """A whole number, not negative: days, minutes or people."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ShapeFault("not_a_count", repr(value))
    return value


def count(value: Any) -> int:
    """A whole number or "unlimited"."""
    return UNLIMITED if value == "unlimited" else days(value)


def money(value: Any) -> int:
    """A string of yuan with two decimals, as fen."""
    try:
        return unsigned_fen(value if isinstance(value, str) else "")
    except MoneyError:
        raise ShapeFault("not_money", repr(value)) from None


def choice(words: Iterable[str] | type[StrEnum]) -> Shape:
    """One of the given words; members of an enum stay members."""
    known = {str(word): word for word in words}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise ShapeFault("not_a_choice", f"{value!r} / {' '.join(known)}")
        return known[value]

    return read


def words(known: Iterable[str]) -> Shape:
    """A set of the given words."""
    one = choice(known)

    def read(value: Any) -> frozenset[Any]:
        items = _list(value)
        if len(set(map(str, items))) != len(items):
            raise ShapeFault("repeated", repr(value))
        return frozenset(one(item) for item in items)

    return read


def ordered(known: Iterable[str]) -> Shape:
    """All of the given words, each once, in an order."""
    members = tuple(known)
    one = choice(members)

    def read(value: Any) -> tuple[Any, ...]:
        items = tuple(one(item) for item in _list(value))
        if len(items) != len(members) or set(items) != set(members):
            raise ShapeFault("not_an_order", repr(value))
        return items

    return read


def table_of(keys: Iterable[str], shape: Shape) -> Shape:
    """A table from some of the given keys to one shape."""
    key_of = choice(keys)

    def read(value: Any) -> dict[Any, Any]:
        return {key_of(key): shape(item) for key, item in _table(value).items()}

    return read


def numbers(value: Any) -> frozenset[int]:
    """A set of whole numbers."""
    return frozenset(days(item) for item in _list(value))


def limits(value: Any) -> dict[str, Any]:
    """Regional caps: payment, day, month, year as money, and the scope they are counted over."""
    readers: dict[str, Shape] = dict.fromkeys(("payment", "day", "month", "year"), money)
    readers["scope"] = choice(("member", "all"))
    table = _table(value)
    if strange := set(table) - set(readers):
        raise ShapeFault("unknown_key", " ".join(sorted(strange)))
    return {key: readers[key](item) for key, item in table.items()}


def hours(value: Any) -> tuple[int, int]:
    """Closed hours as minutes of the day: (closed from, closed until); they may pass midnight."""
    table = _table(value)
    if set(table) != {"closed_from", "closed_until"}:
        raise ShapeFault("unknown_key", " ".join(sorted(table)))
    return minute(table["closed_from"]), minute(table["closed_until"])


def minute(value: Any) -> int:
    """ "06:00" as the minute of the day, 360."""
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", value if isinstance(value, str) else "")
    if match is None:
        raise ShapeFault("not_an_hour", repr(value))
    return int(match[1]) * 60 + int(match[2])


def month_day(value: Any) -> tuple[int, int]:
    """ "07-01" as (7, 1): a day of every year."""
    try:
        day = datetime.date.fromisoformat(f"2001-{value}")
    except ValueError:
        raise ShapeFault("not_a_month_day", repr(value)) from None
    return day.month, day.day


def deductible_rows(value: Any) -> tuple[DeductibleRow, ...]:
    return _rows(value, DeductibleRow)


def ratio_rows(value: Any) -> tuple[RatioRow, ...]:
    return _rows(value, RatioRow)


def ceiling_rows(value: Any) -> tuple[CeilingRow, ...]:
    return _rows(value, CeilingRow)


def large_amount_rows(value: Any) -> tuple[TopUpRow, ...]:
    """Rows of the large-amount fund: one ratio each, of whatever lies beyond the pooled fund's ceiling."""
    rows = _rows(value, TopUpRow)
    for number, row in enumerate(rows, 1):
        if row.bands or row.above:
            raise ShapeFault("row_says_nothing", str(number))
    return rows


def top_up_rows(value: Any) -> tuple[TopUpRow, ...]:
    return _rows(value, TopUpRow)


def away_rows(value: Any) -> tuple[AwayRow, ...]:
    return _rows(value, AwayRow)


def premium(value: Any) -> Premium:
    """A resident's premium: the year it covers, and money."""
    return _struct(value, Premium, amount=money)


def season(value: Any) -> Season:
    """From one day of the year to another."""
    return _struct(value, Season, opens=month_day, closes=month_day)


def channels(value: Any) -> tuple[Channel, ...]:
    return _structs(value, Channel)


def penalties(value: Any) -> tuple[Penalty, ...]:
    return _structs(value, Penalty)


def credit_rows(value: Any) -> tuple[CreditRow, ...]:
    try:
        return read_credit(_list(value))
    except RowFault as fault:
        raise ShapeFault(fault.reason, fault.detail) from fault


def _structs(value: Any, kind: type[Read]) -> tuple[Read, ...]:
    read = []
    for number, item in enumerate(_list(value), 1):
        try:
            read.append(msgspec.convert(item, kind))
        except msgspec.ValidationError as error:
            raise ShapeFault("bad_row", f"{number}: {error}") from error
    return tuple(read)


def _struct(value: Any, kind: type[Read], **readers: Shape) -> Read:
    """One table as a struct, with fields that are not written as they are kept."""
    table = {name: readers[name](item) if name in readers else item for name, item in _table(value).items()}
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ShapeFault("invalid", str(error)) from error


def _rows(value: Any, kind: type[AnyRow]) -> tuple[AnyRow, ...]:
    try:
        return read_rows(_list(value), kind)
    except RowFault as fault:
        raise ShapeFault(fault.reason, fault.detail) from fault


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ShapeFault("not_a_list", repr(value))
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ShapeFault("not_a_table", repr(value))
    return value
