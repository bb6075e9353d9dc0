"""The funds' part against a second computation in exact fractions, over schedules made up by hypothesis."""

import datetime
import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.funds import FundShares, RuleNeeded, fund_shares
from mulaid.decide.looked import Looked
from mulaid.policy.law import OwnPlan
from mulaid.policy.rows import NO_CEILING, Band, CeilingRow, DeductibleRow, RatioRow, TopUpRow
from mulaid.policy.ruling import GAP, Ruling
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, YearSoFar
from mulaid.terms.codes import Assistance, Category, Cover, Scheme
from mulaid.terms.outcome import NO_FUNDS

DAY = datetime.date(2026, 3, 10)
Bands = tuple[Band, ...]
_scope = st.one_of(st.integers(0, 500), st.integers(0, 6_000_000))
_ratio = st.integers(100, 10_000)


@st.composite
def schedules(draw: st.DrawFn) -> Bands:
    """Bands that rise and end open, with ratios in basis points."""
    ends = sorted(draw(st.sets(st.integers(1, 5_000_000), max_size=3)))
    return tuple(Band(upto=end, ratio=draw(_ratio)) for end in (*ends, None))


def plan(bands: Bands, deductible: int = 0, ceiling: int = NO_CEILING, over: str = "bill", **more: Any) -> OwnPlan:
    """An own plan with one schedule; further funds pay nothing unless given."""
    rulings: dict[str, Any] = {
        "deductible": Ruling((DeductibleRow(amount=deductible),), 0),
        "deductible_per": "year",
        "fund_ratio": Ruling((RatioRow(bands=bands),), 1),
        "bands_over": over,
        "fund_ceiling": Ruling((CeilingRow(amount=ceiling),), 2),
        "schedule_for": Ruling({}, 3),
        "prescription_needed": Ruling(True, 4),
        "away_care": GAP,
    }
    nothing = {
        name: Ruling((), 5) for name in ("serious_illness", "large_amount", "civil_servant", "medical_assistance")
    }
    return OwnPlan(**(rulings | nothing | more))


def bill(in_scope: int, year: YearSoFar | None = None, **patient: Any) -> BillCase:
    return BillCase(
        region="990100",
        day=DAY,
        settled_on=DAY,
        patient=Patient(scheme=Scheme.EMPLOYEE, account=True, **patient),
        institution=Institution(region="990100"),
        bill=Bill(total=in_scope, in_scope=in_scope),
        year=year or YearSoFar(),
    )


def shares(in_scope: int, own_plan: OwnPlan, year: YearSoFar | None = None, **patient: Any) -> FundShares:
    return fund_shares(bill(in_scope, year, **patient), own_plan, [], Looked())


def rounded(exact: Fraction) -> int:
    """Half up, once."""
    return math.floor(exact + Fraction(1, 2))


def paid_upto(bands: Bands, position: int | Fraction) -> Fraction:
    """What the schedule pays for the first `position` fen in scope."""
    edges = [Fraction(0), *(Fraction(position if band.upto is None else min(band.upto, position)) for band in bands)]
    return sum(
        (
            max(Fraction(0), high - low) * Fraction(band.ratio or 0, 10_000)
            for (low, high), band in zip(pairwise(edges), bands, strict=True)
        ),
        Fraction(0),
    )


def reached(bands: Bands, begin: int, end: int, room: int) -> Fraction:
    """How far from `begin` the schedule can be paid with `room`, by walking the bands."""
    position, left = Fraction(begin), Fraction(room)
    for band in bands:
        stop = Fraction(end if band.upto is None else min(band.upto, end))
        if stop > position:
            ratio = Fraction(band.ratio or 0, 10_000)
            step = min(stop - position, left / ratio)
            position, left = position + step, left - step * ratio
            if position < stop:
                break
    return position


@given(schedules(), _scope, st.integers(0, 200_000))
def test_the_fund_is_the_exact_sum_over_all_bands_rounded_once(bands: Bands, in_scope: int, deductible: int) -> None:
    found = shares(in_scope, plan(bands, deductible))
    applied = min(deductible, in_scope)
    assert found.deductible == applied
    assert found.funds[0] == rounded(paid_upto(bands, in_scope) - paid_upto(bands, applied))
    assert found.funds[1:] == [0, 0, 0, 0] and found.over_ceiling == 0


@given(schedules(), _scope, st.integers(0, 200_000), st.integers(0, 4_000_000), _scope)
def test_bands_over_a_year_start_where_the_year_stands(
    bands: Bands, in_scope: int, deductible: int, so_far: int, met: int
) -> None:
    year = YearSoFar(deductible_met=met, in_scope=so_far)
    found = shares(in_scope, plan(bands, deductible, over="year"), year)
    applied = min(in_scope, max(0, deductible - met))
    assert found.deductible == applied
    assert found.funds[0] == rounded(paid_upto(bands, so_far + in_scope) - paid_upto(bands, so_far + applied))


@given(schedules(), _scope, st.integers(0, 200_000), st.integers(0, 2_000_000), st.integers(0, 2_000_000), _ratio)
def test_the_ceiling_and_the_fund_above_it(
    bands: Bands, in_scope: int, deductible: int, ceiling: int, paid: int, ratio: int
) -> None:
    large = Ruling((TopUpRow(ratio=ratio),), 6)
    found = shares(in_scope, plan(bands, deductible, ceiling, large_amount=large), YearSoFar(funds_paid=paid))
    applied, room = min(deductible, in_scope), max(0, ceiling - paid)
    exact = paid_upto(bands, in_scope) - paid_upto(bands, applied)
    if exact <= room:
        assert (found.funds[0], found.funds[2], found.over_ceiling) == (rounded(exact), 0, 0)
    else:
        beyond = in_scope - reached(bands, applied, in_scope, room)
        topped_up = rounded(beyond * Fraction(ratio, 10_000))
        assert (found.funds[0], found.funds[2]) == (room, topped_up)
        assert found.over_ceiling == max(0, rounded(beyond) - topped_up)


@given(schedules(), _scope, st.integers(0, 200_000), st.integers(0, 2_000_000))
def test_no_fund_pays_beyond_scope_deductible_and_ceiling(
    bands: Bands, in_scope: int, deductible: int, ceiling: int
) -> None:
    found = shares(in_scope, plan(bands, deductible, ceiling))
    assert 0 <= found.funds[0] <= min(ceiling, in_scope - found.deductible)
    assert found.funds[0] + found.deductible + found.over_ceiling <= in_scope


@given(schedules(), _scope, st.integers(0, 100_000), st.integers(0, 200_000), st.integers(0, 2_000_000))
def test_more_in_scope_is_never_paid_less(
    bands: Bands, in_scope: int, more: int, deductible: int, ceiling: int
) -> None:
    own_plan = plan(bands, deductible, ceiling)
    assert sum(shares(in_scope, own_plan).funds) <= sum(shares(in_scope + more, own_plan).funds)


@given(_ratio, _scope, _scope, st.integers(0, 200_000), st.sampled_from([NO_CEILING, 300_000]))
def test_two_bills_of_one_year_are_paid_as_one(ratio: int, one: int, two: int, deductible: int, ceiling: int) -> None:
    """Exact for a single band: what is left to differ is one rounding more."""
    own_plan = plan((Band(ratio=ratio),), deductible, ceiling, over="year")
    first = shares(one, own_plan)
    year = YearSoFar(deductible_met=first.deductible, in_scope=one, funds_paid=sum(first.funds))
    second = shares(two, own_plan, year)
    together = shares(one + two, own_plan)
    assert first.deductible + second.deductible == together.deductible
    assert abs(sum(first.funds) + sum(second.funds) - sum(together.funds)) <= 1


@given(schedules(), _scope, st.integers(0, 2_000_000), _scope, _scope)
def test_serious_illness_pays_by_what_the_year_has_left_to_the_patient(
    bands: Bands, in_scope: int, above: int, so_far: int, paid: int
) -> None:
    serious = Ruling((TopUpRow(bands=bands, above=above),), 6)
    year = YearSoFar(in_scope=so_far, funds_paid=min(paid, so_far))
    found = shares(in_scope, plan((Band(ratio=6_000),), serious_illness=serious), year)
    pooled = rounded(Fraction(in_scope * 6, 10))
    before = so_far - min(paid, so_far)
    begin, end = max(0, before - above), max(0, before + in_scope - pooled - above)
    assert found.funds == [pooled, rounded(paid_upto(bands, end) - paid_upto(bands, begin)), 0, 0, 0]


@given(_scope, _ratio, _ratio, _ratio)
def test_the_last_two_funds_pay_on_what_is_still_borne(in_scope: int, pooled: int, civil: int, assistance: int) -> None:
    own_plan = plan(
        (Band(ratio=pooled),),
        civil_servant=Ruling((TopUpRow(ratio=civil),), 6),
        medical_assistance=Ruling((TopUpRow(ratio=assistance),), 7),
    )
    found = shares(in_scope, own_plan, category=Category.CIVIL_SERVANT, assistance=Assistance.LOW_INCOME)
    first = rounded(Fraction(in_scope * pooled, 10_000))
    second = rounded(Fraction((in_scope - first) * civil, 10_000))
    third = rounded(Fraction((in_scope - first - second) * assistance, 10_000))
    assert found.funds == [first, 0, 0, second, third]
    assert shares(in_scope, own_plan).funds == [first, 0, 0, 0, 0], "these two concern only those they are for"


@pytest.mark.parametrize("status", [status for status in Cover if status is not Cover.ACTIVE])
def test_no_cover_no_funds(status: Cover) -> None:
    assert shares(10_000, plan((Band(ratio=5_000),)), status=status).funds == list(NO_FUNDS)


def test_given_funds_ask_no_rule() -> None:
    asked = Looked()
    nothing = OwnPlan(
        **{name: GAP for name in OwnPlan.__struct_fields__ if name not in ("deductible_per", "bands_over")},
        deductible_per="year",
        bands_over="bill",
    )
    given_funds = msgspec.structs.replace(bill(10_000), funds_given=4_000)
    assert fund_shares(given_funds, nothing, [], asked).funds == [4_000, 0, 0, 0, 0]
    assert asked == Looked()
    with pytest.raises(RuleNeeded):
        fund_shares(bill(10_000), nothing, [], asked)


def test_assistance_also_pays_on_a_bill_within_the_deductible() -> None:
    """Each further fund pays on what is still borne in scope: 500.00 borne at 70 % is 350.00, as it is at 500.01."""
    own_plan = plan((Band(ratio=5_000),), 50_000, medical_assistance=Ruling((TopUpRow(ratio=7_000),), 6))
    assert shares(50_001, own_plan, assistance=Assistance.LOW_INCOME).funds == [1, 0, 0, 0, 35_000]
    assert shares(50_000, own_plan, assistance=Assistance.LOW_INCOME).funds == [0, 0, 0, 0, 35_000]


def test_the_pooled_ratio_is_that_of_the_last_band_paid_by() -> None:
    bands = (Band(upto=10_000, ratio=5_000), Band(ratio=6_000))
    within = shares(20_000, plan(bands, ceiling=2_000))
    nothing = shares(20_000, plan(bands, ceiling=2_000), YearSoFar(funds_paid=2_000))
    assert (within.funds[0], nothing.funds[0]) == (2_000, 0)
    assert (within.pooled_ratio, nothing.pooled_ratio) == (5_000, 0)


def test_an_unknown_band_matters_only_where_it_is_reached() -> None:
    own_plan = plan((Band(upto=10_000, ratio=5_000), Band(unknown="why")))
    assert shares(10_000, own_plan).funds[0] == 5_000
    with pytest.raises(RuleNeeded):
        shares(10_001, own_plan)
