"""Carry a decision out, and write a batch's cases, transfers and links of the chain: one statement for all of it."""

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec

from mulaid.ledger.journal import Spending, settlement
from mulaid.procedures import records
from mulaid.procedures.desk import Desk, Question
from mulaid.procedures.households import Households
from mulaid.procedures.records import Record
from mulaid.procedures.requests import Payer, SettleRequest
from mulaid.store import chain, ledger, regions
from mulaid.store.chain import Head
from mulaid.store.connect import Connection
from mulaid.store.ledger import Bookings
from mulaid.terms.bill_case import BillCase, YearSoFar
from mulaid.terms.codes import INPATIENT_USES, Mechanism
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome

_CODE_BASE = 36

Amounts = tuple[Fen, ...]
Balances = list[tuple[int | None, Fen | None]]
"""For each transfer: whose purse it moved, and what was then left of the balance it moved."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Whose case it is and where it happened."""

    patient: int
    institution_region: str
    institution: str
    visit: int | None


class Chain:
    """A lane's place in the chain of every region it has written to. Heads move only when their batch has committed."""

    def __init__(self, lane: int) -> None:
        self.lane = lane
        self.heads: dict[str, Head] = {}

    async def known(self, connection: Connection, regions: Iterable[str]) -> dict[str, Head]:
        """The heads, those of these regions among them."""
        missing = [region for region in regions if region not in self.heads]
        if missing:
            self.heads |= await chain.heads(connection, missing, self.lane)
        return self.heads


class Posting:
    """The cases that one transaction records, all of one kind and decided by one policy."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.new_heads: dict[str, Head] = {}
        self._kind = self._policy = ""
        self._cases: dict[str, list[tuple[Any, ...]]] = {}
        """By the patients' regions; the record comes last."""
        self._transfers: list[tuple[object, ...]] = []

    def add(self, case_id: int, place: Place, record: Record, balances: Balances, policy: str) -> None:
        """Add one case."""
        self._kind = "settlement" if record.undone is None else "reversal"
        self._policy = policy
        case = record.case
        at = (place.patient, regions.number(place.institution_region), place.institution, place.visit)
        row = (case_id, *at, case.day, case.use, *_amounts(record), records.encode(record))
        self._cases.setdefault(case.region, []).append(row)
        for n, (transfer, (person, left)) in enumerate(zip(record.transfers, balances, strict=True)):
            debit, credit = transfer.debit, transfer.credit
            moved = (
                transfer.region,
                case_id,
                n,
                int(debit.kind),
                debit.number,
                int(credit.kind),
                credit.number,
                transfer.amount,
                person,
                left,
            )
            self._transfers.append(moved)

    async def write(self, connection: Connection, house: Households, moment: datetime.datetime) -> None:
        """Write everything added and the households it changed.

        Raises what the database raises when it refuses, and `store.ledger.HeadMoved`.
        """
        if not self._cases:
            return
        bookings = Bookings(
            kind=self._kind,
            policy=self._policy,
            lane=self.chain.lane,
            purses=house.purses_written(),
            relations=house.relations_written(),
            transfers=self._transfers,
            years=house.years_written(),
        )
        heads = await self.chain.known(connection, self._cases)
        for region, cases in self._cases.items():
            number, (last, previous) = regions.number(region), heads[region]
            seq, link = last + 1, records.link(previous, [case[-1] for case in cases])
            bookings.cases += [(number, *case, seq) for case in cases]
            bookings.links.append((number, seq, link, previous, cases[0][0], len(cases)))
            self.new_heads[region] = seq, link
        await ledger.book(connection, bookings, moment)

    def committed(self) -> None:
        """The transaction has committed: the lane's next batch follows on this one."""
        self.chain.heads |= self.new_heads


def carry_out(desk: Desk, request: SettleRequest, question: Question, outcome: Outcome) -> tuple[Record, Balances]:
    """Move the money of a decided bill in the overlay, count it against caps and the year, and say how in a record."""
    house, case = desk.house, question.case
    region = regions.number(case.region)
    spendings = []
    if outcome.own:
        own = Spending(region, request.patient, Mechanism.INSTANT_DRAW, outcome.own, outcome.own_prior_years)
        spendings.append(own)
    for draw in outcome.draws:
        key, mechanism = question.keys[draw.sponsor], case.sponsors[draw.sponsor].mechanism
        spendings.append(Spending(key.purse_region, key.purse, mechanism, draw.amount, draw.prior_years))
        house.use(question.links[draw.sponsor], draw.amount, house.today)
    transfers = settlement(region, institution_number(request.sender.institution), outcome.funds, spendings)
    balances = [house.move(transfer) for transfer in transfers]
    house.add_to_year(question.year, year_added(case, outcome))
    record = Record(
        records.VERSION,
        case,
        outcome,
        tuple(transfers),
        question.keys,
        payers(case, outcome),
        balance_after(house, request.patient, case),
        question.year[2],
        _batch(question),
        request.sender.message_id,
        request.lines,
        funds_by=question.funds_by,
        transaction=request.sender.transaction,
        content=request.sender.content,
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


def _amounts(record: Record) -> Amounts:
    """Total, funds, own, mutual, cash, institution; all negative in a reversal."""
    outcome = record.outcome
    parts = (outcome.total, outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    return parts if record.undone is None else tuple(-part for part in parts)
