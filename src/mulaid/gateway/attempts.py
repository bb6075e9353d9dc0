"""Failed attempts to prove oneself: counted by who was claimed and where from, and answered ever more slowly."""

import asyncio
import time
from collections import OrderedDict

FREE = 3
"""So many failures cost nothing: a clerk mistypes, a clock is set."""
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 8.0
DOUBLINGS_MAX = 10
FORGOTTEN_AFTER = 15 * 60
CLAIMS_MAX = 10_000
"""Beyond it the one that failed longest ago is forgotten."""
HELD_MAX = 200
"""More answers than these are never held back at once: they would take the connections of everybody else."""

Claim = tuple[str, str]
"""The institution claimed (empty when nobody knows it) and the address it was claimed from."""


class Attempts:
    """Who proves itself is never slowed, whatever others do in its name or from its address."""

    def __init__(self) -> None:
        self._failed: OrderedDict[Claim, tuple[int, float]] = OrderedDict()
        self._held = 0

    def __len__(self) -> int:
        return len(self._failed)

    def count(self, claim: Claim) -> float:
        """Count one more failure; for how many seconds its answer is to be held back."""
        now = time.monotonic()
        failures, last = self._failed.pop(claim, (0, now))
        failures = failures + 1 if now - last < FORGOTTEN_AFTER else 1
        self._failed[claim] = failures, now
        if len(self._failed) > CLAIMS_MAX:
            self._failed.popitem(last=False)
        if failures <= FREE:
            return 0.0
        doublings: int = min(failures - FREE - 1, DOUBLINGS_MAX)
        return min(LONGEST_SECONDS, FIRST_SECONDS * (1 << doublings))

    async def failed(self, claim: Claim) -> None:
        """Count a failure and hold its answer back."""
        seconds = self.count(claim)
        if not seconds or self._held >= HELD_MAX:
            return
        self._held += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._held -= 1

    def proved(self, claim: Claim) -> None:
        """Forget the failures of somebody who has proved itself."""
        if self._failed:
            self._failed.pop(claim, None)
