"""Every broken field of a message is named at once, with its code, its line and a sentence."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.gateway.profile import profile
from mulaid.gateway.refusals import Complaint
from tests.messages import made
from tests.messages.conftest import bill, line, sale
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import post, request

REGISTRATION = {
    "data": {
        "psn_no": "9901007",
        "insutype": "310",
        "begntime": "2026-03-02 09:00:00",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": made.NUMBERS[made.WANG],
        "ipt_otp_no": "MZ0000",
        "med_type": "11",
    }
}
LINES = {"feedetail": [{**line("B7"), "feedetl_sn": at} for at in range(1, 5)]}
WORD, LIST, NOTHING = "zzz", ["zzz"], None
BREAKABLE: dict[str, tuple[Any, dict[str, tuple[Any, ...]]]] = {
    "2201": (
        REGISTRATION,
        {
            "psn_no": (WORD, LIST, NOTHING, "9" * 31),
            "insutype": ("999", LIST, NOTHING),
            "begntime": (WORD, LIST, NOTHING),
            "mdtrt_cert_type": ("09", LIST, NOTHING),
            "ipt_otp_no": ("9" * 31, LIST, NOTHING),
            "med_type": ("21", LIST),
        },
    ),
    "2204": (
        LINES,
        {
            "psn_no": (LIST, NOTHING),
            "mdtrt_id": (LIST, NOTHING),
            "fee_ocur_time": (WORD, NOTHING),
            "det_item_fee_sumamt": (WORD, "1.005", "-1", NOTHING),
            "cnt": (WORD, LIST, NOTHING),
            "pric": ("1.2345678", NOTHING),
            "hosp_appr_flag": ("7", LIST),
        },
    ),
    "2206": (
        bill("B1"),
        {
            "psn_no": (WORD, LIST, NOTHING),
            "mdtrt_id": (WORD, LIST, NOTHING),
            "medfee_sumamt": (WORD, "1.005", "-1", True, NOTHING),
            "preselfpay_amt": (WORD, "1.005", LIST),
            "chrg_bchno": (LIST, NOTHING),
            "med_type": ("41", LIST, NOTHING),
            "insutype": ("999", LIST, NOTHING),
            "acct_used_flag": ("7", NOTHING),
            "psn_setlway": ("02", LIST),
            "exp_content": ("{", "{]"),
        },
    ),
    "2101": (
        sale(),
        {
            "psn_no": (WORD, NOTHING),
            "mdtrt_cert_type": ("09", NOTHING),
            "begntime": (WORD, NOTHING),
            "medfee_sumamt": (WORD, NOTHING),
            "insutype": ("999", NOTHING),
            "acct_used_flag": ("7", NOTHING),
            "med_type": ("11", NOTHING),
        },
    ),
}
FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None)


def refused(answer: Any) -> Any:
    """The extension of a refusal, which the sentences agree with."""
    assert (answer["infcode"], answer["output"]) == (-1, None)
    extension = json.loads(answer["exp_content"])
    fields = extension.get("fields", [])
    assert extension["code"] == fields[0]["code"]
    assert answer["err_msg"].startswith(fields[0]["says"])
    assert answer["err_msg"].endswith("。") and len(answer["err_msg"]) <= 200
    return extension


@FREELY
@given(data=st.data())
def test_all_that_is_broken_is_named(door: TestClient[Any], data: st.DataObject) -> None:
    infno = data.draw(st.sampled_from(sorted(BREAKABLE)))
    nodes, ways = BREAKABLE[infno]
    given_nodes = copy.deepcopy(nodes)
    node = next(iter(given_nodes))
    rows = given_nodes[node] if isinstance(given_nodes[node], list) else [given_nodes[node]]
    listed = isinstance(given_nodes[node], list)
    broken = set()
    for place, row in enumerate(rows, 1):
        for field in data.draw(st.sets(st.sampled_from(sorted(ways)), min_size=1)):
            row[field] = data.draw(st.sampled_from(ways[field]))
            broken.add((field, place if listed else None))
    code = made.PHARMACY if infno == "2101" else made.HOSPITAL
    extension = refused(post(door, request(infno, given_nodes, 80, code)))
    named = [(each["field"], each.get("line")) for each in extension["fields"]]
    assert len(named) == len(set(named)) and len(named) + extension.get("more", 0) == len(broken)
    assert set(named) <= broken
    assert [line or 0 for _, line in named] == sorted(line or 0 for _, line in named)


def test_several_broken_fields_of_the_envelope(door: TestClient[Any]) -> None:
    body = {name: text for name, text in request("2207", bill("B1"), 81).items() if name not in ("msgid", "input")}
    extension = refused(post(door, {**body, "fixmedins_code": ""}))
    assert [(each["field"], each["code"]) for each in extension["fields"]] == [
        ("msgid", "MISSING"),
        ("fixmedins_code", "MISSING"),
        ("input", "MISSING"),
    ]


def test_every_bad_line_is_named(door: TestClient[Any]) -> None:
    """What only lines together can have: a serial twice, another visit, an amount that does not multiply."""
    nodes = copy.deepcopy(LINES)
    nodes["feedetail"][1].update(feedetl_sn="1", mdtrt_id="9901002")
    nodes["feedetail"][2].update(det_item_fee_sumamt="49.00", fee_ocur_time="2026-03-03")
    extension = refused(post(door, request("2204", nodes, 82)))
    assert {(each["line"], each["field"], each["code"]) for each in extension["fields"]} == {
        (2, "feedetl_sn", "SERIAL_REPEATED"),
        (2, "mdtrt_id", "ONE_VISIT_ONLY"),
        (3, "det_item_fee_sumamt", "LINE_AMOUNT_DIFFERS"),
        (3, "fee_ocur_time", "IN_THE_FUTURE"),
    }


def test_every_broken_name_of_the_extension(door: TestClient[Any]) -> None:
    said = {"chosen_payers": "2", "funds_paid": "8.001", "agent": {"principal_id": True}, "prescription": "maybe"}
    nodes = bill("B1", insutype="999", exp_content=json.dumps(said))
    extension = refused(post(door, request("2206", nodes, 83)))
    assert {each["field"] for each in extension["fields"]} == {
        *("insutype", "chosen_payers", "funds_paid", "agent_id", "prescription")
    }


def test_a_thousand_bad_lines_are_answered_briefly(door: TestClient[Any]) -> None:
    nodes: Any = {"feedetail": [{} for _ in range(1_000)]}
    answer = post(door, request("2204", nodes, 84))
    extension = refused(answer)
    assert len(answer["exp_content"]) <= 4000 and extension["more"] > 0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda nodes: nodes["data"].update(mdtrt_cert_no=made.NUMBERS[made.LI]), "WRONG_CREDENTIAL", "mdtrt_cert_no"),
        (lambda nodes: nodes["data"].update(chrg_bchno="B9"), "UNKNOWN_BATCH", "chrg_bchno"),
    ],
)
def test_a_refusal_of_the_rules_has_its_code(
    door: TestClient[Any], change: Callable[[Any], None], code: str, field: str
) -> None:
    nodes = bill("B1")
    change(nodes)
    answer = post(door, request("2207", nodes, 85))
    assert json.loads(answer["exp_content"]) == {
        "code": code,
        "fields": [{"field": field, "code": code, "says": answer["err_msg"]}],
    }


def test_a_failure_below_has_its_code(
    door: TestClient[Any], offices: FakeOffices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(number: str) -> None:
        raise RuntimeError(number)

    monkeypatch.setattr(offices, "holder", broken)
    answer = post(door, request("2207", bill("B1"), 86))
    assert json.loads(answer["exp_content"]) == {"code": "INTERNAL_FAILURE"}


def test_the_code_stands_in_front_where_the_profile_wants_it(
    door: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = post(door, request("2207", bill("B9"), 87))
    coded = made.institution(made.HOSPITAL, made.INSTITUTIONS[made.HOSPITAL].kind, "coded")
    monkeypatch.setitem(made.INSTITUTIONS, made.HOSPITAL, coded)
    answer = post(door, request("2207", bill("B9"), 87))
    assert answer["err_msg"] == "[UNKNOWN_BATCH] " + plain["err_msg"]
    assert answer["exp_content"] == plain["exp_content"]
    several = post(door, request("2207", bill("B1", insutype="999", med_type="99"), 88))
    assert several["err_msg"].startswith("[CARE_KIND_NOT_OUTPATIENT] 医疗类别（med_type）")


@given(st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=9), st.sampled_from(["baseline", "coded"]))
def test_sentences_are_never_cut_in_the_middle(texts: list[str], name: str) -> None:
    told = Complaint("A_CODE", tuple(f"{text}。" for text in texts)).text(profile(name))
    assert len(told) <= 200 and told.endswith("。")
