"""The closed lists of the field: what a scheme, a use or a kinship can be. Values are the words of case files."""

from enum import StrEnum


class Scheme(StrEnum):
    """险种: which basic medical insurance covers a person."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class Cover(StrEnum):
    """参保状态 on the day asked about."""

    ACTIVE = "active"
    PAUSED = "paused"
    WAITING = "waiting"
    ENDED = "ended"


class Category(StrEnum):
    """人员类别 with a regime of its own: civil servants 公务员, 公费医疗, 离休."""

    ORDINARY = "ordinary"
    CIVIL_SERVANT = "civil_servant"
    PUBLIC_EXPENSE = "public_expense"
    RETIRED_CADRE = "retired_cadre"


class Assistance(StrEnum):
    """医疗救助 status: 特困, 低保, 低保边缘."""

    NONE = "none"
    DESTITUTE = "destitute"
    LOW_INCOME = "low_income"
    EDGE = "edge"


class Sex(StrEnum):
    FEMALE = "f"
    MALE = "m"


class Kinship(StrEnum):
    """近亲属: what the beneficiary is to the sponsor (Civil Code art. 1045; spouse's parents are not among them)."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    SPOUSE_PARENT = "spouse_parent"
    OTHER = "other"


class Use(StrEnum):
    """医疗类别: what kind of care a bill is for."""

    OUTPATIENT = "outpatient"
    CHRONIC = "chronic"
    EMERGENCY = "emergency"
    INPATIENT = "inpatient"
    DAY_SURGERY = "day_surgery"
    MATERNITY = "maternity"
    PHARMACY = "pharmacy"
    VACCINE = "vaccine"
    CHECKUP = "checkup"


class CareGroup(StrEnum):
    """Which yearly accumulators a bill counts in: outpatient with chronic and pharmacy, or inpatient."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"


INPATIENT_USES = frozenset({Use.INPATIENT, Use.DAY_SURGERY, Use.MATERNITY})
_CARE_GROUPS = {use: CareGroup.INPATIENT if use in INPATIENT_USES else CareGroup.OUTPATIENT for use in Use}


def care_group(use: Use) -> CareGroup:
    """The accumulators a bill of this use counts in."""
    return _CARE_GROUPS[use]


class Accounts(StrEnum):
    """Whose accounts the patient lets pay."""

    ALL = "all"
    OWN = "own"
    SPONSORS = "sponsors"
    NONE = "none"


class Credential(StrEnum):
    """就诊凭证: the patient's own, or somebody else's."""

    OWN = "own"
    OTHER = "other"


class RelationState(StrEnum):
    """Where a sponsorship stands. `DISPLAY_ONLY` is 亲情账户: it shows a code and moves no money."""

    ACTIVE = "active"
    PROPOSED = "proposed"
    NOT_SUBMITTED = "not_submitted"
    DISPLAY_ONLY = "display_only"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Mechanism(StrEnum):
    """共济方式: drawn at the till, a family pool, or the wallet (2025 transfer, 2026 quota)."""

    INSTANT_DRAW = "instant_draw"
    POOL = "pool"
    WALLET_TRANSFER = "wallet_transfer"
    WALLET_QUOTA = "wallet_quota"


WALLET_MECHANISMS = frozenset({Mechanism.WALLET_TRANSFER, Mechanism.WALLET_QUOTA})


class LimitScope(StrEnum):
    """What a sponsor's own caps are counted over: each member alone, or all members together."""

    MEMBER = "member"
    ALL = "all"


class InstitutionKind(StrEnum):
    HOSPITAL = "hospital"
    COMMUNITY = "community"
    PHARMACY = "pharmacy"


class FundsGiven(StrEnum):
    """Whether a message may give the funds' part of its bill: what an operator says of an institution or a region."""

    NEVER = "never"
    """The patient's own plan computes it."""
    CORE = "core"
    """The region's own settlement system (核心系统) has computed it."""


class FundsBy(StrEnum):
    """What allowed a message to give the funds' part of its bill."""

    INSTITUTION = "institution"
    REGION = "region"
    SANDBOX = "sandbox"


class Filing(StrEnum):
    """异地就医备案."""

    NONE = "none"
    LONG_TERM = "long_term"
    REFERRAL = "referral"
    EMERGENCY = "emergency"


class SponsorUse(StrEnum):
    """What a sponsor allows the money for: care (共济支付), a relative's premium (共济缴费)."""

    CARE = "care"
    PREMIUM = "premium"


class CostClass(StrEnum):
    """The parts of what the patient bears: 起付, 自付, 超封顶, 先行自付, 超限价, 全自费."""

    DEDUCTIBLE = "deductible"
    COPAY = "copay"
    OVER_CEILING = "over_ceiling"
    UPFRONT_SHARE = "upfront_share"
    OVER_PRICE_LIMIT = "over_price_limit"
    EXCLUDED = "excluded"


class Fund(StrEnum):
    """The five funds in the order they pay: 统筹, 大病, 大额, 公务员补助, 医疗救助."""

    POOLED = "pooled"
    SERIOUS_ILLNESS = "serious_illness"
    LARGE_AMOUNT = "large_amount"
    CIVIL_SERVANT = "civil_servant"
    MEDICAL_ASSISTANCE = "medical_assistance"
