"""A bill to settle, as a whole situation: who is treated, where, on which day, and who may pay.

These records are what `mulaid.decide` reads. They are built from a case file (`mulaid.intake`) or from the registry
(`mulaid.procedures`), and hold nothing the decision does not need.
"""

import datetime

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
from mulaid.terms.money import Fen

NOON = 12 * 60
BOTH_USES = frozenset(SponsorUse)


class Patient(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """被共济人 / 患者: the insured person whose bill it is, on the day of care."""

    scheme: Scheme
    account: bool
    """Has a personal account of their own."""
    status: Cover = Cover.ACTIVE
    age: int = 40
    sex: Sex | None = None
    retired: bool = False
    retired_on: datetime.date | None = None
    category: Category = Category.ORDINARY
    tier: int = 1
    """档, where the region has tiers."""
    assistance: Assistance = Assistance.NONE
    own_balance: Fen = 0
    """Free money of the own account, prior-years money included."""
    own_prior_years: Fen = 0
    credential: Credential = Credential.OWN
    activated: bool = True
    """医保电子凭证 activated."""
    suspended: bool = False
    """暂停联网结算 in force."""


class Institution(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """定点医药机构 where the care was given."""

    region: str
    kind: InstitutionKind = InstitutionKind.HOSPITAL
    level: int = 3
    """0 village clinic or station, 1, 2, 3."""
    designated: bool = True
    wallet_ready: bool = False
    signed: bool = False
    """A community doctor the patient has signed with (家庭医生签约)."""
    referred: bool = False


class Bill(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """费用: total = in_scope + upfront_share + over_price_limit + excluded, in fen."""

    total: Fen
    in_scope: Fen
    upfront_share: Fen = 0
    over_price_limit: Fen = 0
    excluded: Fen = 0
    barred: Fen = 0
    """The part of the total that the region bars from account money."""


class YearSoFar(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """累计: what the patient's benefit year holds in this bill's care group before this bill."""

    deductible_met: Fen = 0
    in_scope: Fen = 0
    funds_paid: Fen = 0
    admissions: int = 0


class Caps(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """限额 a sponsor has set, in fen; None is no cap."""

    payment: Fen | None = None
    day: Fen | None = None
    month: Fen | None = None
    year: Fen | None = None
    scope: LimitScope = LimitScope.MEMBER


class Used(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """What a sponsor's money has paid so far that day, month and year: for this patient, and for all members."""

    day: Fen = 0
    month: Fen = 0
    year: Fen = 0
    all_day: Fen = 0
    all_month: Fen = 0
    all_year: Fen = 0


NO_CAPS = Caps()
NOTHING_USED = Used()


class Sponsor(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """共济人 as seen by one bill: the relation to this patient, the money and the sponsor's own cover."""

    name: str
    kinship: Kinship
    """What the patient is to this sponsor."""
    region: str
    balance: Fen
    """Free money plus frozen quota."""
    prior_years: Fen
    bound_on: datetime.date
    effective_on: datetime.date
    until: datetime.date | None = None
    """The first day the relation no longer holds."""
    scheme: Scheme = Scheme.EMPLOYEE
    account: bool = True
    status: Cover = Cover.ACTIVE
    category: Category = Category.ORDINARY
    tier: int = 1
    activated: bool = True
    state: RelationState = RelationState.ACTIVE
    rank: int = 1
    caps: Caps = NO_CAPS
    used: Used = NOTHING_USED
    uses: frozenset[SponsorUse] = BOTH_USES
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    quota: Fen = 0
    """Quota left, wallet money received, or the pool's money, by mechanism; frozen elsewhere for an instant draw."""
    wallet_open: bool = True
    same_as: int | None = None
    """Position of an earlier sponsor who is the same person, paying by another mechanism."""
    quota_prior_years: Fen = 0
    """How much of a quota is 历年 money; it is spent first."""


class BillCase(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One bill to settle. `day` decides the own plan; `settled_on` decides relations, balances, order and caps."""

    region: str
    """The patient's pooling region (参保地统筹区)."""
    day: datetime.date
    settled_on: datetime.date
    settled_at: int = NOON
    """Minute of the day of settlement, Asia/Shanghai; the wallet keeps hours."""
    use: Use = Use.OUTPATIENT
    accounts: Accounts = Accounts.ALL
    chosen: tuple[int, ...] | None = None
    """Positions of the sponsors the patient chose, in the order chosen; None: nobody chose."""
    second_swipe_minutes: int | None = None
    """Minutes since the first swipe; None: this is the first."""
    prescription: bool = False
    patient: Patient
    institution: Institution
    filing: Filing = Filing.NONE
    """Read only when the institution's region is not the patient's."""
    bill: Bill
    year: YearSoFar = YearSoFar()
    funds_given: Fen | None = None
    """The funds' part when it is given and the own plan is not asked."""
    agent_papers: bool = True
    """False when somebody acts for the patient without both identity papers."""
    sponsors: tuple[Sponsor, ...] = ()
    """In the order they were bound."""
    assuming: bool = True
    """Where nobody knows a rule, what mulaid assumes may decide; else only what all candidates agree on."""
