"""Numbers for people, visits and cases: 64-bit, in the order of time, minted in the process that uses them.

Milliseconds since 2024 in the high 41 bits, then 10 bits of worker and 12 bits of sequence: positive until 2093, unique
as long as no two processes share a worker number.
"""

from collections.abc import Callable

from mulaid.store import regions

FIRST_MILLISECOND = 1_704_067_200_000
"""2024-01-01T00:00:00Z in milliseconds since 1970."""

LARGEST = 2**63 - 1
_WORKERS = 1 << 10
_SEQUENCES = 1 << 12


class WireIdFault(ValueError):
    """The text is not a region of six digits followed by a number of at most 19."""


class Minter:
    """Mints ids for one worker, each larger than the one before, even when the clock steps back.

    `clock` gives milliseconds since 1970. More than 4,096 ids in a millisecond borrow from the next.
    """

    def __init__(self, worker: int, clock: Callable[[], int]) -> None:
        if not 0 <= worker < _WORKERS:
            raise ValueError(f"worker {worker}")
        self.worker = worker
        self._worker = worker << 12
        self._clock = clock
        self._millisecond = 0
        self._sequence = 0

    def mint(self) -> int:
        """The next id."""
        now = self._clock() - FIRST_MILLISECOND
        if now > self._millisecond:
            self._millisecond, self._sequence = now, 0
        elif self._sequence + 1 < _SEQUENCES:
            self._sequence += 1
        else:
            self._millisecond, self._sequence = self._millisecond + 1, 0
        return self._millisecond << 22 | self._worker | self._sequence


def millisecond(id: int) -> int:
    """When an id was minted, in milliseconds since 1970."""
    return (id >> 22) + FIRST_MILLISECOND


def wire(region: str, id: int) -> str:
    """An id as messages write it: the region's six digits, then the number's own (up to 19)."""
    return f"{region}{id}"


def parse_wire(text: str) -> tuple[str, int]:
    """Read (region, id) back. Raises `WireIdFault` on anything `wire` does not write."""
    region, digits = text[:6], text[6:]
    if not (text.isascii() and text.isdecimal()) or not 1 <= len(digits) <= 19 or digits[0] == "0":
        raise WireIdFault(text)
    id = int(digits)
    if id > LARGEST:
        raise WireIdFault(text)
    regions.number(region)
    return region, id
