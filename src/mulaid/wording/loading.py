"""What `mulaid load` says: its help, its progress and what came of a load."""

LOAD = """把人员、账户、定点机构、共济关系和医保目录从文件装入数据库。

一次给的文件要么全部装入，要么一条也不装入。同样的文件可以重复装入，已有的内容不会变。

装入后退出码是 0，数据库用不了是 1，文件有错是 2。"""

FILES = "TOML、JSON Lines 或 CSV 文件；给文件夹就读其中所有这样的文件"

COLUMNS = ("表", "新增", "更新", "未变")
TABLE_NAMES = {
    "region": "统筹区",
    "institution": "定点机构",
    "person": "人员",
    "enrolment": "参保",
    "purse": "账户",
    "sponsorship": "共济关系",
    "item": "目录",
}

_STAGES = {
    "read": "正在读文件",
    "numbers": "正在登记号码",
    "people": "正在写入人员",
    "purses": "正在写入账户",
    "sponsorships": "正在写入共济关系",
    "items": "正在写入目录",
}

_TROUBLES = {
    "blocked": "什么也没有装入。{detail}。",
    "database": "数据库用不了，什么也没有装入：{detail}。请检查数据库后再试。",
    "held": "有人正在办理文件里某个人的业务，什么也没有装入。请稍后再试。",
}


def trouble_sentence(kind: str, detail: str = "") -> str:
    """Why nothing could be loaded though the files are right."""
    return _TROUBLES[kind].format(detail=" ".join(detail.split()).rstrip("。."))


def progress_line(stage: str, done: int, total: int) -> str:
    return f"{_STAGES[stage]} {done}/{total}"


def done_sentence(changed: bool) -> str:
    return "装入完成。" if changed else "没有变化，文件里的内容数据库都已经有了。"
