"""Who the patient is, from the credential shown and the number sent.

Credential kinds: 01 e-voucher, 02 identity number, 03 card. No token service is at hand, so the text of 01 and 03 is
any token that ends with the eighteen-digit identity number: "EC" or "SC" and the number will do.
"""

import datetime
import re

from mulaid.gateway import codes, labels
from mulaid.gateway.call import Call
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.offices import EnrolmentRecord, PersonRecord
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused
from mulaid.terms.codes import Cover, Credential
from mulaid.wording import gateway as say

_NUMBER_AT_END = re.compile(r"[0-9]{17}[0-9X]\Z")
_IDENTITY_NUMBER, _CARD = "2", "3"
_CARD_CODE = re.compile(r"[0-9A-Za-z]{1,32}")


async def shown_person(call: Call, kind: str, text: str) -> tuple[str, tuple[str, int]]:
    """The identity number a credential names, with its holder's region and person. Raises `FieldFault`."""
    number = _number(kind, text)
    holder = await _holder(call, number)
    if number is None or holder is None:
        raise FieldFault(say.nobody_named, "mdtrt_cert_no")
    return number, holder


async def credential(
    call: Call, patient: tuple[str, int], kind: str, text: str, *, quote: bool = False
) -> tuple[Credential, str]:
    """Is the credential the patient's own? One that names nobody raises `FieldFault`.

    A quote moves no money: there such a credential passes as the patient's own, with a warning.
    """
    holder = await _holder(call, _number(kind, text))
    if holder is None:
        if not quote:
            raise FieldFault(say.nobody_named, "mdtrt_cert_no")
        return Credential.OWN, say.credential_names_nobody(labels.shown("mdtrt_cert_no"))
    return Credential.OWN if holder == patient else Credential.OTHER, ""


def card_identified(call: Call, kind: str, card_sn: str) -> None:
    """A card with its identification code, where the area asks for it. Raises `FieldFault`."""
    if not call.profile.card_sn or codes.credential_kind(kind) != _CARD:
        return
    if not card_sn:
        raise FieldFault(say.missing, "card_sn")
    if not _CARD_CODE.fullmatch(card_sn):
        raise FieldFault(say.card_code_unreadable, "card_sn")


def _number(kind: str, text: str) -> str | None:
    """The identity number in a credential; None when there is none in it. Raises `FieldFault`."""
    shown_as, upper = codes.credential_kind(kind), text.upper()
    if not upper:
        raise FieldFault(say.missing, "mdtrt_cert_no")
    found = _NUMBER_AT_END.search(upper)
    return None if found is None or (shown_as == _IDENTITY_NUMBER and found[0] != upper) else found[0]


async def _holder(call: Call, number: str | None) -> tuple[str, int] | None:
    return None if number is None else await call.offices.holder(number)


def visit_of(mdtrt_id: str, psn_no: str) -> tuple[str, int, int] | Refused:
    """Region, visit and patient; a visit lives in its patient's region. Raises `FieldFault`."""
    region, visit = codes.number(mdtrt_id, "mdtrt_id")
    patient_region, patient = codes.number(psn_no, "psn_no")
    if region != patient_region:
        return Refused(code=Fault.VISIT_OF_OTHER_PERSON, field="mdtrt_id")
    return region, visit, patient


def in_order(patient: PersonRecord, day: datetime.date) -> list[EnrolmentRecord]:
    """Enrolments as clients expect them: the active one first, then the others, newest first."""
    rows = sorted(patient.enrolments, key=lambda row: row.since, reverse=True)
    return sorted(rows, key=lambda row: not (row.status is Cover.ACTIVE and row.holds(day)))


def not_after_today(moment: datetime.datetime, now: datetime.datetime, wire: str) -> datetime.date:
    """The day of a time on the wire. Raises `FieldFault` when it is later than today."""
    if moment.date() > now.date():
        raise FieldFault(say.in_the_future, wire)
    return moment.date()
