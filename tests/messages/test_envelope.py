"""The tolerances: however the vendor writes it, the same message is read."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.gateway import envelope
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.routes import ROUTES, plain
from tests.messages.made import NOW, REGION, request

NODES = {"data": {"psn_no": "9901007", "medfee_sumamt": 12.50, "card_sn": "null", "memo": ""}}
CLEAN = {"data": {"psn_no": "9901007", "medfee_sumamt": "12.5"}}
BODY = json.dumps(request("2207", NODES))


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
    read = envelope.read(body.encode())
    assert (read.infno, read.sign_no) == ("2207", "")
    assert envelope.nodes(read) == CLEAN
    assert envelope.content("2207", envelope.nodes(read)) == envelope.content("2207", CLEAN)


@pytest.mark.parametrize("empty", ["", None, "null", "NULL", "  "])
def test_four_ways_of_saying_nothing(empty: Any) -> None:
    with pytest.raises(FieldFault) as refused:
        envelope.read(json.dumps({**request("2207", NODES), "msgid": empty}).encode())
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
        assert envelope.read(json.dumps(body).encode(), path).infno == expected
    except FieldFault as refused:
        assert (expected, refused.wire) == (None, "infno")


def test_the_body_is_asked_before_the_path() -> None:
    assert envelope.read(BODY.encode(), "/fsi/2206").infno == "2207"


def test_no_number_passes_through_a_float() -> None:
    body = BODY.replace("12.5", "0.1000000000000000055511151231257827")
    nodes = envelope.nodes(envelope.read(body.encode()))
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
        envelope.nodes(envelope.read(body))
    except FieldFault:
        return
