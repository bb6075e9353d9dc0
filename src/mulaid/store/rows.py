"""Rows of the registry as typed records: what the database keeps in words and integers, in the field's nouns."""

import datetime
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.store import regions
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import (
    Assistance,
    Category,
    Cover,
    FundsGiven,
    InstitutionKind,
    Kinship,
    LimitScope,
    Mechanism,
    RelationState,
    Scheme,
    Sex,
    SponsorUse,
)
from mulaid.terms.money import Fen


class Pointer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where one of a beneficiary's sponsorships is kept."""

    beneficiary: int
    sponsor: int
    bound_at: datetime.datetime
    sponsor_region: str
    masked_name: str
    pool: int | None
    """The purse to lock besides the sponsor's."""


class Purse(msgspec.Struct, gc=False):
    """A person's money in fen: current + prior + frozen is the balance, the wallet stands apart.

    The one row that changes in memory: a batch moves its money here before it is written back.

    `used_*` is what it has paid for all members, as of `used_on`: stale when that is another day, month or year.
    """

    person: int
    current: Fen
    prior: Fen
    frozen: Fen
    wallet: Fen
    used_day: Fen
    used_month: Fen
    used_year: Fen
    used_on: datetime.date | None
    moved_to: str | None
    activated: bool
    """医保电子凭证 activated."""

    @property
    def free(self) -> Fen:
        return self.current + self.prior

    @property
    def balance(self) -> Fen:
        return self.current + self.prior + self.frozen


class Insured(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A person with the cover of one day. Without an enrolment on that day: ended, no account."""

    person: int
    sealed_number: bytes
    sealed_name: bytes
    masked_name: str
    sex: Sex | None
    born: datetime.date
    moved_to: str | None
    suspended: bool
    """暂停联网结算 in force on that day."""
    scheme: Scheme
    status: Cover
    tier: int
    category: Category
    assistance: Assistance
    retired_on: datetime.date | None
    account: bool


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as registered, whatever their cover."""

    person: int
    sealed_number: bytes
    sealed_name: bytes
    masked_name: str
    sex: Sex | None
    born: datetime.date
    moved_to: str | None = None
    suspended_from: datetime.date | None = None
    suspended_until: datetime.date | None = None
    """暂停联网结算 holds from the one day until before the other; open without the second."""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """参保: what covers a person from a day until before another."""

    person: int
    from_day: datetime.date
    until: datetime.date | None = None
    scheme: Scheme
    status: Cover = Cover.ACTIVE
    tier: int = 1
    category: Category = Category.ORDINARY
    assistance: Assistance = Assistance.NONE
    retired_on: datetime.date | None = None
    account: bool

    def holds(self, day: datetime.date) -> bool:
        return self.from_day <= day and (self.until is None or day < self.until)


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """定点医药机构 as registered. `auth` is sealed JSON, its credentials; `profile` its dialect at the gateway."""

    institution: str
    name: str
    kind: InstitutionKind
    level: int
    designated: bool = True
    wallet_ready: bool = False
    profile: str = "baseline"
    auth: bytes | None = None
    funds_given: FundsGiven = FundsGiven.NEVER


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An institution with its region, and what holds for all institutions there."""

    region: str
    institution: Institution
    region_funds_given: FundsGiven


class Sponsorship(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One relation as its sponsor's region keeps it. `used_*` is what it has paid this beneficiary, as of `used_on`."""

    sponsor: int
    beneficiary: int
    bound_at: datetime.datetime
    beneficiary_region: str
    kinship: Kinship
    """What the beneficiary is to the sponsor."""
    mechanism: Mechanism
    state: RelationState
    bound_on: datetime.date
    effective_on: datetime.date
    until: datetime.date | None
    rank: int
    cap_payment: Fen | None
    cap_day: Fen | None
    cap_month: Fen | None
    cap_year: Fen | None
    cap_scope: LimitScope
    uses: frozenset[SponsorUse]
    quota: Fen
    """What is left of money set apart for this beneficiary."""
    quota_prior: Fen
    """How much of that is 历年 money: it was set apart first and is spent first."""
    used_day: Fen
    used_month: Fen
    used_year: Fen
    used_on: datetime.date | None
    wallet_open: bool
    pool: int | None


SPONSORSHIP = {
    "sponsor": "bigint",
    "beneficiary": "bigint",
    "bound_at": "timestamptz",
    "beneficiary_region": "integer",
    "kinship": "text",
    "mechanism": "text",
    "state": "text",
    "bound_on": "date",
    "effective_on": "date",
    "until": "date",
    "rank": "smallint",
    "cap_payment_fen": "bigint",
    "cap_day_fen": "bigint",
    "cap_month_fen": "bigint",
    "cap_year_fen": "bigint",
    "cap_scope": "text",
    "uses": "text",
    "quota_fen": "bigint",
    "quota_prior_fen": "bigint",
    "used_day_fen": "bigint",
    "used_month_fen": "bigint",
    "used_year_fen": "bigint",
    "used_on": "date",
    "wallet_open": "boolean",
    "pool": "bigint",
}
"""The columns of sponsorship after the region with their types, in the order of `Sponsorship`."""
POINTER = {
    "beneficiary": "bigint",
    "sponsor": "bigint",
    "bound_at": "timestamptz",
    "sponsor_region": "integer",
    "masked_name": "text",
    "pool": "bigint",
}
"""The columns of sponsored_by in the same way."""


def sponsorship_columns(alias: str) -> str:
    """What `sponsorship` reads of the table under this alias."""
    return ", ".join(f"{alias}.{name}" for name in SPONSORSHIP)


def sponsorship_row(region: str, relation: Sponsorship) -> tuple[object, ...]:
    """A relation as its sponsor's region writes it."""
    fields = msgspec.structs.asdict(relation)
    fields["beneficiary_region"] = regions.number(relation.beneficiary_region)
    fields["uses"] = uses_text(relation.uses)
    return regions.number(region), *fields.values()


def uses_text(uses: frozenset[SponsorUse]) -> str:
    """What a relation's money is allowed for, as its row says it."""
    return ",".join(use for use in SponsorUse if use in uses)


class SponsorCover(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a sponsor is on one day. Without an enrolment on that day: ended, no account."""

    scheme: Scheme
    status: Cover
    tier: int
    category: Category
    account: bool


# Looking a word up is several times faster than calling its enum, and this runs for everybody in a bill.
_SEX: dict[str | None, Sex | None] = {None: None, **{sex.value: sex for sex in Sex}}
_SCHEME = {scheme.value: scheme for scheme in Scheme}
_COVER = {cover.value: cover for cover in Cover}
_CATEGORY = {category.value: category for category in Category}
_ASSISTANCE = {assistance.value: assistance for assistance in Assistance}
_KINSHIP = {kinship.value: kinship for kinship in Kinship}
_MECHANISM = {mechanism.value: mechanism for mechanism in Mechanism}
_STATE = {state.value: state for state in RelationState}
_SCOPE = {scope.value: scope for scope in LimitScope}
_USES = {
    "care": frozenset({SponsorUse.CARE}),
    "premium": frozenset({SponsorUse.PREMIUM}),
    "care,premium": frozenset(SponsorUse),
}


def pointer(row: asyncpg.Record) -> Pointer:
    """From the columns of sponsored_by after the region."""
    beneficiary, sponsor, bound_at, sponsor_region, masked_name, pool = row
    return Pointer(beneficiary, sponsor, bound_at, regions.text(sponsor_region), masked_name, pool)


def purse(row: Sequence[Any]) -> Purse:
    """From the columns of purse after the region, in the order of `Purse`."""
    person, current, prior, frozen, wallet, used_day, used_month, used_year, used_on, moved_to, activated = row
    used = (used_day, used_month, used_year, used_on)
    return Purse(person, current, prior, frozen, wallet, *used, moved(moved_to), activated)


def insured(row: asyncpg.Record) -> Insured:
    """From the first columns of `registry.PEOPLE` and `registry.PATIENTS`."""
    person, number, name, masked, sex, born, moved_to, suspended = row[:8]
    scheme, status, tier, category, assistance, retired_on, account = row[8:15]
    person_part = (person, number, name, masked, _SEX[sex], born, moved(moved_to), suspended)
    if scheme is None:
        return Insured(*person_part, *_NOT_INSURED)
    return Insured(
        *person_part,
        _SCHEME[scheme],
        _COVER[status],
        tier,
        _CATEGORY[category],
        _ASSISTANCE[assistance],
        retired_on,
        account,
    )


def covered(person: Insured, by: Enrolment) -> Insured:
    """A person under another of their covers."""
    return msgspec.structs.replace(
        person,
        scheme=by.scheme,
        status=by.status,
        tier=by.tier,
        category=by.category,
        assistance=by.assistance,
        retired_on=by.retired_on,
        account=by.account,
    )


def year(values: Sequence[Any]) -> YearSoFar:
    """From (deductible, in scope, funds, admissions), None in a year that has nothing yet."""
    deductible, in_scope, funds, admissions = values
    if deductible is None:
        return NEW_YEAR
    return YearSoFar(deductible_met=deductible, in_scope=in_scope, funds_paid=funds, admissions=admissions)


def sponsor_cover(values: Sequence[Any]) -> SponsorCover:
    """From the last columns of `registry.SPONSORS`."""
    scheme, status, tier, category, account = values
    if scheme is None:
        return _NOT_COVERED
    return SponsorCover(_SCHEME[scheme], _COVER[status], tier, _CATEGORY[category], account)


def sponsorship(row: asyncpg.Record) -> Sponsorship:
    """From `sponsorship_columns`, whatever follows them."""
    values: list[Any] = list(row)[: len(SPONSORSHIP)]
    values[3] = regions.text(values[3])
    values[4] = _KINSHIP[values[4]]
    values[5] = _MECHANISM[values[5]]
    values[6] = _STATE[values[6]]
    values[15] = _SCOPE[values[15]]
    values[16] = _USES[values[16]]
    return Sponsorship(*values)


def person(row: asyncpg.Record) -> Person:
    """From the columns of person after the region."""
    fields = dict(row)
    fields["sex"] = _SEX[fields["sex"]]
    fields["moved_to"] = moved(fields["moved_to"])
    return Person(**fields)


def enrolment(row: asyncpg.Record) -> Enrolment:
    """From the columns of enrolment after the region, and the number of what was asked, if any."""
    fields = dict(row)
    fields.pop("n", None)
    fields["scheme"] = _SCHEME[fields["scheme"]]
    fields["status"] = _COVER[fields["status"]]
    fields["category"] = _CATEGORY[fields["category"]]
    fields["assistance"] = _ASSISTANCE[fields["assistance"]]
    return Enrolment(**fields)


def place(row: asyncpg.Record) -> Place:
    """From the columns of `people.INSTITUTION`."""
    fields = dict(row)
    region, of_region = regions.text(fields.pop("region")), fields.pop("region_funds_given")
    fields["kind"] = InstitutionKind(fields["kind"])
    fields["funds_given"] = FundsGiven(fields["funds_given"])
    return Place(region=region, institution=Institution(**fields), region_funds_given=FundsGiven(of_region))


def moved(region: int | None) -> str | None:
    """Where somebody has moved to."""
    return None if region is None else regions.text(region)


NEW_YEAR = YearSoFar()
_NOT_COVERED = SponsorCover(Scheme.RESIDENT, Cover.ENDED, 1, Category.ORDINARY, False)
_NOT_INSURED = (Scheme.RESIDENT, Cover.ENDED, 1, Category.ORDINARY, Assistance.NONE, None, False)
