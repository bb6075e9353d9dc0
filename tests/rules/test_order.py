"""Who pays before whom, worked out once more; and what more money may never do."""

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.policy.law import AidRules
from mulaid.policy.rules import Order, OwnAccount, TieBreak
from mulaid.terms.bill_case import BillCase, Sponsor
from mulaid.terms.codes import Accounts, Kinship, Mechanism
from tests.rules.made import LAW, REGIONS, amounts, cases, changed, family_bills, with_patient
from tests.rules.test_bills import most_of

Key = tuple[object, ...]
OWN_FIRST = tuple(region for region in REGIONS if region not in ("990100", "990200", "990400"))


def rules_of(case: BillCase) -> AidRules:
    return LAW.aid(case.region, case.settled_on)


def group_of(case: BillCase, sponsor: Sponsor) -> str:
    if sponsor.mechanism is Mechanism.INSTANT_DRAW:
        return "same_area" if sponsor.region == case.region else "cross_area"
    return "pool" if sponsor.mechanism is Mechanism.POOL else "wallet"


def key_of(case: BillCase, position: int) -> Key:
    """The place of a sponsor by the policy of the patient's region: group, order, tie-break."""
    rules, sponsor = rules_of(case), case.sponsors[position]
    bound = sponsor.bound_on.toordinal()
    words = {
        Order.RANK: sponsor.rank,
        Order.BIND_ASC: bound,
        Order.BIND_DESC: -bound,
        Order.BALANCE_DESC: -sponsor.balance,
    }
    ties = {
        TieBreak.RANK: sponsor.rank,
        TieBreak.NAME: sponsor.name,
        TieBreak.BIND_ASC: bound,
        TieBreak.BIND_DESC: -bound,
    }
    groups = [str(group) for group in rules.payer_groups.value]
    order = words[rules.sponsor_order_rule.value] if rules.sponsor_order_rule.known else 0
    tie = ties[rules.tie_break.value] if rules.tie_break.known else 0
    return groups.index(group_of(case, sponsor)), order, tie


@given(st.one_of(family_bills(), cases()))
def test_draws_follow_the_policys_order(case: BillCase) -> None:
    outcome, rules = decide(case, LAW), rules_of(case)
    assume(len(outcome.skipped) < len(case.sponsors))
    assume(case.chosen is None and rules.payer_groups.known and rules.sponsor_order_rule.value is not Order.MANUAL)
    paying = [draw.sponsor for draw in outcome.draws]
    keys = [key_of(case, position) for position in paying]
    assert keys == sorted(keys)
    skipped = {position for position, _ in outcome.skipped}
    idle = [position for position in range(len(case.sponsors)) if position not in skipped and position not in paying]
    if outcome.refused is None and paying:
        assert all(key_of(case, position) >= keys[-1] for position in idle)


@given(family_bills())
def test_a_sponsor_is_asked_for_everything_before_the_next_one_pays(case: BillCase) -> None:
    outcome = decide(case, LAW)
    for draw in outcome.draws[:-1]:
        assert draw.amount == most_of(case.sponsors[draw.sponsor], case)


@given(family_bills(), st.randoms(use_true_random=False))
def test_the_sequence_in_which_sponsors_are_listed_does_not_matter(case: BillCase, chance: object) -> None:
    people = list(case.sponsors)
    chance.shuffle(people)  # type: ignore[attr-defined]
    one, other = decide(case, LAW), decide(msgspec.structs.replace(case, sponsors=tuple(people)), LAW)
    assert amounts(one)[:-1] == amounts(other)[:-1]
    names = [
        [(who[draw.sponsor].name, draw.amount) for draw in out.draws]
        for who, out in ((case.sponsors, one), (people, other))
    ]
    assert names[0] == names[1]
    reasons = [
        {(who[at].name, skip) for at, skip in out.skipped} for who, out in ((case.sponsors, one), (people, other))
    ]
    assert reasons[0] == reasons[1]


def many_in_a_known_order(case: BillCase) -> bool:
    """Several may pay and nothing about their order is unknown: an unknown one makes every second payer a loss."""
    rules = rules_of(case)
    return rules.sponsors_per_settlement.value == "many" and rules.sponsor_order_rule.known


@given(family_bills(), st.integers(0, 3), st.integers(1, 500_000))
def test_more_money_of_a_sponsor_never_costs_the_patient_more(case: BillCase, at: int, more: int) -> None:
    at %= len(case.sponsors)
    sponsor = case.sponsors[at]
    richer = changed(case, at, balance=sponsor.balance + 4 * more, prior_years=sponsor.prior_years + 4 * more)
    assume(many_in_a_known_order(case))
    assert decide(richer, LAW).cash <= decide(case, LAW).cash


@given(family_bills(), st.integers(0, 3), st.integers(1, 500_000))
def test_a_wider_cap_never_costs_the_patient_more(case: BillCase, at: int, more: int) -> None:
    at %= len(case.sponsors)
    caps = case.sponsors[at].caps
    wider = None if caps.payment is None else caps.payment + more
    assume(many_in_a_known_order(case) and caps.payment is not None)
    assert (
        decide(changed(case, at, caps=msgspec.structs.replace(caps, payment=wider)), LAW).cash <= decide(case, LAW).cash
    )


@given(cases(OWN_FIRST), st.integers(1, 500_000))
def test_more_own_money_never_costs_the_patient_more_where_it_goes_first(case: BillCase, more: int) -> None:
    case = msgspec.structs.replace(with_patient(case, account=True), accounts=Accounts.ALL)
    richer = with_patient(case, own_balance=case.patient.own_balance + more)
    if rules_of(case).own_account_rule.value is OwnAccount.FIRST:
        before, after = decide(case, LAW), decide(richer, LAW)
        if before.refused is None and after.refused is None:
            assert after.cash <= before.cash


@given(family_bills())
def test_a_friend_among_the_sponsors_changes_no_amount(case: BillCase) -> None:
    friend = msgspec.structs.replace(case.sponsors[0], name="friend", kinship=Kinship.OTHER)
    first = decide(msgspec.structs.replace(case, sponsors=(friend, *case.sponsors)), LAW)
    alone = decide(case, LAW)
    assert (first.own, first.mutual, first.cash) == (alone.own, alone.mutual, alone.cash)
    assert [(draw.sponsor - 1, draw.amount) for draw in first.draws] == [
        (draw.sponsor, draw.amount) for draw in alone.draws
    ]
