"""Names of the field's words: who is what to whom, and what a scheme, a use, a cover or a fund is called.

Each takes a member of the list in `mulaid.terms.codes` (or its word) and raises `KeyError` for a word of none.
"""

_KINSHIP = {
    "spouse": "配偶",
    "parent": "父母",
    "child": "子女",
    "sibling": "兄弟姐妹",
    "grandparent": "祖父母、外祖父母",
    "grandchild": "孙子女、外孙子女",
    "spouse_parent": "配偶的父母",
    "other": "其他人",
}

_INVERSE = {
    "spouse": ("配偶", "妻子", "丈夫"),
    "parent": ("子女", "女儿", "儿子"),
    "child": ("父母", "母亲", "父亲"),
    "sibling": ("兄弟姐妹", "姐妹", "兄弟"),
    "grandparent": ("孙辈", "孙女或外孙女", "孙子或外孙"),
    "grandchild": ("（外）祖父母", "（外）祖母", "（外）祖父"),
    "spouse_parent": ("儿媳或女婿", "儿媳", "女婿"),
    "other": ("其他人", "其他人", "其他人"),
}
"""By what the patient is to the payer: the payer's name when the sex is unknown, for a woman, for a man."""

_MECHANISM = {
    "instant_draw": "结算时直接扣",
    "pool": "家庭共济池",
    "wallet_transfer": "医保钱包转账",
    "wallet_quota": "医保钱包额度",
}
_SCHEME = {"employee": "职工医保", "resident": "居民医保"}
_USE = {
    "outpatient": "普通门诊",
    "chronic": "门诊慢特病",
    "emergency": "急诊",
    "inpatient": "住院",
    "day_surgery": "日间手术",
    "maternity": "生育",
    "pharmacy": "药店买药",
    "vaccine": "打疫苗",
    "checkup": "体检",
}
_COVER = {"active": "正常参保", "paused": "已停保", "waiting": "等待期", "ended": "已退保"}
_STATE = {
    "active": "可以使用",
    "proposed": "等家人确认",
    "not_submitted": "还没有提交",
    "display_only": "只能出示医保码",
    "suspended": "已暂停",
    "ended": "已解除",
}
_FUND = {
    "pooled": "统筹基金",
    "serious_illness": "大病保险",
    "large_amount": "大额医疗补助",
    "civil_servant": "公务员医疗补助",
    "medical_assistance": "医疗救助",
}


def kinship_name(kinship: str) -> str:
    """What the patient is to the sponsor: `parent` is 父母."""
    return _KINSHIP[kinship]


def payer_is(kinship: str, payer_sex: str | None = None) -> str:
    """What the payer is to the patient; `kinship` is what the patient is to the payer: `parent` and `m` is 儿子."""
    either, woman, man = _INVERSE[kinship]
    return {"f": woman, "m": man}.get(payer_sex or "", either)


def mechanism_name(mechanism: str) -> str:
    return _MECHANISM[mechanism]


def scheme_name(scheme: str) -> str:
    return _SCHEME[scheme]


def use_name(use: str) -> str:
    return _USE[use]


def cover_name(cover: str) -> str:
    return _COVER[cover]


def relation_state_name(state: str) -> str:
    return _STATE[state]


def fund_name(fund: str) -> str:
    return _FUND[fund]
