"""Files that somebody broke, by accident or not: one sentence with the place and what to do, and nothing is done.

Whatever stands in a file, a command ends in its result or in that sentence, never in another error.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mulaid.cli import app
from mulaid.policy.book import shipped_folder

MOTHER = "994506195711030021"
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{3,}")

PERSON = f'[[person]]\nnumber = "{MOTHER}"\nname = "韦秀兰"\nregion = "450603"\n'
INSTITUTION = '[[institution]]\ncode = "H45060099901"\nregion = "450600"\nname = "某医院"\n'
ITEM = '[[item]]\ncode = "A1"\nname = "某药"\nclass = "甲"\nfrom = 2026-01-01\n'
CASE = """[[case]]
name = "一张单子"
region = "450600"
day = 2026-01-20
patient = { scheme = "resident" }
bill = { total = "128.50" }
funds = { paid = "28.50" }
sponsors = [{ name = "son", kinship = "parent", balance = "50.00" }]
"""
FLOOR = """amends = "450600"
[[floor]]
from = 2020-01-01
value = "20.00"
source = "guobanfa-2021-outpatient"
says = "防城港账户里留二十元"
"""
DEEP = "[" * 100_000 + "]" * 100_000
NESTED = "[" * 60 + "]" * 60
LOCKED = {"MULAID_POLICIES": None, "MULAID_DSN": None}


def load(file: Path) -> Result:
    home = file.parent / "home"
    result = CliRunner().invoke(app, ["load", str(file)], env={**LOCKED, "MULAID_HOME": str(home)})
    assert not home.exists(), "a file that is refused starts no database"
    return result


def decide(file: Path) -> Result:
    return CliRunner().invoke(app, ["decide", str(file)], env=LOCKED)


def show(file: Path) -> Result:
    """Look into the book with the file laid over it."""
    folders = ["--policies", str(shipped_folder()), "--policies", str(file.parent)]
    return CliRunner().invoke(app, ["policy", "show", "450600", *folders], env=LOCKED)


def refused(result: Result, file: Path, line: int, *words: str) -> None:
    """One sentence with the file, the line, what is wrong and what to do, and nothing else."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    [sentence] = result.stderr.splitlines()
    place = f"{file} 第 {line} 行" if line else f"{file}："
    assert sentence.startswith(place), sentence
    told = sentence.removeprefix(place)
    assert told.count("。") >= 2 and told.endswith("。") and len(told) < 400
    assert not ENGLISH.search(told) and all(word in told for word in words), told


READERS: dict[str, tuple[Callable[[Path], Result], str, str]] = {
    "load": (load, "load.toml", PERSON),
    "decide": (decide, "case.toml", CASE),
    "policy": (show, "floor.toml", FLOOR),
}

ANYWHERE = [
    ("deep", lambda text: f"a = {DEEP}\n{text}", 1, "套得太深"),
    ("nested", lambda text: f"{text}a = {NESTED}\n", 0, "套得太深"),
    ("dotted", lambda text: ".".join("a" * 500) + f" = 1\n{text}", 1, "套得太深"),
    ("thousands of digits", lambda text: f"{text}a = {'9' * 5000}\n", 0, "太大"),
    ("hundred digits", lambda text: f"{text}a = {'9' * 100}\n", 0, "太大"),
    ("far day", lambda text: f"{text}a = 9999-12-31\n", 0, "9999-12-31"),
    ("old day", lambda text: f"{text}a = 1800-01-01\n", 0, "1800-01-01"),
    ("first day", lambda text: f"{text}a = 0001-01-01T00:00:00Z\n", 0, "0001-01-01"),
    ("bidi", lambda text: f'{text}a = "\\u202E12"\n', 0, "U+202E"),
    ("bidi key", lambda text: f'"\\u202Ea" = 1\n{text}', 1, "U+202E"),
    ("zero width", lambda text: f'{text}a = "x\u200by"\n', 0, "U+200B"),
    ("escape", lambda text: f'{text}a = "\\u001b[2J"\n', 0, "U+001B"),
    ("formula", lambda text: f'{text}a = "=1+1"\n', 0, "公式"),
    ("another formula", lambda text: f'{text}a = "@SUM(A1)"\n', 0, "公式"),
    ("unclosed", lambda text: f"{text}a = [1\n", 0, "括号"),
    ("no quotes", lambda text: f"{text}a = hello\n", 0, "引号"),
    ("twice", lambda text: f"{text}a = 1\na = 2\n", 0, "两次"),
    ("two marks", lambda text: f"\ufeff\ufeff{text}", 1, "TOML"),
]
"""A name, what becomes of the text, the line (0: the last), and what is said."""


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("change", "line", "word"), [each[1:] for each in ANYWHERE], ids=[each[0] for each in ANYWHERE]
)
def test_whatever_the_form_it_is_refused(
    tmp_path: Path, kind: str, change: Callable[[str], str], line: int, word: str
) -> None:
    read, name, text = READERS[kind]
    file = tmp_path / name
    broken = change(text)
    file.write_text(broken, "utf-8")
    refused(read(file), file, line or len(broken.splitlines()), word)


@pytest.mark.parametrize("kind", READERS)
def test_the_mark_that_editors_put_in_front_is_no_part_of_the_file(tmp_path: Path, kind: str) -> None:
    read, name, text = READERS[kind]
    file = tmp_path / name
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    if kind == "load":
        file.write_bytes(file.read_bytes() + b'[[person]]\r\nnumber = "1"\r\n')
        refused(read(file), file, 5, "person[2]")
    else:
        assert read(file).exit_code == 0


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("coding", ["utf-16", "gb18030"])
def test_another_coding_is_named_with_its_line(tmp_path: Path, kind: str, coding: str) -> None:
    read, name, text = READERS[kind]
    file = tmp_path / name
    file.write_text("# 说明\n" + text, coding)
    refused(read(file), file, 1, "UTF-8")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    read, name, _ = READERS[kind]
    pipe, device, folder = tmp_path / "a" / name, tmp_path / "b" / name, tmp_path / "c" / name
    for place in (pipe, device, folder):
        place.parent.mkdir()
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    folder.mkdir()
    refused(read(pipe), pipe, 0, "管道")
    refused(read(device), device, 0, "设备")
    if kind == "policy":
        refused(read(folder), folder, 0, "文件夹")


@pytest.mark.parametrize("kind", READERS)
def test_a_file_too_large_is_not_read(tmp_path: Path, kind: str) -> None:
    read, name, _ = READERS[kind]
    file = tmp_path / name
    with file.open("wb") as stream:
        stream.truncate(100 << 30)
    refused(read(file), file, 0, "32 MB")


@pytest.mark.parametrize("command", ["load", "decide"])
@pytest.mark.parametrize("name", ["nowhere.toml", "nowhere", "a" * 300, "no/such/folder/at/all.csv"])
def test_a_path_that_leads_nowhere(tmp_path: Path, command: str, name: str) -> None:
    read = READERS[command][0]
    refused(read(tmp_path / name), tmp_path / name, 0, "路径")


def test_a_folder_with_nothing_to_load(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("", "utf-8")
    refused(load(tmp_path), tmp_path, 0, "没有可以装入的文件")


LOADS = [
    ("load.toml", PERSON.replace("韦秀兰", "-韦秀兰"), 3, "person[1].name", "公式"),
    ("load.toml", PERSON.replace("韦秀兰", "＝韦秀兰"), 3, "person[1].name", "公式"),
    ("load.toml", PERSON.replace("韦秀兰", "\u2066韦秀兰"), 3, "person[1].name", "U+2066"),
    ("load.toml", PERSON.replace("韦秀兰", r"韦\n秀兰"), 3, "person[1].name", "U+000A"),
    ("load.toml", PERSON.replace("韦秀兰", " "), 3, "person[1].name", "不能空着"),
    ("load.toml", PERSON.replace("韦秀兰", "兰" * 101), 3, "person[1].name", "100 个字"),
    ("load.toml", PERSON + 'purse = { current = "-0.00" }\n', 5, "person[1].purse.current", "金额"),
    ("load.toml", PERSON + 'purse = { current = "1e3" }\n', 5, "person[1].purse.current", "金额"),
    ("load.toml", PERSON + f'purse = {{ current = "{"9" * 1000}.00" }}\n', 5, "person[1].purse.current", "……"),
    ("load.toml", PERSON + "suspended_from = 9999-12-31\n", 5, "person[1].suspended_from", "1900 年到 2199 年"),
    ("load.toml", PERSON.replace(MOTHER, "99450618000101001X"), 2, "person[1].number", "身份证号码不对"),
    ("load.toml", INSTITUTION + 'profile = "mars"\n', 5, "institution[1].profile", "baseline、"),
    ("load.toml", INSTITUTION + 'profile = ""\n', 5, "institution[1].profile", "不能空着"),
    (
        "load.toml",
        INSTITUTION + 'credential = { kind = "api_key", secret = "" }\n',
        5,
        "institution[1].credential.secret",
        "密钥",
    ),
    ("load.toml", INSTITUTION + 'credential = { kind = "tif" }\n', 5, "institution[1].credential.secret", "密钥"),
    (
        "load.toml",
        INSTITUTION + 'credential = { kind = "tif", secret = "密码" }\n',
        5,
        "institution[1].credential.secret",
        "密钥",
    ),
    ("load.toml", INSTITUTION.replace("某医院", "+某医院"), 4, "institution[1].name", "公式"),
    ("load.toml", ITEM.replace("某药", "@某药"), 3, "item[1].name", "公式"),
    ("load.jsonl", f'\n{{"table": "person", "a": {DEEP}}}', 2, "", "a"),
    ("load.jsonl", f'{{"table": {DEEP}}}', 1, "", "太深"),
    ("load.jsonl", '{"table": "sponsorship", "rank": ' + "9" * 5000 + "}", 1, "rank", "太大"),
    ("load.jsonl", '{"table": "person"}\n\ufeff{}', 1, "", "number"),
    ("load.jsonl", '\n\ufeff{"table": "person"}', 2, "", "JSON"),
    ("load.jsonl", '{"table": "person", "name": "\\ud800"}', 1, "", "JSON"),
    ("load.jsonl", '{"table": "person"', 1, "", "没有写完"),
    (
        "load.jsonl",
        f'{{"table": "person", "number": "{MOTHER}", "name": "\\u202e", "region": "450603"}}',
        1,
        "name",
        "U+202E",
    ),
    (
        "load.jsonl",
        f'{{"table": "person", "number": "{MOTHER}", "name": "兰", "region": "450603", "born": "0001-01-01"}}',
        1,
        "born",
        "0001-01-01",
    ),
    (
        "load.jsonl",
        f'{{"table": "person", "number": "{MOTHER}", "name": "=兰", "region": "450603"}}',
        1,
        "name",
        "公式",
    ),
    ("load.jsonl", "x" * (1 << 20) + "x", 1, "", "1 MB"),
    ("load.csv", "code,name,class,from\nA1,=cmd(),甲,2026-01-01\n", 2, "name", "公式"),
    ("load.csv", "code,name,class,from\nA1,某药,甲,9999-12-31\n", 2, "from", "9999-12-31"),
    ("load.csv", "code,name,class,from\nA1,某\u202e药,甲,2026-01-01\n", 2, "name", "U+202E"),
    ("load.csv", 'code,name,class,from\nA1,"某药,甲,2026-01-01\n' + "x," * 100_000, 3, "", "引号"),
    ("load.csv", "code,code\nA1,A2\n", 1, "code", "两次"),
    ("load.csv", "code,name\nA1,B,C\n", 2, "", "格子"),
    ("load.csv", "code,name\nA1,\x00\n", 2, "", ""),
]


@pytest.mark.parametrize(("name", "text", "line", "field", "word"), LOADS)
def test_what_a_load_file_may_not_say(tmp_path: Path, name: str, text: str, line: int, field: str, word: str) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    refused(load(file), file, line, field and f"字段 {field}：", word)


CASES = [
    (CASE.replace('"128.50"', '"-0.00"'), 6, "case[1].bill.total", "金额"),
    (CASE.replace('"128.50"', '"０.００"'), 6, "case[1].bill.total", "金额"),
    (CASE.replace('"50.00"', '"-50.00"'), 8, "case[1].sponsors[1].balance", "金额"),
    (CASE + "settled_on = 0001-01-01\n", 9, "case[1].settled_on", "0001-01-01"),
    (CASE.replace("2026-01-20", "9999-12-31"), 4, "case[1].day", "9999-12-31"),
    (CASE.replace("一张单子", "\\u202e一张单子"), 2, "case[1].name", "U+202E"),
    (CASE.replace("son", "=son"), 8, "case[1].sponsors[1].name", "公式"),
    (CASE.replace("一张单子", "  "), 2, "case[1].name", "不能空着"),
    ('policies = ["nowhere"]\n' + CASE, 1, "policies[1]", "文件夹"),
    (f'policies = ["{"a" * 300}"]\n' + CASE, 1, "policies[1]", "文件夹"),
    (CASE + f"second_swipe_minutes = {'9' * 30}\n", 9, "case[1].second_swipe_minutes", "太大"),
    (CASE + f'use = "{"x" * 5000}"\n', 9, "case[1].use", "……"),
]


@pytest.mark.parametrize(("text", "line", "field", "word"), CASES)
def test_what_a_case_file_may_not_say(tmp_path: Path, text: str, line: int, field: str, word: str) -> None:
    file = tmp_path / "case.toml"
    file.write_text(text, "utf-8")
    refused(decide(file), file, line, f"字段 {field}：", word)


POLICIES = [
    (FLOOR.replace('"20.00"', '"-0.00"'), 4, "floor[1].value", "金额"),
    (FLOOR.replace("2020-01-01", "0001-01-01"), 3, "floor[1].from", "0001-01-01"),
    (FLOOR.replace("防城港", "=防城港"), 7, "floor[1].says", "公式"),
    (
        FLOOR.replace("[[floor]]", "[[deductible]]").replace(
            'value = "20.00"',
            'value = [{ amount = "-20.00" }]\nper = "year"\nscheme = "resident"\ngroup = "outpatient"',
        ),
        4,
        "deductible[1].value",
        "第 1 行",
    ),
    (
        FLOOR.replace("[[floor]]", "[[fund_ratio]]").replace(
            'value = "20.00"',
            'value = [{ bands = [{ upto = "-1.00", ratio = "5%" }, { ratio = "6%" }] }]\n'
            'scheme = "resident"\ncare = "outpatient"',
        ),
        4,
        "fund_ratio[1].value",
        "第 1 行",
    ),
]


@pytest.mark.parametrize(("text", "line", "field", "word"), POLICIES)
def test_what_a_policy_file_may_not_say(tmp_path: Path, text: str, line: int, field: str, word: str) -> None:
    file = tmp_path / "floor.toml"
    file.write_text(text, "utf-8")
    refused(show(file), file, line, f"字段 {field}：", word)


@pytest.mark.timeout(20)
def test_statements_are_not_waited_for_either(tmp_path: Path) -> None:
    pipe, mixed = tmp_path / "pipe.txt", tmp_path / "mixed.txt"
    os.mkfifo(pipe)
    mixed.write_bytes("最多绑定6人\n".encode() + "最多绑定6人".encode("gb18030"))
    for file, line, word in ((pipe, 0, "管道"), (mixed, 2, "UTF-8"), (tmp_path / "nowhere.txt", 0, "路径")):
        refused(CliRunner().invoke(app, ["policy", "check-claim", "--file", str(file)], env=LOCKED), file, line, word)
