"""查证: a statement or an equation, looked up."""

from collections.abc import Iterable, Mapping, Sequence

TITLE = "这句话对不对"
LEAD = "把听来的一句话写在这里，看哪里对、哪里不对、谁说的。写算式就重新算一遍。"
LABEL = "一句话，或一个算式"
EXAMPLES = ("最多绑定6人", "配偶的父母也能共济", "个人账户余额满500元才能共济", "(3000-1300)*90%=1530")
PLACE_HINT = "只问一个地方的，句首写地名。"
NOT_READ = "这一句读不成规则，查不了。换个说法，一句只说一件事。"
READ_AS = "读作"
NOT_EVIDENCE = "没有来源的地方，本系统暂定的办法不算证据，不能说这句话对，也不能说它错。"
HAVE_PAPER = "你在哪里看到这句话的？有文件，就能让不知道的地方少一个。"
COUNTED = {
    "holds": "有据成立",
    "fails": "有据不成立",
    "person": "看人看情况",
    "unknown": "没有人知道",
    "absent": "哪里都没有写",
}
PLACES_SHOWN = 4


def kind(counts: Mapping[str, int]) -> str:
    """How a verdict is shown: it holds, it does not, it differs, or nobody knows."""
    if counts["person"]:
        return "wait"
    if counts["holds"] and not counts["fails"]:
        return "ok" if not counts["unknown"] else "wait"
    if counts["fails"]:
        return "no" if not counts["holds"] else "wait"
    return "unk"


def heading(counts: Mapping[str, int], regions: int) -> str:
    """What came out, in one sentence."""
    holds, fails = counts["holds"], counts["fails"]
    if counts["person"]:
        return "看是谁、看什么病，各不一样"
    if holds == regions:
        return "对，有来源" if regions == 1 else "查过的地方都对，都有来源"
    if fails == regions:
        return "不对，有来源" if regions == 1 else "查过的地方都不对，都有来源"
    if holds and fails:
        return f"各地不一样：{holds} 个地区对，{fails} 个地区不对"
    if holds:
        return f"{holds} 个地区对，别处没有查清"
    if fails:
        return f"没有一个地方查到是这样，{fails} 个地区查到不是"
    return "这里没有查清" if regions == 1 else "没有一个地方查清"


def bar_label(parts: Iterable[tuple[str, int]]) -> str:
    """The bar in words."""
    return "，".join(f"{name} {count} 个地区" for name, count in parts)


def places(names: Sequence[str]) -> str:
    """Some of the regions by name, and how many there are."""
    if len(names) <= PLACES_SHOWN:
        return "、".join(names)
    return f"{'、'.join(names[:PLACES_SHOWN])}等 {len(names)} 个地区"


def more_line(count: int) -> str:
    """Rows that are not shown."""
    return f"还有 {count} 种说法，没有列出来。"


def unread_line(part: str) -> str:
    """A part that cannot be read."""
    return f"“{part}”：{NOT_READ}"
