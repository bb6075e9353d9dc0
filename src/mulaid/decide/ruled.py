"""What one small question has asked of the rules: which entries it used, and what nobody knows.

An unknown rule waits for every definite reason. One that only asks for more is assumed not to, except by a strict book.
"""

from mulaid.decide.looked import Asking
from mulaid.policy.ruling import Ruling


class Ruled(Asking):
    """Rulings asked for by an act, which says itself what they refuse."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.used, self.softened = set[int](), set[str]()
        self.unknown: int | None = None

    def remember(self, ruling: Ruling) -> None:
        """Nobody knows what was asked of this rule; the first of them is told should no definite reason come."""
        if self.unknown is None:
            self.unknown = ruling.rule

    def entries(self) -> tuple[int, ...]:
        """Every policy entry consulted."""
        return tuple(sorted(each for each in self.used if each >= 0))
