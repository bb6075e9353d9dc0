"""No page, a failure, too many tries: what happened, whether money moved, what to do next."""

import msgspec


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One state. `kind` is the colour and the mark it is shown with."""

    title: str
    happened: str
    next: str
    kind: str = "info"
    way: tuple[str, str] = ("/", "回首页")
    """Where the one button leads, and what it says."""


NOT_FOUND = State(
    title="没有这一页", happened="地址可能抄错了，或者这一页已经换了地方。", next="从首页重新进，或者到政策册里查。"
)
NOT_READ = State(title="这个地址读不懂", happened="地址里有写错的地方。钱没有动。", next="回首页重新点进来。")
NOT_HERE = State(title="这一页不能这样用", happened="这里只能看，不能往里送东西。钱没有动。", next="回首页重新点进来。")
TOO_LARGE = State(
    title="写得太长了",
    happened="送来的东西太大，没有收下。",
    next="请写短一点再送。",
    kind="wait",
    way=("/book/correct", "重新写"),
)
TOO_MANY = State(
    title="送得太快了",
    happened="这一小时里从这里送来的太多，这一次没有收下。钱没有动。",
    next="过一个小时再送，写好的先留着。",
    kind="wait",
    way=("/book", "回政策册"),
)


def failed(reference: str) -> State:
    """Something went wrong with us."""
    return State(
        title="没有办成，钱没有动",
        happened="是我们这边出了错，不是你填错了。",
        next=f"过一会儿再试一次。还不行，请告诉管理员查问编号 {reference}。",
        kind="stop",
    )
