"""One request on its way through an act, and what may be answered."""

from typing import Any, TypeAlias

import msgspec

from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.terms.actor import Origin

Answer: TypeAlias = Settled | Refused | Done


class Matter(msgspec.Struct, frozen=True, gc=False):
    """One request: who asks, and the number minted for what becomes of it (a case, a visit)."""

    request: Any
    origin: Origin
    number: int
