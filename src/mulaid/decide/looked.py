"""What a decision looked at in the book, and what it needed and did not find there."""

from typing import Any

from mulaid.policy.ruling import Ruling


class Looked(set[int]):
    """The entries a decision looked at, by their number in the book."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: list[Ruling] = []
        """The rules nobody knows for want of which something stays open."""


class Asking:
    """Whoever asks rules for their values, one after the other: what was looked at, and what nobody knows."""

    strict: bool
    used: set[int]
    """The entries looked at, by their number in the book."""
    softened: set[str]
    """The keys of rules that would only have asked for more, and that nobody knows."""

    def remember(self, ruling: Ruling) -> None:
        """A rule nobody knows would be needed."""
        raise NotImplementedError

    def needs(self, ruling: Ruling) -> Any:
        """The value, or None with the unknown remembered."""
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value
        self.remember(ruling)
        return None

    def asks_more(self, key: str, ruling: Ruling) -> Any:
        """The value of a rule that only asks for more; unknown, it is named and asks for nothing, except if strict."""
        if ruling.known or self.strict:
            return self.needs(ruling)
        self.used.add(ruling.rule)
        self.softened.add(key)
        return None
