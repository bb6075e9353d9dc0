"""Visits over HTTP against a real house: registered, charged, settled and taken back as hospitals do."""

import asyncio

import pytest

from mulaid.store.connect import connect
from tests.journeys.till import BILL, ENQUIRY, LINES, Change, Hospital, Message, cancelling, put

pytestmark = pytest.mark.xdist_group("visits_real")

COVER = """
insert into enrolment (region, person, from_day, scheme, status, account)
values (450600, $1, '2005-01-01', 'employee', 'active', true)
"""


def test_a_person_with_two_covers_is_settled_by_the_one_of_the_visit(till: Hospital) -> None:
    asyncio.run(_execute(till.dsn, COVER, int(till.kept["mother"][6:])))
    schemes = {row["insutype"] for row in till.done("who-is-mother")["insuinfo"]}
    assert schemes == {"310", "390"}

    def under(scheme: str, visit: str = "") -> Change:
        def change(message: Message) -> None:
            node = message["input"].get("data") or message["input"]["feedetail"][0]
            if "insutype" in node or "psn_setlway" in node:
                node["insutype"] = scheme
            for each in message["input"].get("feedetail") or [node]:
                if visit:
                    each["mdtrt_id"] = visit

        return change

    visit = till.done("mother-registers", under("310"))["data"]["mdtrt_id"]
    till.done(LINES, under("310", visit))
    for name in ("mother-quote", BILL):
        till.refuses(name, till.message(name, under("390", visit)), "登记的是职工医保")
    quoted = till.done("mother-quote", under("310", visit))["setlinfo"]
    # The employee's upfront share is smaller than the resident's.
    assert (quoted["insutype"], quoted["inscp_scp_amt"]) == ("310", 729)

    def as_quoted(message: Message) -> None:
        under("310", visit)(message)
        message["input"]["data"].update({name: quoted[name] for name in ("preselfpay_amt", "inscp_scp_amt")})

    assert till.done(BILL, as_quoted)["setlinfo"]["insutype"] == "310"


async def _execute(dsn: str, statement: str, *given: object) -> None:
    opened = await connect(dsn)
    await opened.execute(statement, *given)
    await opened.close()


def at_visit(visit: str, batch: str = "", serial: str = "") -> Change:
    """The mother's lines or bill at another visit, under another batch number."""

    def change(message: Message) -> None:
        for node in message["input"].get("feedetail") or [message["input"]["data"]]:
            node["mdtrt_id"] = visit
            if batch:
                node["chrg_bchno"] = batch
            if serial:
                node["feedetl_sn"] = f"{serial}-{node['feedetl_sn']}"

    return change


def numbered(number: str) -> Change:
    return put(number, "input", "data", "ipt_otp_no")


def test_a_visit_registered_or_charged_twice_is_told(till: Hospital) -> None:
    first = till.done("mother-registers", numbered("MZ9001"))["data"]["mdtrt_id"]
    told = till.post("mother-registers", till.message("mother-registers", numbered("MZ9001")))
    assert f"已经用这个住院/门诊号登记过，就诊编号是 {first}。" in told["warn_msg"]
    second = told["output"]["data"]["mdtrt_id"]
    assert "同一天在本机构登记过" in till.warned("mother-registers", numbered("MZ9002"))
    till.done(LINES, at_visit(first, "B1"))
    assert "里有同样的明细" in till.warned(LINES, at_visit(second, "B1"))


def test_a_client_that_numbers_no_batches(till: Hospital) -> None:
    """As one public client does: 0 in uploads, quotes and bills, 0000 to take everything back."""
    visit = till.done("mother-registers", numbered("MZ9003"))["data"]["mdtrt_id"]
    for upload in ("U1", "U2"):
        till.done(LINES, at_visit(visit, "0", upload))
    till.refuses(BILL, till.message(BILL, at_visit(visit, "0")), "系统算出的是 1800.00 元")
    everything = {
        "medfee_sumamt": "1800.00",
        "inscp_scp_amt": "1406.00",
        "preselfpay_amt": "154.00",
        "overlmt_selfpay": "240.00",
    }

    def whole(message: Message) -> None:
        at_visit(visit, "0")(message)
        message["input"]["data"].update(everything)

    quoted = till.done("mother-quote", whole)["setlinfo"]
    settled = till.done(BILL, whole)["setlinfo"]
    assert settled["medfee_sumamt"] == quoted["medfee_sumamt"] == 1800
    till.refuses(BILL, till.message(BILL, whole), "没有等待结算的费用明细")
    till.refuses(
        "mother-registers", till.message("mother-registers", withdrawing(visit)), f"结算编号是 {settled['setl_id']}"
    )

    def cancelled(message: Message) -> None:
        at_visit(visit)(message)
        cancelling(settled["setl_id"])(message)

    assert till.done(ENQUIRY, cancelled)["setlinfo"]["medfee_sumamt"] == -1800
    till.refuses("mother-registers", till.message("mother-registers", withdrawing(visit)), "先撤销明细")
    till.done("mother-quote", whole)

    def removal(message: Message) -> None:
        at_visit(visit, "0000")(message)
        message["infno"] = "2205"

    till.done("mother-quote", removal)
    till.done("mother-registers", withdrawing(visit))


def withdrawing(visit: str) -> Change:
    """A registration, made its withdrawal."""

    def change(message: Message) -> None:
        message["infno"] = "2202"
        message["input"]["data"]["mdtrt_id"] = visit

    return change
