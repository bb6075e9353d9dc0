"""`mulaid decide` as it is typed: exit codes, the JSON of docs/cases.md, and what a wrong file is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mulaid.cli import app
from mulaid.policy.book import shipped_folder
from mulaid.wording.rules import RULE_NAMES

HERE = Path(__file__).parent
INVENTED = HERE.parent / "invented"
HOLDS = """
[[case]]
name = "儿子付一半"
region = "450600"
day = 2026-01-20
patient = { scheme = "resident" }
bill = { total = "128.50" }
funds = { paid = "28.50" }
sponsors = [{name = "son", kinship = "parent", balance = "50.00"}, {name = "pal", kinship = "other", balance = "9.00"}]
expect = { mutual = "50.00" }
"""
REFUSED = """
[[case]]
name = "用了别人的凭证"
region = "450600"
day = 2026-01-20
patient = { scheme = "resident", credential = "other" }
bill = { total = "128.50" }
expect = { refused = "WRONG_CREDENTIAL" }
"""
RELATION = """
[[sponsorship_case]]
name = "绑定母亲"
region = "450600"
day = 2026-01-20
kinship = "parent"
sponsor = { scheme = "employee", balance = "900.00" }
beneficiary = { scheme = "resident", age = 66 }
"""
END = RELATION.replace("[[sponsorship_case]]", '[[sponsorship_case]]\nend = { by = "sponsor", bound_on = 2026-01-20 }')
TWENTY = """
[[floor]]
from = 2020-01-01
value = "20.00"
source = "guobanfa-2021-outpatient"
says = "防城港账户里留二十元"
"""
FAILS = HOLDS.replace('mutual = "50.00"', 'mutual = "50.01"')


def decide(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, ["decide", *map(str, arguments)], env={"MULAID_POLICIES": None, **environment})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "one.toml"


def as_json(result: Result) -> list[dict[str, Any]]:
    parsed: list[dict[str, Any]] = json.loads(result.stdout)
    return parsed


def test_exit_0_when_every_expectation_holds(file: Path) -> None:
    file.write_text(HOLDS + REFUSED + RELATION, "utf-8")
    result = decide(file)
    assert result.exit_code == 0
    assert "儿子付一半" in result.stdout and "绑定母亲" in result.stdout


def test_exit_1_when_one_does_not(file: Path) -> None:
    file.write_text(FAILS + REFUSED, "utf-8")
    result = decide(file)
    assert result.exit_code == 1
    assert "50.01" in result.stdout and "50.00" in result.stdout
    assert [each["ok"] for each in as_json(decide(file, "--json"))] == [False, True]


def test_a_case_that_expects_nothing_holds(file: Path) -> None:
    file.write_text(RELATION, "utf-8")
    assert decide(file).exit_code == 0


def test_json_of_a_settled_bill(file: Path) -> None:
    file.write_text(HOLDS, "utf-8")
    result = decide(file, "--json")
    assert result.exit_code == 0
    (bill,) = as_json(result)
    plain = {
        key: value
        for key, value in bill.items()
        if key not in ("steps", "policy", "assumed", "assumptions", "indifferent")
    }
    assert plain == {
        "kind": "bill",
        "name": "儿子付一半",
        "ok": True,
        "expects": True,
        "outcome": "settled",
        "refused": None,
        "funds": "28.50",
        "own": "0.00",
        "mutual": "50.00",
        "cash": "50.00",
        "institution": "0.00",
        "by": {"son": "50.00"},
        "skipped": {"pal": "RELATION_NOT_ALLOWED"},
        "unverified": ["relations_allowed"],
    }
    assert bill["assumed"] == ["confirm_mode"] and "floor" in bill["indifferent"] and isinstance(bill["policy"], str)
    assert {tuple(step) for step in bill["steps"]} == {("code", "text", "rule", "source", "tier", "amount")}
    amounts = {step["code"]: step["amount"] for step in bill["steps"]}
    assert amounts["TOTAL"] == "128.50" and amounts["SPONSOR"] == "50.00" and amounts["RELATION_NOT_ALLOWED"] is None


def test_json_of_a_refused_bill(file: Path) -> None:
    file.write_text(REFUSED, "utf-8")
    (bill,) = as_json(decide(file, "--json"))
    assert (bill["outcome"], bill["refused"], bill["ok"]) == ("refused", "WRONG_CREDENTIAL", True)
    assert [bill[key] for key in ("funds", "own", "mutual", "cash", "institution")] == [None] * 5
    assert bill["by"] == {} and bill["skipped"] == {}


def test_json_of_a_relation(file: Path) -> None:
    file.write_text(RELATION, "utf-8")
    (relation,) = as_json(decide(file, "--json"))
    assert {key: relation[key] for key in ("kind", "name", "ok", "accepted", "refused", "unverified")} == {
        "kind": "sponsorship",
        "name": "绑定母亲",
        "ok": True,
        "accepted": True,
        "refused": None,
        "unverified": ["max_sponsors_per_beneficiary", "relations_allowed"],
    }
    assert isinstance(relation["assumed"], list) and relation["steps"][0]["code"] == "ACCEPTED"


def test_json_and_report_of_an_end(file: Path) -> None:
    file.write_text(END.replace("450600", "420100") + "expect = { possible_on = 2026-04-20 }\n", "utf-8")
    (ended,) = as_json(decide(file, "--json"))
    told = {key: ended[key] for key in ("kind", "ok", "accepted", "refused", "ends_on", "possible_on", "assumed")}
    assert told == {
        "kind": "sponsorship",
        "ok": True,
        "accepted": False,
        "refused": "LOCKED_UNBIND",
        "ends_on": None,
        "possible_on": "2026-04-20",
        "assumed": [],
    }
    assert "要到 2026年4月20日 才能解除" in decide(file).stdout
    file.write_text(END + "expect = { ends_on = 2026-01-21 }\n", "utf-8")
    (ended,) = as_json(decide(file, "--json"))
    assert (ended["ok"], ended["ends_on"]) == (False, "2026-01-20")
    assert ended["assumed"] == ["min_bound_days", "unbind_by", "unbind_effect"]
    assert "从哪天起不能再用：应该是 2026-01-21，算出来是 2026-01-20" in decide(file).stdout


WRONG_RELATIONS = [
    ("age and born", RELATION, "age = 66", "age = 66, born = 1960-01-01", 8, "age 和 born 只能写一个"),
    ("born later", RELATION, "age = 66", "born = 2026-01-21", 8, "日期前后颠倒了"),
    ("bound later", END, "bound_on = 2026-01-20", "bound_on = 2026-01-21", 3, "日期前后颠倒了"),
    ("who asks", END, 'by = "sponsor"', 'by = "friend"', 3, "friend"),
    ("code of an end", RELATION, "day =", 'expect = { refused = "LOCKED_UNBIND" }\nday =', 5, "LOCKED_UNBIND"),
    ("code of a relation", END, "day =", 'expect = { refused = "NOT_OFFERED" }\nday =', 6, "NOT_OFFERED"),
    ("days of an end", RELATION, "day =", "expect = { ends_on = 2026-01-20 }\nday =", 5, "ends_on"),
]


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "reason"),
    [each[1:] for each in WRONG_RELATIONS],
    ids=[w[0] for w in WRONG_RELATIONS],
)
def test_a_wrong_relation_is_named_too(file: Path, text: str, old: str, new: str, line: int, reason: str) -> None:
    file.write_text(text.replace(old, new), "utf-8")
    result = decide(file, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    for word in (f"第 {line} 行", "绑定母亲", reason):
        assert word in result.stderr, result.stderr


def test_an_outcome_that_was_not_expected_to_be_refused_does_not_hold(file: Path) -> None:
    file.write_text(REFUSED.replace('refused = "WRONG_CREDENTIAL"', "unverified = false"), "utf-8")
    assert decide(file).exit_code == 1


def test_all_bills_come_before_all_relations_over_a_whole_folder(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "b.toml").write_text(RELATION + HOLDS, "utf-8")
    (tmp_path / "a.toml").write_text(RELATION + REFUSED, "utf-8")
    (tmp_path / "deeper" / "c.toml").write_text(HOLDS, "utf-8")
    (tmp_path / "notes.txt").write_text("no case", "utf-8")
    found = as_json(decide(tmp_path, "--json"))
    assert [each["name"] for each in found] == ["用了别人的凭证", "儿子付一半", "儿子付一半", "绑定母亲", "绑定母亲"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_where_there_is_no_case_nothing_holds(tmp_path: Path, file: Path, options: list[str]) -> None:
    file.write_text(HOLDS, "utf-8")
    folder, empty, notes = tmp_path / "nothing", tmp_path / "empty.toml", tmp_path / "notes"
    folder.mkdir()
    notes.mkdir()
    empty.write_text("# no case yet\n", "utf-8")
    (notes / "case.txt").write_text(HOLDS, "utf-8")
    for path in (folder, empty, notes):
        for given in ([path], [file, path]):
            result = decide(*given, *options)
            assert (result.exit_code, result.stdout) == (2, "")
            assert result.stderr.startswith(f"{path}：这里没有找到案例。")


def test_a_case_that_expects_nothing_is_not_said_to_agree(file: Path) -> None:
    file.write_text(HOLDS.replace('expect = { mutual = "50.00" }', "expect = {}") + RELATION, "utf-8")
    result = decide(file)
    assert result.exit_code == 0
    assert result.stdout.startswith("没有预期可比  儿子付一半\n") and "\n没有预期可比  绑定母亲\n" in result.stdout
    assert "相符" not in result.stdout
    assert [each["expects"] for each in as_json(decide(file, "--json"))] == [False, False]
    file.write_text(HOLDS + RELATION, "utf-8")
    assert decide(file).stdout.endswith("\n一共 2 例，1 例和预期相符，1 例没有写预期。\n")


def test_the_report_says_what_is_unverified_and_what_assumed(file: Path) -> None:
    file.write_text(HOLDS + RELATION, "utf-8")
    told = decide(file).stdout
    for each in as_json(decide(file, "--json")):
        assert each["unverified"] and each["assumed"]
        for key in each["unverified"] + each["assumed"]:
            assert RULE_NAMES[key] in told
    assert told.count("未经核实的规则：") == 2 and told.count("本系统暂按") >= 2


def test_a_difference_between_ratios_is_no_amount_of_yuan() -> None:
    away = [step for each in as_json(decide(HERE, "--json")) for step in each["steps"] if step["code"] == "AWAY_POINTS"]
    assert away
    for step in away:
        assert step["amount"] is None
        assert step["points"].endswith("%") and (step["points"] == "0%" or step["points"][:-1] in step["text"])


WRONG = [
    ("bill.total", 'total = "128.50"', "total = 128.50", 7, "金额", "case[1].bill.total"),
    ("three decimals", 'total = "128.50"', 'total = "128.505"', 7, "金额", "case[1].bill.total"),
    ("negative", 'balance = "50.00"', 'balance = "-50.00"', 9, "金额", "case[1].sponsors[1].balance"),
    ("unknown key", "patient = {", "patient = { hobby = 1,", 6, "hobby", "case[1].patient"),
    ("unknown word", 'scheme = "resident"', 'scheme = "villager"', 6, "villager", "case[1].patient.scheme"),
    ("sum", 'total = "128.50"', 'total = "128.50", excluded = "200.00"', 7, "加起来", "case[1].bill.total"),
    ("no such region", 'region = "450600"', 'region = "001234"', 4, "001234", "case[1].region"),
    ("not a day", "day = 2026-01-20", 'day = "today"', 5, "日期", "case[1].day"),
    ("missing", 'region = "450600"\n', "", 2, "region", "case[1]"),
    ("unknown code", 'mutual = "50.00"', 'skipped = { son = "NO_IDEA" }', 10, "NO_IDEA", "case[1].expect.skipped.son"),
    ("unknown payer", 'mutual = "50.00"', 'by = { uncle = "1.00" }', 10, "uncle", "case[1].expect.by"),
    ("funds", 'paid = "28.50"', 'paid = "128.51"', 8, "in_scope", "case[1].funds.paid"),
    (
        "refused with more",
        'mutual = "50.00"',
        'mutual = "1.00", refused = "POLICY_UNKNOWN"',
        10,
        "refused",
        "case[1].expect",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason", "field"), [each[1:] for each in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_wrong_file_is_named_with_line_case_field_and_reason(
    file: Path, old: str, new: str, line: int, reason: str, field: str
) -> None:
    assert HOLDS.count(old) == 1
    file.write_text(HOLDS.replace(old, new), "utf-8")
    result = decide(file, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    for word in (str(file), f"第 {line} 行", "儿子付一半", field, reason):
        assert word in result.stderr, result.stderr


def test_nothing_on_stdout_when_the_last_file_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HOLDS, "utf-8")
    (tmp_path / "b.toml").write_text("[[case]\n", "utf-8")
    for options in ([], ["--json"]):
        result = decide(tmp_path, *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "b.toml 第 1 行" in result.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\xff\xfe", "UTF-8"), (b"name =", "TOML"), ((HOLDS + HOLDS).encode(), "两次")],
    ids=["not utf-8", "not toml", "name repeated"],
)
def test_a_file_that_cannot_be_read(file: Path, content: bytes, word: str) -> None:
    file.write_bytes(content)
    result = decide(file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr and str(file) in result.stderr


def test_a_missing_file_or_policy_folder(tmp_path: Path, file: Path) -> None:
    missing = decide(tmp_path / "nowhere.toml")
    assert (missing.exit_code, missing.stdout) == (2, "") and "nowhere.toml" in missing.stderr
    file.write_text(HOLDS, "utf-8")
    folder = decide(file, "--policies", tmp_path / "nothing")
    assert (folder.exit_code, folder.stdout) == (2, "") and "nothing" in folder.stderr


def test_strict_takes_unverified_values_and_assumptions_as_unknown(file: Path) -> None:
    file.write_text(HOLDS, "utf-8")
    result = decide(file, "--strict", "--json")
    assert result.exit_code == 1
    (bill,) = as_json(result)
    assert bill["skipped"] == {"son": "POLICY_UNKNOWN", "pal": "RELATION_NOT_ALLOWED"}
    assert (bill["mutual"], bill["cash"]) == ("0.00", "100.00")


def test_strict_rests_on_nothing_that_it_takes_as_unknown() -> None:
    """Beside the amounts it rests on sources of tier A and B, and on what the program itself says of ages of kin."""
    decided = as_json(decide(HERE, "--strict", "--json"))
    assert len(decided) > 100
    for each in decided:
        left_open = {step["rule"] for step in each["steps"] if step["code"].endswith("_ASSUMED")}
        assert each["unverified"] == [] and set(each["assumed"]) <= left_open
        for step in each["steps"]:
            if step["code"] == "POLICY_UNKNOWN" or step["rule"] in left_open:
                assert step["tier"] in ("A", "B") or "严格看不算数" in step["text"]
            else:
                assert step["tier"] in ("A", "B") or step["rule"] in ("conservation", "ages_of_kin")
                assert step["tier"] in ("A", "B") or "依据" not in step["text"]


def test_policies_take_the_place_of_those_shipped(file: Path) -> None:
    file.write_text(HOLDS.replace("450600", "990400"), "utf-8")
    unknown = decide(file)
    assert unknown.exit_code == 2 and "990400" in unknown.stderr
    assert decide(file, "--policies", INVENTED).exit_code == 1, "the invented folder alone knows no national rule"
    both = decide(file, "--policies", shipped_folder(), "--policies", INVENTED, "--json")
    assert both.exit_code == 0 and as_json(both)[0]["unverified"] == []


def test_policies_from_the_environment_are_separated_as_in_path(file: Path) -> None:
    file.write_text(HOLDS.replace("450600", "990400"), "utf-8")
    result = decide(file, MULAID_POLICIES=f"{shipped_folder()}:{INVENTED}")
    assert result.exit_code == 0
    shipped = decide(file, "--policies", shipped_folder(), MULAID_POLICIES=str(INVENTED))
    assert shipped.exit_code == 2, "what is typed goes before the environment"


def test_a_later_folder_wins_file_by_file(tmp_path: Path, file: Path) -> None:
    name = "45-guangxi/4506-fangchenggang.toml"
    changed = (shipped_folder() / name).read_text("utf-8") + TWENTY
    (tmp_path / "more" / name).parent.mkdir(parents=True)
    (tmp_path / "more" / name).write_text(changed, "utf-8")
    file.write_text(HOLDS, "utf-8")
    (bill,) = as_json(decide(file, "--policies", shipped_folder(), "--policies", tmp_path / "more", "--json"))
    assert bill["by"] == {"son": "30.00"}, "50 less the 20 that the changed file keeps back"
    assert "floor" not in bill["indifferent"], "the changed file knows"


def test_a_file_may_bring_a_province_of_its_own() -> None:
    result = decide(HERE / "invented" / "payers.toml")
    assert result.exit_code == 0, result.stderr


def test_the_region_of_a_relation_is_named_where_it_stands(file: Path) -> None:
    file.write_text(RELATION.replace("450600", "001234"), "utf-8")
    result = decide(file)
    assert "第 4 行" in result.stderr and "sponsorship_case[1].region" in result.stderr, result.stderr
