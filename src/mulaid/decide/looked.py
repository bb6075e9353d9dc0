"""What a decision looked at in the book, and what it needed and did not find there."""

from mulaid.policy.ruling import Ruling


class Looked(set[int]):
    """The entries a decision looked at, by their number in the book."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: list[Ruling] = []
        """The rules nobody knows for want of which something stays open."""
