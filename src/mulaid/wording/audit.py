"""What `mulaid audit` says: what it checked, what it found by class, and what to do about each."""

import re
from collections.abc import Callable, Iterable, Mapping

from mulaid.wording.findings import CHECKS
from mulaid.wording.kinship import (
    cover_name,
    kinship_name,
    mechanism_name,
    relation_state_name,
    scheme_name,
    use_name,
)

AUDIT = """独立核对全部账目，账目只读不写；核对的时间和查出几处会记下，供服务的指标用。

用自己的办法把余额、合计、限额和链条重算一遍，核对人员、参保、关系、机构、就诊和报文，
再按当时的政策把每笔结算重新决定一次。身份号码和姓名要用 MULAID_HOME 里的密钥打开来核对。
没有问题时退出码是 0，查出问题是 1，没法查是 2。"""

REGION = "只查这个统筹区，六位代码"
NO_REPLAY = "不重新决定每笔结算，只查账目"

NOT_KEPT = "没有写数据库的权限，这次核对的时间和结果没有记下，服务的指标里看不到。核对结果照样有效。"
NO_RECORDS = "这里还没有账目可查。请先看 MULAID_HOME 或 MULAID_DSN 指的是不是要查的地方。"

_COUNTED = {
    "cases": "笔业务",
    "replays": "笔业务重新决定过",
    "transfers": "笔转账",
    "funds_given": "笔由报文给出基金部分",
    "links": "环链条",
    "purses": "个动过的账户",
    "balance_steps": "次余额变动",
    "sponsorships": "个共济关系",
    "pointers": "个关系指向",
    "bound": "次绑定",
    "ended": "对人解绑",
    "attempts": "条没办成的登记",
    "looks": "条查看的登记",
    "suspensions": "项暂停联网结算的决定",
    "tasks": "项等人复核的事项",
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
    "first_case": "第一笔业务",
    "noted": "登记",
    "task": "复核事项",
    "document": "文书号",
    "reversal": "撤销",
    "institution": "机构",
    "message": "报文",
    "sender": "发送方",
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
    "payer": "转入的人",
    "holder": "持有的人",
    "relative": "亲属",
    "line": "明细",
    "item": "目录编码",
    "funds_by": "依据",
    "cases": "结算笔数",
    "undone": "撤销笔数",
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
    "audit_run": "核对账目的时间",
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
    "asked_on": "提出解绑的日期",
    "found_at": "发现的时间",
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
    "actor": "办理的人",
    "channel": "渠道",
    "request": "请求",
    "brought_forward": "以前就有的标记",
    "quota_prior": "额度里的历年资金",
    "times": "次数",
    "released": "复核的人",
    "origin": "录入的人",
    "act": "办理的事项",
    "case": "业务",
    "region": "统筹区",
    "sender": "发送方",
    "message": "报文",
    "person_region": "人员所在地",
    "made_at": "录入的时间",
    "decided_by": "复核的人",
    "decided_at": "复核的时间",
    "reason": "理由",
    "authority": "作出决定的机关",
    "conduct": "行为",
    "article": "条款",
    "from_day": "开始日期",
    "served_on": "送达日期",
    "entered_by": "录入的业务",
    "ended_on": "解除日期",
    "ended_by": "解除的文书",
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

_FUNDS_BY = {"institution": "机构登记", "region": "统筹区登记", "sandbox": "试用环境", "": "记录里没有写"}

_MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")
_YEAR_HOLDS = re.compile(rf"({_MONEY.pattern}) ({_MONEY.pattern}) ({_MONEY.pattern}) (-?[0-9]+)")
"""What a benefit year holds: deductible, in scope, paid by the funds, admissions."""

_DIFFERENCE = "应该是 {due}，实际是 {has}"
_CHANGED = "结算时是 {due}，现在是 {has}"
_SIDES = {
    "ACCUMULATOR_OPENING": "结算合计是 {due}，账上是 {has}",
    "FUNDS_GIVEN": "基金一共付 {has}",
    **dict.fromkeys(("FUTURE", "MOMENT_AHEAD"), "现在是 {due}，记录是 {has}"),
    "MOMENT_BACKWARDS": "前一环是 {due}，这一环是 {has}",
    "PERSON_SEX": "登记的是 {has}",
    **dict.fromkeys(("ENROLMENT_CHANGED", "INSTITUTION_CHANGED", "SPONSORSHIP_CHANGED"), _CHANGED),
}
"""How the two sides of a finding are told, where it is not what should be and what is."""

SHOWN_MAX = 10

Finding = tuple[str, str, Mapping[str, str], str, str]
"""(check, region, where, expected, found)."""


def is_check(code: str) -> bool:
    return code in CHECKS


def progress_line(region: str, done: int, total: int) -> str:
    return f"{region}：查了 {done} 笔业务，一共 {total} 笔"


def no_such_region(region: str) -> str:
    return f"账目里没有统筹区 {region}。请核对六位代码。"


def cannot_read(sentence: str) -> str:
    """What stands in the way, in a sentence that says what to do."""
    return f"没法查账：{sentence}"


def cannot_run(reason: str) -> str:
    """What the database or its server said itself."""
    return f"没法查账：{reason.strip().rstrip('。.')}。请看数据库是不是开着、版本对不对，再试一次。"


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
    for check in [code for code in CHECKS if code in found]:
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
    title, remedy = CHECKS[check]
    kind = "说明" if check in notes else "引擎重算" if check in engine else "独立核对"
    lines = [f"【{kind}】{title}，{number} 处（{check}）", f"  怎么办：{remedy}"]
    told = _SIDES.get(check, _DIFFERENCE)
    for _, region, where, due, has in findings[:SHOWN_MAX]:
        field = where.get("field", "")
        sides = "：" + told.format(due=_shown(field, due), has=_shown(field, has)) if due or has else ""
        lines.append(f"  {_place(region, where)}{sides}")
    more = number - min(number, len(findings), SHOWN_MAX)
    return [*lines, f"  还有 {more} 处没有列出。"] if more else lines


def _place(region: str, where: Mapping[str, str]) -> str:
    words = {noun: _FUNDS_BY if noun == "funds_by" else _VALUES for noun in where}
    told = [f"{_NOUNS[noun]} {words[noun].get(value, value)}" for noun, value in where.items()]
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
