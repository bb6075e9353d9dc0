"""Values of the policy book in words: sets, tables, amounts and the rows of a schedule.

The book's types are not imported: a value is told apart by its shape, rows by being structs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from mulaid.wording.amounts import day_text, minute_text, month_day_text, percent_text, points_text, yuan_text
from mulaid.wording.kinship import kinship_name, mechanism_name, use_name
from mulaid.wording.notices import channel_text, penalty_text, premium_text, season_text

UNKNOWN_TEXT = "不知道"
UNLIMITED_TEXT = "不限"

_HUGE = 1 << 60
"""Numbers from here on stand for "no upper end" in the book."""

_KINSHIPS = "spouse parent child sibling grandparent grandchild spouse_parent".split()
_PAUSE = {"end": "共济解除", "suspend": "暂停使用", "ignore": "照常使用"}
_SIDES = {"sponsor": "出钱的人", "beneficiary": "用钱的家人", "region": "当地统一定"}
_ORDER = {"rank": "按排好的先后", "bind_asc": "先绑定的先付", "bind_desc": "后绑定的先付"}
_TERRITORY = {"same_area": "同一统筹区", "province": "全省", "nation": "全国"}
_RELATIVES = {"father": "父亲", "mother": "母亲"} | {word: kinship_name(word) for word in _KINSHIPS}
_MECHANISMS = {word: mechanism_name(word) for word in ("instant_draw", "pool", "wallet_transfer", "wallet_quota")} | {
    "ownership_transfer": "划转给家人",
    "premium": "代缴保费",
}
_USE_WORDS = "outpatient chronic emergency inpatient day_surgery maternity pharmacy vaccine checkup".split()
_USES = {word: use_name(word) for word in _USE_WORDS} | {
    "resident_premium": "居民医保保费",
    "ltc_premium": "长期护理险保费",
    "serious_illness_premium": "大病保险保费",
    "commercial_inclusive": "惠民保",
    "arrears_topup": "补缴欠费",
}
_OPENED = {True: "已开通", False: "还没有开通"}

WORDS: dict[str, dict[Any, str]] = {
    "relations_allowed": _RELATIVES,
    "per_relation_max": _RELATIVES,
    "role_exclusive": {True: "不能互换", False: "可以互换"},
    "consent_mode": {
        "sponsor_only": "出钱的人同意就行",
        "both": "双方都要同意",
        "minor_exempt": "双方同意，未成年人不用",
    },
    "evidence_mode": {"commitment": "签承诺书", "documents": "交证明材料", "data_check": "系统核对"},
    "authorisation_period": {"open": "长期有效", "start_end": "有起止日期"},
    "unbind_by": {"sponsor": "出钱的人", "either": "任何一方", "both": "双方一起"},
    "unbind_effect": {"now": "马上", "next_day": "第二天"},
    "auto_end_events": {
        "beneficiary_end": "用钱的家人退保",
        "sponsor_end": "出钱的人退保",
        "transfer_out": "医保关系转走",
        "death": "去世",
        "tie_changed": "亲属关系变了",
        "last_member_left": "最后一位家人退出",
        "zero_balance": "账户没钱了",
    },
    "on_beneficiary_pause": _PAUSE,
    "on_sponsor_pause": _PAUSE,
    "territory": _MECHANISMS | _TERRITORY,
    "mechanisms": _MECHANISMS,
    "binding_open": _OPENED,
    "source_funds": {"all": "全部余额", "prior_years": "只能用往年攒下的钱"},
    "own_account_rule": {
        "first": "先用本人账户",
        "only_if_zero": "本人账户没钱才能用家人的",
        "optional": "先用谁的可以选",
        "shared_first": "先用家人的",
    },
    "sponsor_order_rule": _ORDER | {"balance_desc": "余额多的先付", "manual": "结算时自己选"},
    "tie_break": _ORDER | {"name": "按姓名"},
    "order_set_by": _SIDES,
    "payer_groups": {"pool": "共济池", "same_area": "同统筹区的家人", "cross_area": "外地的家人", "wallet": "医保钱包"},
    "sponsors_per_settlement": {"one": "只能一人", "many": "可以几人"},
    "confirm_mode": {
        "auto": "自动扣，不用确认",
        "reswipe": "再刷一次",
        "rescan": "再扫一次并选人",
        "cashier_choice": "收费员问过再选",
    },
    "limits": {"payment": "每次", "day": "每天", "month": "每月", "year": "每年"},
    "uses": _USES,
    "schedule_for": _USES,
    "forbidden_uses": {
        "public_health": "公共卫生",
        "fitness": "健身",
        "wellness": "养生保健",
        "cash": "取现金",
        "pooled_part": "统筹基金该付的部分",
    },
    "eligible_cost_classes": {
        "deductible": "起付线以内",
        "copay": "按比例自付",
        "over_ceiling": "超过封顶线",
        "upfront_share": "先行自付",
        "over_price_limit": "超过限价",
        "excluded": "全自费",
    },
    "excluded_people": {
        "public_expense": "公费医疗人员",
        "retired_cadre": "离休人员",
        "civil_servant": "公务员",
        "living_away_filed": "长期异地居住备案的人",
        "no_account_tier": "没有个人账户的档",
    },
    "effective_timing": {"at_once": "马上生效", "next_day": "第二天生效"},
    "refund_rule": {"original_payers": "谁付的退给谁"},
    "visibility": {
        "sponsor_sees_use": "出钱的人能看用了多少",
        "sponsor_sees_members": "出钱的人能看绑了谁",
        "member_sees_sponsor": "家人能看谁在出钱",
        "member_sees_members": "家人之间能互相看到",
    },
    "premium_balance": {"none": "没有要求", "whole_premium": "要够缴全部保费"},
    "clearing_cycle": {"monthly": "每月一次"},
    "clearing_route": {"nation_then_province": "国家统一清分，再由省市分级清算", "province": "省里清算"},
    "wallet_open": _OPENED,
    "wallet_uses": _USES,
    "e_voucher_required": {"none": "不要求", "beneficiary": "用钱的家人要激活", "both": "双方都要激活"},
}
"""By rule, the words its value is made of, in the order they are told."""

_FLAG = {True: "是", False: "否"}
_SCOPE = {"member": "每位家人分开算", "all": "所有家人合起来算"}
_EMPTY = {"mechanisms": "还没有开通", "per_relation_max": UNLIMITED_TEXT, "limits": UNLIMITED_TEXT}
_PAYS_NOTHING = ("serious_illness", "large_amount", "civil_servant", "medical_assistance")
_CONDITIONS: dict[str, dict[Any, str]] = {
    "level": {0: "村卫生室", 1: "一级", 2: "二级", 3: "三级"},
    "kind": {"hospital": "医院", "community": "社区", "pharmacy": "药店"},
    "retired": {True: "退休", False: "未退休"},
    "category": {
        "ordinary": "一般人员",
        "civil_servant": "公务员",
        "public_expense": "公费医疗人员",
        "retired_cadre": "离休人员",
    },
    "assistance": {"none": "非救助对象", "destitute": "特困", "low_income": "低保", "edge": "低保边缘"},
    "signed": {True: "已签约", False: "未签约"},
    "referred": {True: "已转诊", False: "未转诊"},
    "admission": {"first": "首次住院", "later": "再次住院"},
    "filing": {"none": "没有备案", "long_term": "长期异地备案", "referral": "转诊备案", "emergency": "急诊抢救"},
}
_BASES = {"own_base": "本人缴费基数", "average_pension": "平均养老金"}
_PERIODS = {None: "", "month": "每月", "year": "每年"}


def shown(key: str, value: Any, unit: str) -> str:
    """One value of the rule `key`, its numbers counted in `unit`."""
    if value is None or repr(value) == "UNKNOWN":
        return UNKNOWN_TEXT
    if isinstance(value, bool):
        return WORDS.get(key, _FLAG)[value]
    if key in _TOLD and value != ():
        return _TOLD[key](value)
    if isinstance(value, int):
        return _number(value, unit)
    if isinstance(value, str):
        return WORDS[key][value]
    if not value:
        return _EMPTY.get(key, "不付钱" if key in _PAYS_NOTHING else "没有")
    if isinstance(value, Mapping):
        return _table(key, value, unit)
    if isinstance(value, tuple):
        return _rows(value)
    return _set(key, value, unit)


_TOLD: dict[str, Callable[[Any], str]] = {
    "wallet_hours": lambda closed: f"{minute_text(closed[0])} 到 {minute_text(closed[1])}",
    "wallet_return_by": lambda minute: f"第二天 {minute_text(minute)} 前",
    "benefit_year_start": month_day_text,
    "payer_groups": lambda groups: "，再".join(WORDS["payer_groups"][group] for group in groups),
    "premium_amount": premium_text,
    "premium_season": season_text,
    "channels": lambda channels: "；".join(map(channel_text, channels)),
    "penalties": lambda penalties: "；".join(map(penalty_text, penalties)),
}
"""Rules whose values are told in a way of their own."""


def _number(value: int, unit: str) -> str:
    if value >= _HUGE:
        return UNLIMITED_TEXT
    return yuan_text(value) if unit == "元" else f"{value} {unit}".rstrip()


def _set(key: str, value: Iterable[Any], unit: str) -> str:
    """The members in the order of the list of words, not in that of the set."""
    words = WORDS.get(key)
    if words is None:
        return "、".join(_number(number, unit) for number in sorted(value))
    return "、".join(word for member, word in words.items() if member in value)


def _table(key: str, table: Mapping[Any, Any], unit: str) -> str:
    words = WORDS[key]
    parts = []
    for name, item in table.items():
        if name == "scope":
            parts.append(_SCOPE[item])
        elif key == "schedule_for":
            parts.append(f"{words[name]}按{words[item]}")
        elif isinstance(item, int):
            parts.append(f"{words[name]} {_number(item, unit)}")
        else:
            parts.append(f"{words[name]}：{words[item]}")
    return "，".join(parts)


def _rows(rows: tuple[Any, ...]) -> str:
    """Rows of a schedule, each with its conditions; the first that fits holds."""
    told = []
    for row in rows:
        fields = msgspec.structs.asdict(row)
        when = "、".join(_conditions(fields)) or ("其他情况" if len(rows) > 1 else "")
        told.append(f"{when}：{_row_number(fields)}" if when else _row_number(fields))
    return "；".join(told)


def _conditions(row: Mapping[str, Any]) -> Iterable[str]:
    for name, words in _CONDITIONS.items():
        stated = row.get(name)
        if isinstance(stated, frozenset):
            yield "或".join(words[member] for member in sorted(stated))
        elif stated is not None:
            yield words[stated]
    if row.get("retired_by") is not None:
        yield f"{day_text(row['retired_by'])}前（含当天）退休"
    if row.get("age_from") is not None:
        yield f"{row['age_from']} 岁起"
    if row.get("age_below") is not None:
        yield f"不满 {row['age_below']} 岁"
    if row.get("tier") is not None:
        yield "或".join(f"{tier} 档" for tier in sorted(row["tier"]))


def _row_number(row: Mapping[str, Any]) -> str:
    above = row.get("above")
    start = f"超过 {yuan_text(above)}的部分 " if above else ""
    if row.get("bands"):
        return start + "，".join(_bands(row["bands"]))
    return start + _said(row)


def _bands(bands: Iterable[Any]) -> Iterable[str]:
    begin = 0
    for fields in map(msgspec.structs.asdict, bands):
        upto = fields["upto"]
        span = f"{yuan_text(begin)}到 {yuan_text(upto)}" if upto is not None else f"{yuan_text(begin)}以上"
        yield f"{span} {_said(fields)}"
        begin = upto


def _said(row: Mapping[str, Any]) -> str:
    """The one number a row or band states, or that it is unknown and why."""
    if row.get("amount") is not None:
        told = f"{_PERIODS[row.get('per')]} {_number(row['amount'], '元')}".lstrip()
        return f"{told}，每次扣 {yuan_text(row['less'])}" if row.get("less") else told
    if row.get("ratio") is not None:
        year = f"{row['year']} 年" if row.get("year") else ""
        base = f"{year}{_BASES[row['of']]}的 " if row.get("of") else ""
        return base + percent_text(row["ratio"])
    if row.get("points_off") is not None:
        return f"降低 {points_text(row['points_off'])}"
    return f"{UNKNOWN_TEXT}（{row['unknown']}）" if row.get("unknown") else UNKNOWN_TEXT
