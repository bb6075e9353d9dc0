"""Change any one value of the book and some worked case fails: for nine values in ten, and the others are listed.

`pytest -s tests/policy/test_mutation.py` prints the list. What no case notices looks like this, with what to try:
`330100 fund_ratio employee inpatient 2024-01-01: row 2 band 1 ratio 82.00%`.
"""

from collections import Counter, defaultdict

import pytest

from mulaid.policy.entry import Entry
from mulaid.policy.law import Law
from tests.policy.mutants import MutantLaw, Point, matters, mutated, name, points, stated
from tests.policy.trials import probed, reachable
from tests.policy.worked import Case, concerned, seeing, worked_cases
from tests.rules.made import INVENTED, LAW

NOTICED_MIN = 90
"""Percent."""


def test_every_case_holds_by_the_book_as_it_is() -> None:
    assert [case.written.name for case in worked_cases() if not case.holds(LAW)] == []


def test_a_changed_value_is_noticed() -> None:
    tried: Counter[str] = Counter()
    survivors: dict[str, list[str]] = defaultdict(list)
    entries = noticed_entries = beyond_reach = 0
    for entry in values_with_cases():
        outcomes = []
        cases = seeing(entry)
        for point in points(entry):
            if noticed(entry, point, cases):
                outcomes.append(True)
            elif reachable(entry, point):
                outcomes.append(False)
                survivors[entry.region].append(f"{name(entry)}: {point.label}")
            else:
                beyond_reach += 1
        probed.cache_clear()
        tried[entry.region] += len(outcomes)
        entries += bool(outcomes)
        noticed_entries += any(outcomes)
    total, lost = sum(tried.values()), sum(map(len, survivors.values()))
    lines = [*listed(tried, survivors), f"single changes: {share(total, lost)}; {beyond_reach} that no bill can reach"]
    report = "\n".join([*lines, f"entries: {share(entries, entries - noticed_entries)}"])
    print(f"\n{report}")
    assert lost * 100 <= total * (100 - NOTICED_MIN), report


def values_with_cases() -> list[Entry]:
    """The entries of the files that some case rests on."""
    regions = {LAW.book.entries[index].region for case in worked_cases() for index in case.outcome.used}
    return [entry for entry in stated(LAW.book, INVENTED) if entry.region in regions]


def noticed(entry: Entry, point: Point, cases: list[Case]) -> bool:
    """Whether some case fails by the book with this change."""
    for mutant in point.mutants:
        law = MutantLaw(LAW, mutant)
        asked = concerned(entry, law)
        if any(case.fails(law) for case in cases if asked(case)):
            return True
    return False


def listed(tried: Counter[str], survivors: dict[str, list[str]]) -> list[str]:
    """The survivors under their regions, with the share that was noticed."""
    lines = []
    for region in sorted(tried):
        lines.append(f"{LAW.book.name(region)} {region}: {share(tried[region], len(survivors[region]))}")
        lines += [f"  {survivor}: no case" for survivor in survivors[region]]
    return lines


def share(tried: int, lost: int) -> str:
    return f"{tried - lost} of {tried} noticed, {(tried - lost) * 100 // max(1, tried)}%"


def test_a_mutant_is_the_law_of_a_book_read_with_that_value() -> None:
    """The short cut gives what compiling the whole changed book gives."""
    for entry in [entry for entry in values_with_cases() if list(points(entry))][::8]:
        mutant = next(points(entry)).mutants[0]
        whole, short = Law(mutated(LAW.book, mutant)), MutantLaw(LAW, mutant)
        assert [case.again(short) for case in seeing(entry)] == [case.again(whole) for case in seeing(entry)]


@pytest.mark.parametrize("key", ["max_members", "fund_ratio", "uses", "payer_groups"])
def test_every_shape_has_points(key: str) -> None:
    entries = [entry for entry in LAW.book.entries if entry.key == key and matters(entry)]
    assert entries
    assert all(list(points(entry)) for entry in entries)
