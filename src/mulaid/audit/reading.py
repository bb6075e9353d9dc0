"""The record of a case, read by the audit's own description of its shape.

A record is an array that only grows at its end, so positions are the contract. They are written down here a second
time, with what the audit does not look at left as raw bytes.
"""

import datetime

import msgspec

VERSION = 1

_Raw = msgspec.Raw


class Unreadable(ValueError):
    """The bytes are not a record of a version known here."""


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
    kinship: _Raw
    region: _Raw
    balance: _Raw
    prior_years: _Raw
    bound_on: _Raw
    effective_on: _Raw
    until: _Raw
    scheme: _Raw
    account: _Raw
    status: _Raw
    category: _Raw
    tier: _Raw
    activated: _Raw
    state: _Raw
    rank: _Raw
    caps: Caps
    used: Used


class Situation(msgspec.Struct, frozen=True, gc=False, array_like=True):
    region: str
    day: datetime.date
    settled_on: datetime.date
    settled_at: _Raw
    use: str
    accounts: _Raw
    chosen: _Raw
    second_swipe_minutes: _Raw
    prescription: _Raw
    patient: _Raw
    institution: _Raw
    filing: _Raw
    bill: Bill
    year: Counted
    funds_given: int | None
    agent_papers: _Raw
    sponsors: tuple[Sponsor, ...]


class Draw(msgspec.Struct, frozen=True, gc=False, array_like=True):
    sponsor: int
    amount: int


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


class Record(msgspec.Struct, frozen=True, gc=False, array_like=True):
    version: int
    case: Situation
    outcome: Result
    transfers: tuple[Movement, ...]
    sponsors: tuple[Key, ...]
    payers: _Raw
    balance_after: _Raw
    benefit_year: int
    batch: str | list[str] | None
    message_id: str
    lines: _Raw
    undone: int | None = None
    funds_by: str | None = None


_decoder = msgspec.msgpack.Decoder(Record)


def read(data: bytes) -> Record:
    """Read a record. Raises `Unreadable` when it is none, or when it points outside itself."""
    try:
        record = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    if record.version != VERSION:
        raise Unreadable(f"version {record.version}")
    sponsors = min(len(record.sponsors), len(record.case.sponsors))
    if any(not 0 <= draw.sponsor < sponsors for draw in record.outcome.draws):
        raise Unreadable("a draw of nobody")
    return record
