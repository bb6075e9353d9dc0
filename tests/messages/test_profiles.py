"""How areas differ, at the door: spellings, codes and the kinds of JSON they read."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from mulaid.gateway.profile import profile, profile_names
from mulaid.procedures.till.requests import SettleRequest
from mulaid.procedures.visit.requests import VisitRequest
from mulaid.terms.codes import Use
from tests.messages import made
from tests.messages.conftest import bill, sale
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import HOSPITAL, NUMBERS, PHARMACY, WANG, post, request

Door = TestClient[Any]


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let the hospital and the pharmacy speak a dialect."""

    def speak(name: str) -> None:
        assert name in profile_names()
        places = {code: msgspec.structs.replace(made.INSTITUTIONS[code], profile=name) for code in (HOSPITAL, PHARMACY)}
        monkeypatch.setattr(made, "INSTITUTIONS", made.INSTITUTIONS | places)

    yield speak


def settled(door: Door) -> Any:
    return post(door, request("2206", bill("B1"), 7))


def test_amounts_as_text(door: Door, speaking: Any) -> None:
    plain = settled(door)["output"]["setlinfo"]
    speaking("texts")
    answer = settled(door)
    told = answer["output"]["setlinfo"]
    assert answer["infcode"] == "0"
    assert (told["medfee_sumamt"], told["acct_pay"], told["pool_prop_selfpay"]) == ("50.00", "50.00", "0.0000")
    assert {name: str(value) for name, value in plain.items()} == told
    assert answer["output"]["setldetail"][0]["fund_payamt"] == "50.00"


@pytest.mark.parametrize(
    ("name", "clr_way", "psn_type", "cert_type"),
    [
        ("baseline", "01", "12", "01"),
        ("older_codes", "1", "21", "1"),
        ("four_digits", "1", "1201", "01"),
        ("hunan", "1", "12", "01"),
    ],
)
def test_codes_of_an_area(door: Door, speaking: Any, name: str, clr_way: str, psn_type: str, cert_type: str) -> None:
    speaking(name)
    told = settled(door)["output"]["setlinfo"]
    assert (told["clr_way"], told["psn_type"], told["psn_cert_type"]) == (clr_way, psn_type, cert_type)


@pytest.mark.parametrize("med_type", ["1102", "110104"])
def test_kinds_of_care_of_an_area(door: Door, offices: FakeOffices, med_type: str) -> None:
    answer = post(door, request("2206", bill("B1", med_type=med_type), 8))
    assert answer["output"]["setlinfo"]["med_type"] == med_type
    asked = offices.asked[-1]
    assert isinstance(asked, SettleRequest) and asked.use is Use.OUTPATIENT


@pytest.mark.parametrize("med_type", ["2101", "2102", "21", "119999"])
def test_kinds_of_care_that_are_no_outpatient_s(door: Door, med_type: str) -> None:
    answer = post(door, request("2206", bill("B1", med_type=med_type), 8))
    assert "不是这里能办的门诊类别" in answer["err_msg"]


def test_names_of_an_area() -> None:
    hunan = profile("hunan")
    assert hunan.read({"data": [{"Vali_Flag": "1", "MDTRT_SETL_TYPE": "2"}]}) == {
        "data": [{"vali_flag": "1", "mdtrt_setl_type": "2"}]
    }
    assert hunan.written({"dld_endtime": "x", "list": [{"dld_endtime": "y"}]}) == {
        "dld_end_time": "x",
        "list": [{"dld_end_time": "y"}],
    }
    same = {"data": {"Vali_Flag": "1"}}
    assert profile("baseline").read(same) is same and profile("baseline").written(same) is same


CARD = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "SC" + NUMBERS[WANG]}


@pytest.mark.parametrize(
    ("card_sn", "says"),
    [("", "缺少卡识别码"), ("a b", "不是卡识别码"), ("0" * 33, "不是卡识别码"), ("440300AABBCC", "")],
)
def test_a_card_with_its_code(door: Door, offices: FakeOffices, speaking: Any, card_sn: str, says: str) -> None:
    visit = {"psn_no": "9901007", "insutype": "310", "begntime": "2026-03-02", "ipt_otp_no": "MZ7", **CARD}
    bought = sale()
    bought["druginfo"] = {**bought["druginfo"], "card_sn": card_sn, "acct_used_flag": "1"}
    asks = [
        request("1101", {"data": {**CARD, "card_sn": card_sn}}, 20),
        request("2201", {"data": {**visit, "card_sn": card_sn}}, 21),
        request("2101", bought, 22, PHARMACY),
    ]
    assert all(post(door, ask)["infcode"] == 0 for ask in asks)
    speaking("with_card_sn")
    for number, ask in enumerate(asks, 30):
        answer = post(door, json.dumps({**ask, "msgid": f"n{number}"}))
        assert (answer["infcode"] == 0) is not bool(says) and says in answer["err_msg"]
    own = {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBERS[WANG]}
    assert post(door, request("1101", {"data": own}, 40))["infcode"] == 0
    assert isinstance(offices.asked[-1], VisitRequest | SettleRequest)
