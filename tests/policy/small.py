"""A book small enough to know by heart: a nation, two provinces and two cities, with every kind of doubt."""

from pathlib import Path

HEAD = 'region = "{}"\nname = "{}"\nchecked_on = 2026-11-22\n'
FLOOR = '[[floor]]\nfrom = {}\nvalue = "{}"\nsource = "{}"\nsays = "起用金额"\n{}'
EVENT = '[[event]]\nday = {}\nregion = "{}"\nsays = "{}"\nsource = "a"\n'
SOURCE = '[[source]]\nid = "{}"\ntitle = "来源"\ntier = "{}"\n'
DISPUTE = """
[[contradiction]]
id = "{}"
about = "两边说的不一样。"
between = ["a", "c"]
rules = ["{}"]
resolution = "照甲的办"
source = "a"
"""
MANY_DOUBTS = """
[[relations_allowed]]
from = 2020-01-01
value = ["spouse"]
source = "a"
says = "先只有配偶"

[[relations_allowed]]
from = 2024-01-01
no_later_than = true
value = ["spouse", "child"]
source = "a"
says = "后来有了子女"

[[max_members]]
from = 2020-01-01
unknown = "没有写上限"
at_least = 2
source = "a"
says = "可以绑几个人"

[[uses]]
from = 2020-01-01
value = ["outpatient"]
maybe = ["vaccine"]
unknown = "没有提到疫苗"
source = "a"
says = "看门诊能用"

[[deductible]]
from = 2020-01-01
scheme = "employee"
group = "inpatient"
value = [{ amount = "100.00" }]
source = "c"
says = "一年一百元"

[[deductible]]
from = 2021-01-01
scheme = "employee"
group = "inpatient"
per = "admission"
value = [{ amount = "100.00" }]
source = "c"
says = "每次住院一百元"

[[deductible]]
from = 2020-01-01
scheme = "employee"
group = "outpatient"
value = [{ amount = "50.00" }]
source = "a"
says = "门诊一年五十元"
"""


def small_book(folder: Path) -> str:
    """Write it: 990100 does not know a day exactly, 990000's word is unverified, 990200 doubts in every way."""
    files = {
        "divisions.toml": 'whole = []\n[provinces]\n98 = "别省"\n99 = "某省"\n',
        "sources/all.toml": SOURCE.format("a", "A") + SOURCE.format("c", "C"),
        "national.toml": HEAD.format("000000", "全国") + FLOOR.format("2020-01-01", "1.00", "a", ""),
        "99.toml": HEAD.format("990000", "某省") + FLOOR.format("2021-01-01", "3.00", "c", ""),
        "9901.toml": HEAD.format("990100", "某市") + FLOOR.format("2024-01-01", "2.00", "a", "no_later_than = true\n"),
        "9902.toml": HEAD.format("990200", "某县") + MANY_DOUBTS,
        "events.toml": EVENT.format("2022-01-01", "000000", "后来的事")
        + EVENT.format("2021-01-01", "990100", "某件事")
        + EVENT.format("2020-05-05", "980000", "别处的事")
        + EVENT.format("2019-01-01", "000000", "全国的事"),
        "contradictions.toml": DISPUTE.format("C1", "floor") + DISPUTE.format("C2", "uses"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return str(folder)
