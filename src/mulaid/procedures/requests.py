"""What the doors ask of the procedures and what they get back, in the field's words and in fen.

No national abbreviation exists at or below this line; `mulaid.gateway.translate` is the only place that knows both.
"""

import datetime

import msgspec

from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import Accounts, Category, Cover, Credential, FundsBy, Kinship, Mechanism, Scheme, Sex, Use
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import Skip


class Sender(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who sent a message. `content` digests transaction and canonical input: one id, one content."""

    region: str
    institution: str
    message_id: str
    transaction: str
    content: bytes


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

    sender: Sender
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

    sender: Sender
    case_region: str
    case_id: int
    patient: int
    visit: int | None = None
    sale: bool | None = None
    """Whether the caller means a pharmacy's sale or another settlement; None: whichever it is."""


class VoidRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """Undo whatever an earlier message did, or make sure it never does anything (a lost answer)."""

    sender: Sender
    original_message_id: str
    original_transaction: str
    patient_region: str
    patient: int


class Payer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One sponsor who pays: what a slip may show. Never an identity number, never a balance."""

    number: int
    name: str
    """Masked."""
    kinship: Kinship
    """What the patient is to the payer; a slip prints the inverse."""
    mechanism: Mechanism
    amount: Fen


class PassedOver(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One sponsor who cannot pay this bill, and why: what a slip may show. Never a balance."""

    number: int
    """As a payer's."""
    name: str
    """Masked."""
    why: Skip


class PatientSeen(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """The patient as registered on the day of care. The door that writes number and name down unseals them."""

    region: str
    person: int
    sealed_number: bytes
    sealed_name: bytes
    sex: Sex | None
    born: datetime.date
    age: int
    scheme: Scheme
    status: Cover
    category: Category
    retired: bool


class Settled(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """A quote, a settlement or its reversal. In a reversal every amount is negative and `undone` names the case."""

    case_id: int | None
    """None in a quote."""
    patient: PatientSeen
    use: Use
    bill: Bill
    outcome: Outcome
    payers: tuple[Payer, ...]
    balance_after: Fen
    """The patient's own account after payment (in a quote as if paid); 0 without an account; never a sponsor's."""
    visit: int | None
    batch: str | tuple[str, ...] | None
    moment: datetime.datetime
    """When it was decided, always as China's clocks show it: doors write it down."""
    policy: str
    replayed: bool = False
    quote_changed: bool = False
    """The bill settled at other figures than its last quote said."""
    undone: int | None = None
    funds_by: FundsBy | None = None
    """What allowed the message to give the funds' part; None: the own plan computed it."""
    passed_over: tuple[PassedOver, ...] = ()
    """Empty in a reversal: what is undone asks no rule."""
    undone_by: int | None = None
    """The reversal that has undone this settlement, as far as it is looked up long after."""

    def __post_init__(self) -> None:
        """A moment that came from another process or from the database is in UTC."""
        if self.moment.tzinfo is not CHINA:
            msgspec.structs.force_setattr(self, "moment", self.moment.astimezone(CHINA))


class Refused(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """Nothing was changed. `code` is a name of `terms.reasons` or of `Fault` below; `detail` fills the sentence."""

    code: str
    field: str = ""
    detail: dict[str, str] = {}


Reply = Settled | Refused


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


class Done(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """A procedure without amounts succeeded."""

    case_id: int | None = None
    replayed: bool = False
