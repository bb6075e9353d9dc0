"""What one small question has asked of the rules: which entries it used, what it assumed, what nobody knows.

An unknown rule waits for every definite reason. One that only asks for more is assumed not to, except by a strict book.
"""

from typing import Any

from mulaid.policy.ruling import Ruling


class Ruled:
    """Rulings asked for, one after the other."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.used: set[int] = set()
        self.assumed: set[str] = set()
        self.unknown: int | None = None

    def needs(self, ruling: Ruling) -> Any:
        """The value, or None with the unknown remembered."""
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value
        self.remember(ruling)
        return None

    def remember(self, ruling: Ruling) -> None:
        """Nobody knows what was asked of this rule; the first of them is told should no definite reason come."""
        if self.unknown is None:
            self.unknown = ruling.rule

    def asks_more(self, key: str, ruling: Ruling) -> Any:
        """The value of a rule that only asks for more; unknown, it is named and asks for nothing, except if strict."""
        if self.strict:
            return self.needs(ruling)
        self.used.add(ruling.rule)
        if not ruling.known:
            self.assumed.add(key)
            return None
        return ruling.value

    def entries(self) -> tuple[int, ...]:
        """Every policy entry consulted."""
        return tuple(sorted(each for each in self.used if each >= 0))
