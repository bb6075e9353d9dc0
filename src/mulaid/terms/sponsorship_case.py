"""A relation to make: who would sponsor whom, and what either already has. A relation to end: who asks for it."""

import datetime
from enum import StrEnum

import msgspec

from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.codes import Category, Cover, Kinship, Mechanism, Scheme, Sex, SponsorUse
from mulaid.terms.money import Fen


class Party(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Either side of a relation on the day it is asked for."""

    scheme: Scheme
    account: bool
    region: str
    person: str = ""
    """Tells people apart within one case; never an identity number."""
    status: Cover = Cover.ACTIVE
    age: int = 40
    born: datetime.date | None = None
    """None: nobody said; then nothing is concluded from how old the two are."""
    sex: Sex | None = None
    category: Category = Category.ORDINARY
    tier: int = 1
    balance: Fen = 0
    activated: bool = True


class Relation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One of the sponsor's other relations, ended ones included."""

    kinship: Kinship
    person: str
    sex: Sex | None = None
    ended_on: datetime.date | None = None


class Evidence(StrEnum):
    """What the applicant brings to prove the kinship."""

    NONE = "none"
    COMMITMENT = "commitment"
    """承诺书: a signed text that the kinship is as said."""
    DOCUMENTS = "documents"
    """Papers that a clerk has seen."""


class Consent(StrEnum):
    """Whose consent a relation needs beside the sponsor's."""

    NOBODYS = "nobody"
    BENEFICIARYS = "beneficiary"
    GUARDIANS = "guardian"


class Terms(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """条件 of a relation that the sponsor sets: order, limits, uses and the first day on which it no longer holds."""

    rank: int = 1
    ranked: bool = False
    """Whether somebody chose the rank."""
    caps: Caps = NO_CAPS
    uses: frozenset[SponsorUse] = BOTH_USES
    until: datetime.date | None = None


class SponsorshipCase(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One relation to make on `day`. `kinship` is what the beneficiary is to the sponsor."""

    day: datetime.date
    kinship: Kinship
    sponsor: Party
    beneficiary: Party
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    existing: tuple[Relation, ...] = ()
    beneficiary_sponsors: int = 0
    """How many others already sponsor the beneficiary."""
    beneficiary_is_sponsor: bool = False
    sponsor_is_beneficiary: bool = False
    confirmed: bool = True
    """The beneficiary (or a guardian) has agreed."""
    documents: bool = False
    """A clerk has seen papers that prove the kinship, whatever the ages say."""
    assuming: bool = True
    """Where nobody knows a rule, what mulaid assumes may decide; else only what all candidates agree on."""
    terms: Terms | None = None
    """None: nobody asks whether they are allowed."""
    evidence: Evidence | None = None
    """None: nobody asks what was brought."""
    identified: bool = True
    """Who asks has been identified: in person at the counter, or by a check that is still fresh."""
    quota: Fen = 0
    """To set apart for the beneficiary."""
    prior_years: Fen = 0
    """How much of the sponsor's free money is 历年 money; read for a quota only."""
    free: Fen = 0
    """The sponsor's balance without what is frozen; read for a quota only."""


class Asker(StrEnum):
    """Who asks for a relation to end. A clerk acts for one of them, or for both where both have signed."""

    SPONSOR = "sponsor"
    BENEFICIARY = "beneficiary"
    GUARDIAN = "guardian"
    """Of the beneficiary, for whom the guardian speaks."""
    BOTH = "both"


class EndCase(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One relation to end on `day`. It has held since `bound_on`."""

    day: datetime.date
    region: str
    """The sponsor's: its rules say who may end a relation, and when."""
    bound_on: datetime.date
    by: Asker
    other_asked_on: datetime.date | None = None
    """The day on which the other side asked for the same."""
    assuming: bool = True
    """As of a relation to make."""
