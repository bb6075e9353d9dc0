"""What may decide when nobody knows: agreement first, an assumption last, and never more than was shown."""

import datetime

import msgspec
import pytest
from hypothesis import given

from mulaid.decide.agreement import Supposed
from mulaid.decide.alternatives import bill_assumptions
from mulaid.decide.bill import amounts, decide
from mulaid.decide.relation import decide_relation
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law
from mulaid.policy.rules import ASSUMABLE
from mulaid.terms.bill_case import BillCase, Caps
from mulaid.terms.codes import Kinship, Mechanism, Scheme
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import RelationRefusal, Skip
from mulaid.terms.sponsorship_case import Party, Relation, SponsorshipCase
from tests.rules.made import BOOK, LAW, cases
from tests.rules.test_unknown_rules import decided, with_rule

STRICT = Law(Book(BOOK.texts, strict=True))


def agreeing(case: BillCase) -> BillCase:
    return msgspec.structs.replace(case, assuming=False)


def accounts_pay(outcome: Outcome) -> int:
    return outcome.own + outcome.mutual


@given(cases())
def test_who_assumes_less_never_has_accounts_pay_more(case: BillCase) -> None:
    """Strict pays no more than agreement, and agreement no more than with assumptions."""
    strict, agreed, assumed = decide(case, STRICT), decide(agreeing(case), LAW), decide(case, LAW)
    if strict.refused is None and agreed.refused is None:
        assert strict.mutual <= agreed.mutual or strict.funds != agreed.funds
    if agreed.refused is None and assumed.refused is None:
        assert agreed.funds == assumed.funds
        assert agreed.mutual <= assumed.mutual


@given(cases())
def test_what_agreement_decides_no_candidate_changes(case: BillCase) -> None:
    """Where nothing is assumed, every value that a rule could have comes to the same."""
    outcome = decide(agreeing(case), LAW)
    assert outcome.assumed == ()
    if outcome.refused is not None or any(skip is Skip.POLICY_UNKNOWN for _, skip in outcome.skipped):
        return
    for region in dict.fromkeys((case.region, *(sponsor.region for sponsor in case.sponsors))):
        rules = LAW.aid(region, case.settled_on, False)
        for key in ("floor", "source_funds", "own_account_rule", "confirm_mode"):
            for value in getattr(rules, key).candidates:
                other = decide(agreeing(case), Supposed(LAW, {(region, key): value}))
                assert amounts(other)[:3] == amounts(outcome)[:3]
                assert other.draws == outcome.draws


@given(cases())
def test_an_outcome_names_every_assumption_it_used(case: BillCase) -> None:
    """Another value of a rule that is not named changes nobody's part."""
    outcome = decide(case, LAW)
    named = {(each.region, each.key) for each in bill_assumptions(case, LAW, outcome)}
    assert {key for _, key in named} <= set(outcome.assumed)
    for region in dict.fromkeys((case.region, *(sponsor.region for sponsor in case.sponsors))):
        rules = LAW.aid(region, case.settled_on)
        for key in ASSUMABLE & set(type(rules).__struct_fields__):
            ruling = getattr(rules, key)
            if ruling.assumed and (region, key) not in named:
                for value in ruling.candidates:
                    if key not in ("sponsor_order_rule", "confirm_mode") or key in outcome.assumed:
                        assert amounts(decide(case, Supposed(LAW, {(region, key): value}))) == amounts(outcome)


@pytest.mark.parametrize(
    ("key", "value"),
    [("sponsors_per_settlement", '"one"'), ("limits", '{ payment = "10.00" }'), ("floor", '"5299.00"')],
)
def test_a_source_beats_the_assumption(key: str, value: str) -> None:
    open_still = decided(with_rule(), {"name": "a", "caps": _cap(5_000)}, {"name": "b"})
    assert open_still.mutual == 8_000
    sourced = decided(with_rule(f"[[{key}]]\nvalue = {value}"), {"name": "a", "caps": _cap(5_000)}, {"name": "b"})
    assert sourced.mutual < 8_000 and key not in sourced.assumed


def _cap(amount: int) -> Caps:
    return Caps(payment=amount)


@pytest.mark.parametrize(("balance", "paid"), [(208_000, 8_000), (207_999, 0), (90_000, 0)])
def test_a_reserve_nobody_knows_is_no_matter_to_a_balance_above_the_largest(balance: int, paid: int) -> None:
    """0, 1,000 and 2,000 are said somewhere: with a fen too little above, a reserve of 2,000 leaves too little."""
    law = with_rule('[[floor]]\nunknown = "没有写清"\ncandidates = ["0.00", "1000.00", "2000.00"]')
    outcome = decided(law, {"balance": balance, "prior_years": balance})
    assert outcome.mutual == paid
    assert outcome.skipped == (() if paid else ((0, Skip.POLICY_UNKNOWN),))


def test_the_order_nobody_knows_changes_only_who_pays() -> None:
    """The patient is indifferent: the family's own order decides, and the outcome says so."""
    outcome = decided(with_rule(), {"name": "a", "rank": 2}, {"name": "b", "rank": 1})
    assert [draw.sponsor for draw in outcome.draws] == [1]
    assert "sponsor_order_rule" in outcome.assumed


def bound(region: str, others: int, day: datetime.date = datetime.date(2026, 11, 1)) -> RelationRefusal | None:
    return decide_relation(
        SponsorshipCase(
            day=day,
            kinship=Kinship.SIBLING,
            sponsor=Party(scheme=Scheme.EMPLOYEE, account=True, region=region, balance=900_000),
            beneficiary=Party(scheme=Scheme.EMPLOYEE, account=True, region=region, person="m"),
            existing=tuple(Relation(kinship=Kinship.CHILD, person=f"p{at}") for at in range(others)),
        ),
        LAW,
    ).refused


@pytest.mark.parametrize("region", ["340100", "370900", "450100", "120000"])
def test_a_third_relative_is_bound_where_every_number_allows_three(region: str) -> None:
    assert bound(region, 1) is None
    assert bound(region, 2) is None


def test_a_number_no_source_allows_is_left_open() -> None:
    """天津 is said to allow three, four or six: the fourth is for the counter to confirm, the seventh is refused."""
    assert bound("120000", 3) is RelationRefusal.POLICY_UNKNOWN


def test_a_refusal_names_every_rule_that_is_missing() -> None:
    """The first of two unknown rules is not the only one: with it known, the other would still stand in the way."""
    law = with_rule('[[wallet_open]]\nunknown = "没有写"', '[[mechanisms]]\nvalue = ["wallet_quota"]')
    case = SponsorshipCase(
        day=datetime.date(2026, 3, 10),
        kinship=Kinship.PARENT,
        mechanism=Mechanism.WALLET_QUOTA,
        sponsor=Party(scheme=Scheme.EMPLOYEE, account=True, region="990700", balance=100),
        beneficiary=Party(scheme=Scheme.RESIDENT, account=False, region="990700", person="m"),
        beneficiary_is_sponsor=True,
    )
    outcome = decide_relation(case, law)
    assert outcome.refused is RelationRefusal.POLICY_UNKNOWN
    assert {law.book.entries[step.rule].key for step in outcome.steps} >= {"wallet_open", "role_exclusive"}


def test_only_the_nation_assumes_and_only_what_may_be() -> None:
    assuming = [entry for entry in BOOK.entries if entry.assumes]
    assert {entry.region for entry in assuming} == {NATIONAL}
    assert {entry.key for entry in assuming} == ASSUMABLE
    assert all(entry.because and entry.risk and entry.wholly_unknown for entry in assuming)
