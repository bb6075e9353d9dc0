"""What `mulaid play` says: its help, and what became of each story."""

from collections.abc import Iterable

PLAY = """演故事：几个人几个月里办的事，按先后在真的账上办一遍，时钟跟着走，最后核对账目。

每个故事从空账开始，用自带的数据库，演完就删。全部相符时退出码是 0，有不符的是 1，文件有错或演不了是 2。"""
FILES = "故事文件；给文件夹就读其中所有 .toml"
COVERAGE = "最后列出每一种事项办成过几次、被拒绝过几次、重发过几次"


def story(name: str, *, ok: bool) -> str:
    """The line of one story."""
    return f"{'相符' if ok else '不符'}  {name}"


def difference(n: int, do: str, day: str, text: str) -> str:
    """What came out otherwise: expected / found."""
    return f"  第 {n} 步 {do}（{day}）：{text}"


def finding(text: str) -> str:
    """What the audit found afterwards."""
    return f"  核对账目：{text}"


def tally(total: int, failed: int) -> str:
    """How many stories held."""
    return f"一共 {total} 个故事，都和预期相符。" if not failed else f"一共 {total} 个故事，{failed} 个不符。"


def no_such_place(division: str) -> str:
    """A story plays where nobody knows the place."""
    return f"没有这个地方：{division}。请写六位区划代码。"


def coverage(rows: Iterable[tuple[str, int, int, int]]) -> list[str]:
    """Every act with how often it was done, refused and sent again."""
    return ["事项  办成  拒绝  重发", *(f"{name}  {done}  {refused}  {again}" for name, done, refused, again in rows)]
