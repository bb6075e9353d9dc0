"""5203 one settlement."""

import msgspec

from mulaid.gateway.messages.kinds import Number


class SettlementQuery(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    setl_id: Number
    mdtrt_id: str = ""


class SettlementQueryInput(msgspec.Struct, frozen=True):
    data: SettlementQuery
