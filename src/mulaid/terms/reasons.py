"""Every reason for a refusal, by name, in the order of precedence: the first that holds is given.

A new reason needs a name, a place in the order, a sentence with the remedy, a citation and an example, in one commit.
"""

from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """A closed family of refusals of one question: each member is its code, with the field of the question it is about.

    Its place in the family is its precedence. `about` names a field of the case that was asked, as `patient.status`;
    each door says what that field is called there. `sponsors` stands for the one sponsor who was asked about. It is
    empty where nothing that was asked is to blame, but what is written, or not known, of the region.
    """

    _value_: str
    about: str

    def __new__(cls, code: str, about: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.about = about
        return member


class BillRefusal(Reason):
    """Why a whole bill cannot be settled through the system."""

    WRONG_CREDENTIAL = "WRONG_CREDENTIAL", "patient.credential"
    SETTLEMENT_SUSPENDED = "SETTLEMENT_SUSPENDED", "patient.suspended"
    PROXY_PAPERS_MISSING = "PROXY_PAPERS_MISSING", "agent_papers"
    INSTITUTION_NOT_DESIGNATED = "INSTITUTION_NOT_DESIGNATED", "institution.designated"
    SECOND_SWIPE_NEEDED = "SECOND_SWIPE_NEEDED", "second_swipe_minutes"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"


class Skip(Reason):
    """Why one sponsor cannot pay this bill."""

    AID_DECLINED = "AID_DECLINED", "accounts"
    NOT_OFFERED = "NOT_OFFERED", "sponsors.mechanism"
    NOT_INSURED = "NOT_INSURED", "patient.status"
    SPONSOR_NO_ACCOUNT = "SPONSOR_NO_ACCOUNT", "sponsors.account"
    SPONSOR_EXCLUDED = "SPONSOR_EXCLUDED", "sponsors.category"
    RELATION_NOT_ALLOWED = "RELATION_NOT_ALLOWED", "sponsors.kinship"
    ONLY_CODE_DISPLAY_LINK = "ONLY_CODE_DISPLAY_LINK", "sponsors.state"
    BOUND_NOT_SUBMITTED = "BOUND_NOT_SUBMITTED", "sponsors.state"
    NOT_CONFIRMED_BY_MEMBER = "NOT_CONFIRMED_BY_MEMBER", "sponsors.state"
    NOT_YET_EFFECTIVE = "NOT_YET_EFFECTIVE", "sponsors.effective_on"
    EXPIRED = "EXPIRED", "sponsors.until"
    BENEFICIARY_WAITING = "BENEFICIARY_WAITING", "patient.status"
    BENEFICIARY_PAUSED = "BENEFICIARY_PAUSED", "patient.status"
    SPONSOR_PAUSED = "SPONSOR_PAUSED", "sponsors.status"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN", "sponsors.state"
    E_VOUCHER_NOT_ACTIVATED = "E_VOUCHER_NOT_ACTIVATED", "sponsors.activated"
    OUT_OF_TERRITORY = "OUT_OF_TERRITORY", "sponsors.region"
    WALLET_NOT_OPEN = "WALLET_NOT_OPEN", "sponsors.wallet_open"
    INSTITUTION_NOT_WALLET_READY = "INSTITUTION_NOT_WALLET_READY", "institution.wallet_ready"
    WALLET_CLOSED_HOURS = "WALLET_CLOSED_HOURS", "settled_at"
    USE_NOT_ALLOWED = "USE_NOT_ALLOWED", "use"
    COST_CLASS_NOT_ALLOWED = "COST_CLASS_NOT_ALLOWED", "bill"
    OWN_BALANCE_NOT_USED_UP = "OWN_BALANCE_NOT_USED_UP", "patient.own_balance"
    SPONSOR_NOT_CHOSEN = "SPONSOR_NOT_CHOSEN", "chosen"
    ZERO_BALANCE = "ZERO_BALANCE", "sponsors.balance"
    CURRENT_YEAR_MONEY_ONLY = "CURRENT_YEAR_MONEY_ONLY", "sponsors.prior_years"
    BELOW_FLOOR = "BELOW_FLOOR", "sponsors.balance"
    QUOTA_USED_UP = "QUOTA_USED_UP", "sponsors.quota"
    OVER_LIMIT = "OVER_LIMIT", "sponsors.caps"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"


class RelationRefusal(Reason):
    """Why a sponsorship cannot be made."""

    NOT_OFFERED = "NOT_OFFERED", "mechanism"
    SPONSOR_NO_ACCOUNT = "SPONSOR_NO_ACCOUNT", "sponsor.account"
    SPONSOR_EXCLUDED = "SPONSOR_EXCLUDED", "sponsor.category"
    SPONSOR_PAUSED = "SPONSOR_PAUSED", "sponsor.status"
    NOT_INSURED = "NOT_INSURED", "beneficiary.status"
    BENEFICIARY_PAUSED = "BENEFICIARY_PAUSED", "beneficiary.status"
    RELATION_NOT_ALLOWED = "RELATION_NOT_ALLOWED", "kinship"
    KINSHIP_IMPLAUSIBLE = "KINSHIP_IMPLAUSIBLE", "beneficiary.born"
    OUT_OF_TERRITORY = "OUT_OF_TERRITORY", "beneficiary.region"
    WALLET_NOT_OPEN = "WALLET_NOT_OPEN", "mechanism"
    E_VOUCHER_NOT_ACTIVATED = "E_VOUCHER_NOT_ACTIVATED", "beneficiary.activated"
    ROLE_CONFLICT = "ROLE_CONFLICT", "sponsor_is_beneficiary"
    ALREADY_BOUND_BY_OTHER = "ALREADY_BOUND_BY_OTHER", "beneficiary_sponsors"
    RELATION_LIMIT = "RELATION_LIMIT", "existing"
    MEMBER_LIMIT = "MEMBER_LIMIT", "existing"
    LIFETIME_LIMIT = "LIFETIME_LIMIT", "existing"
    CHANGE_LIMIT = "CHANGE_LIMIT", "existing"
    TERMS_NOT_ALLOWED = "TERMS_NOT_ALLOWED", "terms"
    EVIDENCE_MISSING = "EVIDENCE_MISSING", "evidence"
    IDENTITY_NOT_VERIFIED = "IDENTITY_NOT_VERIFIED", "identified"
    BELOW_OPENING_BALANCE = "BELOW_OPENING_BALANCE", "sponsor.balance"
    BALANCE_TOO_LOW = "BALANCE_TOO_LOW", "quota"
    NOT_CONFIRMED_BY_MEMBER = "NOT_CONFIRMED_BY_MEMBER", "confirmed"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"


class EndRefusal(Reason):
    """Why a sponsorship cannot be ended now, or not by who asks."""

    UNBIND_NOT_YOURS = "UNBIND_NOT_YOURS", "by"
    LOCKED_UNBIND = "LOCKED_UNBIND", "bound_on"
    OTHER_SIDE_MUST_AGREE = "OTHER_SIDE_MUST_AGREE", "other_asked_on"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"


class ConsentRefusal(StrEnum):
    """Why a proposed sponsorship cannot be confirmed or declined; the rules may then refuse it as one to make."""

    NOT_PROPOSED = "NOT_PROPOSED"
    PROPOSAL_LAPSED = "PROPOSAL_LAPSED"
    GUARDIAN_NEEDED = "GUARDIAN_NEEDED"


class ChangeRefusal(StrEnum):
    """Why the terms of a sponsorship cannot be changed."""

    NOT_ACTIVE = "NOT_ACTIVE"
    ORDER_NOT_YOURS = "ORDER_NOT_YOURS"
    TERMS_NOT_ALLOWED = "TERMS_NOT_ALLOWED"
    QUOTA_BELOW_USED = "QUOTA_BELOW_USED"
    BALANCE_TOO_LOW = "BALANCE_TOO_LOW"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"


class SuspensionRefusal(StrEnum):
    """Why a sponsorship cannot be suspended or resumed."""

    NOT_ACTIVE = "NOT_ACTIVE"
    SUSPENDED_BY_OTHER = "SUSPENDED_BY_OTHER"


class PoolRefusal(StrEnum):
    """Why money cannot be paid into a family pool."""

    NOT_OFFERED = "NOT_OFFERED"
    IN_OTHER_POOL = "IN_OTHER_POOL"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    BELOW_FLOOR = "BELOW_FLOOR"
    BALANCE_TOO_LOW = "BALANCE_TOO_LOW"
    POLICY_UNKNOWN = "POLICY_UNKNOWN"
