"""Kinds of text: keys, which have a length, and words of a dictionary, each with what reads it.

What reads a word is asked by whoever needs its meaning, and once more when some field of the message is broken: then
every other word is tried too, so that a sender learns of all at once.
"""

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta

from mulaid.gateway import codes
from mulaid.gateway.profile import Profile

Reader = Callable[[Any, Profile], object]
"""Raises `FieldFault` where what was sent is no word of its dictionary."""
_READER = "reader"


def read_by(reader: Reader) -> dict[str, Any]:
    """What `msgspec.Meta` of a kind keeps in its `extra`."""
    return {_READER: reader}


def reader_of(kind: Any) -> Reader | None:
    """What reads words of this kind; None where any text will do."""
    metas = (each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Meta))
    return next((meta.extra[_READER] for meta in metas if meta.extra and _READER in meta.extra), None)


def _number(text: str, profile: Profile) -> object:
    return codes.number(text, "")


Key = Annotated[str, Meta(max_length=30)]
"""C30: ids and serials."""
Number = Annotated[str, Meta(max_length=30, extra=read_by(_number))]
"""C30: a number that an earlier answer gave to a person, a visit or a settlement."""
ItemCode = Annotated[str, Meta(max_length=50)]
"""C50: a catalogue code."""
InsuranceType = Annotated[str, Meta(extra=read_by(lambda text, profile: codes.scheme(text)))]
OutpatientCare = Annotated[str, Meta(extra=read_by(codes.outpatient_use))]
PharmacyCare = Annotated[str, Meta(extra=read_by(codes.pharmacy_use))]
AnyCare = Annotated[str, Meta(extra=read_by(codes.any_use))]
AccountFlag = Annotated[str, Meta(extra=read_by(codes.accounts))]
SettlementWay = Annotated[str, Meta(extra=read_by(lambda text, profile: codes.by_item(text)))]
ApprovalFlag = Annotated[str, Meta(extra=read_by(lambda text, profile: codes.approval(text)))]
CredentialKind = Annotated[str, Meta(extra=read_by(lambda text, profile: codes.credential_kind(text)))]
