"""Running balances written in another order than they are numbered, and reports that have an end."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from mulaid.audit import balances
from mulaid.audit.findings import KEPT_MAX, Check, Report, finding
from mulaid.cli.audit import as_text
from mulaid.wording import audit as wording


@given(st.lists(st.integers(-3, 3).filter(bool), min_size=1, max_size=12), st.randoms())
def test_a_walk_is_found_in_any_order(moves: list[int], chance: random.Random) -> None:
    held = list(itertools.accumulate(moves, initial=50))
    steps = [(before, after, 0) for before, after in itertools.pairwise(held)]
    chance.shuffle(steps)
    assert balances.reordered(steps, held[0]) == held[-1]
    assert balances.reordered(steps, 100) is None


def test_steps_that_make_no_walk() -> None:
    assert balances.reordered([(9, 5, 0), (4, 2, 0)], 9) is None
    assert balances.reordered([(9, 5, 0), (9, 4, 0)], 9) is None
    assert balances.reordered([(9, 5, 0), (5, 2, 0)], 5) is None
    assert balances.reordered([(9, 5, 0), (5, 9, 0)], 7) is None
    assert balances.reordered([(9, 5, 0), (5, 9, 0)], 5) == 5


def test_kept_findings_have_an_end() -> None:
    report = Report()
    report.take(finding(Check.REPLAY, 1, {"case": number}) for number in range(1_000))
    assert (report.damaged, len(report.findings)) == (1_000, KEPT_MAX)
    assert "还有 990 处没有列出。" in "\n".join(as_text(report, replayed=True))


def test_every_class_has_its_words() -> None:
    assert all(map(wording.is_check, Check))
