"""What people are told of premiums, channels and penalties. The book's structs are read by field."""

from collections.abc import Mapping
from typing import Any

from mulaid.wording.amounts import month_day_text, yuan_text

_KINDS = {"wechat": "微信", "alipay": "支付宝", "mini_program": "小程序", "hotline": "电话"}
"""What a channel's name alone may not show."""
CHANNELS = {
    "app": "手机应用",
    "website": "网站",
    "wechat": "微信",
    "alipay": "支付宝",
    "mini_program": "小程序",
    "counter": "窗口",
    "bank": "银行",
    "hotline": "电话",
}
"""Every kind of channel by its name."""


def premium_text(premium: Any) -> str:
    """ "2024 年度 380.00 元"."""
    return f"{premium.year} 年度 {yuan_text(premium.amount)}"


def season_text(season: Any) -> str:
    """ "每年 9月1日 到 12月31日"."""
    opens, closes = month_day_text(season.opens), month_day_text(season.closes)
    return f"每年 {opens} 到{' 第二年' if season.closes < season.opens else ''} {closes}"


def channel_text(channel: Any) -> str:
    """Name and menu as they stand on the screen; a name that leads elsewhere is marked."""
    kind = _KINDS.get(channel.kind, "")
    name = channel.name if kind in channel.name else f"{kind} {channel.name}"
    told = f"{name}：{channel.menu}" if channel.menu else name
    told += "（容易弄错）" if channel.misleading else ""
    return f"{told}（{channel.note}）" if channel.note else told


def penalty_text(penalty: Any) -> str:
    """The article, the conduct and what follows from it."""
    follows = [f"第 {penalty.article} 条：{penalty.conduct}"]
    if suspended := _span(penalty.suspend_from, penalty.suspend_upto, "个月"):
        follows.append(f"暂停联网结算 {suspended}")
    if fined := _span(penalty.fine_from, penalty.fine_upto, "倍"):
        follows.append(f"按涉及的钱罚 {fined}")
    if penalty.crime:
        follows.append("构成犯罪的追究刑事责任")
    return "，".join(follows)


def penalty_said(said: Mapping[str, Any]) -> str:
    """What somebody says of an article: only what is said stands there."""
    told = [f"第 {said['article']} 条"]
    if suspended := _span(said.get("suspend_from"), said.get("suspend_upto"), "个月"):
        told.append(f"暂停联网结算 {suspended}")
    elif said.get("suspends"):
        told.append("暂停联网结算")
    if fined := _span(said.get("fine_from"), said.get("fine_upto"), "倍"):
        told.append(f"按涉及的钱罚 {fined}")
    if said.get("crime"):
        told.append("构成犯罪的追究刑事责任")
    return "，".join(told)


def _span(least: int | None, most: int | None, unit: str) -> str:
    if least is None:
        return "" if most is None else f"最多 {most} {unit}"
    if most is None:
        return f"至少 {least} {unit}"
    return f"{least} {unit}" if least == most else f"{least} 到 {most} {unit}"
