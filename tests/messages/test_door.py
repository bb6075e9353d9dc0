"""Days at the door: visits, sales, lost answers, repeated ids, bodies of every size and shape."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.clock import china_now
from mulaid.gateway.bodies import BODY_LIMIT
from mulaid.procedures.till.requests import SettleRequest
from mulaid.terms.codes import Accounts
from tests.messages import made
from tests.messages.conftest import bill, line, sale
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import HOSPITAL, NUMBERS, PHARMACY, WANG, post, request

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PATIENT = "9901007"
AREAS_PATHS = [
    "/fsi/api/rsfComIfsService/callService",
    "/mbs/fmi/fsi/api/callFsiService/callService",
    "/mss/web/api/fsi/callService",
    "/CSB",
    "/CSB/hsa-fsi-9001",
    "/ebus/area/prd/hsa/hgs/9001",
    "/fsi/api/signInSignOutService/signIn",
    "/hss-call-service-interface",
]
"""Where public clients post, each in its area."""


def refused(answer: Any, start: str) -> None:
    assert (answer["infcode"], answer["output"]) == (-1, None)
    assert answer["err_msg"].startswith(start)


def test_a_visit_from_registration_to_cancellation(door: TestClient[Any]) -> None:
    quoted = post(door, request("2206", bill("B1"), 10))["output"]["setlinfo"]
    assert (quoted["setl_id"], quoted["mdtrt_id"]) == ("", "9901001")
    settled = post(door, request("2207", bill("B1"), 11))["output"]["setlinfo"]
    assert {name: value for name, value in quoted.items() if name not in ("setl_id", "medins_setl_id")} == {
        name: value for name, value in settled.items() if name not in ("setl_id", "medins_setl_id")
    }
    named = {"psn_no": PATIENT, "setl_id": settled["setl_id"], "mdtrt_id": settled["mdtrt_id"]}
    found = post(door, request("5203", {"data": named}, 12))["output"]["setlinfo"]
    assert found["medins_setl_id"] == settled["medins_setl_id"] == f"{HOSPITAL}202603021015300011"
    assert found["refd_setl_flag"] == "0"
    back = post(door, request("2208", {"data": named}, 13))["output"]["setlinfo"]
    assert back["acct_mulaid_pay"] == -settled["acct_mulaid_pay"] < 0
    again = post(door, request("2207", bill("B1"), 11))
    assert f"后来又撤销了，撤销的结算编号是 {back['setl_id']}" in again["warn_msg"]
    refused(post(door, request("2208", {"data": named}, 14)), "结算ID（setl_id）：这笔结算已经撤销过")


def test_the_same_message_again_gets_the_same_answer(door: TestClient[Any]) -> None:
    first = post(door, request("2207", bill("B1"), 20))
    again = post(door, request("2207", json.dumps(bill("B1")), 20))
    assert again["output"] == first["output"]
    assert first["warn_msg"] == "" and CHINESE.search(again["warn_msg"])
    refused(post(door, request("2207", bill("B1", acct_used_flag="0"), 20)), "发送方报文ID（msgid）")


@pytest.mark.parametrize(("infno", "nodes", "code"), [("2207", bill("B1"), HOSPITAL), ("2102", sale(), PHARMACY)])
def test_a_lost_answer_is_undone_and_a_late_original_refused(
    door: TestClient[Any], offices: FakeOffices, infno: str, nodes: Any, code: str
) -> None:
    arrived, never_seen = 30, 31
    assert post(door, request(infno, nodes, arrived, code))["infcode"] == 0
    for message in (arrived, never_seen, never_seen):
        undo = {"psn_no": PATIENT, "omsgid": f"{code}20260302101530{message:04d}", "oinfno": f"{infno}A"}
        answer = post(door, request("2601", {"data": undo}, 90 + message, code))
        assert (answer["infcode"], answer["output"]) == (0, {})
        refused(post(door, request(infno, nodes, message, code)), "发送方报文ID（msgid）：这个报文编号已经冲正")
    assert len(offices.undone) == 1


@pytest.mark.parametrize(
    ("code", "flag", "expected"),
    [
        (HOSPITAL, "0", Accounts.NONE),
        (HOSPITAL, "1", Accounts.ALL),
        (HOSPITAL, "01", Accounts.ALL),
        (PHARMACY, "0", Accounts.NONE),
        (PHARMACY, "1", Accounts.OWN),
        (PHARMACY, "01", Accounts.OWN),
        (PHARMACY, "2", Accounts.ALL),
    ],
)
def test_what_the_account_flag_means_where(
    door: TestClient[Any], offices: FakeOffices, code: str, flag: str, expected: Accounts
) -> None:
    nodes = sale()
    nodes["druginfo"]["acct_used_flag"] = flag
    assert post(door, request("2101", nodes, 40, code))["infcode"] == 0
    assert offices.asked[-1].accounts is expected


def test_the_extension_reaches_the_procedures(door: TestClient[Any], offices: FakeOffices) -> None:
    said = {
        "chosen_payers": [2, 1],
        "funds_paid": "12.00",
        "agent": {"principal_id": True, "agent_id": False},
        "prescription": True,
    }
    for exp_content in (said, json.dumps(said)):
        assert post(door, request("2206", bill("B1", exp_content=exp_content), 50))["infcode"] == 0
        asked = offices.asked[-1]
        assert isinstance(asked, SettleRequest)
        assert (asked.chosen, asked.funds_given, asked.agent_papers, asked.prescription) == ((2, 1), 1200, False, True)
    assert post(door, request("2206", bill("B1", exp_content="vendor's own text"), 51))["infcode"] == 0
    assert offices.asked[-1].agent_papers


def test_a_body_of_ten_megabytes(door: TestClient[Any]) -> None:
    refused(post(door, b" " * (10 << 20)), "报文超过 1 MB")
    padded = json.dumps(request("9001", {"signIn": {"opter_no": "1"}})).encode()
    assert post(door, padded.ljust(BODY_LIMIT))["infcode"] == 0
    refused(post(door, padded.ljust(BODY_LIMIT + 1)), "报文超过 1 MB")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"])
@pytest.mark.parametrize("path", ["/", "/fsi", "/fsi/", "/fsi/a/b/c", *AREAS_PATHS])
def test_any_path_and_content_type(door: TestClient[Any], path: str, content_type: str) -> None:
    headers = {"content-type": content_type, "apikey": made.SECRET}
    body = request("9001", {"signIn": {"opter_no": "1"}})
    assert post(door, body, path, headers)["output"]["signinoutb"]["sign_time"] == "2026-03-02"


def test_a_failure_below_is_a_sentence_without_a_trace(
    door: TestClient[Any], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def broken(number: str) -> None:
        raise RuntimeError(f"no answer about {number}")

    monkeypatch.setattr(offices, "holder", broken)
    answer = post(door, request("2207", bill("B1"), 60))
    refused(answer, "系统出错")
    assert answer["inf_refmsgid"] in answer["err_msg"]
    logged = "".join(capfd.readouterr())
    assert "RuntimeError" in logged and NUMBERS[WANG] not in logged + json.dumps(answer)


def test_no_identity_number_is_logged(door: TestClient[Any], capfd: pytest.CaptureFixture[str]) -> None:
    post(door, request("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBERS[WANG]}}, 61))
    post(door, {**request("1101", {"data": {}}, 62), "msgid": NUMBERS[WANG], "fixmedins_code": NUMBERS[WANG]})
    logged = "".join(capfd.readouterr())
    assert "1101" in logged and NUMBERS[WANG] not in logged


@pytest.mark.parametrize(
    "path",
    ["/CSB/hsa-fsi-2001", "/ebus/area/prd/hsa/hgs/2001", "/fsi/api/fsiPsnPriorityInfoService/queryPsnPriorityInfo"],
)
def test_the_path_names_the_transaction_where_the_envelope_does_not(door: TestClient[Any], path: str) -> None:
    nodes = {"psn_no": PATIENT, "insutype": "310", "med_type": "11", "begntime": "2026-03-02"}
    body = request("2001", {"data": nodes}, 63)
    del body["infno"]
    assert "trtinfo" in post(door, body, path)["output"]
    refused(post(door, body, "/fsi/api/callService"), "缺少交易编号（infno）")


@pytest.mark.parametrize("path", ["/", "/fsi/api/callService", *AREAS_PATHS])
def test_whoever_looks_at_the_door_is_told_what_it_is(door: TestClient[Any], path: str) -> None:
    page = door.get(path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html;charset=UTF-8")
    for words in ("定点医药机构接口", "messages.md", "/health", "2207", "门诊结算"):
        assert words in page.text
    assert "{" not in page.text.partition("</style>")[2]
    assert door.head(path).status_code == 200
    assert (door.put(path).status_code, door.put(path).headers["allow"]) == (405, "GET, HEAD, POST")


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)


@FREELY
@given(body=st.binary(max_size=400))
def test_any_bytes_get_a_sentence(door: TestClient[Any], body: bytes) -> None:
    answer = post(door, body)
    refused(answer, "")
    assert CHINESE.search(answer["err_msg"])


@FREELY
@given(data=st.data())
def test_any_value_in_any_field_is_answered(door: TestClient[Any], data: st.DataObject) -> None:
    infno, nodes = data.draw(
        st.sampled_from([("2207", bill("B1")), ("2204", {"feedetail": [line("B9")]}), ("2102", sale())])
    )
    node = data.draw(st.sampled_from(sorted(nodes)))
    inner = nodes[node][0] if isinstance(nodes[node], list) else nodes[node]
    field = data.draw(st.sampled_from(sorted(inner)))
    changed = {**inner, field: data.draw(NESTED)}
    body = request(infno, {**nodes, node: [changed] if isinstance(nodes[node], list) else changed}, 70)
    answer = post(door, json.dumps({**body, "msgid": data.draw(st.uuids()).hex[:30]}))
    if answer["infcode"] != 0:
        refused(answer, "")
        assert CHINESE.search(answer["err_msg"]) and not answer["err_msg"].startswith("系统出错")


def test_a_long_unknown_name_is_not_repeated(door: TestClient[Any]) -> None:
    refused(post(door, request("9001", {"signIn": {"x" * 300: "\x00"}})), "报文里有不能显示的字符")


def test_the_clock_is_china_s() -> None:
    assert str(china_now().tzinfo) == "Asia/Shanghai"
