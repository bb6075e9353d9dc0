"""5203 one settlement."""

import msgspec

from mulaid.gateway.messages.kinds import Key


class SettlementQuery(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Key
    setl_id: Key
    mdtrt_id: str = ""


class SettlementQueryInput(msgspec.Struct, frozen=True):
    data: SettlementQuery
