"""What `mulaid audit` says: what it checked, what it found by class, and what to do about each."""

import re
from collections.abc import Iterable, Mapping

AUDIT = """独立核对全部账目，账目只读不写；核对的时间和查出几处会记下，供服务的指标用。

用自己的办法把余额、合计、限额和链条重算一遍，再按当时的政策把每笔结算重新决定一次。
没有问题时退出码是 0，查出问题是 1，没法查是 2。"""

REGION = "只查这个统筹区，六位代码"
NO_REPLAY = "不重新决定每笔结算，只查账目"

NOT_KEPT = "没有写数据库的权限，这次核对的时间和结果没有记下，服务的指标里看不到。核对结果照样有效。"
NO_RECORDS = "这里还没有账目可查。请先看 MULAID_HOME 或 MULAID_DSN 指的是不是要查的地方。"

_CHECKS = {
    "CASE_PARTS": ("结算各项加起来不等于总额", "请停用这笔结算的数字，找出谁绕过系统改了它。"),
    "CASE_RECORD": ("结算表里的数和结算记录不一样", "请以链条保护的结算记录为准，改回表里的数。"),
    "RECORD_UNREADABLE": ("结算记录读不出来", "请从备份里找回这笔记录的原样。"),
    "CASE_TRANSFERS": ("转账加起来不等于结算的各项", "请对照结算记录，找出多转、少转的一笔。"),
    "TRANSFER_RECORD": ("转账和结算记录里写的不一样", "请以结算记录为准，找出被改、被删或多出的转账。"),
    "CLEARING": ("两地之间的往来账对不平", "请两地一起核对跨地结算的转账，看哪边多了或少了。"),
    "BALANCE_SEQUENCE": ("余额接不上前一笔", "请从写明的这笔起，逐笔核对这个人的转账。"),
    "BALANCE_PURSE": ("账户余额和最后一笔转账对不上", "请查谁直接改了账户余额，并按转账改回。"),
    "BALANCE_OPENING": ("推算出的期初余额是负数", "请核对这个人最早的几笔转账和导入的期初余额。"),
    "BALANCE_NEGATIVE": ("余额是负数", "请先暂停这个账户付钱，再逐笔核对。"),
    "USAGE_SPONSORSHIP": ("共济关系已用的钱和结算合计不一样", "请按结算合计改正已用的钱，不然限额会算错。"),
    "USAGE_PURSE": ("账户给所有家人用的钱和结算合计不一样", "请按结算合计改正已用的钱，不然限额会算错。"),
    "OVER_CAP": ("付的钱超过了当时的限额", "请查这几笔结算为什么没有被限额拦住，需要时撤销。"),
    "ACCUMULATOR": ("年度累计和结算合计对不上", "请按结算合计加期初数改正累计，不然待遇会算错。"),
    "ACCUMULATOR_OPENING": ("年度累计里有导入的期初数", "这是正常的。想确认的话，请和导入文件核对。"),
    "CHAIN_HASH": ("链条的校验值对不上", "这一批结算记录被改过。请从备份里找回原样，查清谁改的。"),
    "CHAIN_PREVIOUS": ("链条和前一环接不上", "有一环被换过。请和备份或外部留存的校验值比对。"),
    "CHAIN_GAP": ("链条缺了一环", "有一批结算被整批删掉。请从备份里找回。"),
    "CHAIN_CASES": ("一环里的结算多了或少了", "请从备份里找回缺的结算，或查清多出的从哪里来。"),
    "CASE_UNCHAINED": ("结算不在链条里", "请查这笔结算从哪里来，它没有经过系统正常写入。"),
    "CASE_WITHOUT_TRANSFERS": ("结算动了钱，却没有转账", "请按结算记录补上转账，或从备份里找回。"),
    "TRANSFER_WITHOUT_CASE": ("转账没有对应的结算", "请查这笔转账从哪里来，钱要不要退回。"),
    "TRANSFER_WITHOUT_PURSE": ("有转账的人没有账户", "请从备份里找回这个账户。"),
    "REVERSAL_WITHOUT_CASE": ("撤销标记对不上结算", "请核对撤销标记两头的结算编号。"),
    "REVERSAL_NOT_MARKED": ("撤销做了，原结算却没有标成已撤销", "请补上撤销标记，不然这笔可能再被撤销一次。"),
    "REVERSAL_DIFFERS": ("撤销的金额和原结算不相反", "请核对两笔的各项金额，补退或追回差额。"),
    "SECOND_REVERSAL": ("同一笔结算撤销了两次", "钱退了两次。请追回多退的一次。"),
    "SETTLED_TWICE": ("同一笔费用结算了两次", "请和医院核对，撤销多出的一笔。"),
    "MESSAGE_WITHOUT_CASE": ("报文指的结算不存在", "请从备份里找回结算，或查清它为什么被删。"),
    "CASE_WITHOUT_MESSAGE": ("结算没有对应的报文", "请补上报文记录，不然同一份报文再来会重复结算。"),
    "BATCH_WITHOUT_CASE": ("收费批次指的结算不存在", "请从备份里找回结算，或把这批费用改回未结算。"),
    "BATCH_OF_OTHER_CASE": ("收费批次指的是别的结算", "请核对这批费用到底由哪笔结算付的，并改正。"),
    "BATCH_OF_REVERSED_CASE": ("结算已撤销，收费批次还标着已结算", "请把这批费用改回未结算，不然没法重新结算。"),
    "BATCH_NOT_MARKED": ("结算过的收费批次没有标成已结算", "请补上标记，不然这批费用会再结算一次。"),
    "POINTER_WITHOUT_SPONSORSHIP": ("用钱的人名下的关系，在出钱的人那边没有", "请核对双方的绑定，补上或删去一边。"),
    "SPONSORSHIP_WITHOUT_POINTER": ("出钱的人名下的关系，在用钱的人那边没有", "请补上用钱的人一边，不然结算时找不到。"),
    "IDENTITY_WITHOUT_PERSON": ("身份号码指的人不存在", "请从备份里找回这个人，或重新导入。"),
    "POLICY_MISSING": ("结算用的政策没有保存", "请找出当时的政策文件，重新存进去。"),
    "POLICY_CHANGED": ("保存的政策被改过", "请找出当时的政策文件，按原样存回。"),
    "REPLAY": ("按当时的政策重算，结果不一样", "请核对程序版本，看是程序变了还是记录被改了。"),
}
"""Of each class: what is wrong, and what to do."""

_COUNTED = {
    "cases": "笔结算",
    "replays": "笔结算重新决定过",
    "transfers": "笔转账",
    "links": "环链条",
    "purses": "个动过的账户",
    "balance_steps": "次余额变动",
    "sponsorships": "个共济关系",
    "pointers": "个关系指向",
    "accumulators": "项年度累计",
    "messages": "份报文",
    "batches": "个收费批次",
    "reversals": "笔撤销",
}

_NOUNS = {
    "case": "结算",
    "transfer": "转账序号",
    "field": "项目",
    "part": "项目",
    "person": "人员",
    "balance": "余额",
    "sponsor": "出钱的人",
    "beneficiary": "用钱的人",
    "bound_at": "绑定时间",
    "benefit_year": "医保年度",
    "care_group": "类别",
    "lane": "通道",
    "seq": "环号",
    "first_case": "第一笔结算",
    "reversal": "撤销",
    "institution": "机构",
    "message": "报文",
    "visit": "就诊",
    "batch": "收费批次",
    "policy": "政策",
    "other_region": "另一地",
    "cap": "限额",
    "period": "时段",
    "used_on": "截至",
}

_VALUES = {
    "current": "当年",
    "prior": "历年",
    "frozen": "冻结额度",
    "wallet": "钱包",
    "funds": "医保基金",
    "own": "本人账户",
    "mutual": "家人共济",
    "cash": "现金",
    "institution": "医院承担",
    "earned": "医院收到",
    "total": "总额",
    "draws": "各人付的钱",
    "payment": "单笔",
    "day": "当日",
    "month": "当月",
    "year": "当年",
    "used_on": "截至日期",
    "outpatient": "门诊",
    "inpatient": "住院",
}

_MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")
_YEAR_HOLDS = re.compile(rf"({_MONEY.pattern}) ({_MONEY.pattern}) ({_MONEY.pattern}) (-?[0-9]+)")
"""What a benefit year holds: deductible, in scope, paid by the funds, admissions."""

SHOWN_MAX = 10

Finding = tuple[str, str, Mapping[str, str], str, str]
"""(check, region, where, expected, found)."""


def is_check(code: str) -> bool:
    return code in _CHECKS


def progress_line(region: str, done: int, total: int) -> str:
    return f"{region}：查了 {done} 笔结算，一共 {total} 笔"


def no_such_region(region: str) -> str:
    return f"账目里没有统筹区 {region}。请核对六位代码。"


def cannot_run(reason: str) -> str:
    return f"没法查账：{reason}。请看数据库是不是开着、版本对不对，再试一次。"


def report(
    *,
    regions: Iterable[str],
    checked: Mapping[str, int],
    found: Mapping[str, int],
    findings: Iterable[Finding],
    notes: frozenset[str],
    engine: frozenset[str],
    replayed: bool,
) -> list[str]:
    """The lines of an audit's report. `notes`: checks that are no damage; `engine`: checks that ask the engine."""
    counts = [f"{number} {_COUNTED[noun]}" for noun, number in checked.items() if number]
    lines = [f"查了 {len(list(regions))} 个统筹区：{'，'.join(counts)}。" if counts else "账目是空的。"]
    if not replayed:
        lines.append("这次没有重新决定每笔结算。")
    kept = list(findings)
    for check in [code for code in _CHECKS if code in found]:
        lines += ["", *_class(check, found[check], [each for each in kept if each[0] == check], notes, engine)]
    classes = [check for check in found if check not in notes]
    damage = sum(found[check] for check in classes)
    lines += ["", f"一共查出 {damage} 处问题。" if damage else "账目相符，没有查出问题。"]
    if len(classes) > 1:
        lines.append("一处损坏常会带出别的几处。请先查结算记录和链条，改好后再查一遍。")
    if damage and any(check in engine for check in found):
        lines.append("标着“引擎重算”的结果要用引擎自己来算，不算独立证据；其余都是独立算出来的。")
    elif damage:
        lines.append("以上问题都是独立算出来的，没有用到引擎。")
    return lines


def _class(
    check: str, number: int, findings: list[Finding], notes: frozenset[str], engine: frozenset[str]
) -> list[str]:
    title, remedy = _CHECKS[check]
    kind = "说明" if check in notes else "引擎重算" if check in engine else "独立核对"
    lines = [f"【{kind}】{title}，{number} 处（{check}）", f"  怎么办：{remedy}"]
    due_word, has_word = ("结算合计", "账上") if check in notes else ("应该", "实际")
    for _, region, where, due, has in findings[:SHOWN_MAX]:
        sides = f"：{due_word}是 {_shown(due)}，{has_word}是 {_shown(has)}" if due or has else ""
        lines.append(f"  {_place(region, where)}{sides}")
    more = number - min(number, len(findings), SHOWN_MAX)
    return [*lines, f"  还有 {more} 处没有列出。"] if more else lines


def _place(region: str, where: Mapping[str, str]) -> str:
    told = [f"{_NOUNS[noun]} {_VALUES.get(value, value)}" for noun, value in where.items()]
    return "，".join([region, *told])


def _shown(value: str) -> str:
    """One side of a difference: amounts with their unit, other values as they are."""
    if holds := _YEAR_HOLDS.fullmatch(value):
        return "起付 {} 元、政策范围内 {} 元、基金付 {} 元、住院 {} 次".format(*holds.groups())
    return f"{value} 元" if _MONEY.fullmatch(value) else value or "没有"
