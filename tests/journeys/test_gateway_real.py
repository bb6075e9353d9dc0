"""Broken and forbidden requests over HTTP against a real house: one clear sentence each, and nothing changed.

What a file of examples/day/ sends is the starting point; each test breaks it in one place.
"""

import copy
import logging

import pytest
from structlog.testing import capture_logs

from mulaid.gateway.offices import Proof, ProofKind
from tests.journeys.till import (
    BILL,
    ENQUIRY,
    IDENTITY_NUMBER,
    LINES,
    Change,
    Hospital,
    Message,
    cancelling,
    in_batch,
    put,
    without,
)

pytestmark = pytest.mark.xdist_group("gateway_real")

MOTHER, DAUGHTER, SUSPENDED = "994506195711030021", "994506198509220028", "994506195503300015"
TEN_MEGABYTES = 10 << 20

BROKEN: dict[str, tuple[str, Change, str]] = {
    "infno-unknown": (BILL, put("2299", "infno"), "不是国家接口的交易编号"),
    "infno-not-offered": (BILL, put("2304", "infno"), "“住院结算”，本系统还不能办"),
    "infno-is-a-list": (BILL, put(["2207"], "infno"), "类型不对"),
    "input-is-a-number": (BILL, put(7, "input"), "不是有效的 JSON 对象"),
    "input-is-a-list": (BILL, put([], "input"), "类型不对"),
    "amount-is-a-word": (BILL, put("许多", "input", "data", "medfee_sumamt"), "不是数字"),
    "amount-is-an-object": (BILL, put({}, "input", "data", "medfee_sumamt"), "不是数字"),
    "amount-with-three-decimals": (BILL, put("900.001", "input", "data", "medfee_sumamt"), "最多写 2 位小数"),
    "line-amount-with-three-decimals": (
        LINES,
        put(600.001, "input", "feedetail", 0, "det_item_fee_sumamt"),
        "最多写 2 位小数",
    ),
    "amount-negative": (BILL, put("-900.00", "input", "data", "medfee_sumamt"), "不能是负数"),
    "line-negative": (LINES, put(-1, "input", "feedetail", 1, "cnt"), "不能是负数"),
    "funds-negative": (BILL, put('{"funds_paid": "-1.00"}', "input", "data", "exp_content"), "不能是负数"),
    "funds-above-what-is-in-scope": (
        BILL,
        put('{"funds_paid": "703.01"}', "input", "data", "exp_content"),
        "系统算出的是 703.00 元",
    ),
    "any-sum-at-all": (BILL, put('{"funds_paid": 99999999.99}', "input", "data", "exp_content"), "超过了政策范围内"),
    "four-amounts-do-not-add-up": (BILL, put("702.99", "input", "data", "inscp_scp_amt"), "四项之和"),
    "total-differs-from-lines": (
        BILL,
        lambda message: message["input"]["data"].update(medfee_sumamt="900.01", inscp_scp_amt="703.01"),
        "900.01 元",
    ),
    "line-does-not-multiply": (LINES, put("599.98", "input", "feedetail", 0, "det_item_fee_sumamt"), "相差超过 0.01"),
    "person-missing": (BILL, without("input", "data", "psn_no"), "缺少人员编号"),
    "message-id-missing": (BILL, without("msgid"), "缺少发送方报文ID"),
    "input-missing": (BILL, without("input"), "缺少交易输入"),
    "lines-missing": (LINES, put({}, "input"), "缺少费用明细"),
    "visit-not-ours": (BILL, put("visit 7", "input", "data", "mdtrt_id"), "不是本系统给出的编号"),
    "message-id-of-another-institution": (BILL, put("H45060099903202603021015300001", "msgid"), "别家机构"),
    "institution-unknown": (BILL, put("H45060099999", "fixmedins_code"), "没有找到这家定点医药机构"),
    "somebody-elses-card": (BILL, put(DAUGHTER, "input", "data", "mdtrt_cert_no"), "不是患者本人"),
    "card-of-nobody": (BILL, put("990000190001010010", "input", "data", "mdtrt_cert_no"), "没有对应的参保人"),
    "batch-unknown": (BILL, in_batch("B9"), "没有找到这个收费批次"),
    "batch-settled-before": (BILL, in_batch("B2"), "已经结算"),
    "batch-uploaded-before": (LINES, in_batch("B1", "N"), "已经上传"),
    "line-uploaded-before": (LINES, put("B1-1", "input", "feedetail", 0, "feedetl_sn"), "流水号"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(till: Hospital, name: str) -> None:
    source, change, says = BROKEN[name]

    def both(message: Message) -> None:
        in_batch("B1" if source == BILL else "B3")(message)
        change(message)

    till.refuses(source, till.message(source, both), says)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"2207"', b"\xff\xfe{}", b"{'infno': 1}"])
def test_malformed_json(till: Hospital, body: bytes) -> None:
    till.refuses(BILL, body, "不是有效的 JSON 对象")


def test_ten_megabytes(till: Hospital) -> None:
    body = till.message(BILL, put("x" * TEN_MEGABYTES, "cainfo"))
    till.refuses(BILL, body, "超过 1 MB")


@pytest.mark.parametrize("path", ["/", "/CSB/hsa-fsi-1101", "/mbs/fmi/fsi/api/callFsiService/callService"])
def test_the_door_is_wherever_no_page_is(till: Hospital, path: str) -> None:
    message = till.message("who-is-mother")
    assert till.post("who-is-mother", message, path=path)["output"]["baseinfo"]["psn_no"] == till.kept["mother"]
    status, page = till.http("GET", path)
    assert (status, ("能不能花你账户里的钱" if path == "/" else "定点医药机构接口") in page.decode()) == (200, True)
    assert [till.http(method, "/health")[0] for method in ("GET", "POST")] == [200, 405]


def test_unknown_person(till: Hospital) -> None:
    till.refuses(
        "who-is-mother",
        till.message(
            "who-is-mother",
            lambda message: message["input"]["data"].update(
                mdtrt_cert_no="990000190001010010", certno="990000190001010010"
            ),
        ),
        "没有对应的参保人",
    )
    till.refuses(
        "mother-registers",
        till.message("mother-registers", put("4506007", "input", "data", "psn_no")),
        "没有找到这个参保人",
    )


@pytest.mark.parametrize(
    "proof", [Proof(kind=ProofKind.API_KEY, secret="guessed"), Proof(kind=ProofKind.TIF, key="demo-fcg", secret="x")]
)
def test_wrong_credential(till: Hospital, proof: Proof) -> None:
    till.refuses(BILL, till.message(BILL), "身份没有通过验证", proof)


def test_cancelled_twice(till: Hospital) -> None:
    till.refuses(ENQUIRY, till.message(ENQUIRY, cancelling(till.kept["cancelled_case"])), "已经撤销过")


def test_cancelled_by_another_institution(till: Hospital) -> None:
    body = till.message(
        "liang-cancels",
        lambda message: message["input"]["data"].update(
            setl_id=till.kept["mother_case"], mdtrt_id=till.kept["mother_visit"], psn_no=till.kept["mother"]
        ),
    )
    till.refuses("liang-cancels", body, "别家机构")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("oinfno", "2102", "原交易编号（oinfno）：原报文办的不是这种交易，是 2207。"),
        ("oinfno", "2208", "原交易编号（oinfno）只能是 2102、2207"),
        ("psn_no", "suspended", "人员编号（psn_no）：这笔结算不是这个人的"),
    ],
)
def test_a_void_blames_the_field_that_is_wrong(till: Hospital, field: str, value: str, says: str) -> None:
    def change(message: Message) -> None:
        data = message["input"]["data"]
        data.update(psn_no=till.kept["mother"], omsgid=till.kept["mother_message"])
        data[field] = till.kept.get(value, value)
        message["fixmedins_code"] = till.scenes[BILL].message["fixmedins_code"]
        message["msgid"] = message["msgid"].replace("H45060099903", message["fixmedins_code"])

    till.refuses(BILL, till.message("liang-void", change), says)


def test_a_cancellation_of_another_visit(till: Hospital) -> None:
    def change(message: Message) -> None:
        cancelling(till.kept["mother_case"])(message)
        message["input"]["data"]["mdtrt_id"] = str(int(till.kept["mother_visit"]) + 1)

    till.refuses(ENQUIRY, till.message(ENQUIRY, change), "就诊ID（mdtrt_id）：这笔结算不是这次就诊的")


def test_suspended_person(till: Hospital) -> None:
    till.refuses("suspended-buys", till.message("suspended-buys"), "暂停")


def test_one_message_id_with_other_content(till: Hospital) -> None:
    body = till.message("mother-settles", in_batch("B1"))
    registered = till.message("mother-registers")
    body["msgid"] = registered["msgid"]
    assert till.post("mother-registers", registered)["infcode"] == 0
    till.refuses("mother-settles", body, "另一笔内容不同的交易")


def test_a_repeated_registration_opens_one_visit(till: Hospital) -> None:
    body = till.message("mother-registers")
    empty_handed = till.state()
    first = till.post("mother-registers", body)
    before = till.state()
    assert before != empty_handed
    again = till.post("mother-registers", copy.deepcopy(body))
    assert (again["infcode"], again["output"]) == (0, first["output"])
    assert till.state() == before


def test_a_quote_changes_nothing(till: Hospital) -> None:
    before = till.state()
    output = till.done("mother-quote", in_batch("B1"))
    assert output["setlinfo"]["medfee_sumamt"] == 900
    assert till.state() == before


def test_a_card_nobody_can_read_warns_in_a_quote_and_stops_a_settlement(till: Hospital) -> None:
    def change(message: Message) -> None:
        in_batch("B1")(message)
        message["input"]["data"].update(mdtrt_cert_type="03", mdtrt_cert_no="Z00000000001")

    assert "认不出是谁的" in till.warned("mother-quote", change)
    till.refuses(BILL, till.message(BILL, change), "没有对应的参保人")


def test_no_log_names_anybody(till: Hospital, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        till.done("who-is-mother")
        till.post(BILL, b'{"infno": "1101", "mdtrt_cert_no": "' + MOTHER.encode() + b'"')
        till.post("who-is-suspended", till.message("who-is-suspended", put(SUSPENDED, "msgid")))
    assert '"event":"answered"' in till.logged()
    assert not IDENTITY_NUMBER.search(str(logs) + caplog.text + till.logged())
