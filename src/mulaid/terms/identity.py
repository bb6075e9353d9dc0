"""实人认证: the answer of an identity check, as an act receives it.

A door asks the verifier before the act and outside any transaction, and has the answer signed by the installation. The
act looks at the signature, at whose identity was checked and how long ago; it asks nobody.
"""

import datetime

import msgspec

from mulaid.terms.actor import Person

VALID = datetime.timedelta(minutes=10)
"""How old a check may be when its answer is used."""


class IdentityProof(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Somebody was checked by a verifier and is who they say. It stands in the record of the act that used it."""

    person: Person
    verifier: str
    """Which system checked."""
    sandbox: bool
    """The verifier believes everybody: this proves nothing about a real person."""
    checked_at: datetime.datetime
    signature: bytes = b""


_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def signed_text(proof: IdentityProof) -> bytes:
    """What the signature is over: all but the signature itself."""
    return b"identity\0" + _encode(msgspec.structs.replace(proof, signature=b""))


def fresh(proof: IdentityProof, moment: datetime.datetime, apart: datetime.timedelta) -> bool:
    """Whether the check is new enough, for clocks that may be so far apart."""
    return -apart <= moment - proof.checked_at <= VALID
