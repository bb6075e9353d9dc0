"""办事指南."""

TASKS = {
    "bind": "绑定家人",
    "end": "解除",
    "pay": "看病买药时怎么付",
    "premium": "交居民医保",
    "wallet": "用医保钱包",
    "claim": "拿票据报销",
    "agent": "替人去办",
}
NOT_HERE = "这不是官方办理渠道。办理请到下面这些地方。"
WHERE, WHAT = "在哪里参保", "办什么"
WAYS_TITLE, RULES_TITLE, UNKNOWN_TITLE = "到哪里办，从容易到麻烦", "当地的规则", "还没有查清的"
NO_WAYS = "当地的办理渠道还没有查到。先打 12393 问，问清楚再跑。"
NEVER_TITLE = "别点错"
NEVER = "下面的名字像，但办的是另一件事："
ASK_FIRST = "上面没有写的，去之前先打 12393，请对方念一遍要带什么。"
PRINT = "打开打印页，一页 A4"
PRINT_HINT = "用浏览器的打印，印出来就是一页 A4。"
WINDOW = "窗口：医保大厅"
ELDER_LEAD = "不会用手机，就到医保窗口办。"
ELDER_BRING = "带自己的身份证，再问要带什么。"
ELDER_CALL = "去之前，先打 12393 问。"


def heading(task: str, place: str | None) -> str:
    """What is done where."""
    return f"{task}怎么办" if place is None else f"{place}：{task}怎么办"
