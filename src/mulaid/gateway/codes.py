"""The wire's dictionaries and the field's words for them, both ways; person, visit and settlement numbers.

One-digit codes are read in either spelling (1, 01) and written as the area's profile wants them.
"""

from mulaid.gateway.faults import FieldFault
from mulaid.gateway.profile import Profile
from mulaid.store.ids import WireIdFault, parse_wire
from mulaid.terms.charges import Approval
from mulaid.terms.codes import INPATIENT_USES, Accounts, CareGroup, Category, Cover, Fund, Scheme, Sex, Use, care_group
from mulaid.wording import gateway as say

IDENTITY_DOCUMENT = 1
_BY_ITEM = "1"
_CREDENTIAL_KINDS = {"1", "2", "3"}
ACCOUNT_ROW = "310200"
INSTITUTION_ROW = "999996"
_UNNUMBERED = frozenset({"0", "0000"})
"""What clients send who number no batches; the interface itself gives 0000 to the removal of all of them."""

_SCHEMES = {"310": Scheme.EMPLOYEE, "390": Scheme.RESIDENT}
_INSUTYPES = {scheme: code for code, scheme in _SCHEMES.items()}

_USES = {
    "11": Use.OUTPATIENT,
    "12": Use.OUTPATIENT,
    "13": Use.EMERGENCY,
    "14": Use.CHRONIC,
    "9901": Use.CHRONIC,
    "51": Use.OUTPATIENT,
    "28": Use.DAY_SURGERY,
    "41": Use.PHARMACY,
}
"""Outpatient and pharmacy kinds of care; 12 is the registration fee alone, 9901 the two common chronic diseases."""

_MED_TYPES = {
    Use.OUTPATIENT: "11",
    Use.EMERGENCY: "13",
    Use.CHRONIC: "14",
    Use.PHARMACY: "41",
    Use.INPATIENT: "21",
    Use.DAY_SURGERY: "28",
    Use.MATERNITY: "52",
    Use.VACCINE: "99",
    Use.CHECKUP: "99",
}

_STATUSES = {Cover.ACTIVE: "1", Cover.WAITING: "2", Cover.PAUSED: "2", Cover.ENDED: "4"}
"""The list has no word for 等待期; benefits are suspended meanwhile, which is 2."""

_FUNDS: dict[tuple[Fund, Scheme], str] = {
    (Fund.SERIOUS_ILLNESS, Scheme.EMPLOYEE): "310300",
    (Fund.SERIOUS_ILLNESS, Scheme.RESIDENT): "390200",
    (Fund.LARGE_AMOUNT, Scheme.EMPLOYEE): "330100",
    (Fund.LARGE_AMOUNT, Scheme.RESIDENT): "390300",
    (Fund.CIVIL_SERVANT, Scheme.EMPLOYEE): "320100",
    (Fund.CIVIL_SERVANT, Scheme.RESIDENT): "320100",
    (Fund.MEDICAL_ASSISTANCE, Scheme.EMPLOYEE): "610100",
    (Fund.MEDICAL_ASSISTANCE, Scheme.RESIDENT): "610100",
}
_POOLED: dict[tuple[Scheme, CareGroup], str] = {
    (Scheme.EMPLOYEE, CareGroup.OUTPATIENT): "310102",
    (Scheme.EMPLOYEE, CareGroup.INPATIENT): "310100",
    (Scheme.RESIDENT, CareGroup.OUTPATIENT): "390102",
    (Scheme.RESIDENT, CareGroup.INPATIENT): "390100",
}

_ADULT = 18
_OF_SCHOOL_AGE = 6
_ELDERLY = 60


def short(code: str) -> str:
    """A one-digit code without its leading zero: "01" is "1", "00" is "0"."""
    return code.lstrip("0") or "0" if code else ""


def scheme(insutype: str) -> Scheme:
    """310 or 390. Raises `FieldFault`."""
    if insutype not in _SCHEMES:
        raise FieldFault(say.scheme_unknown, "insutype")
    return _SCHEMES[insutype]


def insutype(given: Scheme) -> str:
    return _INSUTYPES[given]


def outpatient_use(med_type: str, profile: Profile) -> Use:
    """The kind of care of an outpatient message. Raises `FieldFault`."""
    found = _USES.get(profile.care(med_type))
    if found is None or found is Use.PHARMACY:
        raise FieldFault(say.care_kind_not_outpatient, "med_type")
    return found


def pharmacy_use(med_type: str, profile: Profile) -> Use:
    """The kind of care of a pharmacy message. Raises `FieldFault`."""
    if _USES.get(profile.care(med_type)) is not Use.PHARMACY:
        raise FieldFault(say.care_kind_not_pharmacy, "med_type")
    return Use.PHARMACY


def batch(chrg_bchno: str) -> str | None:
    """The name of a batch of charges, None when it is not numbered: all that are not settled, or a batch of its own."""
    return None if chrg_bchno in _UNNUMBERED else chrg_bchno


def any_use(med_type: str, profile: Profile) -> Use:
    """Outpatient or pharmacy. Raises `FieldFault`."""
    is_sale = _USES.get(profile.care(med_type)) is Use.PHARMACY
    return pharmacy_use(med_type, profile) if is_sale else outpatient_use(med_type, profile)


def med_type(use: Use) -> str:
    return _MED_TYPES[use]


def clearing_kind(use: Use) -> str:
    """clr_type: 11 outpatient, 21 inpatient, 41 pharmacy."""
    if use is Use.PHARMACY:
        return "41"
    return "21" if use in INPATIENT_USES else "11"


def accounts(flag: str, profile: Profile) -> Accounts:
    """acct_used_flag in the area's meaning. Raises `FieldFault`."""
    found = profile.accounts.get(short(flag))
    if found is None:
        raise FieldFault(say.not_one_of, "acct_used_flag", "、".join(profile.accounts))
    return found


def by_item(way: str) -> None:
    """psn_setlway: settled item by item, the only way offered. Raises `FieldFault`."""
    if short(way) != _BY_ITEM:
        raise FieldFault(say.only_by_item, "psn_setlway")


def credential_kind(kind: str) -> str:
    """mdtrt_cert_type without its leading zero. Raises `FieldFault`."""
    if short(kind) not in _CREDENTIAL_KINDS:
        raise FieldFault(say.credential_kind_unknown, "mdtrt_cert_type")
    return short(kind)


def approval(flag: str) -> Approval:
    """hosp_appr_flag; one that is not said asks for nothing. Raises `FieldFault`."""
    try:
        return Approval(short(flag) or Approval.NOT_NEEDED)
    except ValueError as error:
        raise FieldFault(say.not_one_of, "hosp_appr_flag", "、".join(Approval)) from error


def gender(sex: Sex | None) -> str:
    return {Sex.MALE: "1", Sex.FEMALE: "2", None: "0"}[sex]


def insured_status(status: Cover) -> str:
    return _STATUSES[status]


def yes_no(flag: bool) -> str:
    return "1" if flag else "0"


def fund_code(fund: Fund, patient_scheme: Scheme, use: Use) -> str:
    """fund_pay_type of a fund's row."""
    if fund is Fund.POOLED:
        return _POOLED[patient_scheme, care_group(use)]
    return _FUNDS[fund, patient_scheme]


def person_kind(patient_scheme: Scheme, category: Category, retired: bool, age: int, profile: Profile) -> str:
    """psn_type in the area's coding."""
    kind = _person_kind(patient_scheme, category, retired, age, profile.newer_psn_types)
    return profile.psn_types.get(kind, kind)


def _person_kind(patient_scheme: Scheme, category: Category, retired: bool, age: int, newer: bool) -> str:
    """The newer coding (12 退休, 14xx children) or the older one (21 退休, 41 children)."""
    if patient_scheme is Scheme.EMPLOYEE:
        if category is Category.RETIRED_CADRE:
            return "13" if newer else "31"
        if retired:
            return "12" if newer else "21"
        return "11"
    if age < _OF_SCHOOL_AGE:
        return "1402" if newer else "41"
    if age < _ADULT:
        return "1403" if newer else "42"
    if age < _ELDERLY:
        return "15" if newer else "50"
    return "16" if newer else "60"


def number(text: str, wire_name: str) -> tuple[str, int]:
    """Region and id of a person, visit or settlement number. Raises `FieldFault`."""
    try:
        return parse_wire(text)
    except WireIdFault as error:
        raise FieldFault(say.not_our_number, wire_name) from error
