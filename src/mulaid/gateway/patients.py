"""Who the patient is, from the credential shown and the number sent.

Credential kinds: 01 e-voucher, 02 identity number, 03 card. A text of 01 or 03 that ends with an eighteen-digit
identity number names its holder by itself, as some readers hand it on ("EC" or "SC" and the number will do); any other
e-voucher is asked of a decoder, where there is one. That is before anything is put in line: no transaction waits.
"""

import datetime
import re

from mulaid.gateway import codes, labels
from mulaid.gateway.call import Call
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.offices import EnrolmentRecord, PersonRecord
from mulaid.outside.evoucher import Undecoded
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.terms.codes import Cover, Credential
from mulaid.wording import gateway as say

_NUMBER_AT_END = re.compile(r"[0-9]{17}[0-9X]\Z")
_E_VOUCHER, _IDENTITY_NUMBER, _CARD = "1", "2", "3"
_CARD_CODE = re.compile(r"[0-9A-Za-z]{1,32}")


async def shown_person(call: Call, kind: str, text: str) -> tuple[str, tuple[str, int], str]:
    """The identity number a credential names, its holder's region and person, and what to warn of.

    Raises `FieldFault`.
    """
    number, doubt = await _named(call, kind, text)
    holder = await _holder(call, number)
    if number is None or holder is None:
        raise FieldFault(say.nobody_named, "mdtrt_cert_no")
    return number, holder, doubt


async def credential(
    call: Call, patient: tuple[str, int], kind: str, text: str, *, quote: bool = False
) -> tuple[Credential, str]:
    """Is the credential the patient's own, and what to warn of? One that names nobody raises `FieldFault`.

    A quote moves no money: there such a credential passes as the patient's own, with a warning.
    """
    try:
        number, doubt = await _named(call, kind, text)
    except FieldFault as fault:
        if not quote or fault.sentence is not say.decoder_silent:
            raise
        number, doubt = None, ""
    holder = await _holder(call, number)
    if holder is None:
        if not quote:
            raise FieldFault(say.nobody_named, "mdtrt_cert_no")
        return Credential.OWN, say.credential_names_nobody(labels.shown("mdtrt_cert_no"))
    return Credential.OWN if holder == patient else Credential.OTHER, doubt


def card_identified(call: Call, kind: str, card_sn: str) -> None:
    """A card with its identification code, where the area asks for it. Raises `FieldFault`."""
    if not call.profile.card_sn or codes.credential_kind(kind) != _CARD:
        return
    if not card_sn:
        raise FieldFault(say.missing, "card_sn")
    if not _CARD_CODE.fullmatch(card_sn):
        raise FieldFault(say.card_code_unreadable, "card_sn")


async def _named(call: Call, kind: str, text: str) -> tuple[str | None, str]:
    """The identity number a credential names, None when it names nobody, and what to warn of. Raises `FieldFault`."""
    shown_as, upper = codes.credential_kind(kind), text.upper()
    if not upper:
        raise FieldFault(say.missing, "mdtrt_cert_no")
    if found := _NUMBER_AT_END.search(upper):
        return (None if shown_as == _IDENTITY_NUMBER and found[0] != upper else found[0]), ""
    if shown_as != _E_VOUCHER or (decoded := await call.offices.decoded(text, call.institution)) is None:
        return None, ""
    if decoded is Undecoded.NO_ANSWER:
        raise FieldFault(say.decoder_silent, "mdtrt_cert_no")
    if isinstance(decoded, Undecoded):
        return None, ""
    return decoded.number, say.voucher_of_a_sandbox() if decoded.sandbox else ""


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
