"""Every rule a policy file may state: its number, its key, the shape of its value and the qualifiers it takes.

The numbers are those of the parameter list P01–P38; one number may hold several keys. Chinese names are in
`mulaid.wording.rules`. Adding a rule is one line here, its reading in `aid` or `own_plan`, its name, and cases.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from mulaid.policy import shapes
from mulaid.policy.shapes import Shape
from mulaid.terms.codes import CostClass, Kinship, Mechanism, Use


class Territory(StrEnum):
    """How far apart the two insured places may lie."""

    SAME_AREA = "same_area"
    PROVINCE = "province"
    NATION = "nation"


class Pause(StrEnum):
    """What a pause of one side's cover does to the relation."""

    END = "end"
    SUSPEND = "suspend"
    IGNORE = "ignore"


class OwnAccount(StrEnum):
    FIRST = "first"
    ONLY_IF_ZERO = "only_if_zero"
    OPTIONAL = "optional"
    SHARED_FIRST = "shared_first"


class Order(StrEnum):
    RANK = "rank"
    BIND_ASC = "bind_asc"
    BIND_DESC = "bind_desc"
    BALANCE_DESC = "balance_desc"
    MANUAL = "manual"


class TieBreak(StrEnum):
    RANK = "rank"
    BIND_ASC = "bind_asc"
    BIND_DESC = "bind_desc"
    NAME = "name"


class PayerGroup(StrEnum):
    POOL = "pool"
    SAME_AREA = "same_area"
    CROSS_AREA = "cross_area"
    WALLET = "wallet"


class Confirm(StrEnum):
    AUTO = "auto"
    RESWIPE = "reswipe"
    RESCAN = "rescan"
    CASHIER_CHOICE = "cashier_choice"


class Excluded(StrEnum):
    PUBLIC_EXPENSE = "public_expense"
    RETIRED_CADRE = "retired_cadre"
    CIVIL_SERVANT = "civil_servant"
    LIVING_AWAY_FILED = "living_away_filed"
    NO_ACCOUNT_TIER = "no_account_tier"


class Rule(msgspec.Struct, frozen=True):
    """One thing a policy file may state."""

    number: str
    key: str
    shape: Shape
    qualifiers: tuple[str, ...] = ()

    @property
    def sharing(self) -> bool:
        """Whether it is about how families share, so that it may differ by mechanism."""
        return self.number in _SHARING or self.key in ("binding_open", "premium_balance")

    def qualified(self, qualifier: Iterable[str]) -> dict[str, str]:
        """What the values of a qualifier are called: one of the wallet alone is told apart by `mechanism`."""
        return dict(zip(self.qualifiers or (MECHANISM,), qualifier, strict=False))


MECHANISM = "mechanism"
"""What an entry of a rule about sharing is told apart by where it holds for one mechanism alone."""
_SHARING = frozenset(f"P{number:02}" for number in (*range(1, 13), *range(15, 22), *range(23, 29), 30, 36))

_PREMIUM_USES = ("resident_premium", "ltc_premium", "serious_illness_premium", "commercial_inclusive", "arrears_topup")
_COMPOSITION = ("father", "mother", *[kinship for kinship in Kinship if kinship is not Kinship.OTHER])
_END_EVENTS = (
    "beneficiary_end",
    "sponsor_end",
    "transfer_out",
    "death",
    "tie_changed",
    "last_member_left",
    "zero_balance",
)
_VISIBLE = ("sponsor_sees_use", "sponsor_sees_members", "member_sees_sponsor", "member_sees_members")
_FORBIDDEN = ("public_health", "fitness", "wellness", "cash", "pooled_part")
_RELATIONS = [kinship for kinship in Kinship if kinship is not Kinship.OTHER]
_FLAG, _COUNT, _DAYS, _MONEY = shapes.flag, shapes.count, shapes.days, shapes.money
_USES = shapes.words((*Use, *_PREMIUM_USES))
_GROUP, _CARE = ("scheme", "group"), ("scheme", "care")


def _choice(*words: str) -> Shape:
    return shapes.choice(words)


RULES: tuple[Rule, ...] = (
    Rule("P01", "relations_allowed", shapes.words(_RELATIONS)),
    Rule("P02", "per_relation_max", shapes.table_of(_COMPOSITION, shapes.days)),
    Rule("P03", "max_members", _COUNT),
    Rule("P03", "counts_self", _FLAG),
    Rule("P04", "max_members_lifetime", _COUNT),
    Rule("P05", "max_sponsors_per_beneficiary", _COUNT),
    Rule("P06", "role_exclusive", _FLAG),
    Rule("P07", "consent_mode", _choice("sponsor_only", "both", "minor_exempt")),
    Rule("P07", "consent_age", _DAYS),
    Rule("P08", "evidence_mode", _choice("commitment", "documents", "data_check")),
    Rule("P09", "authorisation_period", _choice("open", "start_end")),
    Rule("P10", "min_bound_days", _DAYS),
    Rule("P10", "max_changes_per_year", _COUNT),
    Rule("P10", "rebind_cooldown_days", _DAYS),
    Rule("P10", "unbind_by", _choice("sponsor", "either", "both")),
    Rule("P10", "unbind_effect", _choice("now", "next_day")),
    Rule("P11", "auto_end_events", shapes.words(_END_EVENTS)),
    Rule("P12", "on_beneficiary_pause", shapes.choice(Pause)),
    Rule("P12", "on_sponsor_pause", shapes.choice(Pause)),
    Rule("P13", "territory", shapes.table_of((*Mechanism, "premium"), shapes.choice(Territory))),
    Rule("P14", "mechanisms", shapes.words((*Mechanism, "ownership_transfer"))),
    Rule("P14", "binding_open", _FLAG),
    Rule("P15", "source_funds", _choice("all", "prior_years")),
    Rule("P15", "floor", _MONEY),
    Rule("P15", "opening_balance", _MONEY),
    Rule("P16", "own_account_rule", shapes.choice(OwnAccount)),
    Rule("P17", "sponsor_order_rule", shapes.choice(Order)),
    Rule("P17", "tie_break", shapes.choice(TieBreak)),
    Rule("P17", "order_set_by", _choice("sponsor", "beneficiary", "region")),
    Rule("P17", "payer_groups", shapes.ordered(PayerGroup)),
    Rule("P18", "sponsors_per_settlement", _choice("one", "many")),
    Rule("P19", "confirm_mode", shapes.choice(Confirm)),
    Rule("P19", "reswipe_minutes", _DAYS),
    Rule("P20", "limits", shapes.limits),
    Rule("P21", "uses", _USES),
    Rule("P22", "forbidden_uses", shapes.words(_FORBIDDEN)),
    Rule("P22", "designated_only", _FLAG),
    Rule("P23", "eligible_cost_classes", shapes.words(CostClass)),
    Rule("P24", "excluded_people", shapes.words(Excluded)),
    Rule("P24", "account_tiers", shapes.numbers),
    Rule("P25", "effective_timing", _choice("at_once", "next_day")),
    Rule("P26", "manual_claim_supported", _FLAG),
    Rule("P27", "refund_rule", _choice("original_payers")),
    Rule("P28", "visibility", shapes.words(_VISIBLE)),
    Rule("P29", "premium_amount", shapes.premium),
    Rule("P29", "premium_season", shapes.season),
    Rule("P29", "premium_balance", _choice("none", "whole_premium")),
    Rule("P30", "clearing_cycle", _choice("monthly")),
    Rule("P30", "clearing_route", _choice("nation_then_province", "province")),
    Rule("P30", "clearing_prepayment", _FLAG),
    Rule("P31", "wallet_open", _FLAG),
    Rule("P31", "wallet_hours", shapes.hours),
    Rule("P31", "wallet_daily_count", _DAYS),
    Rule("P31", "wallet_transfer_ceiling", _MONEY),
    Rule("P31", "wallet_return_by", shapes.minute),
    Rule("P31", "wallet_pending_blocks", _FLAG),
    Rule("P31", "wallet_fee", _MONEY),
    Rule("P31", "wallet_uses", _USES),
    Rule("P32", "channels", shapes.channels),
    Rule("P33", "account_credit", shapes.credit_rows),
    Rule("P34", "deductible", shapes.deductible_rows, _GROUP),
    Rule("P34", "fund_ratio", shapes.ratio_rows, _CARE),
    Rule("P34", "fund_ceiling", shapes.ceiling_rows, _GROUP),
    Rule("P34", "serious_illness", shapes.top_up_rows, _GROUP),
    Rule("P34", "large_amount", shapes.large_amount_rows, _GROUP),
    Rule("P34", "civil_servant", shapes.top_up_rows, _GROUP),
    Rule("P34", "medical_assistance", shapes.top_up_rows, _GROUP),
    Rule("P34", "schedule_for", shapes.table_of(Use, shapes.choice(Use))),
    Rule("P34", "prescription_needed", _FLAG),
    Rule("P35", "own_credential_only", _FLAG),
    Rule("P35", "suspension_blocks", _FLAG),
    Rule("P35", "agent_papers_required", _FLAG),
    Rule("P35", "penalties", shapes.penalties),
    Rule("P36", "e_voucher_required", _choice("none", "beneficiary", "both")),
    Rule("P37", "away_care", shapes.away_rows, ("scheme",)),
    Rule("P38", "benefit_year_start", shapes.month_day),
)

BY_KEY = {rule.key: rule for rule in RULES}

ASSUMABLE = frozenset(
    {
        *("own_account_rule", "sponsor_order_rule", "tie_break", "order_set_by", "payer_groups"),
        *("sponsors_per_settlement", "confirm_mode", "limits", "opening_balance", "counts_self"),
        *("unbind_by", "unbind_effect", "effective_timing", "min_bound_days", "max_changes_per_year"),
        *("rebind_cooldown_days", "evidence_mode", "authorisation_period"),
    }
)
"""The rules by which mulaid may decide where nobody knows them, and no others without a decision record (0025).

Never: an own plan, who is a relative, consent, age, credential, suspension, a reserve, a use, a cost class, a place, a
scheme, a wallet.
"""
