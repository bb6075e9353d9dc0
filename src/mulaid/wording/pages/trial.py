"""算一算谁付多少."""

from collections.abc import Iterable

from mulaid.terms.money import Fen
from mulaid.wording.amounts import grouped_yuan

TITLE = "算一算谁付多少"
LEAD = "把收费单上的数写进来。不扣钱，不留记录，真的结算以收费处为准。"
PLACE = "看病的人在哪里参保"
USE_LABEL, SCHEME_LABEL, AGE, LEVEL_LABEL = "看什么", "看病的人是哪种医保", "看病的人多少岁", "哪一级医院"
USES = {
    "outpatient": "门诊",
    "pharmacy": "药店买药",
    "inpatient": "住院",
    "chronic": "门诊慢特病",
    "emergency": "急诊",
}
LEVELS = {"3": "三级", "2": "二级", "1": "一级", "0": "村卫生室、社区站"}
TOTAL, FUNDS, EXCLUDED, OWN_BALANCE = "单子一共", "医保基金付", "里面全自费的", "看病的人自己账户里的钱"
FUNDS_HINT = "收费单上“基金支付”那一行。不知道就空着，按当地规则算。"
EXCLUDED_HINT = "没有就空着。"
PAYER_TITLE = "第 {} 位出钱的家人"
KIN_LABEL = "看病的人是他的"
KIN = {
    "": "没有这一位",
    "spouse": "妻子、丈夫",
    "parent": "妈妈、爸爸",
    "child": "儿子、女儿",
    "sibling": "兄弟姐妹",
    "grandparent": "爷爷奶奶、外公外婆",
    "grandchild": "孙子孙女、外孙外孙女",
    "spouse_parent": "岳父岳母、公公婆婆",
}
BALANCE, CAP, AT = "他账户里的钱", "他设的每次最多", "他在哪里参保"
CAP_HINT = "没有设就空着。"
AT_HINT = "和看病的人同一个地方就空着。"
ELDER_OWN, ELDER_KIN = "你自己账户里的钱", "谁替你付"
ELDER_KINS = {"parent": "儿子、女儿", "spouse": "老伴", "sibling": "兄弟姐妹", "grandparent": "孙子孙女"}
DEFAULTS = {
    "place": "",
    "use": "outpatient",
    "scheme": "resident",
    "age": "",
    "level": "3",
    "total": "",
    "funds": "",
    "excluded": "",
    "own": "",
}
SHOW, AGAIN, CHANGE_TITLE = "算一算", "再算一次", "换个数再算"
TOO_LITTLE = "单子一共的钱，比基金付的加全自费的还少。请核对。"
CANNOT = "现在算不出来"
WRITE_FUNDS = "当地的报销办法还没有查清。把收费单上“基金支付”的数写进来，就能算出家人各付多少。"
SWIPE_AGAIN = "当地要再刷一次码才用家人的钱，收费员会提醒。"
NEVER_CASH = "怎样少付现金"
STEPS_TITLE, SKIPPED_TITLE, WEAK_TITLE = "一步一步怎么算的", "没有出钱的家人", "没有查清、先这样算的"
WEAK_NOTE = "当地另有规定的以当地为准，问 12393。按别的算法现金可能多付，多带一点最稳妥。"
FUND, OWN, CASH = "医保基金", "看病的人自己的账户", "现金"
WITH_OWN = "看病的人自己的账户里有钱"
NO_RECORD = "算一算不扣钱，也不留记录。数字写在网址里，可以发给家人看。"
ELDER_CANNOT = "当地的规则没查清，算不出来。"
ELDER_WEAK = "有的规则没查清，多带点钱。"


def payer(at: int, name: str) -> str:
    """A payer by kinship, told apart by number."""
    return f"第 {at} 位{name}"


def payer_title(at: int) -> str:
    """The heading of one payer in the form."""
    return PAYER_TITLE.format(at)


def heading(cash: Fen) -> str:
    """What is left to pay."""
    return f"付现金 {grouped_yuan(cash)} 元"


def lead(place: str, use: str, total: Fen) -> str:
    """Which bill this is."""
    return f"{place}，{USES[use]}，一共 {grouped_yuan(total)} 元。"


def bar_label(parts: Iterable[tuple[str, Fen]]) -> str:
    """The bar in words."""
    return "，".join(f"{name} {grouped_yuan(amount)} 元" for name, amount in parts)


def fund_note(*, given: bool) -> str:
    """Where the funds' part comes from."""
    return "你填的，收费单上“基金支付”那一行" if given else "按当地规则算的"


def own_note(balance: Fen) -> str:
    """What the own account holds."""
    return f"里面有 {grouped_yuan(balance)} 元" if balance else "里面没有钱"


def payer_note(balance: Fen, cap: Fen | None) -> str:
    """What a payer has, and has set."""
    told = f"账户里有 {grouped_yuan(balance)} 元"
    return f"{told}，每次最多 {grouped_yuan(cap)} 元" if cap is not None else told


def without_cap(name: str) -> str:
    """A payer takes the cap away."""
    return f"请{name}不设每次最多"


def with_more(name: str) -> str:
    """A payer has enough."""
    return f"{name}的账户里钱够多"


def then_cash(cash: Fen) -> str:
    """What would be left to pay."""
    return f"现金变成 {grouped_yuan(cash)} 元"
