"""What each rule of the policy book is called, what it is counted in, and how its value reads."""

from mulaid.wording.values import UNKNOWN_TEXT, shown

__all__ = ["RULE_NAMES", "RULE_UNITS", "UNKNOWN_TEXT", "rule_name", "tier_name", "value_text"]

RULE_NAMES: dict[str, str] = {
    "relations_allowed": "亲属范围",
    "per_relation_max": "各关系人数",
    "max_members": "绑定人数",
    "counts_self": "人数含本人",
    "max_members_lifetime": "累计人数",
    "max_sponsors_per_beneficiary": "接受共济人数",
    "role_exclusive": "身份互换",
    "consent_mode": "绑定同意",
    "consent_age": "免本人确认的年龄",
    "evidence_mode": "关系证明",
    "authorisation_period": "授权期限",
    "min_bound_days": "最短绑定时间",
    "max_changes_per_year": "每年更换次数",
    "rebind_cooldown_days": "再绑等待时间",
    "unbind_by": "由谁解绑",
    "unbind_effect": "解绑生效时间",
    "auto_end_events": "自动解除",
    "on_beneficiary_pause": "用钱的家人停保",
    "on_sponsor_pause": "出钱的人停保",
    "territory": "共济地域",
    "mechanisms": "共济方式",
    "binding_open": "开放绑定",
    "source_funds": "可用资金",
    "floor": "起用金额",
    "opening_balance": "起办余额",
    "own_account_rule": "本人账户的先后",
    "sponsor_order_rule": "扣款顺序",
    "tie_break": "并列时的顺序",
    "order_set_by": "顺序由谁定",
    "payer_groups": "各种钱的先后",
    "sponsors_per_settlement": "一次几人付",
    "confirm_mode": "付款确认",
    "reswipe_minutes": "再刷时限",
    "limits": "限额",
    "uses": "使用范围",
    "forbidden_uses": "不得用于",
    "designated_only": "限定点单位",
    "eligible_cost_classes": "可付费用",
    "excluded_people": "排除人员",
    "account_tiers": "有账户的档",
    "effective_timing": "生效时间",
    "manual_claim_supported": "零星报销",
    "refund_rule": "退费去向",
    "visibility": "谁能看明细",
    "premium_amount": "居民医保缴费标准",
    "premium_season": "居民医保缴费期",
    "premium_balance": "缴费时的余额要求",
    "clearing_cycle": "清算周期",
    "clearing_route": "清算方式",
    "clearing_prepayment": "清算预付金",
    "wallet_open": "钱包开通",
    "wallet_hours": "钱包停用时间",
    "wallet_daily_count": "钱包每日笔数",
    "wallet_transfer_ceiling": "钱包单笔上限",
    "wallet_return_by": "钱包没收下时退回的时间",
    "wallet_pending_blocks": "对方没收下时不能再转",
    "wallet_fee": "钱包手续费",
    "wallet_uses": "钱包用途",
    "channels": "办理渠道",
    "account_credit": "个人账户划入",
    "deductible": "起付线",
    "fund_ratio": "报销比例",
    "fund_ceiling": "封顶线",
    "serious_illness": "大病保险",
    "large_amount": "大额医疗补助",
    "civil_servant": "公务员医疗补助",
    "medical_assistance": "医疗救助",
    "schedule_for": "套用的待遇",
    "prescription_needed": "凭处方报销",
    "own_credential_only": "只认本人凭证",
    "suspension_blocks": "暂停联网结算",
    "agent_papers_required": "代办证件",
    "penalties": "违规处理",
    "e_voucher_required": "医保码激活",
    "away_care": "异地就医待遇",
    "benefit_year_start": "医保年度开始",
}

RULE_UNITS: dict[str, str] = dict.fromkeys(RULE_NAMES, "") | {
    "per_relation_max": "人",
    "max_members": "人",
    "max_members_lifetime": "人",
    "max_sponsors_per_beneficiary": "人",
    "consent_age": "岁",
    "min_bound_days": "天",
    "max_changes_per_year": "次",
    "rebind_cooldown_days": "天",
    "floor": "元",
    "opening_balance": "元",
    "limits": "元",
    "reswipe_minutes": "分钟",
    "account_tiers": "档",
    "wallet_daily_count": "笔",
    "wallet_transfer_ceiling": "元",
    "premium_amount": "元",
    "wallet_fee": "元",
    "deductible": "元",
    "fund_ratio": "%",
    "fund_ceiling": "元",
    "serious_illness": "%",
    "large_amount": "%",
    "civil_servant": "%",
    "medical_assistance": "%",
    "away_care": "%",
}
"""What a rule's number counts; empty where the value is a word or a set of words."""

_TIERS = {"local": "本局口径", "A": "官方来源", "B": "媒体或转载", "C": "未经核实", "own": "本系统的约定"}


def rule_name(key: str) -> str:
    """The Chinese name of a rule. Raises `KeyError` for a key that is none."""
    return RULE_NAMES[key]


def tier_name(tier: str) -> str:
    """How far a source is trusted, in words: local, A, B, C or own."""
    return _TIERS[tier]


def value_text(key: str, value: object) -> str:
    """A rule's value as people read it: "96.5%", "配偶、父母、子女", "不限". Raises `KeyError` for an unknown key.

    `value` is what the policy book holds: a flag, word, number, set, table or rows. None and the book's own unknown
    read `UNKNOWN_TEXT`.
    """
    return shown(key, value, RULE_UNITS[key])
