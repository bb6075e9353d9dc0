"""The record of a case, read by the audit's own description of its shape.

A record is an array that only grows at its end, so positions are the contract. They are written down here a second
time, with what the audit does not look at left as raw bytes.
"""

import datetime

import msgspec

_Raw = msgspec.Raw
_NOTHING = msgspec.Raw(msgspec.msgpack.encode(None))


class Unreadable(ValueError):
    """The bytes are not a record of a shape known here."""


class Account(msgspec.Struct, frozen=True, gc=False, array_like=True):
    kind: int
    number: int


class Movement(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One transfer as recorded or as posted."""

    region: int
    debit: Account
    credit: Account
    amount: int
    person: int | None


class Counted(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a benefit year holds, or what a case adds to it."""

    deductible: int
    in_scope: int
    funds: int
    admissions: int


class Bill(msgspec.Struct, frozen=True, gc=False, array_like=True):
    total: int
    in_scope: int
    upfront_share: int
    over_price_limit: int
    excluded: int
    barred: int


class Patient(msgspec.Struct, frozen=True, gc=False, array_like=True):
    scheme: str
    account: bool
    status: str
    age: _Raw
    sex: _Raw
    retired: _Raw
    retired_on: datetime.date | None
    category: str
    tier: int
    assistance: str
    own_balance: _Raw
    own_prior_years: _Raw
    credential: _Raw
    activated: bool


class Place(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where the care was given."""

    region: str
    kind: str
    level: int
    designated: bool
    wallet_ready: bool


class Caps(msgspec.Struct, frozen=True, gc=False, array_like=True):
    payment: int | None
    day: int | None
    month: int | None
    year: int | None
    scope: str


class Used(msgspec.Struct, frozen=True, gc=False, array_like=True):
    day: int
    month: int
    year: int
    all_day: int
    all_month: int
    all_year: int


class Sponsor(msgspec.Struct, frozen=True, gc=False, array_like=True):
    name: _Raw
    kinship: str
    region: _Raw
    balance: _Raw
    prior_years: _Raw
    bound_on: datetime.date
    effective_on: datetime.date
    until: datetime.date | None
    scheme: str
    account: bool
    status: str
    category: str
    tier: int
    activated: bool
    state: str
    rank: int
    caps: Caps
    used: Used
    uses: tuple[str, ...]
    mechanism: str
    quota: _Raw
    wallet_open: bool
    same_as: int | None = None
    quota_prior_years: int = 0


class Situation(msgspec.Struct, frozen=True, gc=False, array_like=True):
    region: str
    day: datetime.date
    settled_on: datetime.date
    settled_at: int
    """Minute of the day."""
    use: str
    accounts: _Raw
    chosen: _Raw
    second_swipe_minutes: _Raw
    prescription: _Raw
    patient: Patient
    institution: Place
    filing: _Raw
    bill: Bill
    year: Counted
    funds_given: int | None
    agent_papers: _Raw
    sponsors: tuple[Sponsor, ...]


class Draw(msgspec.Struct, frozen=True, gc=False, array_like=True):
    sponsor: int
    amount: int
    prior_years: int


class Result(msgspec.Struct, frozen=True, gc=False, array_like=True):
    refused: _Raw
    total: int
    funds: tuple[int, ...]
    own: int
    own_prior_years: _Raw
    mutual: int
    cash: int
    institution: int
    draws: tuple[Draw, ...]
    skipped: _Raw
    deductible: int


class Key(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where a sponsor's relation is kept."""

    region: int
    sponsor: int
    beneficiary: int
    bound_at: datetime.datetime
    purse_region: int
    purse: int


class Record(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=1):
    """A settled bill, or its reversal."""

    case: Situation
    outcome: Result
    transfers: tuple[Movement, ...]
    sponsors: tuple[Key, ...]
    payers: _Raw
    balance_after: _Raw
    benefit_year: int
    batch: str | list[str] | None
    message_id: str
    lines: bytes
    undone: int | None = None
    funds_by: str | None = None
    transaction: str = ""
    content: bytes = b""
    """What the message asked for, and the digest of its content; empty in records older than these fields."""


class Actor(msgspec.Struct, frozen=True, gc=False, array_like=True):
    role: str
    region: str
    name: str
    person: tuple[str, int] | None
    behalf: tuple[str, int] | None


class Origin(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who asked, and by which message."""

    actor: Actor
    channel: str
    message_id: str
    transaction: str
    content: bytes


class Step(msgspec.Struct, frozen=True, gc=False, array_like=True):
    code: str


class ActRecord(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=2):
    """Any other act."""

    act: str
    origin: Origin
    request: _Raw
    steps: tuple[Step, ...]
    used: _Raw
    transfers: tuple[Movement, ...]
    undone: int | None = None
    released: Origin | None = None
    """Of an act that takes two people, the second one."""
    question: _Raw = _NOTHING
    """What the rules were asked; nothing where they were not asked."""

    @property
    def asked(self) -> bool:
        """Whether the rules were asked."""
        return bytes(self.question) != bytes(_NOTHING)


_decoder: msgspec.msgpack.Decoder[Record | ActRecord] = msgspec.msgpack.Decoder(Record | ActRecord)


_origin_decoder = msgspec.msgpack.Decoder(Origin)


def read_origin(data: bytes) -> Origin:
    """Read who asked, as a waiting task keeps it. Raises `Unreadable`."""
    try:
        return _origin_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error


def read(data: bytes) -> Record | ActRecord:
    """Read a record. Raises `Unreadable` when it is none, or when it points outside itself."""
    try:
        record = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    if isinstance(record, ActRecord):
        return record
    sponsors = min(len(record.sponsors), len(record.case.sponsors))
    if any(not 0 <= draw.sponsor < sponsors for draw in record.outcome.draws):
        raise Unreadable("a draw of nobody")
    return record


def read_bill(data: bytes) -> Record:
    """Read the record of a bill or its reversal. Raises `Unreadable`, also when it is another act's."""
    record = read(data)
    if isinstance(record, ActRecord):
        raise Unreadable("the record of an act")
    return record
