"""What is wrong with one field of a message. Raised while reading, caught once at the door, answered as a sentence."""

from mulaid.wording.gateway import Sentence


class FieldFault(ValueError):
    """One field cannot be used. `wire`: its name on the wire, empty until the reader knows it; `line` counts from 1."""

    def __init__(self, sentence: Sentence, wire: str = "", detail: str = "", line: int | None = None) -> None:
        super().__init__(wire)
        self.sentence, self.wire, self.detail, self.line = sentence, wire, detail, line
