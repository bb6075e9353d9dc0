"""What `mulaid policy rehearse` says: which cases would come out otherwise, for whom and by how much."""

import datetime
from collections.abc import Iterable

from mulaid.terms.money import Fen
from mulaid.wording.amounts import day_text, yuan_text
from mulaid.wording.outcome import AMOUNT_NAMES

REHEARSE = """试行：把一个草案文件夹盖在现行政策上，看哪些案例、哪些已经结算的单子会变，谁多谁少、差多少。只读不写。

什么都不变时退出码是 0，有变的是 1，读不了是 2。"""
DRAFT = "草案文件夹；路径相同的文件替换现行的，写 amends 的文件只补充几条"
CASES = "拿这些案例来试，给文件或文件夹，可以给多次；在源码目录里运行时默认是 tests/cases"
RECORDED = "连同数据库里已经结算的单子一起试"
ON = "当作所有案例和单子都发生在这一天，用来试还没有到日子的规则；不写就用各自的日期"
LIVE = "现行政策在这个文件夹，不写就是自带的，可以给多次"
NO_CASES = (
    "没有案例可试。请用 --cases 写明案例文件或文件夹（mulaid case examples 可以取出几个例子），"
    "或用 --recorded 试数据库里的单子。"
)
SAME_BOOK = "草案和现行政策没有不同的条目。"
CASES_KIND, RECORDED_KIND = "案例", "结算"
APART = "每笔单子都按当时看到的余额和累计单独重算，前一笔变了不会带到后一笔。"

Paid = tuple[Fen, str]
"""What one payer pays, and the code of the reason when they cannot."""

Side = tuple[int, int, Fen]
"""Those for whom it changes one way: bills, people (0: nobody is recorded) and money."""

_PAYERS = AMOUNT_NAMES | {"sponsor": "家人"}
_KINDS = {CASES_KIND: "个案例", RECORDED_KIND: "笔结算"}


CHANGES_SHEET = (
    *("种类", "案例或结算", "区划", "地区", "现行拒绝的原因", "草案拒绝的原因", "谁付"),
    *("现行付", "草案付", "多付", "少付", "草案摘要"),
)
TOTALS_SHEET = (
    *("种类", "区划", "地区", "会变", "变成不行", "变成可以"),
    *(f"{_PAYERS[payer]}{way}" for payer in ("funds", "own", "sponsor", "cash") for way in ("多付", "少付")),
    "草案摘要",
)
SHEETS = {"changes": "会变的", "totals": "合计"}


def payer_name(payer: str, name: str) -> str:
    """A payer in a sheet: a sponsor by name."""
    return name or _PAYERS[payer]


def shown_on(day: datetime.date) -> str:
    return f"当作都发生在{day_text(day)}。"


def compared(kind: str, number: int, changed: int, unreadable: int) -> list[str]:
    """How many of a kind were compared, and how many change."""
    unit = _KINDS[kind]
    lines = [f"比了 {number} {unit}，" + (f"{changed} {unit}会变。" if changed else "都不变。")]
    return [*lines, f"有 {unreadable} 笔的记录读不出来，没有比。请用 mulaid audit 查。"] if unreadable else lines


def change_lines(
    *, name: str, place: str, live_refusal: str, draft_refusal: str, parts: Iterable[tuple[str, str, Paid, Paid]]
) -> list[str]:
    """One case that changes. `parts`: payer as in `AMOUNT_NAMES` or a sponsor with a name, live and draft."""
    lines = [f"{name}（{place}）"]
    if live_refusal or draft_refusal:
        lines.append(f"  {_verdict(live_refusal)} → {_verdict(draft_refusal)}")
    return [*lines, *(f"  {_part(AMOUNT_NAMES.get(payer, who), live, draft)}" for payer, who, live, draft in parts)]


def more(number: int) -> str:
    return f"还有 {number} 笔没有列出，合计里都算了。"


def total_line(
    *, place: str, changed: int, refused_now: int, allowed_now: int, amounts: dict[str, Fen], less: Side, more: Side
) -> str:
    """What changes in one region. `amounts`: draft minus live by payer, "sponsor" for all of them together."""
    told = [f"{changed} 件会变"]
    told += [f"{refused_now} 件变成不行"] if refused_now else []
    told += [f"{allowed_now} 件变成可以"] if allowed_now else []
    told += [
        f"{_PAYERS[payer]}{'多' if amount > 0 else '少'}付 {yuan_text(abs(amount))}"
        for payer, amount in amounts.items()
        if amount
    ]
    told += [f"{_side(less)}少付现金 {yuan_text(less[2])}"] if less[0] else []
    told += [f"{_side(more)}多付现金 {yuan_text(more[2])}"] if more[0] else []
    return f"{place}合计：{'，'.join(told)}。"


def _verdict(refusal: str) -> str:
    return f"不行（{refusal}）" if refusal else "可以"


def _part(who: str, live: Paid, draft: Paid) -> str:
    more = draft[0] - live[0]
    told = f"{who}：{_paid(*live)} → {_paid(*draft)}"
    return f"{told}，{'多' if more > 0 else '少'} {yuan_text(abs(more))}" if more else told


def _paid(amount: Fen, skip: str) -> str:
    return f"不能付（{skip}）" if skip else yuan_text(amount)


def _side(side: Side) -> str:
    bills, people, _ = side
    return f"其中 {people} 人的 {bills} 笔" if people else f"其中 {bills} 例"
