"""Not known is not a lock: what ends where nobody knows the rules, and what a strict book makes of it."""

import datetime

import pytest

from mulaid.decide.ending import WISH_DAYS, decide_end
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.terms.outcome import ENGINE_RULE, EndOutcome
from mulaid.terms.reasons import EndRefusal
from mulaid.terms.sponsorship_case import Asker, EndCase
from tests.rules.made import BOOK, INVENTED
from tests.rules.test_unknown_rules import with_rule

DAY = datetime.date(2026, 3, 10)
A_DAY = datetime.timedelta(days=1)
STRICT = Law(Book.load([shipped_folder(), INVENTED], strict=True))
SPONSOR_ENDS = '[[unbind_by]]\nvalue = "sponsor"'
UNKNOWN = {
    "unbind_by": '[[unbind_by]]\nunknown = "没有写清"',
    "min_bound_days": '[[min_bound_days]]\nunknown = "没有写清"',
    "unbind_effect": '[[unbind_effect]]\nunknown = "没有写清"',
}


def ended(law: Law, by: Asker = Asker.SPONSOR, region: str = "990700", days: int = 0) -> EndOutcome:
    """The end of a relation made so many days ago."""
    return decide_end(EndCase(day=DAY, region=region, bound_on=DAY - days * A_DAY, by=by), law)


@pytest.mark.parametrize("by", Asker)
def test_what_nobody_knows_holds_no_relation_and_is_named(by: Asker) -> None:
    outcome = ended(with_rule(*UNKNOWN.values()), by)
    assert (outcome.refused, outcome.ends_on) == (None, DAY)
    agreed = by is Asker.BOTH
    assert outcome.assumed == tuple(sorted(set(UNKNOWN) - ({"unbind_by"} if agreed else set())))
    codes = [step.code for step in outcome.steps]
    assert codes[0] == ("ENDED_BY_BOTH" if agreed else "UNBIND_BY_ASSUMED")
    assert codes[1:] == ["MIN_BOUND_DAYS_ASSUMED", "UNBIND_EFFECT_ASSUMED"]
    assert {step.rule for step in outcome.steps} <= set(outcome.used)


def test_a_book_that_says_nothing_at_all_holds_nobody_either() -> None:
    silent = Law(Book({name: text for name, text in BOOK.texts.items() if name != "national.toml"}))
    outcome = ended(silent, region="990500")
    assert (outcome.refused, outcome.assumed) == (None, tuple(sorted(UNKNOWN)))
    assert {step.rule for step in outcome.steps} == {ENGINE_RULE}


@pytest.mark.parametrize("key", UNKNOWN)
def test_a_strict_book_assumes_nothing(key: str) -> None:
    texts = {"unbind_by": SPONSOR_ENDS, "min_bound_days": "[[min_bound_days]]\nvalue = 0"}
    texts["unbind_effect"] = '[[unbind_effect]]\nvalue = "now"'
    known = Book(with_rule(*texts.values()).book.texts, strict=True)
    assert ended(Law(known)).refused is None
    unknown = Book(with_rule(*(texts | {key: UNKNOWN[key]}).values()).book.texts, strict=True)
    outcome = ended(Law(unknown))
    assert (outcome.refused, outcome.assumed) == (EndRefusal.POLICY_UNKNOWN, ())
    assert unknown.entries[outcome.steps[0].rule].key == key


def test_a_definite_reason_comes_before_what_a_strict_book_does_not_know() -> None:
    lock = Book(with_rule(UNKNOWN["unbind_by"], "[[min_bound_days]]\nvalue = 5").book.texts, strict=True)
    outcome = ended(Law(lock), days=4)
    assert (outcome.refused, outcome.possible_on) == (EndRefusal.LOCKED_UNBIND, DAY + A_DAY)
    assert ended(Law(lock), days=5).refused == EndRefusal.POLICY_UNKNOWN
    assert ended(STRICT, region="450100").refused == EndRefusal.POLICY_UNKNOWN


@pytest.mark.parametrize("days", [0, WISH_DAYS - 1, WISH_DAYS])
def test_the_wish_of_the_other_side_makes_the_rule_needless_while_it_waits(days: int) -> None:
    """With both agreed no value of the rule could refuse, so nothing is assumed of it."""
    wished = DAY - days * A_DAY
    case = EndCase(day=DAY, region="990700", bound_on=DAY, by=Asker.BENEFICIARY, other_asked_on=wished)
    waits = days < WISH_DAYS
    assert decide_end(case, with_rule(SPONSOR_ENDS)).refused == (None if waits else EndRefusal.UNBIND_NOT_YOURS)
    assumed = decide_end(case, with_rule(UNKNOWN["unbind_by"])).assumed
    assert ("unbind_by" in assumed) is not waits
