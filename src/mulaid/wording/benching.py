"""What `mulaid bench` says."""

BENCH = """测速：和同一台机器、同一个数据库上的 pgbench 比。"""
SETTLE = """一秒能结算多少笔：20 万人，512 笔同时在办，每笔都已写入磁盘。"""
GATEWAY = """一秒能答复多少个门诊结算报文：另一个进程，256 个常开的连接。"""
DECIDE = """一个核一秒能算多少张案例里的单子：只算，不碰数据库，也没有可比的。"""
CASES = "拿这些案例来算，给文件或文件夹"
SECONDS = "量多少秒"
AS_JSON = "标准输出只写一个 JSON"
SCALE = "再量一万、十万、一百万人，看人数变多时怎么变"
FIGURE = "项目"

STAGES = {
    "pgbench": "正在跑 pgbench……",
    "population": "正在造人口……",
    "settlements": "正在结算……",
    "requests": "正在收发报文……",
    "all bills were settled before the time was up": "时间还没到，备好的单子已经办完。",
}

NAMES = {
    "decisions_per_s": "每秒算几张单子",
    "decision_us": "算一张用多少微秒",
    "bills": "单子数",
    "book_ms": "读政策册用多少毫秒",
    "settlements_per_s": "每秒结算笔数",
    "requests_per_s": "每秒答复报文数",
    "p50_ms": "一半在多少毫秒内",
    "p99_ms": "99% 在多少毫秒内",
    "pgbench_tps": "pgbench 每秒事务数（simple）",
    "ratio": "和 pgbench 的倍数",
    "pgbench_prepared_tps": "pgbench 每秒事务数（prepared）",
    "mean_batch": "平均一批几笔",
    "transfers_per_case": "平均一笔几条转账",
    "settled_share": "结算成功的比例",
    "sponsored_share": "有家人出钱的比例",
    "pg_us": "每笔用 PostgreSQL 的 CPU 微秒",
    "python_us": "每笔用 Python 的 CPU 微秒",
    "connections": "连接数",
    "people": "人数",
    "seconds": "量了多少秒",
    "durability": "落盘设置",
}


def people(size: int) -> str:
    """The heading of a column."""
    return f"{size:,} 人"


def shown(value: object) -> str:
    """A figure as text."""
    if isinstance(value, dict):
        return " ".join(f"{name}={setting}" for name, setting in value.items())
    return f"{value:,}" if isinstance(value, int | float) else str(value)
