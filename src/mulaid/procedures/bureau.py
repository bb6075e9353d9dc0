"""What every procedure is handed: the law in force, the keys, the ids. Made once at start-up, shared by all lanes."""

import msgspec

from mulaid.policy.law import Law
from mulaid.store.ids import Minter
from mulaid.store.seal import Seal


class Bureau(msgspec.Struct, frozen=True):
    """经办机构: the law it applies and the tools it works with."""

    law: Law
    seal: Seal
    minter: Minter
