"""What the door knows of more than one request: what it tells of each answer, and whom it keeps waiting."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec
import pytest
from litestar.testing import TestClient

from mulaid.gateway.answered import Answered, Level
from mulaid.gateway.credentials import tif_signature
from mulaid.gateway.door import Watch, create
from mulaid.gateway.offices import InstitutionRecord, Proof, ProofKind
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from tests.messages import made
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import HOSPITAL, NOW, NUMBERS, WANG, post, request

SIGN_IN = {"signIn": {"opter_no": "1"}}
WHO = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBERS[WANG]}}
Door = TestClient[Any]


@pytest.fixture
def told() -> list[Answered]:
    return []


@pytest.fixture
def watch(told: list[Answered]) -> Watch:
    return Watch(told.append)


@pytest.fixture
def door(offices: FakeOffices, watch: Watch) -> Iterator[Door]:
    with TestClient(create(offices, lambda: NOW, watch=watch)) as client:
        yield client


def test_every_answer_is_told_once(door: Door, told: list[Answered]) -> None:
    post(door, request("9001", SIGN_IN, 1))
    post(door, request("2207A", {"data": {}}, 2))
    post(door, request("9999", {}, 3))
    post(door, "nothing at all")
    post(door, b" " * (10 << 20))
    assert [(each.transaction, each.institution, each.code, each.field) for each in told] == [
        ("9001", HOSPITAL, "OK", ""),
        ("2207A", HOSPITAL, "MISSING", "psn_no"),
        ("9999", HOSPITAL, "TRANSACTION_UNKNOWN", "infno"),
        ("", "", "BODY_NOT_JSON", ""),
        ("", "", "BODY_TOO_LARGE", ""),
    ]
    first = told[0]
    assert first.time.utcoffset() == NOW.utcoffset() and first.ms >= 0 and first.level is Level.INFO
    assert (first.message_id, len(first.reference)) == (f"{HOSPITAL}202603021015300001", 30)
    assert [each.kind for each in told] == ["9001", "2207A", "other", "other", "other"]


def test_what_was_asked_is_told_though_the_envelope_is_broken(door: Door, told: list[Answered]) -> None:
    body = request("2207", {"data": {}}, 4)
    post(door, {**body, "msgid": "x" * 31})
    assert (told[0].transaction, told[0].institution, told[0].message_id) == ("2207", HOSPITAL, "x" * 31)


def test_a_defect_of_ours_is_told_by_kind_and_place(
    door: Door, told: list[Answered], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(number: str) -> None:
        raise RuntimeError(f"no answer about {number}")

    monkeypatch.setattr(offices, "holder", broken)
    assert post(door, request("1101", WHO))["infcode"] == -1
    assert (told[0].level, told[0].code) == (Level.ERROR, "INTERNAL_FAILURE")
    assert told[0].failure.startswith("RuntimeError tests.messages.test_watch:")
    assert NUMBERS[WANG] not in repr(told)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError("gone"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.CannotConnectNowError("starting up"),
    ],
)
def test_a_database_lost_on_the_way_is_no_defect(
    door: Door, told: list[Answered], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def lost(number: str) -> None:
        raise error

    monkeypatch.setattr(offices, "holder", lost)
    answer = post(door, request("1101", WHO))
    assert (answer["infcode"], answer["err_msg"]) == (
        -1,
        "这笔交易的结果还没有确认。请用同一个报文编号重新发送，不会重复扣款。",
    )
    assert (told[0].level, told[0].code) == (Level.WARNING, "NOT_COMMITTED")
    assert told[0].failure.startswith(type(error).__name__)


def test_while_the_database_is_away_nothing_is_asked(
    door: Door, told: list[Answered], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offices, "shut", lambda: Refused(code=Fault.BUSY))
    answer = post(door, request("1101", WHO))
    assert answer["err_msg"] == "系统正忙，这笔交易没有办理。请稍后用同一个报文编号重新发送。"
    assert told[0].code == "BUSY"


def test_a_refused_credential_says_why_in_the_log_only(door: Door, told: list[Answered]) -> None:
    same = set()
    for headers in ({}, {"apikey": "guessed"}):
        same.add(post(door, request("9001", SIGN_IN), headers=headers)["err_msg"])
    post(door, request("9001", SIGN_IN, institution_code="H00000000000"))
    assert len(same) == 1
    assert [each.unproven for each in told] == ["no_credential", "wrong_key", "unknown_institution"]
    # What the test client calls itself is no address.
    assert {(each.level, each.address) for each in told} == {(Level.WARNING, "?")}
    told.clear()
    post(door, request("9001", SIGN_IN))
    assert (told[0].unproven, told[0].address) == ("", "")


def test_who_fails_is_slowed_and_who_is_right_is_not(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for _ in range(6):
        post(door, request("9001", SIGN_IN), headers={"apikey": "guessed"})
    assert slept == [0.5, 1.0, 2.0]
    assert post(door, request("9001", SIGN_IN))["infcode"] == 0
    post(door, request("9001", SIGN_IN), headers={"apikey": "guessed"})
    assert len(slept) == 3
    for at in range(6):
        post(door, request("9001", SIGN_IN, institution_code=f"H0000000000{at}"))
    assert slept[3:] == [0.5, 1.0, 2.0], "guessing institutions is one kind of guessing"


def test_proof_comes_before_the_input_is_looked_at(
    door: Door, told: list[Answered], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    found = offices.institution

    async def institution(code: str) -> InstitutionRecord | None:
        asked.append(code)
        return await found(code)

    monkeypatch.setattr(offices, "institution", institution)
    unreadable = json.dumps(request("2204", {"feedetail": [{}] * 5_000}))
    assert "身份没有通过验证" in post(door, unreadable, headers={"apikey": "guessed"})["err_msg"]
    assert "没有找到这家定点医药机构" in post(door, unreadable.replace(HOSPITAL, "H00000000000"))["err_msg"]
    assert "太多，一次最多 1000 项" in post(door, unreadable)["err_msg"]
    assert asked == [HOSPITAL, "H00000000000", HOSPITAL]


def test_a_signed_message_can_be_sent_once(
    door: Door, told: list[Answered], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A captured head with a body of the thief's own is refused, and so is the very same message."""
    signed = msgspec.structs.replace(made.INSTITUTIONS[HOSPITAL], auth=Proof(kind=ProofKind.TIF, key="k", secret="s"))

    async def institution(code: str) -> InstitutionRecord | None:
        return signed if code == HOSPITAL else None

    monkeypatch.setattr(offices, "institution", institution)
    stamp = str(int(NOW.timestamp()))
    headers = {
        "x-tif-paasid": "k",
        "x-tif-timestamp": stamp,
        "x-tif-nonce": "n1",
        "x-tif-signature": tif_signature("s", stamp, "n1"),
    }
    assert post(door, request("9001", SIGN_IN, 1), headers=headers)["infcode"] == 0
    assert post(door, request("9001", SIGN_IN, 1), headers=headers)["infcode"] == -1
    assert post(door, request("1101", WHO, 2), headers=headers)["infcode"] == -1
    assert [each.unproven for each in told] == ["", "replayed", "replayed"]
    again = {**headers, "x-tif-nonce": "n2", "x-tif-signature": tif_signature("s", stamp, "n2")}
    assert post(door, request("9001", SIGN_IN, 3), headers=again)["infcode"] == 0
