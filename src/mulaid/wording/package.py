"""The data package of the policy book: what it is, its tables and their columns."""

TITLE = "职工医保个人账户家庭共济政策册"
DESCRIPTION = (
    "各地职工医保个人账户家庭共济的规则：每一条都有生效日期、出处和来源级别，没有人知道的写明不知道。"
    "value 一列是 JSON，写法和政策文件一样；shown 一列是同样的内容，给人看。"
)
KEYWORDS = ("医保", "个人账户", "家庭共济", "政策", "health insurance", "China")
TABLES = {
    "rules": "规则清单",
    "regions": "地区",
    "sources": "来源",
    "entries": "条目：哪里、哪条规则、从哪天起、是什么、谁说的",
    "events": "大事",
    "contradictions": "来源互相矛盾的地方",
}
COLUMNS = {
    "events": ("day", "region", "says", "source", "also", "approximate", "file", "line"),
    "contradictions": ("id", "about", "between", "rules", "resolution", "source", "also", "file", "line"),
}
"""The columns of the tables that a book may leave empty."""
FIELDS = {
    "number": "规则编号",
    "rule": "规则代码",
    "rule_name": "规则",
    "name": "名称",
    "unit": "单位",
    "qualifiers": "限定",
    "scheme": "参保类别",
    "group": "看病种类",
    "care": "医疗类别",
    "mechanism": "共济方式",
    "region": "区划",
    "checked_on": "核对日",
    "file": "写在哪个文件",
    "line": "第几行",
    "id": "编号",
    "title": "标题",
    "tier": "来源级别：local 本局口径，A 官方，B 媒体或转载，C 未经核实，own 本系统的约定",
    "issuer": "发布者",
    "document": "文号",
    "published": "发布日期",
    "url": "网址",
    "note": "说明",
    "scope": "来源说自己管到哪里",
    "regions": "管哪些地区",
    "mechanisms": "管哪些共济方式",
    "schemes": "管哪些参保类别",
    "until": "管到哪天以前",
    "every_area": "管省里每一个统筹区",
    "from": "从哪天起",
    "no_later_than": "只知道最迟从那天起",
    "value": "值（JSON）",
    "shown": "值（给人看）",
    "unknown": "为什么不知道",
    "maybe": "可能还有的",
    "at_least": "至少多少",
    "per": "起付线按什么算",
    "over": "分段按什么算",
    "source": "来源编号",
    "also": "其他来源的编号",
    "says": "来源怎么说",
    "quote": "原话",
    "address": "地址",
    "mulaid": "mulaid 的版本",
    "digest": "政策册的摘要",
    "day": "哪天",
    "approximate": "大约那天",
    "about": "关于什么",
    "between": "哪几个来源",
    "rules": "关于哪些规则",
    "resolution": "怎么处理",
}
