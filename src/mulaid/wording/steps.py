"""One step of a decision as one sentence: what was paid, by whom, or why somebody did not pay."""

from enum import StrEnum

from mulaid.terms.codes import Fund
from mulaid.terms.reasons import (
    BillRefusal,
    ChangeRefusal,
    ConsentRefusal,
    EndRefusal,
    PoolRefusal,
    RelationRefusal,
    Skip,
    SuspensionRefusal,
)
from mulaid.wording.amounts import points_text, yuan_text
from mulaid.wording.kinship import fund_name
from mulaid.wording.refusals import act_sentence, end_sentence, refusal_sentence, relation_sentence

_STEPS = {fund.name: f"{fund_name(fund)}付 {{yuan}}。" for fund in Fund} | {
    "TOTAL": "费用一共 {yuan}。",
    "FUNDS_GIVEN": "医保基金付 {yuan}，这个数是直接给出的。",
    "COVER_NOT_ACTIVE": "患者的医保现在没有生效，医保基金不付钱。",
    "NO_PRESCRIPTION": "买药没有处方，医保基金不付钱。",
    "NOT_COVERED": "这一类费用医保基金不付钱。",
    "DEDUCTIBLE": "起付线以内的 {yuan}由个人付。",
    "AWAY_POINTS": "在外地看病，报销比例降低 {points}。",
    "CEILING": "统筹基金已到封顶线，超出的 {yuan}统筹基金不付。",
    "PERSONAL_SHARE": "个人要付 {yuan}。",
    "OWN_ACCOUNT": "患者自己的账户付 {yuan}。",
    "SPONSOR": "{who}付 {yuan}。",
    "CASH": "现金付 {yuan}。",
    "ACCEPTED": "符合当地规定，可以绑定。",
    "ENDED_BY_SPONSOR": "出钱的人可以解除。",
    "ENDED_BY_EITHER": "任何一方都可以解除。",
    "ENDED_BY_BOTH": "双方都同意解除。",
    "UNBIND_BY_ASSUMED": "谁可以解除还没有查清，先按任何一方都可以办理。",
    "BOUND_LONG_ENOUGH": "绑定的天数够了。",
    "MIN_BOUND_DAYS_ASSUMED": "绑定要满几天才能解除还没有查清，先按不用等办理。",
    "ENDS_AT_ONCE": "解除当天就不能再用。",
    "ENDS_NEXT_DAY": "解除的当天还能用，第二天起不能再用。",
    "UNBIND_EFFECT_ASSUMED": "解除从哪天算起还没有查清，先按当天办理。",
}
ASSUMED = "_ASSUMED"
"""How the codes end that say what is done while nobody knows the rule."""
IN_POINTS = frozenset({"AWAY_POINTS"})
"""The codes whose amount is not money but a difference between two ratios, in basis points."""
_NOT_LOWERED = "在外地看病，报销比例不降低。"
_OF_RELATIONS = frozenset(RelationRefusal.__members__)
_OF_ENDS = frozenset(EndRefusal.__members__) - {"POLICY_UNKNOWN"}
_ACT_LISTS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("consent", ConsentRefusal),
    ("change", ChangeRefusal),
    ("suspension", SuspensionRefusal),
    ("pool", PoolRefusal),
)
_OF_ACTS = {
    code: act_sentence(kind, code)
    for kind, codes in _ACT_LISTS
    for code in codes.__members__
    if code not in RelationRefusal.__members__ and code not in Skip.__members__
}
"""Refusals that only an act about a relation knows."""
_UNDECIDED = "要用到的{rule}还没有查清，这件事现在定不下来，请到参保地医保窗口询问。"


def step_sentence(code: str, amount: int | None, who: str, says: str, rule_name: str) -> str:
    """The sentence for a step, with what its source says at the end.

    `amount` is in fen, for a code of `IN_POINTS` in basis points. `who` is the sponsor's name, empty when the step is
    about the patient, the bill or a relation to make. `says` and `rule_name` may be empty. Raises `KeyError` for an
    unknown code.
    """
    return _told(code, amount, who, rule_name) + _basis(says, rule_name)


def _told(code: str, amount: int | None, who: str, rule_name: str) -> str:
    if code not in _STEPS:
        return _refused(code, who, rule_name)
    if code in IN_POINTS and not amount:
        return _NOT_LOWERED
    return _STEPS[code].format(yuan=yuan_text(amount or 0), points=points_text(amount or 0), who=who or "家人")


def _refused(code: str, who: str, rule_name: str) -> str:
    """Bills and relations share names of refusals: a sponsor is passed over by name, a relation refused without one."""
    if code in _OF_ENDS:
        return end_sentence(code)
    if code == "POLICY_UNKNOWN" and not who:
        return _UNDECIDED.format(rule=f"“{rule_name}”规定" if rule_name else "一条当地规定")
    if code in _OF_ACTS:
        return _OF_ACTS[code]
    of_bill = code in BillRefusal.__members__ or (code in Skip.__members__ and (who or code not in _OF_RELATIONS))
    return (refusal_sentence if of_bill else relation_sentence)(code, {"payer": who, "rule_name": rule_name})


def _basis(says: str, rule_name: str) -> str:
    said = says.rstrip("。")
    if not said:
        return ""
    return f"依据“{rule_name}”：{said}。" if rule_name else f"依据：{said}。"
