"""The policy commands as they are typed: names, JSON, what people read, and what a wrong word is told."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from mulaid.cli.asking import rules_of
from mulaid.policy.book import Book
from mulaid.policy.rules import RULES, Rule
from mulaid.policy.topics import FAMILY_FIRST, Topic, topic_of
from mulaid.wording.readings import TOPICS
from mulaid.wording.rules import RULE_NAMES
from tests.policy.made import policy
from tests.policy.small import small_book

BOOK = Book.load()
DAY = ("--on", "2026-01-20")
EVERY = (
    ("show", "310000", *DAY),
    ("diff", "310000", "440300", *DAY),
    ("timeline", "440300", "P01", "P15"),
    ("coverage", *DAY),
    ("coverage", "440300", *DAY),
    ("why", "310000", "P03", *DAY),
)
A_VALUE = {"rule", "from", "value", "unknown", "source", "tier", "inherited_from", "checked_on"}


def told(*arguments: str) -> Any:
    """The JSON a command prints, which is all it prints."""
    result = policy(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_show_tells_every_rule_that_holds() -> None:
    shown = told("show", "310000", *DAY)
    assert (shown["region"], shown["on"], shown["digest"]) == ("310000", "2026-01-20", BOOK.digest)
    assert shown["name"] == BOOK.name("310000")
    assert all(each.keys() >= A_VALUE for each in shown["values"])
    assert all((each["value"] is None) <= (each["unknown"] is not None) for each in shown["values"])
    asked = {(each["rule"], *each["qualifier"]) for each in shown["values"]}
    assert asked >= {(entry.key, *entry.qualifier) for entry in BOOK.entries if entry.region in ("310000", "000000")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_has_three_names(rule: Rule) -> None:
    of_its_number = tuple(each for each in RULES if each.number == rule.number)
    assert rules_of([rule.key]) == rules_of([RULE_NAMES[rule.key]]) == rules_of([rule.key.upper()]) == (rule,)
    for number in (rule.number, rule.number.lower(), rule.number.replace("P0", "P")):
        assert rules_of([number]) == of_its_number
    assert rules_of([rule.number, rule.key]) == of_its_number, "each once"


@pytest.mark.parametrize("command", [("show",), ("timeline",), ("why",)])
def test_any_name_gives_the_same_answer(command: tuple[str]) -> None:
    regions, rules = ("440300", "440305", "深圳市", "深圳"), ("P07", "p7", "consent_mode", "绑定同意")
    answers = {policy(*command, region, rules[2], "--json").stdout for region in regions}
    assert len(answers) == 1
    for rule in rules[1:]:
        assert json.loads(policy(*command, "440300", rule, "--json").stdout)["region"] == "440300"
    assert policy(*command, "440300", "P07", "--json").stdout == policy(*command, "440300", "p7", "--json").stdout
    assert policy(*command, "440300", rules[2]).stdout == policy(*command, "440300", rules[3]).stdout


def test_diff_shows_both_sides(tmp_path: Path) -> None:
    folder = small_book(tmp_path)
    on = ("--on", "2024-01-01", "--policies", folder)
    found = told("diff", "990100", "990000", *on)
    assert [place["name"] for place in found["places"]] == ["某市", "某省"]
    (floor,) = found["differences"]
    assert [side[name] for side in floor["sides"] for name in ("value", "status", "tier")] == [
        *("2.00", "value", "A"),
        *("3.00", "value", "C"),
    ]
    (before,) = told("diff", "990100", *on, "--and", "2019-12-31")["differences"]
    assert before["sides"][1] == {"status": "absent"} | dict.fromkeys(("value", "unknown", "source", "tier", "address"))
    (unsure,) = told("diff", "990100", *on, "--and", "2023-12-31")["differences"]
    _, right = unsure["sides"]
    assert (right["status"], right["value"]) == ("unknown", None) and right["unknown"]
    text = policy("diff", "990100", "990000", *on).stdout
    assert "1 条规则不一样" in text and "2.00 元" in text and "3.00 元" in text
    three = told("diff", "990100", "990000", "990200", *on)
    assert [place["region"] for place in three["places"]] == ["990100", "990000", "990200"]
    floors = {each["rule"]: [side["value"] for side in each["sides"]] for each in three["differences"]}
    assert floors["floor"] == ["2.00", "3.00", "1.00"] and floors["max_members"] == [None, None, None]
    assert (
        "某市 2024-01-01 和 某省 2024-01-01 和 某县 2024-01-01"
        in policy("diff", "990100", "990000", "990200", *on).stdout
    )
    assert "规则都一样" in policy("diff", "990100", "990100", *on).stdout


def test_a_rule_everywhere_puts_together_the_regions_that_say_the_same(tmp_path: Path) -> None:
    on = ("--everywhere", "--on", "2024-01-01", "--policies", small_book(tmp_path))
    (floor,) = told("show", "起用金额", *on)["rules"]
    assert [[place["region"] for place in group["regions"]] for group in floor["groups"]] == [
        *(["990000"], ["990100"], ["990200"]),
    ]
    members, uses = told("show", "max_members", "uses", *on)["rules"]
    assert [group["shown"] for group in members["groups"]] == ["不知道（至少 2 人）：没有写上限", None]
    assert uses["groups"][1]["regions"][0] == {"region": "990000", "name": "某省", "holds": None}
    text = policy("show", "绑定人数", *on).stdout
    assert "绑定人数，2024年1月1日，3 个地区" in text and re.search(r"没有写过 +某省、某市 +2", text)


def test_show_begins_with_what_a_family_asks_for_first() -> None:
    text = policy("show", "440300", *DAY).stdout
    assert [text.index(f"【{name}】") for name in TOPICS.values() if f"【{name}】" in text] == sorted(
        text.index(f"【{name}】") for name in TOPICS.values() if f"【{name}】" in text
    )
    values = told("show", "440300", *DAY)["values"]
    first = list(dict.fromkeys(each["rule"] for each in values if each["topic"] == "family"))
    assert first == list(FAMILY_FIRST) and values[0]["rule"] == FAMILY_FIRST[0]
    assert {topic_of(rule) for rule in RULES} <= {*Topic} - {Topic.OTHER}


def test_the_calendar_tells_each_thing_once_on_its_day(tmp_path: Path) -> None:
    folder = ("--policies", small_book(tmp_path))
    found = told("calendar", "990100", "--from", "2020-01-01", "--until", "2024-01-01", *folder)["occasions"]
    assert [(each["day"], each["kind"], each["region"]) for each in found] == [
        ("2020-01-01", "begins", "000000"),
        ("2021-01-01", "begins", "990000"),
        ("2021-01-01", "event", "990100"),
        ("2022-01-01", "event", "000000"),
        ("2024-01-01", "begins", "990100"),
    ]
    assert "最迟这天起，起用金额：2.00 元" in policy("calendar", "990100", "--from", "2023-12-31", *folder).stdout
    result = policy("calendar", "990100", "--from", "2024-01-01", "--until", "2023-12-31", *folder)
    assert result.exit_code == 2 and "对调" in result.stderr
    shipped = told("calendar", "430000", "--from", "2023-09-01", "--until", "2023-12-31")["occasions"]
    seasons = [(each["day"], each["kind"]) for each in shipped if each["kind"].startswith("season")]
    assert seasons == [("2023-09-01", "season_opens"), ("2023-12-31", "season_closes")]


def test_an_address_leads_to_its_value_and_to_no_other(tmp_path: Path) -> None:
    folder = ("--policies", small_book(tmp_path))
    values = told("show", "990200", "--on", "2024-01-01", *folder)["values"]
    for value in values:
        (found,) = told("why", value["address"], *folder)["rules"]
        assert (found["rule"], found["qualifier"]) == (value["rule"], value["qualifier"])
        assert [each["address"] for level in found["chain"] for each in level["entries"]].count(value["address"]) == 1
    assert values[0]["address"] in policy("why", values[0]["address"], *folder).stdout
    for wrong, said in (
        ("990100/floor/2024-01-02", "没有"),
        ("990100/floor/2024-01-01#0000", "另一本"),
        ("990100/floor", "不是地址"),
        ("990100/floor/2024-13-01", "不是地址"),
    ):
        result = policy("why", wrong, *folder)
        assert result.exit_code == 2 and said in result.stderr
    assert policy("why", "990100/floor/2024-01-01", *folder).exit_code == 0
    assert policy("why", "990100", *folder).exit_code == 2


def test_timeline_marks_what_may_have_changed(tmp_path: Path) -> None:
    folder = small_book(tmp_path)
    (floor,) = told("timeline", "990100", "floor", "--policies", folder)["rules"]
    assert [
        (each["from"], each["until"], each["uncertain"], each["value"], each["stated"]) for each in floor["spans"]
    ] == [
        ("2020-01-01", "2024-01-01", True, None, "1.00"),
        ("2024-01-01", None, False, "2.00", "2.00"),
    ]
    text = policy("timeline", "990100", "floor", "--policies", folder).stdout
    assert "最迟 2024-01-01" in text and "可能" in text and "某件事" in text
    events = told("timeline", "990100", "--policies", folder)["events"]
    assert [(each["day"], each["region"], each["says"]) for each in events] == [
        ("2019-01-01", "000000", "全国的事"),
        ("2021-01-01", "990100", "某件事"),
        ("2022-01-01", "000000", "后来的事"),
    ]


def test_a_rule_that_no_file_states_is_named_all_the_same(tmp_path: Path) -> None:
    folder = small_book(tmp_path)
    for command in ("show", "timeline"):
        text = policy(command, "990100", "floor", "uses", "--policies", folder).stdout
        assert re.search(r"使用范围 +没有写过", text) and "起用金额" in text
        assert "使用范围" not in policy(command, "990100", "--policies", folder).stdout


def test_why_tells_what_was_passed_over_and_what_it_would_take(tmp_path: Path) -> None:
    folder = small_book(tmp_path)
    (floor,) = told("why", "990100", "floor", "--on", "2022-01-01", "--policies", folder)["rules"]
    assert (floor["status"], floor["holds"]["from"]) == ("unknown", "2020-01-01")
    verdicts = [
        (each["region"], each["from"], each["verdict"]) for level in floor["chain"] for each in level["entries"]
    ]
    assert verdicts == [
        ("990100", "2024-01-01", "may_hold"),
        ("990000", "2021-01-01", "neighbour"),
        ("000000", "2020-01-01", "holds"),
    ]
    assert [each["id"] for each in floor["contradictions"]] == ["C1"]
    text = policy("why", "990100", "floor", "--on", "2022-01-01", "--policies", folder).stdout
    for part in ("怎样才能知道", "只管它自己的地区", "可能已经开始了", "C1：两边说的不一样。处理：照甲的办。"):
        assert part in "".join(line.strip() for line in text.splitlines()), part
    (absent,) = told("why", "990100", "uses", "--policies", folder)["rules"]
    assert (absent["status"], absent["holds"]) == ("absent", None) and absent["wanted"]
    (strict,) = told("why", "990000", "floor", "--on", "2022-01-01", "--strict", "--policies", folder)["rules"]
    assert (strict["status"], strict["chain"][0]["entries"][0]["verdict"]) == ("unknown", "strict")


def test_every_kind_of_doubt_is_told(tmp_path: Path) -> None:
    folder = ("--policies", small_book(tmp_path))
    values = told("show", "990200", "--on", "2023-06-01", *folder)["values"]
    shown = {(each["rule"], *each["qualifier"]): each for each in values}
    assert [each["inherited_from"] for each in values] == [None, None, "000000", None, None, None]
    members, uses, relations = shown["max_members",], shown["uses",], shown["relations_allowed",]
    assert (members["value"], members["at_least"]) == (None, 2) and "至少 2 人" in members["shown"]
    assert (uses["value"], uses["maybe"], uses["unknown"]) == (["outpatient"], ["vaccine"], "没有提到疫苗")
    assert uses["shown"] == "普通门诊；可能还有打疫苗（没有提到疫苗）"
    assert (relations["value"], relations["maybe"]) == (["spouse"], ["child"]) and "可能已经改了" in relations[
        "unknown"
    ]
    assert shown["deductible", "employee", "inpatient"]["shown"] == "100.00 元（每次住院算一次）"
    (why_uses,) = told("why", "990200", "uses", "--on", "2023-06-01", *folder)["rules"]
    assert why_uses["wanted"] and [each["id"] for each in why_uses["contradictions"]] == ["C2"]
    (why_floor,) = told("why", "990200", "floor", "--on", "2023-06-01", *folder)["rules"]
    assert why_floor["wanted"] is None
    (counted,) = told("diff", "990200", "--on", "2020-06-01", "--and", "2021-06-01", *folder)["differences"]
    assert counted["rule"] == "deductible" and counted["sides"][0]["value"] == counted["sides"][1]["value"]


def test_coverage_counts_what_is_known_and_on_whose_word(tmp_path: Path) -> None:
    result = policy("coverage", "--on", "2025-01-01", "--policies", small_book(tmp_path))
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line.startswith(("某", "合计"))}
    absent = len(RULES) - 5
    assert rows["某县"] == [str(count) for count in (3, 1, 1, absent, 3, 0, 1, 0, 7)]
    assert rows["合计"][-1] == "10"


def test_coverage_of_every_region_and_of_one() -> None:
    covers = told("coverage", *DAY)
    assert covers[0].keys() >= {"region", "name", "rule", "status", "entries", "tier"}
    assert len(covers) == len(BOOK.regions) * len(RULES)
    assert told("coverage", "深圳", *DAY) == [each for each in covers if each["region"] == "440300"]
    text = policy("coverage", *DAY).stdout
    assert all(head.name in text for head in BOOK.regions.values()) and "合计" in text


@pytest.mark.parametrize("arguments", EVERY, ids=lambda each: " ".join(each[:2]))
@pytest.mark.parametrize("columns", [34, 80, 160])
def test_people_can_read_it_on_a_narrow_screen(arguments: tuple[str, ...], columns: int) -> None:
    result = policy(*arguments, COLUMNS=str(columns))
    assert result.exit_code == 0
    assert max(map(cell_len, result.stdout.splitlines())) <= columns
    assert "None" not in result.stdout and "frozenset" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("show", "深训"), ("深训", "深圳市", "六位区划代码")),
        (("show", "湖"), ("湖北省", "湖南省")),
        (("show", "新"), ("新疆维吾尔自治区", "新疆生产建设兵团")),
        (("show", ""), ("没有找到地区",)),
        (("show", "999999"), ("没有找到地区“999999”",)),
        (("why", "440300", "绑定人"), ("绑定人数", "编号、代码或中文名")),
        (("why", "440300", "P99"), ("没有找到规则“P99”",)),
        (("timeline", "440300", "floor", "flor"), ("没有找到规则“flor”", "floor")),
        (("why", "440300", "floor", "--on", "2026-02-30"), ("2026-02-30",)),
        (("diff", "440300", *DAY), ("没有可比的", "--and")),
        (("diff", "440300", "深训", *DAY), ("深圳市",)),
        (("diff", "440300", "--and", "明天"), ("“明天”不是日期",)),
        (("coverage", "--policies", "/no/such/folder"), ("没有这个文件夹",)),
    ],
)
def test_a_wrong_word_is_told_what_was_meant(arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    result = policy(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(part in result.stderr for part in parts), result.stderr


def test_a_policy_command_loads_neither_database_nor_web() -> None:
    asked = [["policy", *each, *more] for each in EVERY for more in ([], ["--json"])]
    program = f"""
import sys
from mulaid.cli import app
for arguments in {asked}:
    app(arguments, standalone_mode=False)
for name in ("asyncpg", "litestar", "uvicorn", "mulaid.store", "mulaid.procedures", "rich.console"):
    assert name not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
