"""How far a source reaches: whose areas a tier C list speaks for, and an entry that holds for one mechanism alone."""

import datetime
import json
from pathlib import Path

import pytest

from mulaid.policy.book import Book
from mulaid.policy.entry import covers
from mulaid.policy.review import review
from tests.policy.made import policy

DAY = datetime.date(2026, 1, 31)
HEAD = 'region = "{}"\nname = "{}"\nchecked_on = 2026-11-22\n\n'
LIST = '[[source]]\nid = "list"\ntitle = "名单"\ntier = "C"\nscope = "全部统筹区"\nregions = ["990000"]\n{}'
OPEN = '[[wallet_open]]\nfrom = 2026-01-01\nvalue = true\nsource = "list"\nsays = "全省开了"\n'
WALLET = 'mechanisms = ["wallet_quota"]\n'
ROLES = """
[[role_exclusive]]
from = 2020-01-01
value = true
source = "a"
says = "只能选一种身份"

[[role_exclusive]]
from = 2026-01-01
mechanism = "wallet_quota"
value = false
source = "n"
says = "跨省共济两种身份都行"
"""


def small(folder: Path, **files: str) -> Book:
    texts = {"divisions": 'whole = []\n[provinces]\n98 = "一省"\n99 = "二省"\n', **files}
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return Book.load([folder])


@pytest.mark.parametrize(
    ("codes", "region", "covered"),
    [
        (("990100",), "990100", True),
        (("990100",), "990000", False),
        (("990100",), "990200", False),
        (("990000",), "990200", True),
        (("990000",), "980100", False),
        (("000000",), "980100", True),
        (("990000",), "000000", False),
        ((), "990100", False),
    ],
)
def test_a_code_stands_for_what_lies_below_it(codes: tuple[str, ...], region: str, covered: bool) -> None:
    assert covers(codes, region) is covered


def test_a_list_that_speaks_of_every_area_holds_in_them(tmp_path: Path) -> None:
    """Any other tier C entry of a province is for the province alone."""
    province = HEAD.format("990000", "二省") + OPEN
    for more, known in (("every_area = true\n", True), ("", False)):
        book = small(tmp_path, sources__all=LIST.format(WALLET + more), **{"99": province})
        assert book.ruling("990100", "wallet_open", DAY).known is known
        assert book.ruling("990000", "wallet_open", DAY).known
        assert not book.ruling("980100", "wallet_open", DAY).known


def test_what_holds_for_one_mechanism_stands_beside_the_rule(tmp_path: Path) -> None:
    """The notice of 2026-01-09 lets people have both roles by the wallet's quota; 济南 keeps its own rule."""
    sources = '[[source]]\nid = "a"\ntitle = "甲"\ntier = "A"\n\n[[source]]\nid = "n"\ntitle = "通知"\ntier = "A"\n'
    scope = 'scope = "标题写明是跨省共济"\nregions = ["990100"]\nmechanisms = ["wallet_quota"]\n'
    book = small(tmp_path, sources__all=sources + scope, **{"9901": HEAD.format("990100", "某市") + ROLES})
    assert book.ruling("990100", "role_exclusive", DAY).value is True
    assert book.ruling("990100", "role_exclusive", DAY, ("wallet_quota",)).value is False
    assert not book.ruling("990100", "role_exclusive", DAY, ("pool",)).known
    assert review(book, DAY) == []


def test_people_see_for_which_mechanism_a_rule_holds() -> None:
    shown = policy("show", "济南", "role_exclusive", "--on", "2026-02-01", COLUMNS="200")
    assert "身份互换（医保钱包额度）" in shown.stdout and "不能互换" in shown.stdout
    told = policy("check-claim", "--rule", "role_exclusive", "--is", "false", "--region", "济南", "--json")
    (claim,) = json.loads(told.stdout)["statements"][0]["claims"]
    assert claim["qualifier"] == [], "a statement that names no mechanism is about sharing in general"
    assert [period["verdict"] for period in claim["answers"][0]["periods"]][-1] == "fails"
