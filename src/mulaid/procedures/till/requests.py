"""What an institution asks about a bill, in the field's words and in fen."""

import datetime

import msgspec

from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Accounts, Credential, Scheme, Use
from mulaid.terms.money import Fen


class Claimed(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """Amounts the institution says the bill has; checked against the priced lines, never trusted. None: not said."""

    total: Fen
    in_scope: Fen | None = None
    upfront_share: Fen | None = None
    over_price_limit: Fen | None = None
    excluded: Fen | None = None


class SettleRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """One bill to quote or settle. Either `bill` is given (already priced) or `visit` names stored lines: those of
    `batch`, without one all that are not settled."""

    patient_region: str
    patient: int
    use: Use
    day: datetime.date
    """Day of care when there is no visit; a visit's own first day decides otherwise."""
    accounts: Accounts = Accounts.ALL
    scheme: Scheme | None = None
    """What covers the patient, as the institution says: a visit's own scheme must be the same. None: not said."""
    bill: Bill | None = None
    visit: int | None = None
    batch: str | None = None
    claimed: Claimed | None = None
    prescription: bool = False
    credential: Credential = Credential.OWN
    agent_papers: bool = True
    chosen: tuple[int, ...] | None = None
    """Payer numbers (1, 2 …) as a quote showed them, in the order the patient wants."""
    funds_given: Fen | None = None
    """The funds' part when the region's own system has computed it."""
    lines: bytes = b""
    """Priced lines of a sale without a visit, kept with the case."""
    sandbox: bool = False
    """Sent without a credential, which only a sandbox takes, and only from its own machine."""


class CancelRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """Undo one settlement, named by its number."""

    case_region: str
    case_id: int
    patient: int
    visit: int | None = None


class VoidRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """Undo whatever an earlier message did, or make sure it never does anything (a lost answer)."""

    original_message_id: str
    original_transaction: str
    patient_region: str
    patient: int


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Why something would not pay: a name of `terms.reasons`, of a step, or `benefit.NO_MONEY`; `detail` as above."""

    code: str
    detail: dict[str, str] = {}


class BenefitSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a person before there is a bill. None where it would pay."""

    pooled: Obstacle | None
    accounts: Obstacle | None
    """The patient's own account and those of relatives together."""
    has_accounts: bool
    """There is an account of their own or a relation to somebody's."""


class QuoteInquiry(msgspec.Struct, frozen=True):
    """预结算: what settling this bill now would cost whom."""

    bill: SettleRequest


class BenefitInquiry(msgspec.Struct, frozen=True):
    """待遇检查: what would pay a bill of this patient here now; the amounts of `bill` are not read."""

    bill: SettleRequest
