"""What the book answers when asked for one rule on one day."""

from typing import Any

import msgspec

from mulaid.terms.outcome import ENGINE_RULE


class Unknown:
    """The value nobody knows. It is a value of its own, so that it can never be taken for zero or for no limit."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


class Ruling(msgspec.Struct, frozen=True):
    """A rule's value on one day for one region, with the entry it comes from.

    `maybe` holds the members of a set about which it is unknown whether they belong to it; `least` is a number an
    unknown count does not fall below.
    """

    value: Any
    rule: int = ENGINE_RULE
    maybe: Any = frozenset()
    least: int = 0
    key: str = ""
    region: str = ""
    """Of whom it was asked, whatever file answered."""
    candidates: tuple[Any, ...] = ()
    """What an unknown value could be; empty where nothing says."""
    assumed: bool = False
    """Nobody knows, and mulaid decides by its own value meanwhile."""
    known: bool = True

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "known", self.value is not UNKNOWN)


GAP = Ruling(UNKNOWN)
"""No file in the chain says anything, not even that it is unknown."""
