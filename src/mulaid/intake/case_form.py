"""The case file as it is written: one struct a table, every default as docs/cases.md states it.

Names are those of the format. `cases` turns these into the nouns of `terms`.
"""

import datetime
from typing import Annotated, Any

import msgspec

from mulaid.terms.codes import (
    Accounts,
    Assistance,
    Category,
    Cover,
    Credential,
    Filing,
    InstitutionKind,
    Kinship,
    LimitScope,
    Mechanism,
    RelationState,
    Scheme,
    Sex,
    SponsorUse,
    Use,
)
from mulaid.terms.money import MoneyError, unsigned_fen
from mulaid.terms.sponsorship_case import Asker, Evidence

Whole = Annotated[int, msgspec.Meta(ge=0)]
Age = Annotated[int, msgspec.Meta(ge=0, le=150)]
Level = Annotated[int, msgspec.Meta(ge=0, le=3)]
Name = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""A text that is not blank."""
Division = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class Money(int):
    """A string of yuan with two decimals, read as fen; never negative in a case."""


def read_money(kind: type, value: Any) -> Any:
    """msgspec's hook for `Money`. A `ValueError` becomes a fault at the field's place."""
    if kind is not Money:
        raise NotImplementedError
    try:
        return Money(unsigned_fen(value if isinstance(value, str) else ""))
    except MoneyError:
        raise ValueError(f"not_money:{value}") from None


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a key the format does not know is a fault."""


class PersonForm(Form, frozen=True, kw_only=True):
    """What patients, sponsors and parties have in common."""

    scheme: Scheme
    status: Cover = Cover.ACTIVE
    sex: Sex | None = None
    category: Category = Category.ORDINARY
    tier: Whole = 1
    account: bool | None = None
    activated: bool = True

    def has_account(self) -> bool:
        return self.scheme is Scheme.EMPLOYEE if self.account is None else self.account


class PatientForm(PersonForm, frozen=True, kw_only=True):
    age: Age = 40
    retired: bool = False
    retired_on: datetime.date | None = None
    assistance: Assistance = Assistance.NONE
    own_balance: Money = Money(0)
    own_prior_years: Money | None = None
    credential: Credential = Credential.OWN
    suspended: bool = False


class InstitutionForm(Form, frozen=True, kw_only=True):
    kind: InstitutionKind = InstitutionKind.HOSPITAL
    level: Level = 3
    region: Division | None = None
    designated: bool = True
    wallet_ready: bool = False
    signed: bool = False
    referred: bool = False


class AwayForm(Form, frozen=True, kw_only=True):
    filing: Filing = Filing.NONE


class AgentForm(Form, frozen=True, kw_only=True):
    """Somebody acts for the patient: which identity papers were shown."""

    principal_id: bool = True
    agent_id: bool = True


class BillForm(Form, frozen=True, kw_only=True):
    total: Money
    in_scope: Money | None = None
    upfront_share: Money = Money(0)
    over_price_limit: Money = Money(0)
    excluded: Money = Money(0)
    barred: Money = Money(0)


class YearForm(Form, frozen=True, kw_only=True):
    deductible_met: Money = Money(0)
    in_scope: Money = Money(0)
    funds_paid: Money = Money(0)
    admissions: Whole = 0


class FundsForm(Form, frozen=True, kw_only=True):
    paid: Money


class SponsorForm(PersonForm, frozen=True, kw_only=True):
    name: Name
    age: Age = 40
    kinship: Kinship
    balance: Money
    scheme: Scheme = Scheme.EMPLOYEE
    region: Division | None = None
    prior_years: Money | None = None
    state: RelationState = RelationState.ACTIVE
    rank: Whole | None = None
    bound_on: datetime.date | None = None
    effective_on: datetime.date | None = None
    until: datetime.date | None = None
    limit_payment: Money | None = None
    limit_day: Money | None = None
    limit_month: Money | None = None
    limit_year: Money | None = None
    limit_scope: LimitScope = LimitScope.MEMBER
    used_today: Money = Money(0)
    used_month: Money | None = None
    used_year: Money | None = None
    used_all_today: Money | None = None
    used_all_month: Money | None = None
    used_all_year: Money | None = None
    uses: tuple[SponsorUse, ...] = tuple(SponsorUse)
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    quota: Money = Money(0)
    wallet_open: bool = True


class ExpectForm(Form, frozen=True, kw_only=True):
    """What must hold; a key that is not given is not checked."""

    funds: Money | None = None
    own: Money | None = None
    mutual: Money | None = None
    cash: Money | None = None
    by: dict[str, Money] | None = None
    skipped: dict[str, str] | None = None
    refused: str | None = None
    unverified: bool | None = None
    assumed: tuple[str, ...] | None = None


class CaseForm(Form, frozen=True, kw_only=True):
    name: Name
    region: Division
    day: datetime.date
    patient: PatientForm
    bill: BillForm
    source: str = ""
    settled_on: datetime.date | None = None
    settled_at: datetime.time | None = None
    use: Use = Use.OUTPATIENT
    accounts: Accounts = Accounts.ALL
    chosen: tuple[str, ...] | None = None
    second_swipe_minutes: Whole | None = None
    prescription: bool = False
    assuming: bool = True
    institution: InstitutionForm = InstitutionForm()
    away: AwayForm = AwayForm()
    agent: AgentForm = AgentForm()
    year_so_far: YearForm = YearForm()
    funds: FundsForm | None = None
    sponsors: tuple[SponsorForm, ...] = ()
    expect: ExpectForm | None = None


class PartyForm(PersonForm, frozen=True, kw_only=True):
    """Either side of a relation. How old the two are says something only where it is written of both."""

    age: Age | None = None
    born: datetime.date | None = None
    region: Division | None = None
    person: str = ""
    balance: Money = Money(0)


class RelationForm(Form, frozen=True, kw_only=True):
    kinship: Kinship
    person: Name
    sex: Sex | None = None
    ended_on: datetime.date | None = None


class EndForm(Form, frozen=True, kw_only=True):
    """The relation is not to be made but to be ended."""

    by: Asker
    bound_on: datetime.date
    other_asked_on: datetime.date | None = None


class RelationExpectForm(Form, frozen=True, kw_only=True):
    """`ends_on` and `possible_on` are told only of an end."""

    accepted: bool | None = None
    refused: str | None = None
    unverified: bool | None = None
    ends_on: datetime.date | None = None
    possible_on: datetime.date | None = None


class TermsForm(Form, frozen=True, kw_only=True):
    """What the sponsor sets; an empty table asks as well whether nothing may be set."""

    rank: Whole | None = None
    limit_payment: Money | None = None
    limit_day: Money | None = None
    limit_month: Money | None = None
    limit_year: Money | None = None
    limit_scope: LimitScope = LimitScope.MEMBER
    uses: tuple[SponsorUse, ...] = tuple(SponsorUse)
    until: datetime.date | None = None


class SponsorshipForm(Form, frozen=True, kw_only=True):
    name: Name
    region: Division
    day: datetime.date
    kinship: Kinship
    sponsor: PartyForm
    beneficiary: PartyForm
    source: str = ""
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    existing: tuple[RelationForm, ...] = ()
    beneficiary_sponsors: Whole = 0
    beneficiary_is_sponsor: bool = False
    sponsor_is_beneficiary: bool = False
    confirmed: bool = True
    documents: bool = False
    assuming: bool = True
    terms: TermsForm | None = None
    evidence: Evidence | None = None
    identified: bool = True
    quota: Money = Money(0)
    end: EndForm | None = None
    expect: RelationExpectForm | None = None


class FileForm(Form, frozen=True, kw_only=True):
    """A whole case file. `policies`: further policy folders beside the book, relative to the file."""

    policies: tuple[str, ...] = ()
    case: tuple[CaseForm, ...] = ()
    sponsorship_case: tuple[SponsorshipForm, ...] = ()
