"""The tolerances: however the vendor writes it, the same message is read."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.gateway import bodies, envelope
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.labels import complaint
from mulaid.gateway.routes import ROUTES, plain
from tests.messages.made import NOW, REGION, request

NODES = {"data": {"psn_no": "9901007", "medfee_sumamt": 12.50, "card_sn": "null", "memo": ""}}
CLEAN = {"data": {"psn_no": "9901007", "medfee_sumamt": "12.5"}}
BODY = json.dumps(request("2207", NODES))


def read(body: bytes, path: str = "") -> envelope.Envelope:
    return envelope.read(envelope.outside(bodies.read(body).json, path))


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "=" + BODY,
        "=" + quote(BODY),
        "\ufeff" + BODY,
        json.dumps(request("2207", json.dumps(NODES))),
        json.dumps(request("2207", {"data": {**NODES["data"], "medfee_sumamt": "12.5"}})),
        json.dumps({**request("2207", {**NODES, "empty": None, "none": ""})}),
    ],
    ids=["object", "form", "escaped form", "byte-order mark", "input as text", "amount as text", "empty nodes"],
)
def test_ways_of_writing_one_message(body: str) -> None:
    found = read(body.encode())
    assert (found.infno, found.sign_no) == ("2207", "")
    assert envelope.nodes(found) == CLEAN
    assert envelope.content("2207", envelope.nodes(found)) == envelope.content("2207", CLEAN)


@pytest.mark.parametrize("empty", ["", None, "null", "NULL", "  "])
def test_four_ways_of_saying_nothing(empty: Any) -> None:
    with pytest.raises(FieldFault) as refused:
        read(json.dumps({**request("2207", NODES), "msgid": empty}).encode())
    assert refused.value.wire == "msgid"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fsi/CSB/hsa-fsi-2207", "2207"),
        ("/fsi/hgs/2203A", "2203A"),
        ("/fsi/hgs/2207/", "2207"),
        ("/fsi/api/callService", None),
    ],
)
def test_transaction_at_the_end_of_the_path(path: str, expected: str | None) -> None:
    body = {name: value for name, value in request("", NODES).items() if name != "infno"}
    try:
        assert read(json.dumps(body).encode(), path).infno == expected
    except FieldFault as refused:
        assert (expected, refused.wire) == (None, "infno")


def test_the_body_is_asked_before_the_path() -> None:
    assert read(BODY.encode(), "/fsi/2206").infno == "2207"


def test_no_number_passes_through_a_float() -> None:
    body = BODY.replace("12.5", "0.1000000000000000055511151231257827")
    nodes = envelope.nodes(read(body.encode()))
    assert nodes["data"]["medfee_sumamt"] == "0.1000000000000000055511151231257827"


def test_other_content_is_another_digest() -> None:
    other = {"data": {**CLEAN["data"], "medfee_sumamt": "12.6"}}
    assert envelope.content("2207", CLEAN) != envelope.content("2207", other)
    assert envelope.content("2207", CLEAN) != envelope.content("2206", CLEAN)


def test_the_answer_s_ids() -> None:
    assert envelope.reference(REGION, NOW, 42) == "990100202603021015300000000042"
    assert envelope.stamp(NOW) == "20260302101530123"


def test_variants_mean_the_plain_transaction() -> None:
    assert {plain(f"{infno}A") for infno in ROUTES} == set(ROUTES)
    assert plain("2999A") == "2999A"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        envelope.nodes(read(body))
    except FieldFault:
        return


def test_what_is_not_read_before_its_sender_is_proved() -> None:
    """A long input is not even looked into, and nothing else on the envelope may be long."""
    head = {name: value for name, value in request("2207", NODES).items() if name != "input"}
    wrong = json.dumps(head)[:-1] + ', "input": {"x": [' + "1," * 5_000 + "1]}}"
    found = read(wrong.encode())
    assert found.infno == "2207"
    with pytest.raises(FieldFault):
        envelope.nodes(found)
    with pytest.raises(FieldFault) as refused:
        envelope.outside(json.dumps({**head, "msgid": ["x"] * 1_000}).encode())
    assert refused.value.wire == "msgid"
    assert read(json.dumps({**head, "opter_name": ["x"] * 10_000, "input": {}}).encode()).infno == "2207"


@pytest.mark.parametrize("nodes", [{"feedetail": [{}] * 1_001}, {"data": {"exp_content": {"x": [1] * 1_001}}}])
def test_a_list_has_an_end(nodes: Any) -> None:
    with pytest.raises(FieldFault) as refused:
        envelope.nodes(read(json.dumps(request("2204", nodes)).encode()))
    assert refused.value.detail == "1000"
    assert complaint(refused.value).endswith("太多，一次最多 1000 项。请分成几次发送。")
    short = json.dumps(request("2204", {"feedetail": [{}] * 1_000})).encode()
    assert len(envelope.nodes(read(short))["feedetail"]) == 1_000


@pytest.mark.parametrize("given", ["[]", "12", "true"])
def test_an_input_is_an_object_or_text(given: str) -> None:
    head = {name: value for name, value in request("2207", NODES).items() if name != "input"}
    with pytest.raises(FieldFault) as refused:
        envelope.nodes(read(f'{json.dumps(head)[:-1]}, "input": {given}}}'.encode()))
    assert refused.value.wire == "input"


def content(**fields: Any) -> bytes:
    return envelope.content("2207", envelope.nodes(read(json.dumps(request("2207", {"data": fields})).encode())))


def test_the_zeros_at_the_end_of_an_amount_say_nothing() -> None:
    same = {content(medfee_sumamt=amount, cnt=1) for amount in ("37", "37.0", "37.00", 37, 37.0)}
    assert len(same) == 1
    assert content(medfee_sumamt="37", cnt="1.0000") in same
    assert content(medfee_sumamt="370", cnt=1) not in same
    assert content(medfee_sumamt="0.00") == content(medfee_sumamt="0") != content()
    assert content(exp_content='{"funds_paid": "12.00"}') == content(exp_content={"funds_paid": 12})
    # Of an id every sign counts.
    assert content(invono="37.00") != content(invono="37")


def test_an_extension_of_somebody_else_is_kept_as_it_came() -> None:
    for text in ("{broken", "vendor's own", "[1]"):
        body = json.dumps(request("2207", {"data": {"exp_content": text}})).encode()
        assert envelope.nodes(read(body))["data"]["exp_content"] == text


def test_codes_in_small_letters() -> None:
    body = request("2203a", NODES)
    found = read(json.dumps({**body, "fixmedins_code": body["fixmedins_code"].lower()}).encode())
    assert (found.infno, found.fixmedins_code) == ("2203A", body["fixmedins_code"])
