"""What is wrong with the fields of a message. Raised while reading, caught once at the door, answered as sentences."""

from collections.abc import Iterable
from itertools import islice

from mulaid.wording.gateway import Sentence

MOST = 50
"""Broken fields that are looked for in one message."""


class FieldFault(ValueError):
    """One field cannot be used. `wire`: its name on the wire, empty until the reader knows it; `line` counts from 1.

    `also`: the other fields of the same message that cannot be used.
    """

    def __init__(
        self,
        sentence: Sentence,
        wire: str = "",
        detail: str = "",
        line: int | None = None,
        also: tuple["FieldFault", ...] = (),
    ) -> None:
        super().__init__(wire)
        self.sentence, self.wire, self.detail, self.line, self.also = sentence, wire, detail, line, also

    @property
    def code(self) -> str:
        """What a program can branch on: the name of the sentence. One that was ever sent is never renamed."""
        return self.sentence.__name__.upper()

    @property
    def all(self) -> tuple["FieldFault", ...]:
        """This fault and the others of its message."""
        return (self, *self.also)

    def at(self, wire: str, line: int | None = None) -> "FieldFault":
        """The same fault where it was found; a name that the reader gave already is kept."""
        return FieldFault(self.sentence, self.wire or wire, self.detail, line or self.line)


def together(faults: Iterable[FieldFault]) -> FieldFault | None:
    """Several faults as one that can be raised: each once, those of the lines of a list in their order; None: none."""
    found = {(fault.wire, fault.line, fault.code): fault for each in islice(faults, MOST) for fault in each.all}
    if not found:
        return None
    first, *others = sorted(found.values(), key=lambda fault: fault.line or 0)
    return FieldFault(first.sentence, first.wire, first.detail, first.line, tuple(others))
