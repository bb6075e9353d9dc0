"""2103 and 2208 reversals, 2601 undoing a message whose answer was lost."""

import msgspec

from mulaid.gateway.messages.kinds import Key, Number


class CancelData(msgspec.Struct, frozen=True, kw_only=True):
    setl_id: Number
    psn_no: Number
    mdtrt_id: str = ""


class VoidData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    omsgid: Key
    oinfno: str


class CancelInput(msgspec.Struct, frozen=True):
    data: CancelData


class VoidInput(msgspec.Struct, frozen=True):
    data: VoidData
