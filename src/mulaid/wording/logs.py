"""What the log says to an operator, beside the name and the figures of what happened; and its levels in a text log."""

from collections.abc import Mapping

_SENTENCES: Mapping[str, str] = {
    "database_away": "数据库连不上了。服务会一直试着重连，期间请对方稍后再来。",
    "database_starting": "自带的数据库停了，正在重新启动。",
    "database_back": "数据库又能用了。",
    "database_given_up": "自带的数据库没能重新启动，服务停止。请看数据库日志。",
    "worker_number_taken": "数据库断开时，本进程的编号被别的进程用了，本进程要重新开始。",
    "annex_lost": "一个结算进程停了，正在重新启动。没有答复的请求会再办一次，不会重复扣款。",
    "evoucher_no_answer": "医保电子凭证的解码服务没有应答，用电子凭证的患者这时办不了。请检查这个服务和网络。",
    "lane_failed": "一批结算没有办成，结果要由对方用同一个报文编号再问。请把这一行报给开发者。",
    "request_refused_by_database": "数据库拒绝了一笔请求，没有办。请把这一行报给开发者。",
    "batch_again": "一批结算没有写成，又办了一次。",
    "connections_full": "连接数到了上限，新来的连接请对方稍后再来。",
    "connections_free": "连接数又在上限以下了。",
    "connections_slow": "有连接太慢或者不守规则，已经断开。",
    "files_too_few": "系统允许打开的文件太少，连接数的上限已经调低。",
    "library": "所用的程序库报告了一件事。",
    "failed": "程序出错。请把这一行报给开发者。",
}

LEVELS: Mapping[str, str] = {
    "debug": "细节",
    "info": "信息",
    "warning": "注意",
    "error": "错误",
    "critical": "停止",
}


def sentence(event: str) -> str:
    """What an event means and what to do, empty when its name and figures say it all."""
    return _SENTENCES.get(event, "")
