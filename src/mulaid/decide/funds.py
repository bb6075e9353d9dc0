"""The own plan: what the five funds pay of a bill, in their order, each computed exactly and rounded once.

Reads P34 (deductible, ratio, ceiling, the further funds) and P37. The sponsor's plan never enters.
"""

from typing import Any

import msgspec

from mulaid.decide.looked import Looked
from mulaid.decide.schedule import fitting
from mulaid.policy.law import OwnPlan
from mulaid.policy.rows import Band, RatioRow, TopUpRow
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Assistance, Category, Cover, Fund, Use
from mulaid.terms.money import FULL_RATIO, BasisPoints, Fen, half_up
from mulaid.terms.outcome import ENGINE_RULE, NO_FUNDS, PATIENT, Step

# Bound here, because Python 3.11 takes as long to find a member as to call.
_COVERED = Cover.ACTIVE
_PHARMACY = Use.PHARMACY
_CIVIL_SERVANT = Category.CIVIL_SERVANT
_NO_ASSISTANCE = Assistance.NONE
_SERIOUS_ILLNESS = Fund.SERIOUS_ILLNESS
_CIVIL_SERVANTS_FUND = Fund.CIVIL_SERVANT
_ASSISTANCE_FUND = Fund.MEDICAL_ASSISTANCE


class RuleNeeded(Exception):
    """The own plan cannot be computed: this entry of the book is unknown, or no entry exists."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(ruling.key)
        self.ruling = ruling


class FundShares(msgspec.Struct, gc=False):
    """What the funds pay, and the cost classes that are theirs to cause."""

    funds: list[Fen]
    """By `Fund`, in the order they pay."""
    deductible: Fen = 0
    over_ceiling: Fen = 0
    pooled_ratio: BasisPoints = 0


_PLACE = {fund: place for place, fund in enumerate(Fund)}
_POOLED, _LARGE_AMOUNT = _PLACE[Fund.POOLED], _PLACE[Fund.LARGE_AMOUNT]


def nothing() -> FundShares:
    """The funds pay nothing."""
    return FundShares(list(NO_FUNDS))


def fund_shares(case: BillCase, plan: OwnPlan, steps: list[Step], used: Looked) -> FundShares:
    """What the funds pay of this bill. Raises `RuleNeeded` when a rule that could change the result is unknown."""
    if case.funds_given is not None:
        steps.append(Step("FUNDS_GIVEN", case.funds_given, PATIENT, ENGINE_RULE))
        return FundShares([case.funds_given, *NO_FUNDS[1:]])
    if case.patient.status is not _COVERED:
        steps.append(Step("COVER_NOT_ACTIVE", 0, PATIENT, ENGINE_RULE))
        return nothing()
    if case.bill.in_scope == 0:
        return nothing()
    over_the_counter = case.use is _PHARMACY and not case.prescription
    if over_the_counter and _value(plan.prescription_needed, used):
        steps.append(Step("NO_PRESCRIPTION", 0, PATIENT, plan.prescription_needed.rule))
        return nothing()
    return _insured(case, plan, steps, used)


def _insured(case: BillCase, plan: OwnPlan, steps: list[Step], used: Looked) -> FundShares:
    in_scope = case.bill.in_scope
    row = _ratio_row(case, plan)
    if row is not None and row.ratio == 0:
        used.add(plan.fund_ratio.rule)
        steps.append(Step("NOT_COVERED", 0, PATIENT, plan.fund_ratio.rule))
        return nothing()
    if plan.schedule_for.known and case.use in plan.schedule_for.value:
        used.add(plan.schedule_for.rule)
    points_off = _away(case, plan, steps, used)
    deductible = min(in_scope, deductible_left(case, plan, used))
    if deductible:
        steps.append(Step("DEDUCTIBLE", deductible, PATIENT, plan.deductible.rule))
    shares = FundShares(list(NO_FUNDS), deductible)
    if deductible < in_scope:
        _pooled(case, plan, row, points_off, shares, steps, used)
    _further_funds(case, plan, shares.funds, steps, used)
    return shares


def _pooled(
    case: BillCase,
    plan: OwnPlan,
    row: RatioRow | None,
    points_off: BasisPoints,
    shares: FundShares,
    steps: list[Step],
    used: Looked,
) -> None:
    """The pooled fund's part within its ceiling, and the large-amount fund's of what lies beyond."""
    used.add(plan.fund_ratio.rule)
    if row is None:
        raise RuleNeeded(plan.fund_ratio)
    start = case.year.in_scope if plan.bands_over == "year" else 0
    begin, end = start + shares.deductible, start + case.bill.in_scope
    pieces = _pieces(row.bands, row.ratio, begin, end, plan.fund_ratio, points_off)
    room = max(0, _ceiling(case, plan, used) - case.year.funds_paid)
    pooled, shares.pooled_ratio, beyond = _pay(pieces, room)
    shares.funds[_POOLED] = pooled
    steps.append(Step("POOLED", pooled, PATIENT, plan.fund_ratio.rule))
    if beyond[0]:
        over = half_up(*beyond)
        steps.append(Step("CEILING", over, PATIENT, plan.fund_ceiling.rule))
        large = _beyond_ceiling(case, plan, beyond, steps, used)
        shares.funds[_LARGE_AMOUNT] = large
        shares.over_ceiling = max(0, over - large)


def _ratio_row(case: BillCase, plan: OwnPlan) -> RatioRow | None:
    row = fitting(plan.fund_ratio.value, case) if plan.fund_ratio.known else None
    return None if row is None or row.unknown is not None else row


def _away(case: BillCase, plan: OwnPlan, steps: list[Step], used: Looked) -> BasisPoints:
    """Points taken off the ratio for care in another region, by the kind of filing."""
    if case.institution.region == case.region:
        return 0
    row = fitting(_value(plan.away_care, used), case)
    if row is None or row.points_off is None:
        raise RuleNeeded(plan.away_care)
    points: BasisPoints = row.points_off
    steps.append(Step("AWAY_POINTS", points, PATIENT, plan.away_care.rule))
    return points


def deductible_left(case: BillCase, plan: OwnPlan, used: Looked) -> Fen:
    """What of the deductible the patient has still to bear. Raises `RuleNeeded`."""
    row = fitting(_value(plan.deductible, used), case)
    if row is None or row.amount is None:
        raise RuleNeeded(plan.deductible)
    met = case.year.deductible_met if plan.deductible_per == "year" else 0
    left: Fen = max(0, row.amount - met)
    return left


def _ceiling(case: BillCase, plan: OwnPlan, used: Looked) -> Fen:
    row = fitting(_value(plan.fund_ceiling, used), case)
    if row is None or row.amount is None:
        raise RuleNeeded(plan.fund_ceiling)
    ceiling: Fen = row.amount
    return ceiling


def _pieces(
    bands: tuple[Band, ...],
    ratio: BasisPoints | None,
    begin: Fen,
    end: Fen,
    ruling: Ruling,
    points_off: BasisPoints = 0,
) -> list[tuple[Fen, BasisPoints]]:
    """Cut the money from `begin` to `end` at the bands: (amount, ratio) in order. Money starts at the band's zero."""
    if ratio is not None:
        return [(end - begin, max(0, ratio - points_off))]
    pieces = []
    for band in bands:
        upto = end if band.upto is None else min(end, band.upto)
        if upto > begin:
            if band.ratio is None:
                raise RuleNeeded(ruling)
            pieces.append((upto - begin, max(0, band.ratio - points_off)))
            begin = upto
    return pieces


def _pay(pieces: list[tuple[Fen, BasisPoints]], room: Fen) -> tuple[Fen, BasisPoints, tuple[int, int]]:
    """What the fund pays within its room, rounded once; the ratio it paid by last; the cost beyond as a fraction."""
    exact = sum([amount * ratio for amount, ratio in pieces])
    left = min(exact, room * FULL_RATIO)
    paid = half_up(left, FULL_RATIO)
    last = numerator = denominator = 0
    for amount, ratio in pieces:
        if denominator:
            numerator += amount * denominator
            continue
        last = ratio if left and ratio else last
        if amount * ratio <= left:
            left -= amount * ratio
        else:
            numerator, denominator = amount * ratio - left, ratio
            left = 0
    return paid, last, (numerator, denominator or 1)


def _beyond_ceiling(case: BillCase, plan: OwnPlan, beyond: tuple[int, int], steps: list[Step], used: Looked) -> Fen:
    """The large-amount fund's part of the cost beyond the pooled fund's ceiling."""
    row = _top_up_row(case, plan.large_amount, used)
    if row is None:
        return 0
    if row.ratio is None:
        raise RuleNeeded(plan.large_amount)
    paid = half_up(beyond[0] * row.ratio, beyond[1] * FULL_RATIO)
    steps.append(Step("LARGE_AMOUNT", paid, PATIENT, plan.large_amount.rule))
    return paid


def _further_funds(case: BillCase, plan: OwnPlan, shares: list[Fen], steps: list[Step], used: Looked) -> None:
    """Serious illness, civil servants' subsidy and medical assistance, each on what is still borne in scope."""
    asked = [(_SERIOUS_ILLNESS, plan.serious_illness)]
    if case.patient.category is _CIVIL_SERVANT:
        asked.append((_CIVIL_SERVANTS_FUND, plan.civil_servant))
    if case.patient.assistance is not _NO_ASSISTANCE:
        asked.append((_ASSISTANCE_FUND, plan.medical_assistance))
    for fund, ruling in asked:
        borne = case.bill.in_scope - sum(shares)
        row = _top_up_row(case, ruling, used) if borne else None
        if row is None:
            continue
        before = max(0, case.year.in_scope - case.year.funds_paid) if fund is _SERIOUS_ILLNESS else 0
        begin, end = max(0, before - row.above), max(0, before + borne - row.above)
        pieces = _pieces(row.bands, row.ratio, begin, end, ruling)
        paid = half_up(sum([amount * ratio for amount, ratio in pieces]), FULL_RATIO)
        shares[_PLACE[fund]] = paid
        steps.append(Step(fund.name, paid, PATIENT, ruling.rule))


def _top_up_row(case: BillCase, ruling: Ruling, used: Looked) -> TopUpRow | None:
    """The row of a further fund that fits; None when the fund pays nothing here."""
    rows = _value(ruling, used)
    if not rows:
        return None
    row: TopUpRow | None = fitting(rows, case)
    if row is None or row.unknown is not None:
        raise RuleNeeded(ruling)
    return row


def _value(ruling: Ruling, used: Looked) -> Any:
    used.add(ruling.rule)
    if not ruling.known:
        raise RuleNeeded(ruling)
    return ruling.value
