"""What is told of a person's benefit before the bill is what the bill then brings, in every region."""

import datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.benefit import benefit, beyond_deductible, registration_refusal
from mulaid.decide.bill import decide
from mulaid.policy.rules import OwnAccount
from mulaid.terms.bill_case import Bill, BillCase
from mulaid.terms.codes import Accounts, Cover, Credential, Scheme
from mulaid.terms.reasons import BillRefusal, Skip
from tests.rules.made import LAW, REGIONS, cases, with_patient

_DAY = datetime.date(2026, 11, 22)
UNCONDITIONAL = {"COVER_NOT_ACTIVE", "NO_PRESCRIPTION", "NOT_COVERED"}


def asked(case: BillCase, in_scope: int, funds: int | None) -> BillCase:
    """The same person with a bill in scope, everybody chosen, at the second swipe."""
    return msgspec.structs.replace(
        case,
        bill=Bill(total=in_scope, in_scope=in_scope),
        funds_given=funds,
        accounts=Accounts.ALL,
        chosen=tuple(range(len(case.sponsors))),
        second_swipe_minutes=0,
    )


@given(cases(), st.integers(0, 400_000))
def test_the_pooled_fund_does_what_was_told(case: BillCase, more: int) -> None:
    told = benefit(case, LAW)
    in_scope = beyond_deductible(asked(case, 0, None), LAW).bill.in_scope + more
    outcome = decide(asked(case, in_scope, None), LAW)
    if told.pooled_pays:
        # A higher band, or what lies beyond the ceiling, may be unknown; nothing else may refuse it.
        assert outcome.funds[0] > 0 if outcome.refused is None else outcome.refused is BillRefusal.POLICY_UNKNOWN
    elif told.plan.refused is not None:
        assert outcome.refused is told.plan.refused
    else:
        assert outcome.funds[0] == 0


@given(cases(), st.integers(1, 400_000))
def test_what_stands_in_the_way_of_the_fund_stands_in_every_bill(case: BillCase, in_scope: int) -> None:
    told = benefit(case, LAW)
    outcome = decide(asked(case, in_scope, None), LAW)
    if told.plan.refused not in (None, BillRefusal.POLICY_UNKNOWN):
        assert outcome.refused is told.plan.refused
    elif not told.pooled_pays and told.obstacle in UNCONDITIONAL:
        assert outcome.refused is None and told.obstacle in [step.code for step in outcome.steps]


@given(cases(), st.integers(1, 400_000), st.data())
def test_accounts_do_what_was_told(case: BillCase, total: int, data: st.DataObject) -> None:
    told = benefit(case, LAW)
    funds = data.draw(st.integers(0, total - 1))
    outcome = decide(asked(case, total, funds), LAW)
    assert outcome.refused is told.accounts.refused
    # What nobody knows may be no matter to a small bill and stop a large one, never the other way round.
    assert told.accounts_pay or not outcome.own + outcome.mutual
    if outcome.refused is None:
        assert bool(told.accounts.draws) or not outcome.draws
        assert told.accounts.own > 0 or not outcome.own
        if LAW.aid(case.region, case.settled_on).own_account_rule.value is not OwnAccount.SHARED_FIRST:
            assert (told.accounts.own > 0) == (outcome.own > 0)
        # A bill may settle by agreement what is open without one.
        open_before = {at for at, skip in told.accounts.skipped if skip is Skip.POLICY_UNKNOWN}
        open_still = {(at, skip) for at, skip in outcome.skipped if skip is Skip.POLICY_UNKNOWN or at in open_before}
        assert set(outcome.skipped) - open_still <= set(told.accounts.skipped)


@given(cases())
def test_whoever_is_paused_still_pays_from_their_own_account(case: BillCase) -> None:
    """The door once told a paused employee that their own account may not pay, and then it paid."""
    paused = with_patient(case, status=Cover.PAUSED, scheme=Scheme.EMPLOYEE, account=True, own_balance=500)
    told = benefit(paused, LAW)
    outcome = decide(asked(paused, 100, 0), LAW)
    assert not told.pooled_pays
    assert told.accounts_pay == (outcome.refused is None and outcome.own + outcome.mutual > 0)


def test_a_credential_that_every_bill_would_be_refused_for() -> None:
    refused = {region for region in REGIONS if _refusal(region, Credential.OTHER)}
    assert refused and all(_refusal(region, Credential.OTHER) is BillRefusal.WRONG_CREDENTIAL for region in refused)
    assert not any(_refusal(region, Credential.OWN) for region in REGIONS)


def _refusal(region: str, credential: Credential) -> BillRefusal | None:
    return registration_refusal(credential, LAW.aid(region, _DAY))
