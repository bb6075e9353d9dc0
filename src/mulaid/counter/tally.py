"""What the lanes of a process have done so far, for the metrics; an annex sends it along with its answers."""

from bisect import bisect_left
from collections.abc import Iterable

import msgspec

SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
"""Upper ends of how many requests a batch held."""
WAITS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)
"""Upper ends of the seconds the first of a batch had waited in line; beyond the last there is one more place."""


class Tally(msgspec.Struct, array_like=True):
    """Counts since the process began."""

    batches: int = 0
    requests: int = 0
    """In all batches; one that was put back counts each time it is taken."""
    put_back: int = 0
    """Bills that went back to the line because somebody held a purse of theirs."""
    again: int = 0
    """Batches begun anew because nothing of them was kept."""
    lost: int = 0
    """Connections lost."""
    waited: float = 0.0
    """Seconds, summed over the first request of each batch."""
    sizes: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SIZES) + 1))
    waits: list[int] = msgspec.field(default_factory=lambda: [0] * (len(WAITS) + 1))

    def begun(self, size: int, waited: float) -> None:
        """Count a batch that a lane has taken, and how long its first request had waited."""
        self.requests += size
        self.waited += waited
        self.sizes[bisect_left(SIZES, size)] += 1
        self.waits[bisect_left(WAITS, waited)] += 1

    def answered(self, put_back: int) -> None:
        """Count a batch that was answered, but for what was put back."""
        self.batches += 1
        self.put_back += put_back


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them in one."""
    total = Tally()
    for each in tallies:
        total.batches += each.batches
        total.requests += each.requests
        total.put_back += each.put_back
        total.again += each.again
        total.lost += each.lost
        total.waited += each.waited
        total.sizes = [one + other for one, other in zip(total.sizes, each.sizes, strict=True)]
        total.waits = [one + other for one, other in zip(total.waits, each.waits, strict=True)]
    return total
