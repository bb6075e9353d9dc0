"""What `mulaid bench` says."""

BENCH = """测速：和同一台机器、同一个数据库上的 pgbench 比。

每个结果都和同一次运行里 pgbench 自带的转账测试比：100 倍规模，32 和 64 个连接里取快的。"""
SETTLE = """一秒能结算多少笔：20 万人，16、64、512 笔同时在办，每笔都已写入磁盘。"""
GATEWAY = """一秒能答复多少个门诊结算报文：另一个进程，16、64、512 个常开的连接。"""
CHAIN = """一秒能办完多少张单子：挂号、上传费用、预结算、结算四个报文，64 个窗口同时在办。

另外再量查人（1101）和撤销结算（2208）各要多久。"""
DECIDE = """一个核一秒能算多少张案例里的单子：只算，不碰数据库，也没有可比的。"""
CASES = "拿这些案例来算，给文件或文件夹"
SECONDS = "每一段量多少秒"
AS_JSON = "标准输出只写一个 JSON"
SCALE = "再量一万、十万、一百万人，看人数变多时怎么变"
FIGURE = "项目"

PGBENCH = "正在备好并运行 pgbench……"
PGBENCH_AGAIN = "正在再跑一次 pgbench……"
POPULATION = "正在造人口……"
WARMING_UP = "正在预热……"
NOTHING_LEFT = "时间还没到，备好的单子已经办完。"

NAMES = {
    "in_flight": "同时在办",
    "transaction": "交易",
    "decisions_per_s": "每秒算几张单子",
    "decision_us": "算一张用多少微秒",
    "bills": "单子数",
    "book_ms": "读政策册用多少毫秒",
    "settlements_per_s": "每秒结算笔数",
    "requests_per_s": "每秒答复报文数",
    "bills_per_s": "每秒办完几张单子",
    "p50_ms": "一半在多少毫秒内",
    "p99_ms": "99% 在多少毫秒内",
    "ratio": "是 pgbench（simple）的几倍",
    "ratio_prepared": "是 pgbench（prepared）的几倍",
    "pgbench_tps": "pgbench 每秒事务数（simple）",
    "pgbench_clients": "pgbench 连接数（simple）",
    "pgbench_prepared_tps": "pgbench 每秒事务数（prepared）",
    "pgbench_prepared_clients": "pgbench 连接数（prepared）",
    "mean_batch": "平均一批几笔",
    "transfers_per_case": "平均一笔几条转账",
    "settled_share": "结算成功的比例",
    "done_share": "办成的比例",
    "sponsored_share": "有家人出钱的比例",
    "pg_us": "每笔用 PostgreSQL 的 CPU 微秒",
    "python_us": "每笔用 Python 的 CPU 微秒",
    "people": "人数",
    "seconds": "量了多少秒",
    "durability": "落盘设置",
}


def settling(in_flight: int, seconds: float) -> str:
    """A part begins."""
    return f"{in_flight} 笔同时在办，结算 {seconds:g} 秒……"


def sending(in_flight: int, seconds: float) -> str:
    """A part begins."""
    return f"{in_flight} 个连接，收发结算报文 {seconds:g} 秒……"


def chaining(in_flight: int, seconds: float) -> str:
    """A part begins."""
    return f"{in_flight} 个窗口，从挂号办到结算 {seconds:g} 秒……"


def looking_up(seconds: float) -> str:
    """A part begins."""
    return f"查人 {seconds:g} 秒……"


def cancelling(seconds: float) -> str:
    """A part begins."""
    return f"撤销刚才的结算，最多 {seconds:g} 秒……"


def rate(per_second: float) -> str:
    """A part has ended."""
    return f"每秒 {per_second:,.0f}"


def people(size: int) -> str:
    """The heading of a column."""
    return f"{size:,} 人"


def shown(value: object) -> str:
    """A figure as text."""
    if isinstance(value, dict):
        return " ".join(f"{name}={setting}" for name, setting in value.items())
    return f"{value:,}" if isinstance(value, int | float) else str(value)
