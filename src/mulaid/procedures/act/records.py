"""The record of a case: everything the act saw and did, as one msgpack value that the chain hashes.

A record is read back with the book of its own digest, for ever. Its first element is a tag that names its shape; a
shape only grows at its end, and one that has to change otherwise becomes another with a tag of its own.
"""

import datetime
import hashlib

import msgspec

from mulaid.ledger.journal import Transfer
from mulaid.procedures.act.answers import Payer
from mulaid.terms.actor import Origin
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import FundsBy
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome, Step

NOTHING = msgspec.Raw(msgspec.msgpack.encode(None))


class SponsorKey(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where the money and the relation of one sponsor of the case are kept."""

    region: int
    person: int
    beneficiary: int
    bound_at: datetime.datetime
    purse_region: int
    purse: int
    """The purse that pays: the sponsor's, a pool's, or the patient's own when the money lies in their wallet."""


class BillRecord(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=1):
    """A settled bill, or its reversal (`undone` is then the case it undoes and `transfers` the opposite ones)."""

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


class ActRecord(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=2):
    """Any other act that moved money or changed a relation: who asked for what, by which rules, and what it moved."""

    act: str
    origin: Origin
    request: msgspec.Raw
    """The act's request as msgpack; the table of acts knows its type."""
    steps: tuple[Step, ...]
    """What the rules said, with the policy entries behind it."""
    used: tuple[int, ...]
    """Every policy entry consulted."""
    transfers: tuple[Transfer, ...]
    undone: int | None = None
    released: Origin | None = None
    """Of an act that takes two people, the second one."""
    question: msgspec.Raw = NOTHING
    """What the rules were asked, as msgpack: enough to ask them again. Nothing where they were not asked."""


Record = BillRecord | ActRecord

# In a fixed order, so that a record's bytes depend on what it says and not on the process that writes it.
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)
_bill_decoder = msgspec.msgpack.Decoder(BillRecord)


def encode(record: Record) -> bytes:
    return _encoder.encode(record)


def raw(request: object) -> msgspec.Raw:
    """A request as a record keeps it."""
    return msgspec.Raw(_encoder.encode(request))


def decode(data: bytes) -> Record:
    """Read a record. Raises `msgspec.DecodeError` when the bytes are not one."""
    return _decoder.decode(data)


def decode_bill(data: bytes) -> BillRecord:
    """Read the record of a bill or its reversal. Raises `msgspec.DecodeError` when the bytes are not one."""
    return _bill_decoder.decode(data)


def link(previous: bytes, records: list[bytes]) -> bytes:
    """The hash of one batch in the chain: over the hash before it and every record, each with its length."""
    digest = hashlib.sha256(previous)
    for record in records:
        digest.update(len(record).to_bytes(4, "big"))
        digest.update(record)
    return digest.digest()
