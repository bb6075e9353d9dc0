"""What the doors ask about visits and their charges."""

import datetime

import msgspec

from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Credential, Scheme, Use


class VisitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Open a visit. `details` is the message's node as canonical JSON, kept and never read by the rules."""

    patient_region: str
    patient: int
    scheme: Scheme
    use: Use
    begun: datetime.datetime
    number: str
    credential: Credential
    details: bytes


class DescribeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Say more about an open visit: kind of care, diagnoses."""

    visit_region: str
    visit: int
    patient: int
    use: Use
    details: bytes


class WithdrawRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Take back a visit that has no charges."""

    visit_region: str
    visit: int
    patient: int
    number: str


class ChargeBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that will be settled together: their sums, their serials and the priced lines as msgpack."""

    batch: str
    bill: Bill
    serials: tuple[str, ...]
    lines: bytes


class ChargesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Add charge batches to a visit: all of them or none."""

    visit_region: str
    visit: int
    patient: int
    batches: tuple[ChargeBatch, ...]


class RemoveChargesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Remove one unsettled batch; None: every unsettled one."""

    visit_region: str
    visit: int
    patient: int
    batch: str | None
