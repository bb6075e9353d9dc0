"""Which signatures have come before, remembered for as long as each of them could be sent again."""

_MINUTE = 60
NONCES_MAX = 1_000_000
"""Some 90 MB, and more than half an hour of a whole province's messages."""


class Nonces:
    """Signatures by the minute of their stamp, in the memory of this process.

    A stamp is good for `window` seconds around now, so a minute is forgotten once nothing stamped in it is good any
    more. When there are too many, the oldest minute goes early, and what it could have held is refused from then on:
    senders whose clocks are right notice nothing, and nothing can be sent twice.
    """

    def __init__(self, window: int, most: int = NONCES_MAX) -> None:
        self._window, self._most = window, most
        self._minutes: dict[int, set[int]] = {}
        self._size = 0
        self._forgotten_until = 0

    def __len__(self) -> int:
        return self._size

    def forgot(self, seconds: int) -> bool:
        """Whether it is no longer known what came with a stamp (seconds since 1970)."""
        return seconds // _MINUTE < self._forgotten_until

    def first(self, signature: object, seconds: int, now: int) -> bool:
        """Whether a signature comes for the first time; it is remembered. `seconds`: its stamp."""
        minute = seconds // _MINUTE
        if minute not in self._minutes:
            self._forget_before((now - self._window) // _MINUTE)
        seen = self._minutes.setdefault(minute, set())
        # The hash is keyed anew in each process, so nobody can send two signatures that look like one.
        mark = hash(signature)
        if mark in seen:
            return False
        seen.add(mark)
        self._size += 1
        while self._size > self._most:
            oldest = min(self._minutes)
            self._forget_before(oldest + 1)
            self._forgotten_until = oldest + 1
        return True

    def _forget_before(self, minute: int) -> None:
        for old in [each for each in self._minutes if each < minute]:
            self._size -= len(self._minutes.pop(old))
