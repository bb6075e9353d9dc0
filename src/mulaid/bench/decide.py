"""`mulaid bench decide`: decisions a second on one core, over worked cases. No database, nothing to compare with."""

import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import msgspec

from mulaid.decide.bill import decide
from mulaid.intake.cases import read_all_cases
from mulaid.located import WHOLE_FILE, Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.terms.bill_case import BillCase

BETWEEN_LOOKS = 1_000


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one run measured. The law is compiled before the clock starts, as in a service that has been up a while."""

    decisions_per_s: float
    decision_us: float
    bills: int
    book_ms: float
    """Reading the book."""
    seconds: float


def run(seconds: float, cases: Sequence[Path]) -> Report:
    """Decide the bills of these files again and again. Raises `located.Fault`."""
    started = time.perf_counter()
    live = Book.load([shipped_folder()])
    read = time.perf_counter() - started
    asked = _bills(cases, Law(live))
    for case, law in asked:
        decide(case, law)
    turns, number, begun = cycle(asked), 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        for _ in range(BETWEEN_LOOKS):
            decide(*next(turns))
        number += BETWEEN_LOOKS
    return Report(
        decisions_per_s=round(number / spent),
        decision_us=round(spent / number * 1e6, 1),
        bills=len(asked),
        book_ms=round(read * 1000),
        seconds=round(spent, 1),
    )


def _bills(files: Sequence[Path], live: Law) -> list[tuple[BillCase, Law]]:
    """Every bill with the law of its file."""
    laws: dict[tuple[Path, ...], Law] = {(): live}

    def law_with(extra: tuple[Path, ...]) -> Law:
        if extra not in laws:
            laws[extra] = Law(Book.load([shipped_folder(), *extra]))
        return laws[extra]

    read = read_all_cases(files, lambda extra: law_with(extra).book.divisions.resolve)
    bills = [(bill.case, law_with(each.policies)) for each in read for bill in each.bills]
    if not bills:
        raise Fault(files[0], WHOLE_FILE, "", "no_bills")
    return bills
