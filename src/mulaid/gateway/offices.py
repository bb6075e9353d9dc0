"""What this door needs from below: one Protocol, and the records it speaks in. Wired in `mulaid.app`.

A method that changes something takes the moment and returns `Refused` when nothing was changed. Methods are safe to
call again with the same sender: a repeated message id with the same content gives the first answer.
"""

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.matter import Answer
from mulaid.terms.actor import Origin
from mulaid.terms.charges import Line, PricedLine
from mulaid.terms.codes import Category, Cover, InstitutionKind, Scheme, Sex
from mulaid.terms.money import Fen


class ProofKind(StrEnum):
    """How an institution proves itself; see `credentials`."""

    NONE = "none"
    HMAC_SHA1 = "hmac_sha1"
    TIF = "tif"
    API_KEY = "api_key"


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """An institution's access key (public) and secret, as opened from its sealed row."""

    kind: ProofKind = ProofKind.NONE
    key: str = ""
    secret: str = ""


class InstitutionRecord(msgspec.Struct, frozen=True, kw_only=True):
    region: str
    institution: str
    """The institution's code; unique in the country."""
    name: str
    kind: InstitutionKind
    level: int
    designated: bool
    wallet_ready: bool
    profile: str
    auth: Proof


class EnrolmentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolment, closed ones included."""

    scheme: Scheme
    status: Cover
    category: Category
    retired: bool
    account: bool
    since: datetime.date
    until: datetime.date | None = None
    """The first day it no longer holds."""

    def holds(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class PersonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A person as an institution may see them: number and name in clear."""

    region: str
    person: int
    number: str
    name: str
    sex: Sex | None
    born: datetime.date
    balance: Fen
    """The own account, in fen; 0 without one."""
    enrolments: tuple[EnrolmentRecord, ...]


class Offices(Protocol):
    """Everything below the door."""

    def shut(self) -> Refused | None:
        """Why no work is taken at present; None when it is."""
        ...

    def unseal(self, sealed: bytes) -> str:
        """A sealed number or name in clear, for the institution that treats its holder."""
        ...

    async def institution(self, code: str) -> InstitutionRecord | None: ...

    async def holder(self, number: str) -> tuple[str, int] | None:
        """Region and person of an identity number. On the way of every settlement: keep it cheap."""
        ...

    async def person_by_key(self, region: str, person: int) -> PersonRecord | None: ...

    async def priced(self, care_region: str, lines: Sequence[Line], scheme: Scheme) -> tuple[PricedLine, ...]:
        """Lines priced by the catalogue of the place of care, in the order given."""
        ...

    async def do(self, request: object, origin: Origin) -> Answer:
        """Carry an act out: `Settled` for a bill or its undoing, `Done` with the number of what was made for others."""
        ...

    async def ask(self, request: object, origin: Origin, moment: datetime.datetime) -> Any:
        """The answer to an inquiry as of a moment, or `Refused`."""
        ...
