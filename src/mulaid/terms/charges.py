"""费用明细: the catalogue's items, the lines an institution charges, and the same lines priced."""

import datetime
from enum import StrEnum

import msgspec

from mulaid.terms.money import BasisPoints, Fen

SELF_PAID_CLASS = 3
"""丙类: wholly self-paid."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item from a day on. `item_class` is 1, 2 or 3 (甲乙丙); a price limit is millionths of a yuan per unit."""

    code: str
    from_day: datetime.date
    name: str
    item_class: int
    upfront_employee_bp: BasisPoints
    upfront_resident_bp: BasisPoints
    price_limit_micro: int | None = None
    restricted: bool = False
    """Paid for only where the restriction is met."""
    barred: bool = False
    """No account money may pay for it."""
    fee_kind: str


class Approval(StrEnum):
    """医院审批标志."""

    NOT_NEEDED = "0"
    APPROVED = "1"
    REJECTED = "2"


class Note(StrEnum):
    """Why a line is wholly self-paid, or barred."""

    NONE = ""
    UNKNOWN_CODE = "unknown_code"
    NOT_APPROVED = "not_approved"
    REJECTED = "rejected"
    SELF_PAID_ITEM = "self_paid_item"
    BARRED = "barred"


class Line(msgspec.Struct, frozen=True, gc=False):
    """A charge line as sent, already in whole units."""

    serial: str
    code: str
    quantity: int
    """Ten-thousandths of a unit."""
    price: int
    """Millionths of a yuan."""
    amount: Fen
    approval: Approval
    day: datetime.date
    """When the charge arose: the catalogue of that day prices it."""


class PricedLine(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A line with its parts: amount = in_scope + upfront_share + over_price_limit + excluded."""

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
    upfront_ratio: BasisPoints
    price_limit: int | None
    restricted: bool
    fee_kind: str
    note: Note
