"""What families are told in every region, how that stands to the sources, and which answers are missing."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from mulaid.terms.money import Fen
from mulaid.wording.amounts import day_text, yuan_text
from mulaid.wording.refusals import end_sentence, refusal_sentence, relation_sentence

FAMILIES = """家庭：几十个虚构的家庭在每个地区各得到什么答复，和来源说的对照。

每个家庭照当地的办法办：先绑定，有共济池的先把钱划进去，要选人的选人，要再刷的再刷一次。一半的家庭应当被拒绝，原因写明。
没有答错的退出码是 0，有答错的是 1，文件读不了是 2。"""
REGION = "只看这个地区，一家一家列出来；不写就看全部地区"
FILE = "用这个文件里的家庭，代替自带的"
NEEDED = """缺哪些答案：一个地区有哪些规则没人知道，各挡住几个家庭，补上哪一条能让最多的家庭得到答复。

不写地区就把全部地区合起来排。加 --write 就写出一个地区的一份可以填的文件，填好以后用 mulaid policy review 检查。"""
NEEDED_REGION = "只看这个地区，列出别处写的是什么；不写就看全部地区合起来"
WRITE_ONE_REGION = "--write 一次写一个地区的。请在前面写地区。"
LACK_COLUMNS = ("缺的规则", "几个地区", "补上就能答", "挡住", "暂按着办")
WRITE = "把缺的写成一份等着填的政策文件；文件已经有了就不写"

VERDICTS = {"right": "答对", "wrong": "答错", "asked": "请去问", "assumed": "暂按"}
"""How an answer stands to the sources, in the order of the columns."""
NEVER = "不该暂按"
REGIONS_COLUMNS = ("地区", *VERDICTS.values(), NEVER)
FAMILIES_COLUMNS = ("家庭", *VERDICTS.values(), NEVER)
ONE_REGION_COLUMNS = ("家庭", "答复", "对不对")
NEEDED_COLUMNS = ("缺的规则", "补上就能答", "挡住", "暂按着办", "别处写的是什么")
ANSWERS_SHEET = (
    "区划",
    "地区",
    "家庭编号",
    "家庭",
    "问什么",
    "对不对",
    "结果",
    "原因代码",
    "答复",
    "家人付",
    "自己付现金",
)
ANSWERS_SHEET_ENDS = ("缺的规则", "暂按的规则", "不该暂按的规则", "做了什么")
NEEDED_SHEET = (
    "区划",
    "规则编号",
    "规则代码",
    "规则",
    "限定",
    "补上就能答",
    "挡住",
    "暂按着办",
    "哪些家庭",
    "别处写的是什么",
)
SHEETS = {"answers": "逐家", "regions": "各地", "families": "各家", "needed": "缺的"}
LEGEND = (
    "答对：来源怎么说就怎么答；请去问：有规则没人知道，请家人去问当地医保；暂按：来源没有说，按本系统写明的暂定办法答，"
    "答复里写着是哪条；不该暂按：其中有的规则不在可以暂定的名单里。",
    "答错：和来源不符，或者来源没有说却当作知道。答错一笔付款比不答更糟，所以必须是 0。",
)
WRONG_HEADING = "答错的："
NOTHING_NEEDED = "没有缺的：这些家庭都有答复。"

_RESULTS = {
    "paid": "付清",
    "partly": "付一部分",
    "bound": "可以绑定",
    "ended": "可以解除",
    "refused": "不能",
    "unknown": "不知道",
}
_WAYS = {"pooled": "先划进共济池", "chose": "选了谁付", "swiped_twice": "再刷了一次"}


def heading(day: datetime.date, regions: int, families: int, asked: int, counts: Mapping[str, int], never: int) -> str:
    """How many questions were asked, and how the answers stand to the sources."""
    told = "，".join(f"{name} {counts.get(verdict, 0)}" for verdict, name in VERDICTS.items())
    note = f"（其中 {never} 个不该暂按）" if never else ""
    return f"{day_text(day)}，{regions} 个地区、{families} 个家庭，一共 {asked} 问：{told}{note}"


def answer_text(
    result: str, *, reason: str, kind: str, payer: str, mutual: Fen, cash: Fen, missing: Iterable[str]
) -> str:
    """What a family is told. `kind` of the reason: of a "bill", of a "relation" to make, of an "end"."""
    match result:
        case "paid":
            return f"家人付 {yuan_text(mutual)}，不用付现金"
        case "partly":
            return f"家人付 {yuan_text(mutual)}，自己付 {yuan_text(cash)}"
        case "bound":
            return "可以绑定"
        case "ended":
            return "可以解除"
        case "unknown":
            return f"请问当地医保：{'、'.join(missing) or '一条当地规定'}还没有查清"
    told = {"relation": relation_sentence, "end": end_sentence, "bill": refusal_sentence}
    return told[kind](reason, {"payer": payer})


def verdict_name(verdict: str) -> str:
    """How an answer stands to the sources."""
    return VERDICTS[verdict]


def result_name(result: str) -> str:
    """What came of an errand."""
    return _RESULTS[result]


def ways_text(ways: Iterable[str]) -> str:
    """What the region's own way asked of a family."""
    return "、".join(_WAYS[way] for way in ways)


def judged_text(verdict: str, assumed: Sequence[str]) -> str:
    """The verdict with the rules that were assumed."""
    return f"{VERDICTS[verdict]}：{'、'.join(assumed)}" if assumed else VERDICTS[verdict]


def wrong_line(place: str, family: str, told: str, right: Iterable[str]) -> str:
    """One wrong answer and what would have been right."""
    return f"{place}，{family}：{told}。来源说的是：{'，或者'.join(right)}。"


def right_text(result: str, reason: str) -> str:
    """An answer that would have been right."""
    return f"{_RESULTS[result]}（{reason}）" if reason else _RESULTS[result]


def needed_heading(place: str, day: datetime.date, asked: int, assumed: int, families: int) -> str:
    """How many families of a region wait for an answer."""
    return f"{place}，{day_text(day)}：{families} 个家庭里 {asked} 个没有答复，{assumed} 个按暂定的办法答"


def regions_text(count: int) -> str:
    """So many regions."""
    return f"{count} 个地区"


def elsewhere_text(said: Iterable[tuple[str, str]]) -> str:
    """What sources say of a rule in other places."""
    return "；".join(f"{value}（{place}）" for value, place in said) or "哪里都没有来源写过"


def form_head(place: str, day: datetime.date) -> list[str]:
    """The lines above a file to fill."""
    return [
        f"# {place}缺的答案，{day_text(day)}列出，补上能让最多家庭得到答复的在前面。",
        "# 知道的一条一条填：改好内容，删掉这几行最前面的 #。不知道的不用动。",
        "# source 写来源的编号，来源写在 sources 文件夹里，例如 sources/bureau.toml：",
        "#   [[source]]",
        '#   id = "bureau-2026"',
        '#   title = "本局关于家庭共济的通知"',
        '#   tier = "A"',
        "# 填好以后：mulaid policy review --policies 自带的或原来的文件夹 --policies 放这份文件的文件夹",
    ]


def form_lines(named: str, families: Sequence[str], said: str, written: str) -> list[str]:
    """What stands above one answer to fill in. `written` shows how a value of the rule is written."""
    lines = ["", f"# {named}", f"# 等这一条的家庭：{'；'.join(families)}", f"# 别处写的：{said}"]
    return [*lines, f"# 写法：value = {written}"] if written else lines


FORM_SAYS = "改成：来源怎么说的，一句话"
FORM_SOURCE = "bureau-2026"


def form_written(file: str, count: int) -> str:
    """What to do with the file to fill."""
    return f"{count} 条缺的答案已写到 {file}，等着填。"
