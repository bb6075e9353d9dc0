"""The record of a case: everything the decision saw and did, as one msgpack value that the chain hashes.

A record is read back with the book of its own digest, for ever; so its shape has a version and only grows at its end.
"""

import datetime
import hashlib

import msgspec

from mulaid.ledger.journal import Transfer
from mulaid.procedures.requests import Payer
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import FundsBy
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome

VERSION = 1


class SponsorKey(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where the money and the relation of one sponsor of the case are kept."""

    region: int
    person: int
    beneficiary: int
    bound_at: datetime.datetime
    purse_region: int
    purse: int
    """The purse that pays: the sponsor's, a pool's, or the patient's own when the money lies in their wallet."""


class Record(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One settled case, or its reversal (`undone` is then the case it undoes and `transfers` the opposite ones)."""

    version: int
    case: BillCase
    outcome: Outcome
    transfers: tuple[Transfer, ...]
    sponsors: tuple[SponsorKey, ...]
    """By position of `case.sponsors`."""
    payers: tuple[Payer, ...]
    balance_after: Fen
    benefit_year: int
    batch: str | tuple[str, ...] | None
    """The charges it settled, by name: one batch of its visit, or several together; None for a sale."""
    message_id: str
    lines: bytes
    undone: int | None = None
    funds_by: FundsBy | None = None
    """What allowed the message to give the funds' part of the bill; None: the own plan computed it."""
    transaction: str = ""
    """What the message asked for; with its digest it says that a message's row was not changed."""
    content: bytes = b""


# Sets in order: the chain hashes these bytes, and whoever settles the same again must write the same.
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(Record)


def encode(record: Record) -> bytes:
    return _encoder.encode(record)


def decode(data: bytes) -> Record:
    """Read a record. Raises `msgspec.DecodeError` when the bytes are not one."""
    return _decoder.decode(data)


def link(previous: bytes, records: list[bytes]) -> bytes:
    """The hash of one batch in the chain: over the hash before it and every record, each with its length."""
    digest = hashlib.sha256(previous)
    for record in records:
        digest.update(len(record).to_bytes(4, "big"))
        digest.update(record)
    return digest.digest()
