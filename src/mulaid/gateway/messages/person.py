"""1101 person lookup, 2001 benefit check."""

import msgspec

from mulaid.gateway.amounts import Moment
from mulaid.gateway.messages.kinds import AnyCare, CredentialKind, InsuranceType, Number


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    mdtrt_cert_type: CredentialKind
    mdtrt_cert_no: str
    card_sn: str = ""
    certno: str = ""
    psn_name: str = ""


class BenefitData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    insutype: InsuranceType
    med_type: AnyCare
    begntime: Moment
    fixmedins_code: str = ""


class PersonInput(msgspec.Struct, frozen=True):
    data: PersonData


class BenefitInput(msgspec.Struct, frozen=True):
    data: BenefitData
