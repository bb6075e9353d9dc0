"""What a real house answers a till over HTTP: amounts as sent, who paid and who did not, what was undone since."""

import json

import pytest

from tests.journeys.till import BILL, ENQUIRY, LINES, Change, Hospital, Message, cancelling, in_batch, put

pytestmark = pytest.mark.xdist_group("gateway_real")


def test_the_funds_part_is_taken_from_nobody_who_may_not_give_it(till: Hospital) -> None:
    """A clinic with a credential, in a region and of a kind that the operator has said nothing of."""
    kept = till.kept
    kept["lin"] = till.done("who-is-lin")["baseinfo"]["psn_no"]
    kept["lin_visit"] = till.done("lin-registers")["data"]["mdtrt_id"]
    till.done("lin-fees")
    for infno in ("2206", "2207"):
        for funds in ("0.00", "1.00"):
            body = till.message("lin-settles", put(f'{{"funds_paid": "{funds}"}}', "input", "data", "exp_content"))
            body["infno"] = infno
            till.refuses("lin-settles", body, "这家机构的报文不能自己填写")
    settled = till.done("lin-settles")["setlinfo"]
    assert "funds_given_by" not in json.loads(settled["exp_content"])


def test_given_funds_are_marked_and_counted(till: Hospital) -> None:
    before = till.metric("mulaid_funds_given_fen_total", "region")
    till.done(LINES, in_batch("given"))
    settled = till.done(BILL, in_batch("given"))["setlinfo"]
    assert json.loads(settled["exp_content"])["funds_given_by"] == "region"
    assert till.metric("mulaid_funds_given_fen_total", "region") - before == settled["fund_pay_sumamt"] * 100 == 30_000


def test_a_sandbox_takes_the_funds_part_and_says_so(till: Hospital) -> None:
    """From an institution without a credential, of which the operator has said nothing."""
    kept = till.kept
    kept["wu"] = till.done("who-is-wu")["baseinfo"]["psn_no"]
    kept["wu_visit"] = till.done("wu-registers")["data"]["mdtrt_id"]
    till.done("wu-fees")
    answer = till.post("wu-settles", till.message("wu-settles"))
    assert json.loads(answer["output"]["setlinfo"]["exp_content"])["funds_given_by"] == "sandbox"
    assert "试用环境" in answer["warn_msg"]


@pytest.mark.parametrize("infno", ["2206", "2206A", "2207", "2207A"])
@pytest.mark.parametrize("unsaid", ["missing", "", None, "null"])
def test_amounts_by_class_that_are_not_said(till: Hospital, infno: str, unsaid: str | None) -> None:
    """Public clients leave them out, or send them empty."""
    batch = f"unsaid-{infno}-{unsaid}"

    def change(message: Message) -> None:
        in_batch(batch)(message)
        message["infno"] = infno
        for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"):
            del message["input"]["data"][name]
            if unsaid != "missing":
                message["input"]["data"][name] = unsaid

    till.done(LINES, in_batch(batch))
    info = till.done(BILL, change)["setlinfo"]
    assert (info["medfee_sumamt"], info["inscp_scp_amt"], info["preselfpay_amt"]) == (900, 703, 77)


def test_amounts_with_binary_noise_are_exact(till: Hospital) -> None:
    """As a client writes them that adds prices as floating-point numbers."""
    lines = {"det_item_fee_sumamt": 600.0000000000001, "cnt": 0.9999999999999999, "pric": 600.0000000000001}

    def noisy(message: Message) -> None:
        in_batch("noise")(message)
        message["input"]["feedetail"][0].update(lines)

    result = till.done(LINES, noisy)["result"][0]
    assert (result["det_item_fee_sumamt"], result["cnt"], result["pric"]) == (600, 1, 600)
    said = {"medfee_sumamt": 899.9999999999999, "preselfpay_amt": "77.000", "fulamt_ownpay_amt": 5.551115123125783e-17}
    info = till.done(BILL, lambda message: (in_batch("noise")(message), message["input"]["data"].update(said)))[
        "setlinfo"
    ]
    assert (info["medfee_sumamt"], info["preselfpay_amt"]) == (900, 77)


def test_whoever_did_not_do_the_undoing_can_see_it(till: Hospital) -> None:
    """Both halves say so, and each names the other; a settlement that stands says that it does."""

    def asked(case: str) -> tuple[Message, Message]:
        info = till.done(ENQUIRY, put(case, "input", "data", "setl_id"))["setlinfo"]
        return info, json.loads(info["exp_content"])

    undone = till.kept["cancelled_case"]
    forward, said = asked(undone)
    back, said_back = asked(said["undone_by"])
    assert (forward["refd_setl_flag"], back["refd_setl_flag"]) == ("1", "1")
    assert (back["setl_id"], said_back["undoes"]) == (said["undone_by"], undone)
    assert back["medfee_sumamt"] == -forward["medfee_sumamt"] == -900
    standing, said_standing = asked(till.kept["mother_case"])
    assert standing["refd_setl_flag"] == "0" and not {"undone_by", "undoes"} & said_standing.keys()


def test_a_settlement_sent_again_after_it_was_undone_says_so(till: Hospital) -> None:
    till.done(LINES, in_batch("again"))
    body = till.message(BILL, in_batch("again"))
    settled = till.post(BILL, body)["output"]["setlinfo"]["setl_id"]
    reversal = till.done(ENQUIRY, cancelling(settled))["setlinfo"]["setl_id"]
    answer = till.post(BILL, body)
    assert (answer["infcode"], answer["output"]["setlinfo"]["setl_id"]) == (0, settled)
    assert "后来又撤销了" in answer["warn_msg"] and reversal in answer["warn_msg"]


def test_why_nobody_else_paid_is_told_by_quote_settlement_and_enquiry(till: Hospital) -> None:
    """The mother wants no account touched: both children are named with the reason, masked, without a balance."""

    def alone(infno: str) -> Change:
        def change(message: Message) -> None:
            in_batch("alone")(message)
            message["infno"] = infno
            message["input"]["data"]["acct_used_flag"] = "0"

        return change

    till.done(LINES, in_batch("alone"))
    quoted, settled = (till.done(BILL, alone(infno))["setlinfo"] for infno in ("2206", "2207"))
    asked = till.done(ENQUIRY, put(settled["setl_id"], "input", "data", "setl_id"))["setlinfo"]
    told = [json.loads(info["exp_content"])["passed_over"] for info in (quoted, settled, asked)]
    assert told[0] == told[1] == told[2]
    assert [(each["no"], each["name"], each["code"]) for each in told[0]] == [
        (1, "陆*生", "AID_DECLINED"),
        (2, "陆*霞", "AID_DECLINED"),
    ]
    assert told[0][0]["why"] == "这次选了不用家人的钱。想用的话，请告诉收费员，重新结算。"
