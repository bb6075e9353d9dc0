"""Pricing charge lines from the catalogue of the place of care. Pure; whole numbers only.

A line = wholly self-paid + above the price ceiling + upfront share + inside the policy scope. The ceiling is per unit;
the upfront share (先行自付) is taken from what is under the ceiling; both are rounded half up, per line, to the fen.
Restricted use follows the note printed with the upload of charges: with a restriction only an approved line is
reimbursed, without one only a line the hospital rejects is not. An unknown code is wholly self-paid, and says so.
"""

from collections.abc import Iterable

from mulaid.terms.bill_case import Bill
from mulaid.terms.charges import SELF_PAID_CLASS, Approval, Item, Line, Note, PricedLine
from mulaid.terms.codes import Scheme
from mulaid.terms.money import FULL_RATIO, BasisPoints, Fen, half_up

_UNITS_A_FEN = 10**8
"""A price in millionths of a yuan times a quantity in ten-thousandths, for one fen."""


def adds_up(line: Line) -> bool:
    """Is the line's amount its price times its quantity, to within one fen?"""
    return abs(line.price * line.quantity - line.amount * _UNITS_A_FEN) <= _UNITS_A_FEN


def price(line: Line, row: Item | None, scheme: Scheme) -> PricedLine:
    """Split one line by its catalogue row and the patient's scheme."""
    if row is None:
        return _self_paid(line, None, Note.UNKNOWN_CODE)
    if row.item_class == SELF_PAID_CLASS:
        return _self_paid(line, row, Note.BARRED if row.barred else Note.SELF_PAID_ITEM)
    if line.approval is Approval.REJECTED:
        return _self_paid(line, row, Note.REJECTED)
    if row.restricted and line.approval is not Approval.APPROVED:
        return _self_paid(line, row, Note.NOT_APPROVED)
    over = 0
    if row.price_limit_micro is not None and line.price > row.price_limit_micro:
        over = min(line.amount, half_up((line.price - row.price_limit_micro) * line.quantity, _UNITS_A_FEN))
    ratio = row.upfront_employee_bp if scheme is Scheme.EMPLOYEE else row.upfront_resident_bp
    upfront = half_up((line.amount - over) * ratio, FULL_RATIO)
    return _priced(
        line, row, (line.amount - over - upfront, upfront, over, 0), ratio, Note.BARRED if row.barred else Note.NONE
    )


def bill(lines: Iterable[PricedLine]) -> Bill:
    """The sums of priced lines."""
    rows = tuple(lines)
    return Bill(
        total=sum(row.amount for row in rows),
        in_scope=sum(row.in_scope for row in rows),
        upfront_share=sum(row.upfront_share for row in rows),
        over_price_limit=sum(row.over_price_limit for row in rows),
        excluded=sum(row.excluded for row in rows),
        barred=sum(row.barred for row in rows),
    )


def _self_paid(line: Line, row: Item | None, note: Note) -> PricedLine:
    return _priced(line, row, (0, 0, 0, line.amount), FULL_RATIO, note)


def _priced(
    line: Line, row: Item | None, parts: tuple[Fen, Fen, Fen, Fen], ratio: BasisPoints, note: Note
) -> PricedLine:
    in_scope, upfront, over, excluded = parts
    return PricedLine(
        serial=line.serial,
        code=line.code,
        quantity=line.quantity,
        price=line.price,
        amount=line.amount,
        in_scope=in_scope,
        upfront_share=upfront,
        over_price_limit=over,
        excluded=excluded,
        barred=line.amount if row is not None and row.barred else 0,
        item_class=SELF_PAID_CLASS if row is None else row.item_class,
        upfront_ratio=ratio,
        price_limit=None if row is None else row.price_limit_micro,
        restricted=row is not None and row.restricted,
        fee_kind="" if row is None else row.fee_kind,
        note=note,
    )
