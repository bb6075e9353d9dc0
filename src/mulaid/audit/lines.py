"""Priced charge lines, priced a second time: what each line says of itself must follow, and the lines make the bill.

A line's limit, ratio and class are those it was priced by; whether the catalogue still says so is asked apart.
"""

from collections.abc import Sequence

import msgspec

from mulaid.terms.money import Fen

UNITS_OF_A_FEN = 10**8
"""A price is in millionths of a yuan, a quantity in ten-thousandths."""
WHOLE = 10_000
"""A ratio of one, in basis points."""


class Line(msgspec.Struct, frozen=True, gc=False, array_like=True):
    serial: str
    code: str
    quantity: int
    price: int
    amount: Fen
    in_scope: Fen
    upfront_share: Fen
    over_price_limit: Fen
    excluded: Fen
    barred: Fen
    item_class: int
    ratio: int
    price_limit: int | None
    restricted: bool
    fee_kind: str
    note: str


Parts = tuple[Fen, Fen, Fen, Fen, Fen, Fen]
"""Total, in scope, upfront share, over the price limit, excluded, barred."""

PARTS = ("total", "in_scope", "upfront_share", "over_price_limit", "excluded", "barred")

_decoder = msgspec.msgpack.Decoder(tuple[Line, ...])


def lines_of(data: bytes) -> tuple[Line, ...] | None:
    """Stored lines; None when the bytes are none."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def parts_of(lines: Sequence[Line]) -> Parts:
    """What lines come to."""
    return (
        sum(line.amount for line in lines),
        sum(line.in_scope for line in lines),
        sum(line.upfront_share for line in lines),
        sum(line.over_price_limit for line in lines),
        sum(line.excluded for line in lines),
        sum(line.barred for line in lines),
    )


def wrong(lines: Sequence[Line]) -> str | None:
    """The serial of the first line that does not follow from itself, or that stands there twice; None when all do."""
    seen: set[str] = set()
    for line in lines:
        if line.serial in seen or not _follows(line):
            return line.serial
        seen.add(line.serial)
    return None


def _follows(line: Line) -> bool:
    parts = line.in_scope, line.upfront_share, line.over_price_limit, line.excluded
    if min(parts) < 0 or sum(parts) != line.amount or line.barred not in (0, line.amount):
        return False
    if abs(line.price * line.quantity - line.amount * UNITS_OF_A_FEN) > UNITS_OF_A_FEN:
        return False
    if line.note and line.note != "barred":
        return line.excluded == line.amount
    over = 0
    if line.price_limit is not None and line.price > line.price_limit:
        over = min(line.amount, _half_up((line.price - line.price_limit) * line.quantity, UNITS_OF_A_FEN))
    upfront = _half_up((line.amount - over) * line.ratio, WHOLE)
    due = line.amount - over - upfront, upfront, over, 0
    return parts == due or (line.note == "barred" and line.excluded == line.amount)


def _half_up(number: int, by: int) -> int:
    return (2 * number + by) // (2 * by)
