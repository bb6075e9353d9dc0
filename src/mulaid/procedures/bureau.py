"""What every procedure is handed: the law in force, the keys, the ids. Made once at start-up, shared by all lanes."""

import msgspec

from mulaid.clock import Chronometer
from mulaid.policy.law import Law
from mulaid.procedures.remembered import Remembered
from mulaid.store.ids import Minter
from mulaid.store.seal import Seal
from mulaid.terms.bill_case import Institution

INSTITUTIONS_MAX = 100_000
INSTITUTION_SECONDS = 5


class Bureau(msgspec.Struct, frozen=True):
    """经办机构: the law it applies and the tools it works with."""

    law: Law
    seal: Seal
    minter: Minter
    chronometer: Chronometer = msgspec.field(default_factory=Chronometer)
    """Finds a clock that was set. Whoever takes work asks it first."""
    institutions: Remembered[str, Institution] = msgspec.field(
        default_factory=lambda: Remembered(INSTITUTIONS_MAX, INSTITUTION_SECONDS)
    )
    """What was last read of institutions, as decisions see them: a change is obeyed a few seconds later."""
