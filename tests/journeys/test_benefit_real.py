"""What 2001 says of everybody of the day, against what a quote of the same person then does at the same place."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from mulaid.store.connect import connect
from tests.journeys.till import Hospital, Message

pytestmark = pytest.mark.xdist_group("benefit_real")

PEOPLE = ["mother", "liang", "suspended", "lin", "student", "yi", "gu", "wu"]
QUOTE = "student-sale-quote"
ACCOUNTS = "310200"
PAUSED = "update enrolment set status = 'paused' where region = 440300 and person = $1"


def person(till: Hospital, name: str) -> dict[str, Any]:
    found = till.done(f"who-is-{name}")
    return {**found["baseinfo"], "insutype": found["insuinfo"][0]["insutype"]}


def benefit(till: Hospital, patient: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The rows of 2001 by whose money they are about: pooled or accounts."""

    def change(message: Message) -> None:
        asked = {"psn_no": patient["psn_no"], "insutype": patient["insutype"], "med_type": "41"}
        message["infno"] = "2001"
        message["input"] = {"data": {**asked, "begntime": message["inf_time"]}}

    rows = till.done(QUOTE, change)["trtinfo"]
    return {"accounts" if row["fund_pay_type"] == ACCOUNTS else "pooled": row for row in rows}


def quote(till: Hospital, patient: dict[str, Any], funds: str | None = None) -> Message:
    """The answer to a sale on a prescription, whoever may pay."""

    def change(message: Message) -> None:
        info = message["input"]["druginfo"]
        info.update(psn_no=patient["psn_no"], insutype=patient["insutype"], mdtrt_cert_no=patient["certno"])
        if funds is not None:
            info["exp_content"] = json.dumps({"funds_paid": funds})
        for line in message["input"]["drugdetail"]:
            line["rx_circ_flag"] = "1"

    return till.post(QUOTE, till.message(QUOTE, change))


def agrees(row: dict[str, str] | None, answer: Message, field: str) -> None:
    """Nothing is paid where the row says no, and a refusal is the row's own sentence."""
    paid = answer["infcode"] == 0 and Decimal(str(answer["output"]["setlinfo"][field])) > 0
    if row is None or row["trt_enjymnt_flag"] == "0":
        assert not paid
        assert answer["infcode"] == 0 or row is None or row["trt_chk_rslt"] in answer["err_msg"]
    else:
        assert (answer["infcode"], row["trt_chk_rslt"]) == (0, "")


@pytest.mark.parametrize("name", PEOPLE)
def test_a_quote_does_what_was_told(till: Hospital, name: str) -> None:
    patient = person(till, name)
    told = benefit(till, patient)
    agrees(told["pooled"], quote(till, patient), "hifp_pay")
    given = quote(till, patient, "0.00")
    agrees(told.get("accounts"), given, "acct_pay")
    if "accounts" in told and told["accounts"]["trt_enjymnt_flag"] == "1":
        assert Decimal(str(given["output"]["setlinfo"]["acct_pay"])) > 0


def test_whoever_is_paused_still_pays_from_their_own_account(till: Hospital) -> None:
    patient = person(till, "lin")
    asyncio.run(_execute(till.dsn, PAUSED, int(patient["psn_no"][6:])))
    told = benefit(till, patient)
    assert [row["trt_enjymnt_flag"] for row in (told["pooled"], told["accounts"])] == ["0", "1"]
    assert "不是正常参保" in told["pooled"]["trt_chk_rslt"]
    paid = quote(till, patient)["output"]["setlinfo"]
    assert (paid["hifp_pay"], paid["acct_mulaid_pay"]) == (0, 0)
    assert paid["acct_pay"] > 0


async def _execute(dsn: str, statement: str, *given: object) -> None:
    opened = await connect(dsn)
    await opened.execute(statement, *given)
    await opened.close()
