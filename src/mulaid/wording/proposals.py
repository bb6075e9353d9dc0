"""A proposed correction of the policy book: how it is made, what it would change, and who accepts it."""

import datetime
from collections.abc import Iterable

from mulaid.wording.amounts import day_text

PROPOSE = """更正：对政策册提一条更正，写明来源、原话和日期；检查，看家庭的答复前后怎么变；由另一个人认可。"""
PROPOSE_COMMANDS = {
    "new": "提一条更正，写成一个文件夹，并看看会怎样",
    "show": "再看一条更正：检查的结果，家庭的答复前后怎么变",
    "accept": "认可一条更正，放进政策文件夹；不能是提的人自己",
}
NEW = """提一条更正：写成一个新文件夹，里面是更正和它的来源；再检查一遍，列出哪些家庭的答复会变。

没有要改的退出码是 0，检查出问题或有家庭会答错的是 1，读不了、写不了的是 2。"""
SHOW = """再看一条更正：检查的结果，家庭的答复前后怎么变。

没有要改的退出码是 0，检查出问题或有家庭会答错的是 1，读不了的是 2。"""
ACCEPT = """认可一条更正：检查没有问题、没有家庭会答错，才放进政策文件夹。认可的人不能是提的人。

放好了退出码是 0，不能认可的是 1，读不了、写不了的是 2。"""
FROM_DAY = "从哪天起"
VALUE = '新的内容，写法和政策文件一样，例如 300.00、unlimited、true、["parent", "spouse"]'
SAYS = "来源怎么说的，用自己的话，一句"
QUOTE = "来源的原话"
SOURCE = "政策册里已有的来源编号；来源是新的就写 --title"
TITLE = "新来源的标题"
URL = "新来源的网址"
ISSUER = "新来源是谁发布的"
PUBLISHED = "新来源的发布日期"
TIER = "新来源是哪一级：A 官方，B 媒体，C 其他"
BY = "提更正的人"
ACCEPTED_BY = "认可的人，不能是提更正的人"
PROPOSALS = "更正放在这个文件夹，每条一个子文件夹"
PROPOSAL = "更正的文件夹"
INTO = "放进这个政策文件夹，例如本局自己的；没有就新建"
QUALIFIERS = {
    "scheme": "规则按参保类别分时写：employee 或 resident",
    "group": "规则按看病种类分时写：outpatient 或 inpatient",
    "care": "规则按医疗类别分时写，例如 outpatient",
    "mechanism": "只说一种共济方式时写，例如 pool",
}
ONE_SOURCE = "来源要写一个，也只写一个：--source 写已有的编号，或 --title 写新来源的标题。"
ONE_RULE = "一次提一条规则。请写规则的代码或中文名。"
CLEAN = "检查：没有问题。"
NOTHING_CHANGES = "家庭：答复都不变。"
TOOK_OVER = "已放进 {folder}：{files}。"
SAME_PERSON = "认可的人不能是提更正的人。请另一个人看过再认可。"
ALREADY = "这条更正已经由 {by} 在 {day} 认可过了。"
NOT_ACCEPTED = "不能认可：检查出问题，或有家庭会答错。请改好再提。"


def no_such_source(text: str) -> str:
    """Not the id of a source of the book."""
    return f"政策册里没有编号是“{text}”的来源。请核对，或用 --title 写新来源。"


def written(folder: str, said: str, place: str, day: datetime.date) -> str:
    """What was proposed, and where it stands."""
    return f"更正已写到 {folder}：{place}，{day_text(day)}起，{said}。"


def head_line(place: str, rule: str, by: str, day: datetime.date) -> str:
    """Whose proposal it is."""
    return f"{place}，{rule}：{by} 在 {day_text(day)}提的更正"


def held_line(before: str, after: str) -> str:
    """What holds now and what would."""
    return f"现在：{before}。更正以后：{after}。"


def finding_text(text: str, remedy: str) -> str:
    """One finding of the review."""
    return f"检查：{text}{remedy}"


def families_line(changed: int, before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]]) -> str:
    """How the answers of all families change."""
    told = ["，".join(f"{name} {count}" for name, count in side) for side in (before, after)]
    return f"家庭：{changed} 个答复会变。以前{told[0]}；以后{told[1]}。"


def changed_line(place: str, family: str, before: str, after: str) -> str:
    """One family whose answer changes."""
    return f"  {place}，{family}：{before} → {after}"


def wrong_mark(told: str) -> str:
    """An answer that the sources do not bear."""
    return f"{told}（答错）"


def accepted(folder: str, files: Iterable[str]) -> str:
    """Where an accepted correction stands now."""
    return TOOK_OVER.format(folder=folder, files="、".join(files))


def already(by: str, day: datetime.date) -> str:
    """A correction is accepted once."""
    return ALREADY.format(by=by, day=day_text(day))
