"""`mulaid bind` as a clerk types it: numbers from the screen, a pipe or a file, and never where others see them."""

import datetime
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mulaid.cli import app
from mulaid.clock import china_now
from mulaid.intake.load_form import is_identity_number
from mulaid.policy.book import shipped_folder
from mulaid.wording import binding as words
from tests.tidy.tree import ROOT

SON, MOTHER, CHILD = "994201198505010017", "99420119600501002X", "994201201505010038"
STRANGER = "994201199001010018"
AWAY_SON, AWAY_MOTHER = "994501198505010013", "994501196005010026"
PEOPLE = f"""
[[person]]
number = "{SON}"
name = "王小明"
region = "420100"
enrolments = [{{ from = 2010-01-01, scheme = "employee" }}]
purse = {{ prior = "900.00" }}
[[person]]
number = "{MOTHER}"
name = "李秀兰"
region = "420100"
enrolments = [{{ from = 2010-01-01, scheme = "resident" }}]
[[person]]
number = "{CHILD}"
name = "王小小"
region = "420100"
enrolments = [{{ from = 2016-01-01, scheme = "resident" }}]
[[person]]
number = "{AWAY_SON}"
name = "韦大山"
region = "450100"
enrolments = [{{ from = 2010-01-01, scheme = "employee" }}]
purse = {{ prior = "900.00" }}
[[person]]
number = "{AWAY_MOTHER}"
name = "黄月英"
region = "450100"
enrolments = [{{ from = 2010-01-01, scheme = "resident" }}]
"""
House = dict[str, str]
"""The environment in which the people are loaded."""


@pytest.fixture
def house(emptied: str, tmp_path: Path) -> House:
    environment = {"MULAID_DSN": emptied, "MULAID_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
    (tmp_path / "people.toml").write_text(PEOPLE, "utf-8")
    loaded = CliRunner().invoke(app, ["load", str(tmp_path / "people.toml")], env=environment)
    assert loaded.exit_code == 0, loaded.output
    return environment


def bind(house: House, *typed: str, numbers: str = f"{SON}\n{MOTHER}\n", **more: str) -> Result:
    return CliRunner().invoke(app, ["bind", *typed], env=house | more, input=numbers)


def make(house: House, *typed: str, **more: Any) -> Result:
    return bind(house, "make", "--kinship", "parent", *typed, **more)


def away(house: House) -> str:
    """The two numbers of a family whose city has no lock, its relation made."""
    numbers = f"{AWAY_SON}\n{AWAY_MOTHER}\n"
    assert make(house, numbers=numbers).exit_code == 0
    return numbers


def test_numbers_are_numbers() -> None:
    assert all(map(is_identity_number, (SON, MOTHER, CHILD, STRANGER, AWAY_SON, AWAY_MOTHER)))


def test_bound_and_held_for_ninety_days(house: House) -> None:
    made = make(house)
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("绑定好了") and "1. 符合当地规定，可以绑定。依据“亲属范围”" in made.stdout
    again = make(house)
    assert again.exit_code == 1 and "ALREADY_BOUND" in again.stdout
    for by in ("sponsor", "beneficiary", "guardian", "both"):
        held = bind(house, "end", "--by", by)
        first = china_now().date() + datetime.timedelta(days=90)
        assert held.exit_code == 1
        assert f"要到 {first.year}年{first.month}月{first.day}日 才能解除" in held.stdout
        assert "依据“最短绑定时间”" in held.stdout


def test_ended_where_nothing_holds_it_with_what_was_assumed(house: House) -> None:
    ended = bind(house, "end", "--by", "beneficiary", numbers=away(house))
    assert ended.exit_code == 0, ended.output
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("已经解绑，从现在起不再付钱")
    assert [line.strip()[:2] for line in lines[1:4]] == ["1.", "2.", "3."]
    assert "没有查清、先这样办的：由谁解绑" in lines[4]
    assert "NOT_BOUND" in bind(house, "end", "--by", "sponsor", numbers=f"{AWAY_SON}\n{AWAY_MOTHER}").stdout


def test_what_was_bound_is_explained_by_its_number(house: House) -> None:
    made = json.loads(make(house, "--json").stdout)
    told = CliRunner().invoke(app, ["explain", made["case"]], env=house)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("绑定家庭共济。") and "经办 " in told.stdout and "依据“亲属范围”" in told.stdout
    data = json.loads(CliRunner().invoke(app, ["explain", made["case"], "--json"], env=house).stdout)
    assert (data["kind"], data["role"], data["moved"]) == ("bind", "clerk", {})


def test_json_for_programs(house: House) -> None:
    made = json.loads(make(house, "--json").stdout)
    assert (made["kind"], made["accepted"], made["refused"]) == ("bind", True, None)
    assert [step["code"] for step in made["steps"]] == ["ACCEPTED"]
    held = json.loads(bind(house, "end", "--by", "sponsor", "--json").stdout)
    assert (held["kind"], held["accepted"], held["refused"]) == ("end", False, "LOCKED_UNBIND")
    assert held["possible_on"] == str(china_now().date() + datetime.timedelta(days=90)) and held["ends_on"] is None
    assert held["steps"][0]["rule"] == "min_bound_days" and held["unverified"] == ["min_bound_days"]
    numbers = away(house)
    ended = json.loads(bind(house, "end", "--by", "sponsor", "--json", numbers=numbers).stdout)
    assert (ended["accepted"], ended["ends_on"]) == (True, str(china_now().date()))
    assert ended["assumed"] == ["min_bound_days", "unbind_by", "unbind_effect"]


def test_papers_pass_where_ages_contradict_the_kinship(house: House) -> None:
    family = f"{SON}\n{CHILD}\n"
    wrong = make(house, numbers=family)
    assert wrong.exit_code == 1 and "KINSHIP_IMPLAUSIBLE" in wrong.stdout
    assert make(house, "--papers", numbers=family).exit_code == 0


def test_who_asks_has_to_be_said(house: House) -> None:
    result = bind(house, "end")
    assert result.exit_code == 2 and "--by" in result.stderr


@pytest.mark.parametrize("typed", [("make", "--kinship", "parent"), ("end", "--by", "sponsor")])
def test_numbers_do_not_belong_in_the_arguments(house: House, typed: tuple[str, ...]) -> None:
    result = bind(house, *typed, SON, MOTHER)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip() == words.NOT_IN_ARGUMENTS
    assert SON not in result.output and "NOT_BOUND" in bind(house, "end", "--by", "sponsor").stdout, "nothing was done"


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ("", words.NOT_TWO_NUMBERS),
        (SON, words.NOT_TWO_NUMBERS),
        (f"{SON}\n{MOTHER}\n{CHILD}\n", words.NOT_TWO_NUMBERS),
        (f"{SON}\n{MOTHER[:-1]}0\n", words.bad_number(2)),
        ("王小明\n李秀兰\n", words.bad_number(1)),
    ],
)
def test_what_is_no_number_is_told_without_repeating_it(house: House, numbers: str, sentence: str) -> None:
    result = make(house, numbers=numbers)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (2, "", sentence)


def test_nobody_by_that_number(house: House) -> None:
    result = make(house, numbers=f"{SON}\n{STRANGER}\n")
    assert result.exit_code == 1 and "UNKNOWN_PERSON" in result.stdout


@pytest.mark.parametrize("written", [f"{SON}\n{MOTHER}\n", f"\ufeff{SON.lower()}\r\n\r\n  {MOTHER}"])
def test_numbers_from_a_file(house: House, tmp_path: Path, written: str) -> None:
    file = tmp_path / "two.txt"
    file.write_text(written, "utf-8")
    assert make(house, "--numbers", str(file), numbers="").exit_code == 0
    missing = bind(house, "end", "--by", "sponsor", "--numbers", str(tmp_path / "none.txt"), numbers="")
    assert missing.exit_code == 2 and "none.txt" in missing.stderr
    dash = bind(house, "end", "--by", "sponsor", "--numbers", "-")
    assert "LOCKED_UNBIND" in dash.stdout


def test_a_next_day_rule_is_told_by_its_day(house: House, tmp_path: Path) -> None:
    rule = '[[effective_timing]]\nfrom = 2020-01-01\nvalue = "next_day"\nsource = "guobanfa-2021-outpatient"\n'
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "draft.toml").write_text(f'amends = "420100"\n{rule}says = "第二天算数"\n', "utf-8")
    policies = f"{shipped_folder()}:{folder}"
    tomorrow = china_now().date() + datetime.timedelta(days=1)
    made = make(house, MULAID_POLICIES=policies)
    assert f"从 {tomorrow.year}年{tomorrow.month}月{tomorrow.day}日 起能用" in made.stdout


def test_a_bureaus_own_rule_is_named_as_its_own_at_the_counter(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "bureau"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "bureau.toml").write_text('[[source]]\nid = "b"\ntitle = "窗口规定"\ntier = "A"\n', "utf-8")
    rule = '[[relations_allowed]]\nfrom = 2020-01-01\nvalue = ["parent"]\nsource = "b"\nsays = "本局只办父母"\n'
    (folder / "own.toml").write_text(f'amends = "420100"\n{rule}', "utf-8")
    made = make(house, MULAID_POLICIES=f"+{folder}")
    assert "窗口规定，本局口径" in made.stdout, made.stdout + made.stderr


def seen_by_others(process: subprocess.Popen[bytes]) -> str:
    """What the list of processes and the process's own environment show while it runs."""
    listed = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    try:
        return listed + Path(f"/proc/{process.pid}/environ").read_text("utf-8")
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return listed


@pytest.fixture
def run(house: House) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts the real command in a process of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*typed: str, stdin: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mulaid", "bind", *typed]
        environment = {**os.environ, **house, "PYTHONPATH": str(ROOT / "src")}
        process = subprocess.Popen(
            command, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def read_until(process: subprocess.Popen[bytes], sentence: str) -> None:
    """Wait for a sentence on stderr; the test's own limit ends a wait in vain."""
    assert process.stderr is not None
    told = b""
    while sentence.encode() not in told:
        piece = os.read(process.stderr.fileno(), 1024)
        assert piece, told.decode()
        told += piece


def test_numbers_typed_on_the_screen(run: Callable[..., subprocess.Popen[bytes]]) -> None:
    screen, keyboard = pty.openpty()
    process = run("make", "--kinship", "parent", "--json", stdin=keyboard)
    read_until(process, words.ASK_SPONSOR)
    assert process.args and SON not in seen_by_others(process)
    os.write(screen, f"{MOTHER[:-1]}0\n".encode())
    read_until(process, words.BAD_NUMBER + "\n" + words.ASK_SPONSOR)
    os.write(screen, f"{SON}\n".encode())
    read_until(process, words.ASK_BENEFICIARY)
    assert SON not in seen_by_others(process)
    os.write(screen, f"{MOTHER}\n".encode())
    answer = process.stdout.read() if process.stdout else b""
    assert process.wait() == 0
    assert json.loads(answer)["accepted"] is True
    os.close(screen)
    os.close(keyboard)


def test_numbers_through_a_pipe_are_in_no_list_of_processes(run: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = run("make", "--kinship", "parent", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(f"{SON}\n{MOTHER}\n".encode())
    process.stdin.close()
    looks = 0
    while process.poll() is None:
        seen = seen_by_others(process)
        assert SON not in seen and MOTHER not in seen
        looks += "mulaid bind make" in seen
        time.sleep(0.02)
    assert process.returncode == 0 and looks > 0
