"""2206 and 2206A quote, 2207 and 2207A settlement: one node for all four."""

import msgspec

from mulaid.gateway.amounts import Amount
from mulaid.gateway.extension import ExpContent
from mulaid.gateway.messages.kinds import AccountFlag, InsuranceType, Key, Number, OutpatientCare, SettlementWay


class BillData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    mdtrt_cert_type: str
    med_type: OutpatientCare
    medfee_sumamt: Amount
    mdtrt_id: Number
    chrg_bchno: Key
    acct_used_flag: AccountFlag
    insutype: InsuranceType
    mdtrt_cert_no: str = ""
    psn_setlway: SettlementWay = "01"
    exp_content: ExpContent = ""
    expContent: ExpContent = ""
    fulamt_ownpay_amt: Amount | None = None
    overlmt_selfpay: Amount | None = None
    preselfpay_amt: Amount | None = None
    inscp_scp_amt: Amount | None = None


class BillInput(msgspec.Struct, frozen=True):
    data: BillData
