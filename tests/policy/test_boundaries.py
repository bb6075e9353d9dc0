"""Decide on the day before every boundary of the book and on the day: which values does an outcome depend on?

`pytest -s tests/policy/test_boundaries.py` prints the values that none depends on. Most of them stand behind a
rule that nobody knows, or were replaced before there was anything to share.
"""

from mulaid.policy.entry import Entry
from tests.policy.aid_probes import A_DAY
from tests.policy.mutants import name, points, stated
from tests.policy.probes import moved
from tests.policy.trials import decided, probed, reachable
from tests.rules.made import INVENTED, LAW

ENTRIES = list(stated(LAW.book, INVENTED))


def depended_on(entry: Entry) -> bool:
    """Whether a probe changes overnight when the entry begins, or would come out otherwise with another value."""
    day = entry.first_day
    overnight = [decided(moved(probe, day - A_DAY), LAW) != outcome for probe, outcome in probed(entry.index, day)]
    return any(overnight) or any(reachable(entry, point) for point in points(entry))


def test_every_rule_moves_an_outcome_somewhere() -> None:
    idle = []
    for entry in ENTRIES:
        if not depended_on(entry):
            idle.append(entry)
        probed.cache_clear()
    print(f"\n{len(ENTRIES)} values, {len(idle)} that no outcome depends on:")
    print("\n".join(f"  {name(entry)}" for entry in idle))
    moving = {entry.key for entry in ENTRIES if entry not in idle}
    assert {entry.key for entry in ENTRIES} - moving == set()
    assert len(idle) * 10 < len(ENTRIES)
