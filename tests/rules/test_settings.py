"""What an operator sets: read whole, or refused with every fault named; shown with where it came from."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mulaid.cli import app
from mulaid.cli.settings import without_password
from mulaid.settings import (
    BOUNDS,
    ROOTS_HOME,
    LogFormat,
    LogLevel,
    Settings,
    SettingsWrong,
    Wrong,
    from_environment,
    variable,
)
from mulaid.wording import settings as words


def faults(**environment: str) -> dict[str, tuple[Wrong, tuple[str, ...]]]:
    with pytest.raises(SettingsWrong) as wrong:
        from_environment(environment)
    return {fault.name: (fault.wrong, fault.allowed) for fault in wrong.value.faults}


@pytest.mark.parametrize(
    ("user", "there", "home"),
    [(0, False, ROOTS_HOME), (0, True, None), (1000, False, None), (1000, True, None)],
    ids=["root", "root-who-has-one", "anybody", "anybody-who-has-one"],
)
def test_root_keeps_its_home_where_the_database_can_reach_it(
    user: int, there: bool, home: Path | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    own = tmp_path / ".mulaid"
    if there:
        own.mkdir()
    assert from_environment({}).home == (home or own)
    assert from_environment({"MULAID_HOME": str(own)}).home == own


def test_everything_that_is_set_holds() -> None:
    read = from_environment(
        {
            "MULAID_HOME": "/srv/mulaid",
            "MULAID_DSN": "postgresql://mulaid@db/mulaid",
            "MULAID_POLICIES": "/a:/b",
            "MULAID_PORT": "65535",
            "MULAID_PROCESSES": "0",
            "MULAID_PROXIES": "10.0.0.0/8, ::1",
            "MULAID_LOG_LEVEL": "warning",
            "MULAID_LOG_FORMAT": "text",
            "MULAID_LANES": "",
            "PATH": "/bin",
        }
    )
    assert read == Settings(
        home=Path("/srv/mulaid"),
        dsn="postgresql://mulaid@db/mulaid",
        policies=(Path("/a"), Path("/b")),
        port=65_535,
        processes=0,
        proxies=("10.0.0.0/8", "::1"),
        log_level=LogLevel.WARNING,
        log_format=LogFormat.TEXT,
    )
    assert from_environment({"MULAID_PROXIES": "none"}).proxies == ()


@pytest.mark.parametrize("field", BOUNDS)
def test_every_number_has_bounds_and_says_which(field: str) -> None:
    least, most = BOUNDS[field]
    name = variable(field)
    for good in (least, most):
        assert getattr(from_environment({name: str(good)}), field) == good
    for bad in (least - 1, most + 1, 10**30):
        assert faults(**{name: str(bad)}) == {name: (Wrong.OUT_OF_BOUNDS, (str(least), str(most)))}
    for word in ("none", "1.5", "８", "0x10", " 1", "--1"):
        assert faults(**{name: word}) == {name: (Wrong.NOT_A_NUMBER, (str(least), str(most)))}


def test_a_misspelt_name_is_an_error_and_says_what_was_meant() -> None:
    assert faults(MULAID_PROT="1") == {"MULAID_PROT": (Wrong.UNKNOWN, ("MULAID_PORT",))}
    assert faults(MULAID_POLICY="x") == {"MULAID_POLICY": (Wrong.UNKNOWN, ("MULAID_POLICIES",))}
    assert faults(MULAID_QQQQ="") == {"MULAID_QQQQ": (Wrong.UNKNOWN, ())}


def test_all_faults_are_told_at_once() -> None:
    told = CliRunner().invoke(
        app,
        ["serve"],
        env={
            "MULAID_PROCESSES": "1000",
            "MULAID_PORT": "99999",
            "MULAID_LOG_LEVEL": "loud",
            "MULAID_PROXIES": "somewhere",
            "MULAID_DSN": "mysql://u:secret@db/mulaid",
            "MULAID_WAITING": "5",
        },
    )
    assert told.exit_code == 2
    assert told.stderr.splitlines() == [
        "没有 MULAID_WAITING 这个设定。是不是想写 MULAID_WAITING_MAX？",
        "MULAID_DSN 不是 PostgreSQL 的地址。请写成 postgresql://用户@主机/数据库 这样。",
        "MULAID_PORT 的值“99999”超出了范围。请写 1 到 65535 之间的整数。",
        "MULAID_PROCESSES 的值“1000”超出了范围。请写 0 到 32 之间的整数。",
        "MULAID_PROXIES 的值“somewhere”不能用。请写 IP 地址或网段，用逗号隔开。",
        "MULAID_LOG_LEVEL 的值“loud”不能用。只能是 debug、info、warning、error。",
    ]


@pytest.mark.parametrize(
    "typed", [["audit"], ["load", "nowhere"], ["bench", "settle"], ["explain", "4506001234567"], ["policy", "coverage"]]
)
def test_every_command_that_reads_a_setting_refuses_a_misspelt_one(typed: list[str]) -> None:
    told = CliRunner().invoke(app, typed, env={"MULAID_PROT": "1"})
    assert (told.exit_code, told.stderr) == (2, "没有 MULAID_PROT 这个设定。是不是想写 MULAID_PORT？\n")
    assert CliRunner().invoke(app, [typed[0], "--help"], env={"MULAID_PROT": "1"}).exit_code == 0


def test_the_command_says_what_holds_and_where_from() -> None:
    environment = {"MULAID_DSN": "postgresql://u:secret@db/mulaid", "MULAID_PORT": "9000", "MULAID_HOME": "/srv/m"}
    told = CliRunner().invoke(app, ["settings", "--json"], env=environment)
    assert (told.exit_code, "secret" in told.stdout) == (0, False)
    rows = {row["name"]: row for row in json.loads(told.stdout)}
    assert list(rows) == [variable(field) for field in Settings.__struct_fields__]
    assert rows["MULAID_DSN"]["value"] == "postgresql://u:***@db/mulaid"
    sources = {row["source"] for name, row in rows.items() if name not in environment}
    assert sources == {"default"} and {rows[name]["source"] for name in environment} == {"environment"}
    shown = CliRunner().invoke(app, ["settings"], env={**environment, "COLUMNS": "120"})
    assert re.search(r"^MULAID_PORT +9000 ", shown.stdout, re.MULTILINE) and "secret" not in shown.stdout


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:p:w@h:5432/db", "postgresql://u:***@h:5432/db"),
        ("postgresql:///db?host=/run&password=pw&user=u", "postgresql:///db?host=/run&password=***&user=u"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://h/db", "postgresql://h/db"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_every_setting_has_its_words() -> None:
    assert tuple(words.MEANINGS) == Settings.__struct_fields__
    for wrong in Wrong:
        assert words.fault_sentence("MULAID_PORT", "x", wrong, ("1", "2")).endswith(("。", "？"))
