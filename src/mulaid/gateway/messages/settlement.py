"""2206 and 2206A quote, 2207 and 2207A settlement: one node for all four; and the extension it may carry."""

from typing import Any

import msgspec

from mulaid.gateway.amounts import Amount
from mulaid.gateway.messages.kinds import Key


class BillData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Key
    mdtrt_cert_type: str
    med_type: str
    medfee_sumamt: Amount
    mdtrt_id: Key
    chrg_bchno: Key
    acct_used_flag: str
    insutype: str
    mdtrt_cert_no: str = ""
    psn_setlway: str = "01"
    exp_content: dict[str, Any] | str = ""
    expContent: dict[str, Any] | str = ""
    fulamt_ownpay_amt: Amount | None = None
    overlmt_selfpay: Amount | None = None
    preselfpay_amt: Amount | None = None
    inscp_scp_amt: Amount | None = None


class BillInput(msgspec.Struct, frozen=True):
    data: BillData


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody acts for the patient: which of the two identity papers were shown."""

    principal_id: bool
    agent_id: bool


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """What `exp_content` may say to this system; other names in it are ignored."""

    chosen_payers: tuple[int, ...] | None = None
    funds_paid: Amount | None = None
    agent: Agent | None = None
    prescription: bool = False
