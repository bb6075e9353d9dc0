"""Why a bill, one sponsor, a relation or its end is refused: what is wrong, then what to do next.

`detail` may hold `payer` (a masked name), `rule` (what the source says), `tier` (how far it is trusted), `rule_name`
(the rule nobody knows), `day`, `minutes`, `hours`, `amount` and `possible_on` (the first day a relation may be ended),
each already as text; every sentence reads well without any of them.
"""

from collections.abc import Mapping

_BILL = {
    "WRONG_CREDENTIAL": "出示的不是患者本人的医保卡或医保码，请换成本人的再结算。",
    "SETTLEMENT_SUSPENDED": "患者的联网结算被暂停了，请先自己付钱、留好票据，再到参保地医保窗口办理。",
    "PROXY_PAPERS_MISSING": "替别人买药或办理，要有患者和代办人两人的身份证，请带齐再来。",
    "INSTITUTION_NOT_DESIGNATED": "这里不是医保定点单位，不能用医保付钱，请到定点医院或定点药店。",
    "SECOND_SWIPE_NEEDED": "用家人的钱要再刷一次卡或码，请在第一次刷过后的{minutes}内再刷一次。",
    "POLICY_UNKNOWN": "算这笔账要用到的{rule_name}还没有查清，请先自己付钱、留好票据，再问参保地医保窗口。",
}

_SPONSOR = {
    "AID_DECLINED": "这次选了不用家人的钱。想用的话，请告诉收费员，重新结算。",
    "NOT_OFFERED": "这种共济方式当地还没有开通，请先自己付，也可以打 12393 询问。",
    "NOT_INSURED": "用钱的家人已经没有医保，不能用别人的钱，请先到医保窗口参保。",
    "SPONSOR_NO_ACCOUNT": "{payer}没有职工医保个人账户，不能替家人付，请换一位有账户的家人。",
    "SPONSOR_EXCLUDED": "按当地规定，{payer}或用钱的家人不能参加共济，请到医保窗口问清楚。",
    "RELATION_NOT_ALLOWED": "{payer}和用钱的家人的亲属关系，不在当地的共济范围里，请换一位近亲属。",
    "ONLY_CODE_DISPLAY_LINK": "和{payer}只办了亲情账户，它只能出示医保码，不能付钱。请另外办理家庭共济。",
    "BOUND_NOT_SUBMITTED": "和{payer}的共济还没有提交，请打开手机上的医保服务平台，把最后一步办完。",
    "NOT_CONFIRMED_BY_MEMBER": "和{payer}的共济还没有确认，请用钱的家人在手机上确认，或到医保窗口办理。",
    "NOT_YET_EFFECTIVE": "和{payer}的共济到了{day}才能用，这次请先自己付。",
    "EXPIRED": "和{payer}的共济已经到期或解除了。想接着用，请重新办理绑定。",
    "BENEFICIARY_WAITING": "用钱的家人还在医保等待期，现在不能用别人的钱，请等待期满后再用。",
    "BENEFICIARY_PAUSED": "用钱的家人的医保停了，现在不能用别人的钱，请先把医保续上。",
    "SPONSOR_PAUSED": "{payer}的医保停了，现在不能替家人付，请先把医保续上。",
    "ACCOUNT_FROZEN": "和{payer}的共济被暂停了，请到{payer}参保地的医保窗口问明原因。",
    "E_VOUCHER_NOT_ACTIVATED": "有一方还没有激活医保码，请两人都在手机上激活，也可以请医保窗口帮忙。",
    "OUT_OF_TERRITORY": "{payer}和用钱的家人参保的地方不同，两地还不能共济，请换一位家人或自己付。",
    "WALLET_NOT_OPEN": "{payer}的医保钱包或所在地的医保钱包还没有开通，请先开通，或自己付。",
    "INSTITUTION_NOT_WALLET_READY": "这里还不能用医保钱包付钱，请用别的方式付，或换一家能用的。",
    "WALLET_CLOSED_HOURS": "医保钱包{hours}不能用，请等开放以后再付，或先用别的方式付。",
    "USE_NOT_ALLOWED": "{payer}的钱不能付这一类费用：当地不许，或{payer}没有同意。请先自己付。",
    "COST_CLASS_NOT_ALLOWED": "剩下的这些费用，当地不许用家人的钱付，请用现金付。",
    "OWN_BALANCE_NOT_USED_UP": "用钱的家人自己的账户里还有钱，请先用自己的，用完才能用{payer}的。",
    "SPONSOR_NOT_CHOSEN": "这次没有选{payer}付钱。想用的话，请在结算前告诉收费员选{payer}。",
    "ZERO_BALANCE": "{payer}的账户或钱包里没有可以用的钱，请换一位家人，或用现金付。",
    "CURRENT_YEAR_MONEY_ONLY": "{payer}的账户里只有本年度的钱，当地只许用往年攒下的，请换一位家人或自己付。",
    "BELOW_FLOOR": "{payer}的账户余额没有超过{amount}，按规定只能留给本人，请换一位家人或自己付。",
    "QUOTA_USED_UP": "{payer}给的医保钱包额度用完了，请{payer}再设一次额度，或自己付。",
    "OVER_LIMIT": "{payer}的钱已经用到限额。限额是自己设的，可以调高；是当地定的，请先自己付。",
    "POLICY_UNKNOWN": "{payer}能不能付，要看的{rule_name}还没有查清，请先自己付，再问医保窗口。",
}

_RELATION = {
    "NOT_OFFERED": "当地还没有开放这种家庭共济，暂时不能绑定，请过些时候再来，也可以打 12393 询问。",
    "SPONSOR_NO_ACCOUNT": "{payer}没有职工医保个人账户，不能绑定，请换一位有账户的家人出钱。",
    "SPONSOR_EXCLUDED": "按当地规定，{payer}或用钱的家人不能参加共济，请到医保窗口问清楚。",
    "SPONSOR_PAUSED": "{payer}的医保停了，现在不能绑定，请先把医保续上再来。",
    "NOT_INSURED": "有一方已经没有医保，不能绑定，请先到医保窗口参保。",
    "BENEFICIARY_PAUSED": "用钱的家人的医保停了或在等待期，现在不能绑定，请医保恢复后再来。",
    "RELATION_NOT_ALLOWED": "这种亲属关系不在当地的共济范围里，不能绑定，请换一位近亲属。",
    "KINSHIP_IMPLAUSIBLE": "两人的年龄和所说的亲属关系对不上。请先核对；关系没有错的，带户口本等证明到医保窗口办理。",
    "OUT_OF_TERRITORY": "两人参保的地方不同，两地还不能共济，请等两地开通，或换一位家人出钱。",
    "WALLET_NOT_OPEN": "有一方参保的地方还没有开通医保钱包，不能这样绑定，请等开通，或换一种共济方式。",
    "E_VOUCHER_NOT_ACTIVATED": "有一方还没有激活医保码，请两人都在手机上激活，也可以请医保窗口帮忙。",
    "ROLE_CONFLICT": "按当地规定，出钱的人不能又用别人的钱。想换过来，请先解除原来的共济。",
    "ALREADY_BOUND_BY_OTHER": "给这位家人出钱的人已经满了，请先解除一位，再来绑定。",
    "RELATION_LIMIT": "这种亲属已经绑满了，请先解除一位，再来绑定。",
    "MEMBER_LIMIT": "{payer}绑定的家人已经满了，请先解除一位，再来绑定。",
    "LIFETIME_LIMIT": "{payer}前后绑过的家人已经满了，不能再绑新的人，请到医保窗口询问。",
    "CHANGE_LIMIT": "今年更换的次数用完了，或解除后等待的天数还没有到，请过些时候再绑。",
    "TERMS_NOT_ALLOWED": "限额、用途、先后或起止日期和当地规定不合，请照当地规定改好再来。",
    "EVIDENCE_MISSING": "当地要求的证明没有带齐，请签承诺书，或带户口本等材料来办理。",
    "IDENTITY_NOT_VERIFIED": "没有核实是本人在办，或核实已经过了十分钟，请重新做实人认证，或到医保窗口办理。",
    "BELOW_OPENING_BALANCE": "{payer}账户里的钱没有达到{amount}，还不能办理，请攒够以后再来。",
    "BALANCE_TOO_LOW": "{payer}账户里能拿出来的钱不够这个额度，请把额度改小一些再来。",
    "NOT_CONFIRMED_BY_MEMBER": "用钱的家人还没有同意，请本人在手机上确认，孩子由监护人确认。",
    "POLICY_UNKNOWN": "绑定要用到的{rule_name}还没有查清，现在不能办理，请到医保窗口询问。",
}

_END = {
    "UNBIND_NOT_YOURS": "按当地规定，共济由出钱的人解除，请出钱的人来办理。",
    "LOCKED_UNBIND": "绑定还没有满规定的天数，{possible_on}才能解除，请到那天再来办理。",
    "OTHER_SIDE_MUST_AGREE": "按当地规定，双方都同意才能解除。请另一方 30 天以内也来申请，或两人一起来办理。",
    "POLICY_UNKNOWN": "解除要用到的{rule_name}还没有查清，现在不能办理，请到医保窗口询问。",
}

_OWN_WORD = "（本局口径）"

_CONSENT = {
    "NOT_PROPOSED": "这个共济不在等人确认，不用再办。想改想停，请用更改或解除。",
    "PROPOSAL_LAPSED": "等确认等了七天没有人办，这次申请已经作废，请出钱的人重新申请。",
    "GUARDIAN_NEEDED": "用钱的家人还没有到自己确认的年龄，请监护人来确认。",
}

_CHANGE = {
    "NOT_ACTIVE": "这个共济还没有生效，或被暂停了，现在不能更改，请先确认或恢复。",
    "ORDER_NOT_YOURS": "这一项不归您定：限额和用途由出钱的人定，先后看当地规定，请对方来改。",
    "TERMS_NOT_ALLOWED": "限额、用途、先后或结束日期和当地规定不合，请照当地规定改好再来。",
    "QUOTA_BELOW_USED": "额度里已经用掉{amount}，新额度不能比它小，请改大一些，或解除后退回余下的。",
    "BALANCE_TOO_LOW": "账户里能拿出来的钱不够加这么多额度，请加少一些再来。",
    "POLICY_UNKNOWN": "更改要用到的{rule_name}还没有查清，现在不能办理，请到医保窗口询问。",
}

_SUSPENSION = {
    "NOT_ACTIVE": "这个共济现在不是能暂停或恢复的状态，请先核对它现在的状态。",
    "SUSPENDED_BY_OTHER": "这个共济不是您暂停的，请当初暂停的一方来恢复，或到医保窗口问明原因。",
}

_POOL = {
    "NOT_OFFERED": "当地没有开办家庭共济金，不能转入，请改用当地有的共济方式。",
    "IN_OTHER_POOL": "一个人只能在一个家庭的共济金里，请先退出原来的，再来加入。",
    "ACCOUNT_FROZEN": "共济关系被暂停了，现在不能转入，请先恢复再来。",
    "BELOW_FLOOR": "账户余额没有超过{amount}，按规定只能留给本人，请攒够以后再转。",
    "BALANCE_TOO_LOW": "账户里能转的钱不够，请把金额改小一些再来。",
    "POLICY_UNKNOWN": "转入要用到的{rule_name}还没有查清，现在不能办理，请到医保窗口询问。",
}

_LISTS = {"consent": _CONSENT, "change": _CHANGE, "suspension": _SUSPENSION, "pool": _POOL}

_WITHOUT_DETAIL = {
    "payer": "出钱的人",
    "rule_name": "一条当地规定",
    "minutes": "规定时间",
    "day": "生效那天",
    "hours": "这个时间",
    "amount": "当地定的金额",
    "possible_on": "满了以后",
}
_WITH_DETAIL = {
    "minutes": " {} 分钟",
    "rule_name": "“{}”规定",
    "hours": " {} ",
    "amount": " {}",
    "possible_on": "要到 {} ",
}


def refusal_sentence(code: str, detail: Mapping[str, str] = {}) -> str:
    """The sentence for a `BillRefusal` or a `Skip`.

    `POLICY_UNKNOWN` speaks of one sponsor when `detail` names the payer, else of the whole bill. Raises `KeyError` for
    a code of another list.
    """
    if code in _BILL and not (code in _SPONSOR and detail.get("payer")):
        return _filled(_BILL[code], detail)
    return _filled(_SPONSOR[code], detail)


def relation_sentence(code: str, detail: Mapping[str, str] = {}) -> str:
    """The sentence for a `RelationRefusal`. Raises `KeyError` for a code of another list."""
    return _filled(_RELATION[code], detail)


def end_sentence(code: str, detail: Mapping[str, str] = {}) -> str:
    """The sentence for an `EndRefusal`. Raises `KeyError` for a code of another list."""
    return _filled(_END[code], detail)


def act_sentence(kind: str, code: str, detail: Mapping[str, str] = {}) -> str:
    """The sentence for a refusal of the list `kind`: consent, change, suspension or pool. Raises `KeyError` else."""
    return _filled(_LISTS[kind][code], detail)


def sentence(act: str, code: str, detail: Mapping[str, str] = {}) -> str:
    """The sentence for whatever an act about relations was refused for. Raises `KeyError` for a code of no list."""
    for kind in _OF_ACT.get(act, ()):
        if code in _LISTS[kind]:
            return act_sentence(kind, code, detail)
    if act == "end":
        return end_sentence(code, detail)
    return relation_sentence(code, detail) if code in _RELATION else act_sentence("pool", code, detail)


_OF_ACT = {
    **dict.fromkeys(("confirm", "decline", "withdraw_proposal", "lapse"), ("consent",)),
    "change": ("change",),
    **dict.fromkeys(("suspend", "resume"), ("suspension",)),
    **dict.fromkeys(("contribute", "leave"), ("pool",)),
}
"""Which lists an act's own refusals are of, beside those of a relation to make."""


def _filled(sentence: str, detail: Mapping[str, str]) -> str:
    given = {name: _WITH_DETAIL.get(name, "{}").format(text) for name, text in detail.items() if text}
    rule = given.get("rule", "").rstrip("。") + (_OWN_WORD if detail.get("tier") == "local" else "")
    return sentence.format_map(_WITHOUT_DETAIL | given) + (f"依据：{rule}。" if rule else "")
