"""What acts, roles and channels are called, and who did what when."""

import datetime

_ACTS = {
    "settle": "结算",
    "settlement": "结算",
    "reversal": "撤销结算",
    "cancel": "撤销结算",
    "void": "冲正",
    "bind": "绑定家庭共济",
    "end": "解除家庭共济",
    "propose": "申请家庭共济",
    "submit": "提交家庭共济申请",
    "withdraw_proposal": "撤回家庭共济申请",
    "lapse": "家庭共济申请过期作废",
    "confirm": "确认家庭共济",
    "decline": "不同意家庭共济",
    "change": "更改家庭共济",
    "suspend_relation": "暂停家庭共济",
    "resume_relation": "恢复家庭共济",
    "expire": "家庭共济到期",
    "link": "绑定亲情账户",
    "contribute": "把钱转入家庭共济池",
    "leave": "退出家庭共济池",
    "give_power": "委托代管人",
    "end_power": "收回委托",
    "load": "装入期初数据",
    "repair_clock": "改正错误时钟留下的日期",
    "suspend": "录入暂停联网结算的决定",
    "lift_suspension": "解除暂停联网结算",
    "approve": "复核通过",
    "refuse_task": "复核退回",
    "note": "记下谁查看过谁",
    "register_visit": "就诊登记",
    "describe_visit": "补充就诊信息",
    "withdraw_visit": "撤销就诊登记",
    "add_charges": "上传费用明细",
    "remove_charges": "撤销费用明细",
}
_ROLES = {
    "insured": "本人",
    "guardian": "监护人",
    "delegate": "代管人",
    "guide": "导办",
    "branch": "网点",
    "clerk": "经办",
    "reviewer": "复核",
    "supervisor": "主管",
    "finance": "财务",
    "hotline": "12393 话务",
    "administration": "医疗保障行政部门",
    "institution": "医药机构",
    "timer": "定时任务",
    "outside": "外部系统",
    "operator": "系统管理员",
}
_CHANNELS = {
    "till": "收费窗口",
    "phone": "电话",
    "counter": "经办窗口",
    "api": "接口",
    "timer": "定时",
    "command": "命令行",
}
RELEASED = "复核"
BASIS = "依据："
MOVED = "动了的钱："


def act_name(act: str) -> str:
    """The act as people call it."""
    return _ACTS[act]


def role_name(role: str) -> str:
    """The role as people call it."""
    return _ROLES[role]


def done(act: str, moment: datetime.datetime, role: str, name: str, channel: str) -> str:
    """What was done, when, by whom and by which way."""
    who = f"{_ROLES[role]} {name}".strip()
    return f"{act_name(act)}。{moment:%Y年%-m月%-d日 %H:%M}，{who}办理（{_CHANNELS[channel]}）。"


def released(role: str, name: str) -> str:
    """Who released it."""
    return f"复核：{_ROLES[role]} {name}。"


def moved(name: str, amount: str) -> str:
    """One movement of money."""
    return f"  {name}：{amount}"


_ACCOUNTS = {
    "CURRENT_YEAR": "当年账户",
    "PRIOR_YEARS": "历年账户",
    "FROZEN": "共济额度",
    "WALLET": "医保钱包",
    "POOL": "家庭共济池",
}


def account_name(kind: str) -> str:
    """A balance of a purse as people call it."""
    return _ACCOUNTS[kind]
