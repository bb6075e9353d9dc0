"""2101 pharmacy quote, 2102 pharmacy settlement."""

from typing import Any

import msgspec

from mulaid.gateway.amounts import Amount, Moment
from mulaid.gateway.messages.fees import DrugDetail
from mulaid.gateway.messages.kinds import Key


class DrugInfo(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Key
    mdtrt_cert_type: str
    mdtrt_cert_no: str
    begntime: Moment
    medfee_sumamt: Amount
    insutype: str
    acct_used_flag: str
    med_type: str
    exp_content: dict[str, Any] | str = ""
    expContent: dict[str, Any] | str = ""


class PharmacyInput(msgspec.Struct, frozen=True):
    druginfo: DrugInfo
    drugdetail: tuple[DrugDetail, ...]
