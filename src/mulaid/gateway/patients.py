"""Who the patient is, from the credential shown and the number sent.

Credential kinds: 01 e-voucher, 02 identity number, 03 card. No token service is at hand, so the text of 01 and 03 is
any token that ends with the eighteen-digit identity number: "EC" or "SC" and the number will do.
"""

import datetime
import re

from mulaid.gateway import codes
from mulaid.gateway.call import Call
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.offices import EnrolmentRecord, PersonRecord
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused
from mulaid.terms.codes import Cover, Credential, Scheme
from mulaid.wording import gateway as say

_NUMBER_AT_END = re.compile(r"[0-9]{17}[0-9X]\Z")
_IDENTITY_NUMBER = "2"


def shown_number(kind: str, text: str) -> str:
    """The identity number a credential names. Raises `FieldFault`."""
    shown_as, upper = codes.credential_kind(kind), text.upper()
    if not upper:
        raise FieldFault(say.missing, "mdtrt_cert_no")
    found = _NUMBER_AT_END.search(upper)
    if found is None or (shown_as == _IDENTITY_NUMBER and found[0] != upper):
        raise FieldFault(say.nobody_named, "mdtrt_cert_no")
    return found[0]


async def shown_person(call: Call, kind: str, text: str) -> tuple[str, int]:
    """Region and person a credential names. Raises `FieldFault`."""
    holder = await call.offices.holder(shown_number(kind, text))
    if holder is None:
        raise FieldFault(say.nobody_named, "mdtrt_cert_no")
    return holder


async def credential(call: Call, patient: tuple[str, int], kind: str, text: str) -> Credential:
    """Is the credential the patient's own? One that names nobody raises `FieldFault`."""
    return Credential.OWN if await shown_person(call, kind, text) == patient else Credential.OTHER


async def person(call: Call, psn_no: str) -> PersonRecord | Refused:
    """The person of a number on the wire. Raises `FieldFault` when it is not one of ours."""
    found = await call.offices.person_by_key(*codes.number(psn_no, "psn_no"))
    return found or Refused(code=Fault.UNKNOWN_PERSON, field="psn_no")


def visit_of(mdtrt_id: str, psn_no: str) -> tuple[str, int, int] | Refused:
    """Region, visit and patient; a visit lives in its patient's region. Raises `FieldFault`."""
    region, visit = codes.number(mdtrt_id, "mdtrt_id")
    patient_region, patient = codes.number(psn_no, "psn_no")
    if region != patient_region:
        return Refused(code=Fault.VISIT_OF_OTHER_PERSON, field="mdtrt_id")
    return region, visit, patient


def enrolment(patient: PersonRecord, scheme: Scheme, day: datetime.date) -> EnrolmentRecord | None:
    """The enrolment in that scheme in force on the day."""
    return next((row for row in patient.enrolments if row.scheme is scheme and row.holds(day)), None)


def scheme_held(patient: PersonRecord, insutype: str, day: datetime.date) -> Scheme:
    """The scheme named, which the patient must be enrolled in. Raises `FieldFault`."""
    scheme = codes.scheme(insutype)
    if enrolment(patient, scheme, day) is None:
        raise FieldFault(say.scheme_not_held, "insutype")
    return scheme


def in_order(patient: PersonRecord, day: datetime.date) -> list[EnrolmentRecord]:
    """Enrolments as clients expect them: the active one first, then the others, newest first."""
    rows = sorted(patient.enrolments, key=lambda row: row.since, reverse=True)
    return sorted(rows, key=lambda row: not (row.status is Cover.ACTIVE and row.holds(day)))


def not_after_today(moment: datetime.datetime, now: datetime.datetime, wire: str) -> datetime.date:
    """The day of a time on the wire. Raises `FieldFault` when it is later than today."""
    if moment.date() > now.date():
        raise FieldFault(say.in_the_future, wire)
    return moment.date()
