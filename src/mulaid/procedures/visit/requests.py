"""What the doors ask about visits and their charges, and what they are answered."""

import datetime

import msgspec

from mulaid.procedures.act.answers import Done
from mulaid.terms.charges import Line, PricedLine
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


class Registered(Done, frozen=True, kw_only=True, tag=True, array_like=True):
    """An open visit; `case_id` is its number. `twin` is another visit that may be the same one, registered before."""

    twin: int | None = None
    same_number: bool = False
    """The twin has the institution's own number too; else only the day is the same."""


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
    """Lines that will be settled together. Without a name they are a batch of their own, which "all" settles."""

    batch: str | None
    lines: tuple[Line, ...]


class ChargesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Add charge batches to a visit: all of them or none."""

    visit_region: str
    visit: int
    patient: int
    batches: tuple[ChargeBatch, ...]


class Charged(Done, frozen=True, kw_only=True, tag=True, array_like=True):
    """Charges as stored: every line priced. `replayed`: all of them had been stored before."""

    lines: tuple[PricedLine, ...] = ()
    twin: int | None = None
    """Another visit of the same day that has the lines of one of these batches."""


class RemoveChargesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Remove one unsettled batch; None: every unsettled one."""

    visit_region: str
    visit: int
    patient: int
    batch: str | None
