"""1101 person lookup, 2001 benefit check."""

import msgspec

from mulaid.gateway.amounts import Moment
from mulaid.gateway.messages.kinds import Key


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    mdtrt_cert_type: str
    mdtrt_cert_no: str
    certno: str = ""
    psn_name: str = ""


class BenefitData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Key
    insutype: str
    med_type: str
    begntime: Moment
    fixmedins_code: str = ""


class PersonInput(msgspec.Struct, frozen=True):
    data: PersonData


class BenefitInput(msgspec.Struct, frozen=True):
    data: BenefitData
