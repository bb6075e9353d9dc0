"""What doors get back from an act, in the field's words and in fen. No national abbreviation exists here or below."""

import datetime

import msgspec

from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import Category, Cover, FundsBy, Kinship, Mechanism, Scheme, Sex, Use
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome, Step
from mulaid.terms.reasons import Skip


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
    steps: tuple[Step, ...] = ()
    """What the rules said, where a rule refused."""
    used: tuple[int, ...] = ()
    """Every policy entry consulted."""
    day: datetime.date | None = None
    """The first day on which the answer may be another, where the rules know it."""


class Done(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag=True, array_like=True):
    """A procedure without amounts succeeded."""

    case_id: int | None = None
    replayed: bool = False


Reply = Settled | Refused
