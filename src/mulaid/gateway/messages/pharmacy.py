"""2101 pharmacy quote, 2102 pharmacy settlement."""

import msgspec

from mulaid.gateway.amounts import Amount, Moment
from mulaid.gateway.extension import ExpContent
from mulaid.gateway.messages.fees import DrugDetail
from mulaid.gateway.messages.kinds import AccountFlag, CredentialKind, InsuranceType, Number, PharmacyCare


class DrugInfo(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    mdtrt_cert_type: CredentialKind
    mdtrt_cert_no: str
    begntime: Moment
    medfee_sumamt: Amount
    insutype: InsuranceType
    acct_used_flag: AccountFlag
    med_type: PharmacyCare
    card_sn: str = ""
    exp_content: ExpContent = ""
    expContent: ExpContent = ""


class PharmacyInput(msgspec.Struct, frozen=True):
    druginfo: DrugInfo
    drugdetail: tuple[DrugDetail, ...]
