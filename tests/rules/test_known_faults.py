"""What the rules should do and do not do yet. Each test is as it should be; the reason says what happens instead."""

import datetime
from typing import Any

import pytest

from mulaid.decide.bill import decide
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.policy.rows import Band, TopUpRow
from mulaid.policy.ruling import Ruling
from mulaid.policy.shapes import top_up_rows
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, Sponsor, YearSoFar
from mulaid.terms.codes import Accounts, Assistance, Category, Cover, Filing, Kinship, Scheme
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import Skip
from tests.rules.made import BOOK, LAW
from tests.rules.test_own_plan import plan, shares

DAY = datetime.date(2026, 3, 10)
CITY = 'region = "990600"\nname = "补充市"\nchecked_on = 2026-11-22\n'


def with_rule(*texts: str) -> Law:
    """The law of one more invented city that states these rules."""
    rest = '\nfrom = 2020-01-01\nsource = "invented-a"\nsays = "补充市的规定"\n'
    entries = "".join(text + rest for text in texts)
    return Law(Book(BOOK.texts | {"99-invented/9906.toml": CITY + entries}))


def decided(law: Law, sponsor: dict[str, Any], **fields: Any) -> Outcome:
    """A bill of 80.00 in the city, nothing paid by funds, one sponsor with 300.00."""
    region = str(fields.pop("region", "990600"))
    patient: dict[str, Any] = {"scheme": Scheme.RESIDENT, "account": False} | fields.pop("patient", {})
    given: dict[str, Any] = {
        "name": "son",
        "kinship": Kinship.PARENT,
        "region": region,
        "balance": 30_000,
        "prior_years": 30_000,
        "bound_on": DAY.replace(year=2025),
        "effective_on": DAY.replace(year=2025),
    }
    case: dict[str, Any] = {
        "region": region,
        "day": DAY,
        "settled_on": DAY,
        "patient": Patient(**patient),
        "institution": Institution(region=region),
        "bill": Bill(total=8_000, in_scope=8_000),
        "funds_given": 0,
        "sponsors": (Sponsor(**(given | sponsor)),),
    }
    return decide(BillCase(**(case | fields)), law)


@pytest.mark.xfail(
    strict=True, reason="decide/funds.py returns before the further funds when the deductible takes the whole scope"
)
def test_assistance_also_pays_on_a_bill_within_the_deductible() -> None:
    """Each further fund pays on what is still borne in scope: 500.00 borne at 70 % is 350.00, as it is at 500.01."""
    own_plan = plan((Band(ratio=5_000),), 50_000, medical_assistance=Ruling((TopUpRow(ratio=7_000),), 6))
    assert shares(50_001, own_plan, assistance=Assistance.LOW_INCOME).funds == (1, 0, 0, 0, 35_000)
    assert shares(50_000, own_plan, assistance=Assistance.LOW_INCOME).funds == (0, 0, 0, 0, 35_000)


@pytest.mark.xfail(strict=True, reason="decide/funds.py gives the ratio of the last band of the schedule, paid or not")
def test_the_pooled_ratio_is_that_of_the_last_band_paid_by() -> None:
    bands = (Band(upto=10_000, ratio=5_000), Band(ratio=6_000))
    within = shares(20_000, plan(bands, ceiling=2_000))
    nothing = shares(20_000, plan(bands, ceiling=2_000), YearSoFar(funds_paid=2_000))
    assert (within.funds[0], nothing.funds[0]) == (2_000, 0)
    assert (within.pooled_ratio, nothing.pooled_ratio) == (5_000, 0)


@pytest.mark.xfail(
    strict=True, reason="decide/bill.py answers SECOND_SWIPE_NEEDED to every second swipe while the minutes are unknown"
)
def test_unknown_minutes_turn_nobody_away() -> None:
    """Only sponsors need the minutes, so they are skipped with POLICY_UNKNOWN and the rest settles."""
    law = with_rule('[[confirm_mode]]\nvalue = "reswipe"')
    outcome = decided(law, {}, second_swipe_minutes=1)
    assert outcome.refused is None
    assert outcome.skipped == ((0, Skip.POLICY_UNKNOWN),)


@pytest.mark.xfail(strict=True, reason="decide/judge.py reads the filing also when the institution is at home")
def test_a_filing_is_read_only_for_care_away_from_home() -> None:
    away: dict[str, Any] = {"institution": Institution(region="990200"), "filing": Filing.LONG_TERM}
    assert decided(LAW, {}, region="990300", **away).skipped == ((0, Skip.SPONSOR_EXCLUDED),)
    assert decided(LAW, {}, region="990300", filing=Filing.LONG_TERM).mutual == 8_000


@pytest.mark.xfail(
    strict=True, reason="policy/rows.py knows no `amount` of a further fund's row, which the format allows"
)
def test_a_further_fund_may_have_a_most_it_pays_a_year() -> None:
    assert top_up_rows([{"ratio": "80%", "amount": "250000.00"}])


@pytest.mark.parametrize(
    ("key", "word", "sponsor"),
    [
        ("excluded_people", "civil_servant", {"category": Category.CIVIL_SERVANT}),
        ("excluded_people", "no_account_tier", {"tier": 9}),
        ("auto_end_events", "sponsor_end", {"status": Cover.ENDED}),
    ],
)
@pytest.mark.xfail(
    strict=True, reason="decide/judge.py reads `maybe` of relations, mechanisms and uses, not of these sets"
)
def test_what_may_belong_to_a_set_is_unknown(key: str, word: str, sponsor: dict[str, Any]) -> None:
    ignored = '[[on_sponsor_pause]]\nvalue = "ignore"'
    law = with_rule(ignored, f'[[{key}]]\nvalue = []\nmaybe = ["{word}"]\nunknown = "没有写清"')
    assert decided(law, sponsor).skipped == ((0, Skip.POLICY_UNKNOWN),)


@pytest.mark.xfail(strict=True, reason="decide/judge.py takes a class that may be payable for one that is not")
def test_a_cost_class_that_may_be_payable_is_unknown() -> None:
    law = with_rule('[[eligible_cost_classes]]\nvalue = ["copay"]\nmaybe = ["excluded"]\nunknown = "没有写清"')
    bill = Bill(total=8_000, in_scope=0, excluded=8_000)
    assert decided(law, {}, bill=bill).skipped == ((0, Skip.POLICY_UNKNOWN),)


@pytest.mark.xfail(
    strict=True,
    reason="decide/judge.py cites these entries without noting them as used, so no outcome is unverified by them",
)
@pytest.mark.parametrize(
    ("region", "sponsor", "fields", "skip"),
    [
        ("990100", {}, {"bill": Bill(total=8_000, in_scope=0, excluded=8_000)}, Skip.COST_CLASS_NOT_ALLOWED),
        ("510100", {}, {}, Skip.SPONSOR_NOT_CHOSEN),
        ("990300", {"balance": 0, "prior_years": 0}, {}, Skip.ZERO_BALANCE),
    ],
)
def test_the_entry_a_step_cites_was_used(
    region: str, sponsor: dict[str, Any], fields: dict[str, Any], skip: Skip
) -> None:
    outcome = decided(LAW, sponsor, region=region, **fields)
    assert outcome.skipped == ((0, skip),)
    assert {step.rule for step in outcome.steps if step.rule >= 0} <= set(outcome.used)


@pytest.mark.xfail(
    strict=True,
    reason="decide/bill.py asks how the own account stands to the sponsors also where nothing depends on it",
)
@pytest.mark.parametrize(
    "fields",
    [{"accounts": Accounts.OWN}, {"sponsors": ()}, {"funds_given": 8_000}],
    ids=["own only", "nobody else", "nothing left"],
)
def test_the_own_account_rule_is_needed_only_where_it_matters(fields: dict[str, Any]) -> None:
    """A rule is needed only when its value could change the outcome; here every value gives the same one."""
    law = with_rule('[[own_account_rule]]\nunknown = "没有写清"')
    own: dict[str, Any] = {"scheme": Scheme.EMPLOYEE, "account": True, "own_balance": 1_000, "own_prior_years": 1_000}
    assert decided(law, {}, patient=own, **fields).refused is None


def test_the_made_up_city_settles_when_everything_is_known() -> None:
    """The bill the faults above are shown on is paid in full where no rule stands in its way."""
    assert decided(with_rule('[[floor]]\nvalue = "0.00"'), {}).mutual == 8_000
