"""Every worked case with what it comes to by the book as it is, and which entries it can see."""

import datetime
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mulaid.cli.decide import decide_bill, decide_sponsorship
from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.intake.cases import WrittenBill, WrittenRelation, case_files, read_cases
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.law import Law
from mulaid.terms.bill_case import BillCase
from mulaid.terms.sponsorship_case import EndCase, SponsorshipCase
from tests.policy.mutants import OWN_PLAN, MutantLaw
from tests.rules.made import LAW

SHIPPED = Law(Book.load())
"""Where nobody knows, what invented places say counts with what real ones say: cases that hang on that are left out."""
CASES = Path(__file__).parents[1] / "cases"


class Case(msgspec.Struct, frozen=True):
    """A worked case, decided. `regions` are those whose rules it asks about relations and accounts, on `aid_day`."""

    file: Path
    written: WrittenBill | WrittenRelation
    outcome: Any
    regions: tuple[str, ...]
    aid_day: datetime.date

    def again(self, law: Law) -> Any:
        """The outcome by another law."""
        if isinstance(self.written, WrittenBill):
            return decide(self.written.case, law)
        return decided_relation(self.written.case, law)

    def fails(self, law: Law) -> bool:
        """Whether what the case expects no longer holds. What comes out the same is not compared at all."""
        return self.again(law) != self.outcome and not self.holds(law)

    def holds(self, law: Law) -> bool:
        """Whether what the case expects comes out."""
        if isinstance(self.written, WrittenBill):
            return bool(decide_bill(self.written, law).result["ok"])
        return bool(decide_sponsorship(self.written, law).result["ok"])


def decided_relation(asked: SponsorshipCase | EndCase, law: Law) -> Any:
    """A relation made or ended."""
    return decide_end(asked, law) if isinstance(asked, EndCase) else decide_relation(asked, law)


@cache
def worked_cases() -> tuple[Case, ...]:
    """All of them, by the shipped book with the invented regions laid over it."""
    return tuple(_read())


def _read() -> Iterator[Case]:
    yield from (case for case in _all() if case.holds(LAW) or not case.holds(SHIPPED))


def _all() -> Iterator[Case]:
    for file in case_files([CASES]):
        read = read_cases(file, lambda _: LAW.book.divisions.resolve)
        for bill in read.bills:
            case = bill.case
            regions = dict.fromkeys((case.region, *(sponsor.region for sponsor in case.sponsors)))
            yield Case(file, bill, decide(case, LAW), tuple(regions), case.settled_on)
        for relation in read.relations:
            asked = relation.case
            ends = (asked.region,) if isinstance(asked, EndCase) else (asked.sponsor.region, asked.beneficiary.region)
            yield Case(file, relation, decided_relation(asked, LAW), tuple(dict.fromkeys(ends)), asked.day)


def seeing(entry: Entry) -> list[Case]:
    """The cases in whose regions a file with this entry is asked; those that used the entry come first."""
    chain = LAW.book.divisions.chain
    asked = _of_patient if entry.key in OWN_PLAN else _of_anybody
    found = [case for case in worked_cases() if any(entry.region in chain(region) for region in asked(case, entry))]
    return sorted(found, key=lambda case: entry.index not in case.outcome.used)


def _of_patient(case: Case, entry: Entry) -> tuple[str, ...]:
    """The own plan is the patient's, and of one scheme where the rule names one."""
    asked = case.written.case
    if not isinstance(asked, BillCase):
        return ()
    other_scheme = entry.qualifier and entry.qualifier[0] != asked.patient.scheme
    return () if other_scheme else case.regions[:1]


def _of_anybody(case: Case, entry: Entry) -> tuple[str, ...]:
    return case.regions


Concerned = Callable[[Case], bool]


def concerned(entry: Entry, law: MutantLaw) -> Concerned:
    """Whether the changed entry gives a case another ruling at all; asked once for a region and day."""
    if entry.key in OWN_PLAN:
        return lambda case: True

    @cache
    def differs(region: str, day: datetime.date) -> bool:
        return bool(law.aid(region, day) != LAW.aid(region, day))

    return lambda case: any(differs(region, case.aid_day) for region in case.regions)
