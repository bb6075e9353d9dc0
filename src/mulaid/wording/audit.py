"""What `mulaid audit` says: what it checked, what it found by class, and what to do about each."""

import re
from collections.abc import Callable, Iterable, Mapping

from mulaid.wording.kinship import (
    cover_name,
    kinship_name,
    mechanism_name,
    relation_state_name,
    scheme_name,
    use_name,
)

AUDIT = """独立核对全部账目，只读不写。

用自己的办法把余额、合计、限额和链条重算一遍，核对人员、参保、关系、机构、就诊和报文，
再按当时的政策把每笔结算重新决定一次。身份号码和姓名要用 MULAID_HOME 里的密钥打开来核对。
没有问题时退出码是 0，查出问题是 1，没法查是 2。"""

REGION = "只查这个统筹区，六位代码"
NO_REPLAY = "不重新决定每笔结算，只查账目"

NO_RECORDS = "这里还没有账目可查。请先看 MULAID_HOME 或 MULAID_DSN 指的是不是要查的地方。"

_CHECKS = {
    "CASE_PARTS": ("结算各项加起来不等于总额", "请停用这笔结算的数字，找出谁绕过系统改了它。"),
    "CASE_RECORD": ("结算表里的数和结算记录不一样", "请以链条保护的结算记录为准，改回表里的数。"),
    "CASE_LINES": ("结算记录里的明细加起来不等于这张单子", "请和医院核对明细，再看链条有没有问题。"),
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
    "QUOTA": ("留给家人的额度和账户里留出的钱对不上", "请核对这个人的账户和给家人的额度，改正错的一边。"),
    "ACCUMULATOR": ("年度累计和结算合计对不上", "请按结算合计加期初数改正累计，不然待遇会算错。"),
    "ACCUMULATOR_OPENING": ("年度累计里有导入的期初数", "这是正常的。想确认的话，请和导入文件核对。"),
    "CHAIN_HASH": ("链条的校验值对不上", "这一批结算记录被改过。请从备份里找回原样，查清谁改的。"),
    "CHAIN_PREVIOUS": ("链条和前一环接不上", "有一环被换过。请和备份或外部留存的校验值比对。"),
    "CHAIN_GAP": ("链条缺了一环", "有一批结算被整批删掉。请从备份里找回。"),
    "CHAIN_CASES": ("一环里的结算多了或少了", "请从备份里找回缺的结算，或查清多出的从哪里来。"),
    "CHAIN_WORKER": ("结算编号和通道不是同一个进程的", "请查是不是有两个服务用了同一个号，或有人改过编号。"),
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
    "MESSAGE_TWICE": ("两份报文指着同一笔结算或就诊", "一笔只有一份报文。请查多出的一份从哪里来，并删去。"),
    "MESSAGE_RECORD": ("报文的内容标记和结算记录不一样", "请按结算记录改回，不然同一份报文再来会被拒绝。"),
    "MESSAGE_VOIDED": ("报文标着已冲正，结算却没有撤销", "请先查结算该不该撤销，再改正报文的标记。"),
    "MESSAGE_NOT_VOIDED": ("结算已经冲正，报文却没有标成已冲正", "请补上标记，不然同一份报文再来会当成已办。"),
    "VISIT_MISSING": ("就诊登记不存在", "请从备份里找回这次就诊，或查清谁删了它。"),
    "VISIT_CASE": ("就诊登记和结算不一样", "请以结算为准，核对就诊登记里的人、机构和日期。"),
    "VISIT_WITHDRAWN": ("就诊已经撤销，却还有收费", "请和医院核对，改正就诊的状态，或删去没有结算的收费。"),
    "VISIT_DETAILS": ("就诊登记的内容读不出来", "请从备份里找回，或请医院重新上传就诊信息。"),
    "VISIT_WITHOUT_MESSAGE": ("就诊登记没有对应的报文", "请查这次就诊从哪里来，它没有经过系统正常登记。"),
    "BATCH_LINES": ("收费批次的明细和合计对不上", "请和医院核对明细。没有结算的，请医院删掉重传。"),
    "BATCH_RECORD": ("结算过的收费批次和结算时不一样", "请以结算记录为准，改回收费批次的金额。"),
    "BATCH_WITHOUT_CASE": ("收费批次指的结算不存在", "请从备份里找回结算，或把这批费用改回未结算。"),
    "BATCH_OF_OTHER_CASE": ("收费批次指的是别的结算", "请核对这批费用到底由哪笔结算付的，并改正。"),
    "BATCH_OF_REVERSED_CASE": ("结算已撤销，收费批次还标着已结算", "请把这批费用改回未结算，不然没法重新结算。"),
    "BATCH_NOT_MARKED": ("结算过的收费批次没有标成已结算", "请补上标记，不然这批费用会再结算一次。"),
    "ITEM_MISSING": ("收费用过的项目，目录里没有了", "目录里的项目不会删。请重新装入目录。"),
    "ITEM_CHANGED": ("收费用过的项目，目录后来改过", "装入过新的目录就没有问题。没有装过的话，请查是谁改的。"),
    "POINTER_WITHOUT_SPONSORSHIP": ("用钱的人名下的关系，在出钱的人那边没有", "请核对双方的绑定，补上或删去一边。"),
    "SPONSORSHIP_WITHOUT_POINTER": ("出钱的人名下的关系，在用钱的人那边没有", "请补上用钱的人一边，不然结算时找不到。"),
    "POINTER_NAME": ("关系里出钱的人的遮名和登记的不一样", "请按登记的姓名改正，不然家人看到的是别人的名字。"),
    "SPONSORSHIP_DAYS": ("共济关系的日期前后不对", "请核对绑定、生效和到期的日期，并改正。"),
    "SPONSORSHIP_RECORD": (
        "共济关系的方式或绑定日期和结算时不一样",
        "这两样绑定后不会变。请以结算记录为准，改回关系。",
    ),
    "SPONSORSHIP_CHANGED": ("上次结算以后，共济关系改过", "经办改的就没有问题。不是的话，请查是谁改的。"),
    "POOL": ("家庭共济池不对", "一个池只属于一位出钱的人，并有自己的账户。请核对池号。"),
    "PERSON_MISSING": ("有记录指着一个没有登记的人", "请从备份里找回这个人，或查清这条记录从哪里来。"),
    "PERSON_WITHOUT_PURSE": ("登记的人没有账户", "没有账户就不能结算。请从备份里找回账户。"),
    "PURSE_WITHOUT_PERSON": ("账户不属于任何人", "请从备份里找回这个人，或查清账户从哪里来。"),
    "PERSON_WITHOUT_IDENTITY": ("登记的人没有身份索引", "按号码找不到这个人。请从备份里找回索引。"),
    "IDENTITY_TWICE": ("一个人有两个身份索引", "请查多出的一个从哪里来，并删去。"),
    "IDENTITY_NUMBER": ("身份索引和这个人的号码对不上", "按号码会找到别人，或找不到。请按密封的号码改回索引。"),
    "SEAL_BROKEN": ("密封的内容打不开", "请从备份里找回原样。很多都打不开时，多半是密钥不对。"),
    "PERSON_NAME": ("遮名和密封的姓名对不上", "请以密封的姓名为准，重新装入这个人。"),
    "PERSON_BORN": ("出生日期和身份号码不一样", "请以身份号码为准，重新装入这个人。"),
    "PERSON_SEX": ("性别和身份号码不一样", "登记时写明过就没有问题。没有的话，请核对。"),
    "PERSON_MOVED": ("转出的记录对不上", "请核对这个人转去了哪里，那边有没有登记。"),
    "PERSON_SUSPENDED": ("暂停联网结算的起止日期不对", "请核对起止日期，并改正。"),
    "ENROLMENT_DAYS": ("参保的日期不对", "请核对参保的起止和退休日期，重新装入。"),
    "ENROLMENT_OVERLAP": ("一个人的两段参保重叠", "重叠的日子按后开始的一段算。请给前一段写上终止日期。"),
    "ENROLMENT_CHANGED": ("上次结算以后，那一天的参保情况改过", "补录或更正过就没有问题。没有的话，请查是谁改的。"),
    "INSTITUTION_MISSING": ("记录里的机构没有登记，或登记在别处", "请从备份里找回机构，或改正记录里的机构。"),
    "INSTITUTION_CHANGED": ("上次结算以后，机构的登记改过", "更正过登记就没有问题。没有的话，请查是谁改的。"),
    "CREDENTIAL": ("机构的凭据读不懂", "这家机构会连不上。请重新装入它的凭据。"),
    "MOMENT": ("同一笔业务的时间前后不一样", "请以结算记录和链条为准，改回时间。"),
    "MOMENT_BACKWARDS": ("时间倒退了", "请查服务的时钟当时准不准，或谁改过时间。"),
    "MOMENT_OF_ID": ("编号里的时间和办理时间差得太远", "请查服务的时钟当时准不准，或谁改过编号、时间。"),
    "FUTURE": ("日期在将来", "请先把服务的时钟对准，再查这些记录是哪一次时钟错了写下的。"),
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
    "visits": "次就诊",
    "people": "个人",
    "enrolments": "段参保",
    "credentials": "份机构凭据",
    "swipes": "次首次刷卡",
    "policies": "版政策",
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
    "row": "记录",
    "from": "开始",
    "day": "日期",
    "pool": "共济池",
    "line": "明细",
    "item": "目录编码",
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
    "enrolment": "参保",
    "accumulator": "年度累计",
    "moment": "时间",
    "settled_on": "结算日期",
    "transfer": "转账",
    "begun": "就诊开始",
    "number": "号码",
    "name": "姓名",
    "auth": "凭据",
    "content": "内容",
    "transaction": "交易",
    "person": "人员",
    "institution_code": "机构代码",
    "institution_region": "机构所在地",
    "in_scope": "政策范围内",
    "upfront_share": "先行自付",
    "over_price_limit": "超限价",
    "excluded": "全自费",
    "barred": "不能用账户付",
    "bound_on": "绑定日期",
    "effective_on": "生效日期",
    "until": "到期日期",
    "retired_on": "退休日期",
    "kinship": "亲属关系",
    "mechanism": "共济方式",
    "state": "状态",
    "rank": "次序",
    "cap_payment": "单笔限额",
    "cap_day": "每日限额",
    "cap_month": "每月限额",
    "cap_year": "每年限额",
    "cap_scope": "限额范围",
    "uses": "用途",
    "wallet_open": "钱包开通",
    "scheme": "险种",
    "account": "有个人账户",
    "status": "参保状态",
    "category": "人员类别",
    "tier": "档次",
    "activated": "医保码激活",
    "assistance": "救助对象",
    "kind": "机构类型",
    "level": "机构级别",
    "designated": "定点",
    "wallet_ready": "能用钱包",
}

_YES_NO = {"true": "是", "false": "否"}
_WORDS: Mapping[str, Callable[[str], str]] = {
    "kinship": kinship_name,
    "mechanism": mechanism_name,
    "state": relation_state_name,
    "scheme": scheme_name,
    "status": cover_name,
    "use": use_name,
    **dict.fromkeys(("account", "activated", "designated", "wallet_ready", "wallet_open"), _YES_NO.__getitem__),
    "category": {
        "ordinary": "一般人员",
        "civil_servant": "公务员",
        "public_expense": "公费医疗",
        "retired_cadre": "离休",
    }.__getitem__,
    "assistance": {
        "none": "不是救助对象",
        "destitute": "特困",
        "low_income": "低保",
        "edge": "低保边缘",
    }.__getitem__,
    "kind": {"hospital": "医院", "community": "社区", "pharmacy": "药店"}.__getitem__,
    "cap_scope": {"member": "各人分开算", "all": "全家一起算"}.__getitem__,
    "uses": {"care": "看病", "premium": "缴费", "care,premium": "看病和缴费"}.__getitem__,
}
"""By the field a finding is about: what a word of the database is called."""

_MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")
_YEAR_HOLDS = re.compile(rf"({_MONEY.pattern}) ({_MONEY.pattern}) ({_MONEY.pattern}) (-?[0-9]+)")
"""What a benefit year holds: deductible, in scope, paid by the funds, admissions."""

_CHANGED = ("结算时", "现在")
_SIDES = {
    "ACCUMULATOR_OPENING": ("结算合计", "账上"),
    **dict.fromkeys(("ENROLMENT_CHANGED", "INSTITUTION_CHANGED", "SPONSORSHIP_CHANGED"), _CHANGED),
    "FUTURE": ("现在", "记录"),
    "MOMENT_BACKWARDS": ("前一环", "这一环"),
}
"""What the two sides of a difference are called, where it is not what should be and what is."""

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


def setting_wrong(name: str, value: str) -> str:
    return f"环境变量 {name} 的值不能用：{value}。请改好再试。"


def report(
    *,
    regions: Iterable[str],
    checked: Mapping[str, int],
    found: Mapping[str, int],
    findings: Iterable[Finding],
    notes: frozenset[str],
    engine: frozenset[str],
    replayed: bool,
    sealed: bool,
) -> list[str]:
    """The lines of an audit's report. `notes`: checks that are no damage; `engine`: checks that ask the engine."""
    counts = [f"{number} {_COUNTED[noun]}" for noun, number in checked.items() if number]
    lines = [f"查了 {len(list(regions))} 个统筹区：{'，'.join(counts)}。" if counts else "账目是空的。"]
    if not replayed:
        lines.append("这次没有重新决定每笔结算。")
    if not sealed:
        lines.append(
            "这里没有能用的密钥，身份号码、姓名和机构凭据没有打开核对。请把 MULAID_HOME 指到放 seal.key 的文件夹再查。"
        )
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
    due_word, has_word = _SIDES.get(check, ("应该", "实际"))
    for _, region, where, due, has in findings[:SHOWN_MAX]:
        field = where.get("field", "")
        sides = f"：{due_word}是 {_shown(field, due)}，{has_word}是 {_shown(field, has)}" if due or has else ""
        lines.append(f"  {_place(region, where)}{sides}")
    more = number - min(number, len(findings), SHOWN_MAX)
    return [*lines, f"  还有 {more} 处没有列出。"] if more else lines


def _place(region: str, where: Mapping[str, str]) -> str:
    told = [f"{_NOUNS[noun]} {_VALUES.get(value, value)}" for noun, value in where.items()]
    return "，".join([region, *told] if region else told)


def _shown(field: str, value: str) -> str:
    """One side of a difference: amounts with their unit, words by their names, other values as they are."""
    if field in _WORDS and value:
        try:
            return _WORDS[field](value)
        except KeyError:
            return value
    if holds := _YEAR_HOLDS.fullmatch(value):
        return "起付 {} 元、政策范围内 {} 元、基金付 {} 元、住院 {} 次".format(*holds.groups())
    return f"{value} 元" if _MONEY.fullmatch(value) else value or "没有"
