"""Settlements as written: every identity clients rely on, for any split of any bill."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.gateway import extension
from mulaid.gateway.answers import Asked, Unbalanced, cancelled_nodes, enquiry_nodes, settlement_nodes
from mulaid.gateway.profile import profile
from mulaid.procedures.act.answers import Payer, Settled
from mulaid.procedures.inquiry.case import FoundCase
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Fund, Kinship, Mechanism, Use
from mulaid.terms.reasons import Skip
from tests.messages.made import (
    HOSPITAL,
    INSTITUTIONS,
    NOW,
    NUMBERS,
    PEOPLE,
    daughter,
    no_funds,
    outcome,
    passed_over,
    reversed_case,
    settled,
)

AMOUNT = st.integers(0, 10**9)
ASKED = Asked(message_id="m1", profile=profile("baseline"), unseal=bytes.decode)
AMOUNTS = """
    medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt act_pay_dedc hifp_pay
    pool_prop_selfpay cvlserv_pay hifes_pay hifmi_pay hifob_pay maf_pay hifdm_pay oth_pay fund_pay_sumamt psn_part_amt
    acct_pay psn_cash_pay hosp_part_amt balc acct_mulaid_pay
""".split()


@st.composite
def settlements(draw: st.DrawFn) -> Settled:
    """Any bill of one of the invented people, in a quote or settled, paid by anybody."""
    funds = tuple(draw(st.lists(AMOUNT, min_size=len(Fund), max_size=len(Fund))))
    shares = draw(st.lists(AMOUNT, max_size=5))
    own, cash, hospital = draw(AMOUNT), draw(AMOUNT), draw(AMOUNT)
    total = sum(funds) + own + sum(shares) + cash + hospital
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=3, max_size=3)))
    bill = Bill(
        total=total,
        in_scope=cuts[0],
        upfront_share=cuts[1] - cuts[0],
        over_price_limit=cuts[2] - cuts[1],
        excluded=total - cuts[2],
    )
    return settled(
        draw(st.sampled_from(list(PEOPLE.values()))),
        bill,
        outcome(total, funds, own, sum(shares), hospital, deductible_applied=draw(AMOUNT), pooled_ratio=5500),
        tuple(daughter(share, number) for number, share in enumerate(shares, start=1)),
        case_id=draw(st.none() | st.just(17)),
        visit=draw(st.none() | st.just(4)),
        use=draw(st.sampled_from(list(Use))),
    )


def paid_by(payers: list[Payer]) -> Settled:
    total = sum(payer.amount for payer in payers)
    return settled(PEOPLE[7], Bill(total=total, in_scope=total), outcome(total, no_funds(), 0, total), tuple(payers))


def written(nodes: dict[str, Any]) -> Any:
    return json.loads(msgspec.json.encode(nodes), parse_float=Decimal)


def check_conserved(nodes: Any) -> None:
    info, rows = nodes["setlinfo"], nodes["setldetail"]
    accounts, hospital = info["acct_pay"], info["hosp_part_amt"]
    cash = info.get("psn_cash_pay", info.get("cash_payamt"))
    person = info.get("psn_part_amt", info.get("psn_pay"))
    funds = info["fund_pay_sumamt"]
    assert info["medfee_sumamt"] == funds + accounts + cash + hospital
    assert person == accounts + cash
    assert abs(info["acct_mulaid_pay"]) <= abs(accounts)
    assert funds == sum(info[name] for name in AMOUNTS[6:15] if name != "pool_prop_selfpay")
    assert info["medfee_sumamt"] == sum(info[name] for name in AMOUNTS[1:5])
    paid = {row["fund_pay_type"]: row["fund_payamt"] for row in rows}
    assert len(paid) == len(rows) and sum(paid.values()) == funds + accounts + hospital
    assert (paid.get("310200", 0), paid.get("999996", 0)) == (accounts, hospital)
    text = info["exp_content"]
    assert info["expContent"] == text and len(text) <= extension.LONGEST
    payers = json.loads(text, parse_float=Decimal)["payers"]
    assert sum(payer["pay"] for payer in payers) == info["acct_mulaid_pay"]


@given(settlements())
def test_a_settlement_adds_up_as_written(given_settled: Settled) -> None:
    nodes = written(settlement_nodes(given_settled, ASKED))
    check_conserved(nodes)
    assert all(isinstance(nodes["setlinfo"][name], Decimal) for name in AMOUNTS)


@given(settlements())
def test_a_reversal_is_the_settlement_with_a_minus(given_settled: Settled) -> None:
    forward = written(settlement_nodes(given_settled, ASKED))["setlinfo"]
    back = written(cancelled_nodes(reversed_case(given_settled, NOW, 18), ASKED))
    check_conserved(back)
    assert back["setlinfo"]["pdn_cash_pay"] == back["setlinfo"]["psn_cash_pay"] == -forward["psn_cash_pay"]
    for name in AMOUNTS:
        if name not in ("balc", "act_pay_dedc", "pool_prop_selfpay"):
            assert back["setlinfo"][name] == -forward[name], name


@given(settlements())
def test_an_enquiry_uses_its_own_names(given_settled: Settled) -> None:
    found = FoundCase(settled=given_settled, institution=HOSPITAL, message_id="m1")
    nodes = written(enquiry_nodes(found, ASKED, INSTITUTIONS[HOSPITAL]))
    check_conserved(nodes)
    assert not {"psn_part_amt", "psn_cash_pay"} & set(nodes["setlinfo"])


@given(settlements())
def test_both_halves_of_an_undone_settlement_say_so(given_settled: Settled) -> None:
    forward = msgspec.structs.replace(given_settled, case_id=17, undone_by=18)
    back = reversed_case(msgspec.structs.replace(given_settled, case_id=17), NOW, 18)
    for half, flag, says in (
        (forward, "1", {"undone_by": "99010018"}),
        (back, "1", {"undoes": "99010017"}),
        (msgspec.structs.replace(forward, undone_by=None), "0", {}),
    ):
        found = FoundCase(settled=half, institution=HOSPITAL, message_id="m1")
        info = written(enquiry_nodes(found, ASKED, INSTITUTIONS[HOSPITAL]))["setlinfo"]
        assert info["refd_setl_flag"] == flag
        extended = json.loads(info["exp_content"])
        assert {name: extended[name] for name in ("undone_by", "undoes") if name in extended} == says


@given(settlements(), st.sampled_from(["total", "own", "mutual", "cash", "institution"]))
def test_a_fen_too_many_is_never_written(given_settled: Settled, name: str) -> None:
    right = given_settled.outcome
    wrong = msgspec.structs.replace(right, **{name: getattr(right, name) + 1})
    with pytest.raises(Unbalanced):
        settlement_nodes(msgspec.structs.replace(given_settled, outcome=wrong), ASKED)


@given(settlements())
def test_a_wrong_sign_is_never_written(given_settled: Settled) -> None:
    back = reversed_case(given_settled, NOW, 18)
    for wrong in (msgspec.structs.replace(given_settled, undone=16), msgspec.structs.replace(back, undone=None)):
        if wrong.outcome.total:
            with pytest.raises(Unbalanced):
                settlement_nodes(wrong, ASKED)


@given(st.lists(st.integers(1, 9_999_999), min_size=60, max_size=60), st.sampled_from(list(Kinship)))
def test_sixty_payers_fit_and_none_is_told_apart_by_number(amounts: list[int], kinship: Kinship) -> None:
    payers = [Payer(n, "欧阳*明", kinship, Mechanism.POOL, amount) for n, amount in enumerate(amounts, start=1)]
    text = extension.write(paid_by(payers))
    assert len(text) <= extension.LONGEST
    assert not any(number in text for number in NUMBERS.values())
    shown = json.loads(text, parse_float=Decimal)
    rest = shown.get("others", {"count": 0, "pay": 0})
    assert len(shown["payers"]) + rest["count"] == len(payers)
    assert sum(row["pay"] for row in shown["payers"]) + rest["pay"] == Decimal(sum(amounts)) / 100


def test_whoever_could_not_pay_is_named_with_the_reason() -> None:
    told = msgspec.structs.replace(
        paid_by([daughter(100, 2)]), passed_over=(passed_over(Skip.BELOW_FLOOR), passed_over(Skip.EXPIRED, 3))
    )
    assert json.loads(extension.write(told))["passed_over"] == [
        {
            "no": 1,
            "name": "李*红",
            "code": "BELOW_FLOOR",
            "why": "李*红的账户余额没有超过当地定的金额，按规定只能留给本人，请换一位家人或自己付。",
        },
        {
            "no": 3,
            "name": "李*红",
            "code": "EXPIRED",
            "why": "和李*红的共济已经到期或解除了。想接着用，请重新办理绑定。",
        },
    ]
    assert "passed_over" not in json.loads(extension.write(paid_by([])))


@given(st.integers(0, 60), st.lists(st.sampled_from(list(Skip)), max_size=60))
def test_whoever_could_not_pay_gives_way_to_who_did(payers: int, reasons: list[Skip]) -> None:
    passed = tuple(passed_over(why, number) for number, why in enumerate(reasons, start=payers + 1))
    paying = paid_by([daughter(12_850, number) for number in range(1, payers + 1)])
    text = extension.write(msgspec.structs.replace(paying, passed_over=passed))
    shown = json.loads(text)
    assert len(text) <= extension.LONGEST and len(shown["payers"]) == payers
    others = shown.get("passed_over_others", {"count": 0})["count"]
    assert len(shown.get("passed_over", [])) + others == len(reasons)
    assert not others or payers + len(reasons) > 30


def test_sixty_everyday_payers_are_all_named() -> None:
    text = extension.write(paid_by([daughter(12_850, number) for number in range(1, 61)]))
    assert len(json.loads(text)["payers"]) == 60
