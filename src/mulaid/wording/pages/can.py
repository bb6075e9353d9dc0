"""能不能用: the question in the words of a family, and the answer."""

from collections.abc import Iterable, Sequence

from mulaid.wording.kinship import kinship_name, mechanism_name, payer_is

PAYER = "出钱的人"
TITLE = "能不能用家人的钱？"
LEAD = "不用登录。不问姓名，不问身份证。"
PLACES = {"where": "看病的人在哪里参保", "mine": "出钱的人在哪里参保"}
KIN_LABEL = "看病的人是出钱的人的"
KIN = {
    "spouse": "妻子、丈夫",
    "parent": "妈妈、爸爸",
    "child": "儿子、女儿",
    "sibling": "兄弟姐妹",
    "grandparent": "爷爷奶奶、外公外婆",
    "grandchild": "孙子孙女、外孙外孙女",
    "spouse_parent": "岳父岳母、公公婆婆",
    "other": "别的亲戚、朋友",
}
PAY_LABEL = "出钱的人是哪种医保"
PAYERS = {"employee": "职工医保，有个人账户", "resident": "居民医保，没有个人账户"}
SCHEME_LABEL = "看病的人是哪种医保"
SCHEMES = {"resident": "居民医保", "employee": "职工医保"}
USE_LABEL = "用来做什么"
USES = {
    "outpatient": ("医院看门诊", ""),
    "pharmacy": ("药店买药", ""),
    "inpatient": ("住院", ""),
    "chronic": ("门诊慢特病", ""),
    "checkup": ("体检", ""),
    "vaccine": ("打疫苗", ""),
}
MORE = "知道得更细，可以再写几项"
AGE, MY_AGE = "看病的人多少岁", "出钱的人多少岁"
STATE_LABEL = "绑定办到哪一步了"
STATES = {
    "none": "还没有办",
    "active": "办好了，显示能用",
    "proposed": "等家人同意",
    "not_submitted": "加了家人，最后一步没点",
    "display_only": "只办了亲情账户",
    "suspended": "被暂停了",
    "ended": "解除了",
}
COVER_LABEL, MY_COVER_LABEL = "看病的人的医保", "出钱的人的医保"
COVERS = {"active": "正常", "paused": "停了", "waiting": "在等待期", "ended": "退了"}
DEFAULTS = {
    "kin": "parent",
    "pay": "employee",
    "scheme": "resident",
    "use": "outpatient",
    "where": "",
    "mine": "",
    "age": "",
    "myage": "",
    "state": "none",
    "cover": "active",
    "mycover": "active",
}
MINE_HINT = "同一个地方就空着。"
ELDER_TITLE = "问一问能不能付"
ELDER_USE = {"outpatient": "看门诊", "pharmacy": "买药", "inpatient": "住院"}
SHOW = "看答案"
IN_THE_ADDRESS = "问题写在网址里，可以原样发给女儿看，里面没有谁的名字。"
NOT_ASKED = "没有问到的都当作没有问题：医保码激活了，账户里钱够，医院药店是定点的。"
OWN_CASH = "急着付？先用现金，留好票据，再问窗口能不能补。"
REASONS = "原因"
OTHERS_TITLE = "换个人付，就能用"
OTHER_WAY_TITLE = "换个办法，就能用"
WEAK_TITLE = "这个答案靠的规则"
AGAIN, PRINT, GUIDE, TRY = "换一个问法", "打印，给窗口看", "到哪里办", "算一算付多少"

ELDER_WAYS = {
    "instant_draw": "先办绑定，看病刷自己的卡。",
    "pool": "先把钱放进家庭共济池。",
    "wallet_quota": "请他在医保钱包给你额度。",
    "wallet_transfer": "请他用医保钱包转给你。",
}

_HEADINGS = {"ok": "能用", "no": "现在不能用", "unk": "还没有查清"}
_TITLES = {
    "NOT_OFFERED": "当地还没有开通这种办法",
    "SPONSOR_NO_ACCOUNT": "出钱的人没有职工医保个人账户",
    "SPONSOR_EXCLUDED": "有一方按当地规定不能参加",
    "SPONSOR_PAUSED": "出钱的人医保停了",
    "NOT_INSURED": "有一方没有医保",
    "BENEFICIARY_PAUSED": "看病的人医保停了",
    "BENEFICIARY_WAITING": "看病的人在等待期",
    "RELATION_NOT_ALLOWED": "这种亲戚不在可以共济的亲属里",
    "KINSHIP_IMPLAUSIBLE": "两人的年龄和关系对不上",
    "OUT_OF_TERRITORY": "两人参保的地方离得太远",
    "WALLET_NOT_OPEN": "有一边还没有开通医保钱包",
    "E_VOUCHER_NOT_ACTIVATED": "有一方没有激活医保码",
    "ROLE_CONFLICT": "当地不许又出钱又用别人的钱",
    "ALREADY_BOUND_BY_OTHER": "给他出钱的人已经满了",
    "RELATION_LIMIT": "这种亲属已经绑满了",
    "MEMBER_LIMIT": "绑定的家人已经满了",
    "LIFETIME_LIMIT": "前后绑过的人已经满了",
    "CHANGE_LIMIT": "今年更换的次数用完了",
    "BELOW_OPENING_BALANCE": "账户里的钱不够起办",
    "NOT_CONFIRMED_BY_MEMBER": "家人还没有同意",
    "ONLY_CODE_DISPLAY_LINK": "只办了亲情账户，它不能付钱",
    "BOUND_NOT_SUBMITTED": "最后一步没有提交",
    "NOT_YET_EFFECTIVE": "还没有到生效的日子",
    "EXPIRED": "已经到期或解除了",
    "ACCOUNT_FROZEN": "共济被暂停了",
    "USE_NOT_ALLOWED": "当地不许用在这上面",
    "COST_CLASS_NOT_ALLOWED": "这些费用当地不许用家人的钱",
}


def heading(state: str) -> str:
    """The answer in as few words as possible."""
    return _HEADINGS[state]


def asked_line(kinship: str, use: str, where: str, mine: str) -> str:
    """The question put plainly."""
    return f"看病的是{kinship_name(kinship)}，在{where}参保。出钱的在{mine}参保。用在{USES[use][0]}。"


def count_line(state: str, count: int, mechanism: str) -> str:
    """What was looked at."""
    if state == "ok":
        return f"用“{mechanism_name(mechanism)}”这种办法。"
    if state == "unk":
        return "没有查到不许的规定，可是要用到的规则还没有查清。先当作不能用。"
    return f"一共 {count} 个原因。"


def way_line(mechanism: str) -> str:
    """By which way it can be paid."""
    return {
        "instant_draw": "先绑定。看病时出示看病人自己的码，钱从出钱人的账户里扣。",
        "pool": "先放进家庭共济池。看病时出示看病人自己的码，钱从池里扣。",
        "wallet_quota": "出钱的人在医保钱包里给一个额度，看病的人用自己的码付。",
        "wallet_transfer": "出钱的人用医保钱包转过去，看病的人用自己的码付。",
    }[mechanism]


def other_way(mechanism: str) -> str:
    """Another mechanism that is open."""
    return f"“{mechanism_name(mechanism)}”也可以：{way_line(mechanism)}"


def title(code: str, rule: str) -> str:
    """A reason in as few words as possible."""
    if code == "POLICY_UNKNOWN":
        return f"“{rule}”还没有查清" if rule else "有一条规则还没有查清"
    return _TITLES.get(code, "这次付不了")


def others_line(kinships: Sequence[str]) -> str:
    """Which relatives of the patient could pay, insured where the payer is."""
    return f"请看病人的{_named(kinships)}来付就行，要有职工医保。"


def elder_other(kinships: Sequence[str]) -> str:
    """The nearest relatives who could pay."""
    return f"请{_named(kinships[:2])}来付就行。" if kinships else "请同一个地方的家人来付。"


def near_line(kinships: Sequence[str], place: str) -> str:
    """Which relatives could pay if they are insured where the patient is."""
    return f"在{place}参保的{_named(kinships)}也可以付，要有职工医保。"


def weak_lines(unverified: Iterable[str], assumed: Iterable[str]) -> list[str]:
    """What an answer rests on that nobody vouches for."""
    lines = []
    if names := "、".join(unverified):
        lines.append(f"来源还没有核实的：{names}。当地说法不一样的，以当地为准。")
    if names := "、".join(assumed):
        lines.append(f"没有来源、本系统暂定的：{names}。问 12393 最稳妥。")
    return lines


def _named(kinships: Sequence[str]) -> str:
    """What the payers are to the patient."""
    return "、".join(dict.fromkeys(payer_is(kinship) for kinship in kinships))
