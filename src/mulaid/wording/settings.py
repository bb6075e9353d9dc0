"""What each setting is for, what may stand in it, and what is wrong with one that cannot be used."""

from collections.abc import Mapping, Sequence

from mulaid.settings import ROOTS_HOME

SETTINGS = """说明现在用的是哪些设定，每一项从哪里来。

设定是 MULAID_ 开头的环境变量，启动时读一次。有不能用的设定就逐条说明，退出码是 2。"""

MEANINGS: Mapping[str, str] = {
    "home": f"自带的数据库、密钥和数据库日志放在哪个文件夹；root 没写就用 {ROOTS_HOME}",
    "dsn": "用这个 PostgreSQL，不用自带的",
    "policies": "政策文件所在的文件夹，代替自带的；几个之间用冒号隔开；写成 +文件夹 的是本局自己的，盖在自带的上面",
    "host": "服务监听的地址",
    "port": "服务监听的端口",
    "lanes": "每个结算进程最多同时办几批；平时一批，有人占着账户时才多开",
    "processes": "另开几个进程结算；0 是由服务自己结算，不写就按处理器核数，最多 4 个",
    "waiting_max": "最多几笔请求排队，再多就答复“系统正忙”",
    "clock_apart_max": "本机的时钟和数据库的最多差几秒，再多就不办业务",
    "connections_max": "最多同时接几个连接，再多就请对方稍后再来",
    "head_seconds": "请求头要在几秒内发完，超过就断开",
    "body_seconds": "请求正文要在几秒内发完，超过就断开",
    "evoucher_url": "医保电子凭证解码服务的地址；不写就认不出电子凭证，试用环境用试用的解码服务",
    "evoucher_seconds": "问一次电子凭证解码服务最多等几秒，没有应答再问一次",
    "proxies": "信任哪些反向代理报来的客户地址，写 IP 地址或网段，用逗号隔开；* 是全部，none 是都不信",
    "assumptions": "没有人知道的规则怎么办：on 按本系统暂定的办，agreement 只在怎么规定都一样时才办",
    "log_level": "日志记到哪一级；info 起每个答复一行",
    "log_format": "日志的格式：json 每行一个 JSON，text 给人看",
}

HEADINGS = ("设定", "现在的值", "来自", "说明")
FROM_ENVIRONMENT = "环境变量"
DEFAULT = "默认"
EMBEDDED = "自带的数据库"
SHIPPED = "自带的政策"
_SENTENCES = {
    "unknown": "没有 {name} 这个设定。{meant}",
    "not_a_number": "{name} 的值“{value}”不能用。请写 {least} 到 {most} 之间的整数。",
    "out_of_bounds": "{name} 的值“{value}”超出了范围。请写 {least} 到 {most} 之间的整数。",
    "not_a_choice": "{name} 的值“{value}”不能用。只能是 {choices}。",
    "not_a_database": "{name} 不是 PostgreSQL 的地址。请写成 postgresql://用户@主机/数据库 这样。",
    "not_a_url": "{name} 的值“{value}”不是网址。请写成 http:// 或 https:// 开头的地址。",
    "not_addresses": "{name} 的值“{value}”不能用。请写 IP 地址或网段，用逗号隔开。",
}
_VALUE_LENGTH = 60


def fault_sentence(name: str, value: str, wrong: str, allowed: Sequence[str]) -> str:
    """Why a setting cannot be used, and what may stand there."""
    meant = f"是不是想写 {'、'.join(allowed)}？" if allowed else "请运行 mulaid settings 看有哪些设定。"
    shown = value if len(value) <= _VALUE_LENGTH else f"{value[:_VALUE_LENGTH]}…"
    ends = (allowed[0], allowed[-1]) if allowed else ("", "")
    return _SENTENCES[wrong].format(
        name=name, value=shown, meant=meant, choices="、".join(allowed), least=ends[0], most=ends[1]
    )


def bounds(least: int, most: int) -> str:
    return f"{least} 到 {most}"


def choices(words: Sequence[str]) -> str:
    return "、".join(words)


def by_cores(count: int) -> str:
    """How many processes settle when nothing is set."""
    return f"{count}（按处理器核数）"
