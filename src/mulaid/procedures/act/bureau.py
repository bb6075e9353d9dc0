"""What every procedure is handed: the law in force, the keys, the ids. Made once at start-up, shared by all lanes."""

import msgspec

from mulaid.clock import Chronometer
from mulaid.policy.law import Law
from mulaid.procedures.act.cache import Remembered
from mulaid.store.ids import Minter
from mulaid.store.seal import Seal
from mulaid.terms.bill_case import Institution
from mulaid.terms.codes import FundsGiven

INSTITUTIONS_MAX = 100_000
INSTITUTION_SECONDS = 5


class Till(msgspec.Struct, frozen=True, gc=False):
    """Where bills are sent from: the institution as decisions see it, and whether it may give the funds' part."""

    institution: Institution
    funds_given: FundsGiven
    region_funds_given: FundsGiven


class Bureau(msgspec.Struct, frozen=True):
    """经办机构: the law it applies and the tools it works with."""

    law: Law
    seal: Seal
    minter: Minter
    chronometer: Chronometer = msgspec.field(default_factory=Chronometer)
    """Finds a clock that was set. Whoever takes work asks it first."""
    tills: Remembered[str, Till] = msgspec.field(
        default_factory=lambda: Remembered(INSTITUTIONS_MAX, INSTITUTION_SECONDS)
    )
    """What was last read of institutions: a change is obeyed a few seconds later."""
