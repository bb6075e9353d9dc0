"""No region is named or numbered in the program: what differs between regions is data under policies/."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.tidy.tree import PACKAGE, ROOT, Finding, docstrings, nothing_found, package_files, place

PROVINCES = """
    北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆
    四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门
""".split()
SPELLED = """
    beijing tianjin hebei shanxi neimenggu liaoning jilin heilongjiang shanghai jiangsu zhejiang anhui fujian jiangxi
    shandong henan hubei hunan guangdong guangxi hainan chongqing sichuan guizhou yunnan xizang shaanxi gansu qinghai
    ningxia xinjiang taiwan hongkong macao
""".split()
SPELLED_WORD = re.compile(rf"(?<![a-z])(?<!Asia/)({'|'.join(SPELLED)})(?![a-z])", re.IGNORECASE)
CODE = re.compile(r"(?<![\w.])((?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6]|71|8[12])[0-9]{4})(?!\w|\.[0-9])")
WRITTEN = {tokenize.STRING, tokenize.NUMBER, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
"""Tokens that hold a value; from Python 3.12 on the text of an f-string is a kind of its own."""
DICTIONARIES = {PACKAGE / "gateway" / "codes.py"}
"""The national interface's own value lists: its six-digit fund codes look like regions and are none."""
PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2,15}[省市州盟县区旗团]")


def strings(value: object) -> Iterator[str]:
    """Every text in a parsed TOML value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@cache
def region_names() -> re.Pattern[str]:
    """The provinces, and whatever place the table of divisions names."""
    names = set(PROVINCES)
    table = ROOT / "policies" / "divisions.toml"
    if table.exists():
        names.update(filter(PLACE_NAME.fullmatch, strings(tomllib.loads(table.read_text("utf-8")))))
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


def names(file: Path, text: str) -> Iterator[Finding]:
    """Chinese names: anywhere, comments and docstrings included."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name in region_names().findall(line):
            yield f"{place(file, number)} region {name}"


def codes(file: Path, text: str) -> Iterator[Finding]:
    """Codes: in strings and as numbers without `_`. A docstring may show one as an example."""
    module = ast.parse(text)
    prose = {node.lineno for node in docstrings(module)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in WRITTEN and not (token.type == tokenize.STRING and token.start[0] in prose):
            for code in CODE.findall(token.string):
                yield f"{place(file, token.start[0])} region {code}"


def spelled(file: Path, text: str) -> Iterator[Finding]:
    """Romanised names: in identifiers and strings. A docstring may cite a document by its province."""
    module = ast.parse(text)
    prose = {id(node) for node in docstrings(module)}
    for node in ast.walk(module):
        words = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value")]
        for word in words if id(node) not in prose else ():
            if isinstance(word, str) and (match := SPELLED_WORD.search(word)):
                yield f"{place(file, getattr(node, 'lineno', 1))} region {match[1]}"


def regions(file: Path, text: str) -> Iterator[Finding]:
    yield from names(file, text)
    yield from spelled(file, text)
    if file not in DICTIONARIES:
        yield from codes(file, text)


def test_no_region_in_the_program() -> None:
    nothing_found(found for file in package_files(".py") for found in regions(file, file.read_text("utf-8")))


def test_the_check_sees_names_and_codes() -> None:
    file = PACKAGE / "decide" / "plan.py"
    assert len(list(regions(file, 'if region == "450600": ...'))) == 1
    assert len(list(regions(file, "HOME = 450600"))) == 1
    assert len(list(regions(file, 'key = f"450600-{n}"'))) == 1
    assert len(list(regions(file, "# 广东 only"))) == 1
    assert len(list(regions(file, "hunan_profile = 1"))) == 1
    assert len(list(regions(file, 'profile("hunan")'))) == 1


def test_the_check_leaves_numbers_time_zones_and_citations_alone() -> None:
    file = PACKAGE / "decide" / "plan.py"
    assert list(regions(file, '"""Field order as in the Hunan text."""\nZONE = ZoneInfo("Asia/Shanghai")')) == []
    assert list(regions(file, '"""450603 is 450600."""')) == []
    assert list(regions(PACKAGE / "gateway" / "codes.py", 'POOLED = "310100"')) == []
    assert list(regions(file, "N = 150_000 + 0x450600 + 4506001\n# 医保定点机构")) == []
