"""One request on its way through an act, and what may be answered."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec

from mulaid.ledger.journal import Transfer
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.records import NOTHING, ActRecord, raw
from mulaid.terms.actor import Origin
from mulaid.terms.outcome import Step

Answer: TypeAlias = Settled | Refused | Done


class Matter(msgspec.Struct, frozen=True, gc=False):
    """One request: who asks, and the number minted for what becomes of it (a case, a visit, a task)."""

    request: Any
    origin: Origin
    number: int
    released: Origin | None = None
    """Of an act that takes two people, the second one."""

    def record(
        self,
        act: str,
        *,
        steps: tuple[Step, ...] = (),
        used: tuple[int, ...] = (),
        transfers: Iterable[Transfer] = (),
        undone: int | None = None,
        question: object = None,
    ) -> ActRecord:
        """The record of what was done for it: what the rules were asked and said, and the money it moved."""
        return ActRecord(
            act=act,
            origin=self.origin,
            request=raw(self.request),
            steps=steps,
            used=used,
            transfers=tuple(transfers),
            undone=undone,
            released=self.released,
            question=NOTHING if question is None else raw(question),
        )
