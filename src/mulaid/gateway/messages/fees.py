"""2204 charge lines, 2205 their removal. A pharmacy's lines (2101, 2102) have the same amounts."""

import msgspec

from mulaid.gateway.amounts import Amount, Moment, Price, Quantity
from mulaid.gateway.messages.kinds import ApprovalFlag, ItemCode, Key, Number


class DrugDetail(msgspec.Struct, frozen=True, kw_only=True):
    feedetl_sn: Key
    fee_ocur_time: Moment
    med_list_codg: ItemCode
    det_item_fee_sumamt: Amount
    cnt: Quantity
    pric: Price
    rx_circ_flag: str = ""
    hosp_appr_flag: ApprovalFlag = ""
    """Not in the pharmacy's node; without it a restricted item has not been approved."""


class FeeDetail(DrugDetail, frozen=True, kw_only=True):
    mdtrt_id: Number
    psn_no: Number
    chrg_bchno: Key


class RemovalData(msgspec.Struct, frozen=True, kw_only=True):
    mdtrt_id: Number
    chrg_bchno: Key
    psn_no: Number


class FeesInput(msgspec.Struct, frozen=True):
    feedetail: tuple[FeeDetail, ...]


class RemovalInput(msgspec.Struct, frozen=True):
    data: RemovalData
