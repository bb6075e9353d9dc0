"""Move the money of a decided bill in the overlay, count it, and say how in a record."""

from mulaid.ledger.journal import Spending, settlement
from mulaid.procedures.act.answers import Payer
from mulaid.procedures.act.households import Households
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.posting import Balances
from mulaid.procedures.act.records import BillRecord
from mulaid.procedures.till.desk import Question, TillDesk
from mulaid.procedures.till.requests import SettleRequest
from mulaid.store import regions
from mulaid.terms.bill_case import BillCase, YearSoFar
from mulaid.terms.codes import INPATIENT_USES, Mechanism
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome

_CODE_BASE = 36


def pay(desk: TillDesk, matter: Matter, question: Question, outcome: Outcome) -> tuple[BillRecord, Balances]:
    """Move the money of a decided bill in the overlay, count it against caps and the year, and say how in a record."""
    request: SettleRequest = matter.request
    house, case = desk.house, question.case
    region = regions.number(case.region)
    spendings = []
    if outcome.own:
        own = Spending(region, request.patient, Mechanism.INSTANT_DRAW, outcome.own, outcome.own_prior_years)
        spendings.append(own)
    for draw in outcome.draws:
        key, mechanism = question.keys[draw.sponsor], case.sponsors[draw.sponsor].mechanism
        spendings.append(Spending(key.purse_region, key.purse, mechanism, draw.amount, draw.prior_years))
        house.use(question.links[draw.sponsor], draw.amount, draw.prior_years, house.today)
    transfers = settlement(region, institution_number(matter.origin.sender), outcome.funds, spendings)
    balances = [house.move(transfer) for transfer in transfers]
    house.add_to_year(question.year, year_added(case, outcome))
    record = BillRecord(
        case,
        outcome,
        tuple(transfers),
        question.keys,
        payers(case, outcome),
        balance_after(house, request.patient, case),
        question.year[2],
        _batch(question),
        matter.origin.message_id,
        request.lines,
        funds_by=question.funds_by,
        transaction=matter.origin.transaction,
        content=matter.origin.content,
    )
    return record, balances


def _batch(question: Question) -> str | tuple[str, ...] | None:
    names = [name for _, _, name in question.charged]
    return tuple(names) if len(names) > 1 else names[0] if names else None


def year_added(case: BillCase, outcome: Outcome) -> YearSoFar:
    """What a settled bill adds to its patient's benefit year."""
    return YearSoFar(
        deductible_met=outcome.deductible_applied,
        in_scope=case.bill.in_scope,
        funds_paid=outcome.funds_paid,
        admissions=int(case.use in INPATIENT_USES),
    )


def balance_after(house: Households, patient: int, case: BillCase) -> Fen:
    """The patient's own account as the overlay has it now; 0 without one."""
    return house.money[case.region, patient].free if case.patient.account else 0


def payers(case: BillCase, outcome: Outcome) -> tuple[Payer, ...]:
    """Every sponsor who pays, as a slip may show them."""
    shown = []
    for draw in outcome.draws:
        sponsor = case.sponsors[draw.sponsor]
        shown.append(Payer(draw.sponsor + 1, sponsor.name, sponsor.kinship, sponsor.mechanism, draw.amount))
    return tuple(shown)


def institution_number(code: str) -> int:
    """An institution's code (at most 12 letters and digits) as the number of its account."""
    return int(code, _CODE_BASE)
