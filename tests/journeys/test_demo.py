"""`mulaid demo` as somebody types it: a day of messages over a database of its own, explained and audited."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from rich.cells import cell_len

from mulaid.cli import examples
from mulaid.terms.money import fen
from mulaid.wording import demo as wording
from tests.places import database_place

pytestmark = pytest.mark.xdist_group("demo")

ROOT = Path(__file__).parents[2]
WIDTH = 100
AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")
IDENTITY_NUMBER = re.compile(r"(?<![0-9])99[0-9]{15}[0-9X](?![0-9])")


def run(where: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """mulaid from a folder, with no setting but these."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MULAID_")}
    sources = [str(ROOT / "src"), *filter(None, [environment.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(sources), "PYTHONIOENCODING": "utf-8", **settings}
    command = [sys.executable, "-m", "mulaid", *arguments]
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that does not exist yet, for the demo to keep its data in."""
    with database_place() as folder:
        yield folder / "home"


@pytest.fixture(scope="module")
def told(home: Path) -> str:
    """What the demo printed, having ended well."""
    done = run(ROOT, "demo", "--home", str(home), COLUMNS=str(WIDTH))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def after(told: str, title: str) -> str:
    """What is printed about one message."""
    return told.partition(title)[2].partition("\n\n")[0]


def test_two_children_pay_in_turn(told: str) -> None:
    bill = after(told, "儿子第一顺位、女儿第二顺位接着付")
    assert re.search(r"900\.00 +300\.00 +30\.00 +570\.00 +0\.00 +0\.00", bill)
    assert "陆*生（子女，结算时直接扣）付 500.00 元" in bill
    assert "陆*霞（子女，结算时直接扣）付 70.00 元" in bill


def test_a_repeated_message_pays_once(told: str) -> None:
    assert "没有重复扣款" in after(told, "同一个报文编号又来一次")


def test_a_lost_answer_is_undone_and_the_late_message_refused(told: str) -> None:
    assert wording.LOST in after(told, "结算，答复丢了")
    assert wording.DONE in after(told, "冲正那条没有等到答复的报文")
    assert "已经冲正作废" in after(told, "那条报文又从网络里冒了出来")


def test_a_reversal_gives_the_money_back_to_another_city(told: str) -> None:
    assert "覃*国（子女，结算时直接扣）退回 55.00 元" in after(told, "撤销结算：")


def test_who_did_not_pay_and_why(told: str) -> None:
    assert "沈*音没有出钱。沈*音的账户里只有本年度的钱" in told
    assert "郝*军没有出钱。" in told


def test_another_province_pays_by_wallet_quota(told: str) -> None:
    assert "彭*栋（子女，医保钱包额度）付 80.00 元" in told


def test_that_the_funds_part_was_given_is_said(told: str) -> None:
    assert wording.FUNDS_GIVEN in after(told, "儿子第一顺位、女儿第二顺位接着付")
    assert "医保基金付多少是报文给出的，没有按政策计算。依据：这个统筹区登记了由核心系统计算。" in told
    assert "医保基金的部分由报文给出，没有按政策计算" in told.partition(wording.AUDITING)[2]


def test_one_case_is_explained_and_the_audit_is_clean(told: str) -> None:
    assert "一步一步怎么算：" in told
    assert "账目相符，没有查出问题。" in told


def test_what_to_try_next_works(told: str, home: Path) -> None:
    command = re.search(rf"MULAID_HOME={re.escape(str(home))} mulaid (explain [0-9]+)", told)
    assert command
    done = run(ROOT, *command[1].split(), MULAID_HOME=str(home))
    assert (done.returncode, done.stderr) == (0, "")
    assert "陆*霞" in done.stdout


def test_what_is_explained_as_data_has_every_amount_in_yuan(told: str, home: Path) -> None:
    number = re.search(r"mulaid explain ([0-9]+)", told)
    assert number
    done = run(ROOT, "explain", number[1], "--json", MULAID_HOME=str(home))
    case = json.loads(done.stdout)
    amounts = {step["code"]: step["amount"] for step in case["steps"]}
    assert amounts["TOTAL"] == case["total"] and amounts["CASH"] == case["cash"]
    assert all(each is None or AMOUNT.fullmatch(each) for each in amounts.values())
    parts = ("funds", "own", "mutual", "cash", "institution")
    assert sum(fen(case[part]) for part in parts) == fen(case["total"]) > 0


def test_output_fits_and_names_nobody(told: str) -> None:
    lines = told.partition("接下来可以试试")[0].splitlines()
    assert max(map(cell_len, lines)) <= WIDTH
    assert not IDENTITY_NUMBER.search(told)


def test_a_home_in_use_is_left_alone(told: str, home: Path) -> None:
    done = run(ROOT, "demo", "--home", str(home))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == wording.already_there(str(home))


def test_an_unexpected_answer_is_told_and_fails(tmp_path: Path) -> None:
    ours = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", ours)
    first = min((ours / "day").glob("[0-9][0-9]-*.json"))
    scene = json.loads(first.read_text("utf-8"))
    scene["demo"]["expect"] = "refused"
    first.write_text(json.dumps(scene), "utf-8")
    done = run(tmp_path, "demo")
    assert done.returncode == 1
    assert f"{first.stem} 的答复和预期不符：" in done.stdout
    assert "应该是不办，结果是办好" in done.stdout


def test_without_examples_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(examples, "__file__", str(tmp_path / "a" / "b" / "c" / "examples.py"))
    with pytest.raises(typer.Exit) as ended:
        examples.examples_folder()
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.strip() == wording.NO_EXAMPLES
