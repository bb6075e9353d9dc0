"""What is unknown stops only what needs it, and what was needed is cited: shown on one more invented city."""

import datetime
from typing import Any

import pytest

from mulaid.decide.bill import decide
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, Sponsor
from mulaid.terms.codes import Accounts, Category, Cover, Filing, Kinship, Mechanism, Scheme
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import Skip
from tests.rules.made import BOOK, LAW

DAY = datetime.date(2026, 3, 10)
CITY = 'region = "990700"\nname = "补充市"\nchecked_on = 2026-11-22\n'


def with_rule(*texts: str) -> Law:
    """The law of one more invented city that states these rules."""
    rest = '\nfrom = 2020-01-01\nsource = "invented-a"\nsays = "补充市的规定"\n'
    entries = "".join(text + rest for text in texts)
    return Law(Book(BOOK.texts | {"99-invented/9907.toml": CITY + entries}))


def sponsor_of(region: str, **fields: Any) -> Sponsor:
    """A son with 5,300.00, all of prior years, who may pay where no rule stands in his way."""
    usual: dict[str, Any] = {
        "name": "son",
        "kinship": Kinship.PARENT,
        "region": region,
        "balance": 530_000,
        "prior_years": 530_000,
        "bound_on": DAY.replace(year=2025),
        "effective_on": DAY.replace(year=2025),
    }
    return Sponsor(**(usual | fields))


def decided(law: Law, *sponsors: dict[str, Any], **fields: Any) -> Outcome:
    """A bill of 80.00 in the city, nothing paid by funds, with these sponsors."""
    region = str(fields.pop("region", "990700"))
    patient: dict[str, Any] = {"scheme": Scheme.RESIDENT, "account": False} | fields.pop("patient", {})
    case: dict[str, Any] = {
        "region": region,
        "day": DAY,
        "settled_on": DAY,
        "patient": Patient(**patient),
        "institution": Institution(region=region),
        "bill": Bill(total=8_000, in_scope=8_000),
        "funds_given": 0,
        "sponsors": tuple(sponsor_of(region, **given) for given in sponsors),
    }
    return decide(BillCase(**(case | fields)), law)


def test_the_made_up_city_settles_when_everything_is_known() -> None:
    """The bill all this is shown on is paid in full where no rule stands in its way."""
    assert decided(with_rule('[[floor]]\nvalue = "0.00"'), {}).mutual == 8_000


def test_unknown_minutes_turn_nobody_away() -> None:
    """Only sponsors need the minutes, so they are skipped with POLICY_UNKNOWN and the rest settles."""
    law = with_rule('[[confirm_mode]]\nvalue = "reswipe"')
    for minutes in (None, 1):
        outcome = decided(law, {}, second_swipe_minutes=minutes)
        assert (outcome.refused, outcome.cash) == (None, 8_000)
        assert outcome.skipped == ((0, Skip.POLICY_UNKNOWN),)


def test_a_filing_is_read_only_for_care_away_from_home() -> None:
    away: dict[str, Any] = {"institution": Institution(region="990200"), "filing": Filing.LONG_TERM}
    assert decided(LAW, {}, region="990300", **away).skipped == ((0, Skip.SPONSOR_EXCLUDED),)
    assert decided(LAW, {}, region="990300", filing=Filing.LONG_TERM).mutual == 8_000


@pytest.mark.parametrize(
    ("key", "word", "sponsor"),
    [
        ("excluded_people", "civil_servant", {"category": Category.CIVIL_SERVANT}),
        ("excluded_people", "no_account_tier", {"tier": 9}),
        ("auto_end_events", "sponsor_end", {"status": Cover.ENDED}),
    ],
)
def test_what_may_belong_to_a_set_is_unknown(key: str, word: str, sponsor: dict[str, Any]) -> None:
    ignored = '[[on_sponsor_pause]]\nvalue = "ignore"'
    law = with_rule(ignored, f'[[{key}]]\nvalue = []\nmaybe = ["{word}"]\nunknown = "没有写清"')
    assert decided(law, sponsor).skipped == ((0, Skip.POLICY_UNKNOWN),)


def test_a_cost_class_that_may_be_payable_is_unknown() -> None:
    law = with_rule('[[eligible_cost_classes]]\nvalue = ["copay"]\nmaybe = ["excluded"]\nunknown = "没有写清"')
    bill = Bill(total=8_000, in_scope=0, excluded=8_000)
    assert decided(law, {}, bill=bill).skipped == ((0, Skip.POLICY_UNKNOWN),)


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


UNKNOWN_SOURCE = '[[source_funds]]\nunknown = "没有写清"'


def test_which_money_counts_matters_only_where_there_is_more_than_one_kind() -> None:
    """With enough money from prior years both answers give the same; with one fen too little they do not."""
    law = with_rule(UNKNOWN_SOURCE)
    outcome = decided(law, {})
    assert (outcome.refused, outcome.skipped) == (None, ())
    assert [(draw.sponsor, draw.amount, draw.prior_years) for draw in outcome.draws] == [(0, 8_000, 8_000)]
    assert outcome.cash == 0
    assert decided(law, {"prior_years": 7_999}).skipped == ((0, Skip.POLICY_UNKNOWN),)
    assert decided(law, {"balance": 0, "prior_years": 0}).skipped == ((0, Skip.ZERO_BALANCE),)


ONE_PAYER = (
    '[[sponsors_per_settlement]]\nvalue = "one"',
    '[[payer_groups]]\nvalue = ["same_area", "wallet", "pool", "cross_area"]',
    '[[sponsor_order_rule]]\nunknown = "没有写清"',
    '[[confirm_mode]]\nvalue = "auto"',
)
WALLET: dict[str, Any] = {"mechanism": Mechanism.WALLET_TRANSFER, "quota": 20_000, "wallet_open": True}


def one_payer(*sponsors: dict[str, Any]) -> Outcome:
    place = Institution(region="990700", wallet_ready=True)
    return decided(with_rule(*ONE_PAYER), *sponsors, institution=place, assuming=False)


def test_where_one_pays_and_the_first_group_has_no_order_nobody_pays() -> None:
    """The one payer is somebody of the first group, but nobody knows who: a later group may not step in."""
    outcome = one_payer({"name": "a"}, {"name": "b"}, {"name": "c", **WALLET})
    assert outcome.refused is None
    assert outcome.skipped == tuple((position, Skip.POLICY_UNKNOWN) for position in range(3))
    assert (outcome.mutual, outcome.cash) == (0, 8_000)


def test_where_one_pays_the_order_of_a_later_group_does_not_matter() -> None:
    """The one payer is the only one of the first group, however the group after it is ordered."""
    outcome = one_payer({"name": "a"}, {"name": "b", **WALLET}, {"name": "c", **WALLET})
    assert [(draw.sponsor, draw.amount) for draw in outcome.draws] == [(0, 8_000)]
