"""Whether any probe notices that a value of the book is changed: the values a bill or a relation can reach at all."""

import datetime
from functools import cache
from typing import Any

from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.policy.entry import Entry
from mulaid.policy.law import Law
from mulaid.terms.bill_case import BillCase
from mulaid.terms.sponsorship_case import EndCase
from tests.policy.mutants import MutantLaw, Point
from tests.policy.probes import Probe, days_to_probe, probes
from tests.rules.made import LAW


def decided(probe: Probe, law: Law) -> Any:
    """What comes out for people: amounts, refusal, who is passed over and why; not by which entry."""
    if isinstance(probe, EndCase):
        ended = decide_end(probe, law)
        return ended.refused, ended.ends_on, ended.possible_on
    if not isinstance(probe, BillCase):
        return decide_relation(probe, law).refused
    outcome = decide(probe, law)
    paid = outcome.funds_paid + outcome.own + outcome.mutual + outcome.cash + outcome.institution
    assert outcome.refused is not None or paid == probe.bill.total
    return outcome.refused, outcome.funds, outcome.own, outcome.draws, outcome.cash, outcome.skipped


@cache
def probed(index: int, day: datetime.date) -> tuple[tuple[Probe, Any], ...]:
    """The probes of the entry with this number on a day, with what they come to by the book as it is."""
    return tuple((probe, decided(probe, LAW)) for probe in probes(LAW.book, LAW.book.entries[index], day))


def reachable(entry: Entry, point: Point) -> bool:
    """Whether some probe comes out otherwise with this change."""
    laws = [MutantLaw(LAW, mutant) for mutant in point.mutants]
    return any(
        decided(probe, law) != outcome
        for day in days_to_probe(LAW.book, entry)
        for law in laws
        for probe, outcome in probed(entry.index, day)
    )
