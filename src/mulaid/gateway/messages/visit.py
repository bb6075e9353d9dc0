"""2201 registration, 2202 its reversal, 2203 and 2203A visit and diagnoses."""

import msgspec

from mulaid.gateway.amounts import Moment
from mulaid.gateway.messages.kinds import CredentialKind, InsuranceType, Key, Number, OutpatientCare


class RegistrationData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    insutype: InsuranceType
    begntime: Moment
    mdtrt_cert_type: CredentialKind
    mdtrt_cert_no: str
    ipt_otp_no: Key
    card_sn: str = ""
    med_type: OutpatientCare = "11"
    """Only sent by the longer field set that some clients use."""


class WithdrawalData(msgspec.Struct, frozen=True, kw_only=True):
    psn_no: Number
    mdtrt_id: Number
    ipt_otp_no: Key


class VisitInfo(msgspec.Struct, frozen=True, kw_only=True):
    mdtrt_id: Number
    psn_no: Number
    med_type: str
    begntime: Moment


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    diag_code: str = ""
    diag_name: str = ""


class RegistrationInput(msgspec.Struct, frozen=True):
    data: RegistrationData


class WithdrawalInput(msgspec.Struct, frozen=True):
    data: WithdrawalData


class VisitInput(msgspec.Struct, frozen=True):
    mdtrtinfo: VisitInfo
    diseinfo: tuple[Diagnosis, ...] = ()
