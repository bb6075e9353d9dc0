"""What holds for every bill of every region on every day, whatever its policy says."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.policy.rules import OwnAccount
from mulaid.policy.ruling import UNKNOWN
from mulaid.terms.bill_case import BillCase, Sponsor
from mulaid.terms.codes import WALLET_MECHANISMS, CostClass, Kinship, LimitScope, Mechanism
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, Outcome
from mulaid.terms.reasons import BillRefusal, Skip
from tests.rules.made import BOOK, LAW, REGIONS, amounts, cases, changed

FARTHEST_FIRST = (
    CostClass.EXCLUDED,
    CostClass.OVER_PRICE_LIMIT,
    CostClass.UPFRONT_SHARE,
    CostClass.OVER_CEILING,
    CostClass.DEDUCTIBLE,
    CostClass.COPAY,
)
PLAN_REGIONS = ("990100", "990200", "990300", "310000", "420100", "430100", "440300")


def most_of(sponsor: Sponsor, case: BillCase) -> int:
    """The most a sponsor may give, worked out once more: money, floor or quota, then every cap."""
    rules = LAW.aid(sponsor.region, case.settled_on)
    used, caps = sponsor.used, sponsor.caps
    most: int
    if sponsor.mechanism is Mechanism.INSTANT_DRAW:
        most = sponsor.balance - sponsor.quota - rules.floor.value
        if rules.source_funds.value == "prior_years":
            most = min(most, sponsor.prior_years)
    elif sponsor.mechanism is Mechanism.WALLET_QUOTA:
        most = min(sponsor.balance, sponsor.quota)
    else:
        most = sponsor.quota
    member, everybody = (0, used.day, used.month, used.year), (0, used.all_day, used.all_month, used.all_year)
    spent = member if caps.scope is LimitScope.MEMBER else everybody
    own_caps = zip((caps.payment, caps.day, caps.month, caps.year), spent, strict=True)
    limits = rules.limits.value
    spent_here = everybody if limits.get("scope") == "all" else member
    regional = zip([limits.get(name) for name in ("payment", "day", "month", "year")], spent_here, strict=True)
    left: list[int] = [cap - gone for cap, gone in (*own_caps, *regional) if cap is not None]
    return min(most, *left) if left else most


def open_to_sponsors(case: BillCase, outcome: Outcome) -> int:
    """What the cost classes leave to sponsors after barred items and, where it goes first, the own account."""
    rules, bill = LAW.aid(case.region, case.settled_on), case.bill
    left = bill.total - outcome.funds_paid
    sizes = dict(
        zip(
            FARTHEST_FIRST,
            (
                bill.excluded,
                bill.over_price_limit,
                bill.upfront_share,
                outcome.over_ceiling,
                outcome.deductible_applied,
                left,
            ),
            strict=True,
        )
    )
    allowed = rules.eligible_cost_classes.value
    closed = [each not in allowed for each in FARTHEST_FIRST]
    assert closed == sorted(closed, reverse=True), "every book so far closes the farthest classes only"
    shut = min(left, sum(size for each, size in sizes.items() if each not in allowed))
    open_ = max(0, left - max(shut, bill.barred))
    if rules.own_account_rule.value is OwnAccount.SHARED_FIRST:
        return open_
    return max(0, open_ - max(0, outcome.own - max(0, shut - bill.barred)))


@given(cases())
def test_money_is_conserved_to_the_fen(case: BillCase) -> None:
    outcome = decide(case, LAW)
    parts = (*outcome.funds, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    assert all(part >= 0 for part in parts) and {type(part) for part in parts} == {int}
    assert outcome.mutual == sum(draw.amount for draw in outcome.draws)
    assert outcome.own_prior_years <= min(outcome.own, case.patient.own_prior_years)
    assert sum(parts) == outcome.total
    if outcome.refused is None:
        assert outcome.total == case.bill.total
        assert outcome.own <= case.patient.own_balance
        assert outcome.own + outcome.mutual <= case.bill.total - outcome.funds_paid - min(
            case.bill.barred, case.bill.total - outcome.funds_paid
        )
    else:
        assert amounts(outcome) == (outcome.refused, (0,) * 5, 0, 0, 0, []) and outcome.skipped == ()


@given(cases(PLAN_REGIONS))
def test_the_own_plan_never_pays_beyond_its_scope(case: BillCase) -> None:
    outcome = decide(msgspec.structs.replace(case, funds_given=None), LAW)
    if outcome.refused is None:
        borne = case.bill.in_scope - outcome.funds_paid
        assert 0 <= outcome.deductible_applied <= case.bill.in_scope
        assert outcome.over_ceiling >= 0 and borne >= 0


@given(cases())
def test_nobody_gives_more_than_money_floor_and_caps_allow(case: BillCase) -> None:
    outcome = decide(case, LAW)
    for draw in outcome.draws:
        sponsor = case.sponsors[draw.sponsor]
        assert 0 < draw.amount <= most_of(sponsor, case)
        assert 0 <= draw.prior_years <= min(draw.amount, sponsor.prior_years)


@given(cases())
def test_sponsors_together_give_what_the_cost_classes_leave_and_nobody_is_forgotten(case: BillCase) -> None:
    outcome = decide(case, LAW)
    if outcome.refused is not None:
        return
    drawn = {draw.sponsor for draw in outcome.draws}
    skipped = {position for position, _ in outcome.skipped}
    assert len(drawn) == len(outcome.draws) and len(skipped) == len(outcome.skipped)
    assert not drawn & skipped
    idle = set(range(len(case.sponsors))) - drawn - skipped
    if drawn or idle:
        left = open_to_sponsors(case, outcome)
        assert outcome.mutual <= left
        assert not idle or outcome.mutual == left, "passed over without a reason while something was owed"


@given(cases())
def test_every_step_and_every_entry_used_is_cited(case: BillCase) -> None:
    outcome = decide(case, LAW)
    assert outcome.steps
    for step in outcome.steps:
        assert step.rule == ENGINE_RULE or BOOK.entries[step.rule].source.id in BOOK.sources
        assert step.rule == ENGINE_RULE or BOOK.entries[step.rule].says
        assert step.who == PATIENT or 0 <= step.who < len(case.sponsors)
        assert step.amount is None or step.amount >= 0
    assert list(outcome.used) == sorted(set(outcome.used)) and all(index >= 0 for index in outcome.used)
    assert {step.rule for step in outcome.steps} - {ENGINE_RULE} <= set(outcome.used)
    reasons = [(step.who, step.code) for step in outcome.steps if step.code in Skip.__members__ and step.who != PATIENT]
    assert sorted(reasons) == sorted((position, skip.value) for position, skip in outcome.skipped)
    if outcome.refused is not None:
        assert [step.code for step in outcome.steps] == [BillRefusal(outcome.refused).value]


@given(cases())
def test_deciding_twice_gives_the_same_bytes(case: BillCase) -> None:
    once, again = decide(case, LAW), decide(msgspec.structs.replace(case), LAW)
    assert msgspec.msgpack.encode(once) == msgspec.msgpack.encode(again)


@given(cases())
def test_where_one_may_pay_one_pays_at_most(case: BillCase) -> None:
    if LAW.aid(case.region, case.settled_on).sponsors_per_settlement.value == "one":
        assert len(decide(case, LAW).draws) <= 1


@given(cases(), st.integers(0, 1_000_000))
def test_somebody_who_may_never_pay_changes_no_amount(case: BillCase, balance: int) -> None:
    if not case.sponsors:
        return
    friend = msgspec.structs.replace(case.sponsors[0], name="friend", kinship=Kinship.OTHER, balance=balance, rank=1)
    more = msgspec.structs.replace(case, sponsors=(*case.sponsors, friend))
    assert amounts(decide(more, LAW)) == amounts(decide(case, LAW))


@given(cases())
def test_what_no_rule_asks_does_not_matter(case: BillCase) -> None:
    """The wallets of those whose money is not in a wallet."""
    other = case
    for position, sponsor in enumerate(case.sponsors):
        wallet = sponsor.mechanism in WALLET_MECHANISMS
        other = changed(other, position, wallet_open=wallet == sponsor.wallet_open)
    assert decide(other, LAW) == decide(case, LAW)


def test_the_regions_are_all_there() -> None:
    assert {"450600", "310000", "370100", "990100", "990500"} <= set(REGIONS)
    assert all(LAW.aid(region, BOOK.regions["450600"].checked_on).uses.value is not UNKNOWN for region in REGIONS)
