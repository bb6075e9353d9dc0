"""The other side of the door: messages as a hospital writes them, and what it reads in the answers.

Used to measure the door. Amounts stay the text they are on the wire.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mulaid.store.ids import wire
from mulaid.terms.bill_case import Bill
from mulaid.terms.money import Fen, yuan

SUCCESS = b'"infcode":0'
"""What every answer that is not a refusal holds."""

BATCH = "1"
_EMPLOYEE, _OUTPATIENT, _IDENTITY_CARD = "310", "11", "02"


class Patient(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody in an employees' plan at the till of an institution of their own region."""

    institution: str
    region: str
    person: int
    identity: str
    chosen: tuple[int, ...] = ()
    """Which sponsors pay, where the region asks."""

    @property
    def number(self) -> str:
        return wire(self.region, self.person)


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of charges: so many whole units at a price."""

    code: str
    price: Fen
    count: int

    @property
    def amount(self) -> Fen:
        return self.price * self.count


Said = tuple[str, datetime.datetime]
"""Message id and moment."""


def message_id(institution: str, moment: datetime.datetime, serial: int) -> str:
    """Unique for each serial of a day."""
    return f"{institution}{moment:%Y%m%d}{serial:010d}"


def look_up(patient: Patient, said: Said) -> bytes:
    """1101."""
    return _body("1101", patient, said, {"data": {**_credential(patient), "psn_name": ""}})


def register(patient: Patient, said: Said) -> bytes:
    """2201."""
    data = {
        "psn_no": patient.number,
        "insutype": _EMPLOYEE,
        "begntime": _time(said),
        **_credential(patient),
        "ipt_otp_no": said[0][-10:],
        "atddr_no": "D1",
        "dr_name": "D1",
        "dept_code": "A01",
        "dept_name": "A01",
        "caty": "A01",
    }
    return _body("2201", patient, said, {"data": data})


def upload(patient: Patient, said: Said, visit: str, lines: Sequence[Line]) -> bytes:
    """2204: one batch."""
    details = [
        {
            "feedetl_sn": str(at),
            "mdtrt_id": visit,
            "psn_no": patient.number,
            "chrg_bchno": BATCH,
            "rx_circ_flag": "0",
            "fee_ocur_time": _time(said),
            "med_list_codg": line.code,
            "medins_list_codg": line.code,
            "det_item_fee_sumamt": yuan(line.amount),
            "cnt": str(line.count),
            "pric": yuan(line.price),
            "bilg_dept_codg": "A01",
            "bilg_dept_name": "A01",
            "bilg_dr_codg": "D1",
            "bilg_dr_name": "D1",
            "hosp_appr_flag": "0",
        }
        for at, line in enumerate(lines, 1)
    ]
    return _body("2204", patient, said, {"feedetail": details})


def quote(patient: Patient, said: Said, visit: str, total: Fen, funds: Fen | None = None) -> bytes:
    """2206."""
    return _body("2206", patient, said, {"data": _bill(patient, visit, total, funds)})


def settle(
    patient: Patient, said: Said, visit: str, total: Fen, parts: Mapping[str, str], funds: Fen | None = None
) -> bytes:
    """2207, with the four parts of the bill as `parts_of` or `quoted_parts` say them."""
    return _body("2207", patient, said, {"data": {**_bill(patient, visit, total, funds), "invono": "", **parts}})


def cancel(patient: Patient, said: Said, visit: str, settlement: str) -> bytes:
    """2208."""
    data = {"psn_no": patient.number, "mdtrt_id": visit, "setl_id": settlement}
    return _body("2208", patient, said, {"data": data})


def parts_of(bill: Bill) -> dict[str, str]:
    """The four parts of a bill under their names on the wire."""
    return {
        "fulamt_ownpay_amt": yuan(bill.excluded),
        "overlmt_selfpay": yuan(bill.over_price_limit),
        "preselfpay_amt": yuan(bill.upfront_share),
        "inscp_scp_amt": yuan(bill.in_scope),
    }


class _Parts(msgspec.Struct, frozen=True):
    fulamt_ownpay_amt: msgspec.Raw
    overlmt_selfpay: msgspec.Raw
    preselfpay_amt: msgspec.Raw
    inscp_scp_amt: msgspec.Raw


class _Settled(msgspec.Struct, frozen=True):
    setl_id: str


class _Registered(msgspec.Struct, frozen=True):
    mdtrt_id: str


class _RegistrationNodes(msgspec.Struct, frozen=True):
    data: _Registered


class _QuoteNodes(msgspec.Struct, frozen=True):
    setlinfo: _Parts


class _SettlementNodes(msgspec.Struct, frozen=True):
    setlinfo: _Settled


class _Registration(msgspec.Struct, frozen=True):
    output: _RegistrationNodes


class _Quote(msgspec.Struct, frozen=True):
    output: _QuoteNodes


class _Settlement(msgspec.Struct, frozen=True):
    output: _SettlementNodes


_registration = msgspec.json.Decoder(_Registration)
_quote = msgspec.json.Decoder(_Quote)
_settlement = msgspec.json.Decoder(_Settlement)


def registered_visit(answer: bytes) -> str:
    """The number a visit got by 2201."""
    return _registration.decode(answer).output.data.mdtrt_id


def quoted_parts(answer: bytes) -> dict[str, str]:
    """The four parts of a bill in the answer to 2206, as 2207 repeats them."""
    parts = _quote.decode(answer).output.setlinfo
    return {name: bytes(getattr(parts, name)).decode() for name in parts.__struct_fields__}


def settled_case(answer: bytes) -> str:
    """The number of a settlement by 2207."""
    return _settlement.decode(answer).output.setlinfo.setl_id


def _time(said: Said) -> str:
    return f"{said[1]:%Y-%m-%d %H:%M:%S}"


def _credential(patient: Patient) -> dict[str, str]:
    return {
        "mdtrt_cert_type": _IDENTITY_CARD,
        "mdtrt_cert_no": patient.identity,
        "psn_cert_type": "01",
        "certno": patient.identity,
    }


def _bill(patient: Patient, visit: str, total: Fen, funds: Fen | None) -> dict[str, str]:
    told: dict[str, Any] = {}
    if funds is not None:
        told["funds_paid"] = yuan(funds)
    if patient.chosen:
        told["chosen_payers"] = patient.chosen
    return {
        "psn_no": patient.number,
        **_credential(patient),
        "med_type": _OUTPATIENT,
        "medfee_sumamt": yuan(total),
        "psn_setlway": "01",
        "mdtrt_id": visit,
        "chrg_bchno": BATCH,
        "acct_used_flag": "1",
        "insutype": _EMPLOYEE,
        "exp_content": msgspec.json.encode(told).decode() if told else "",
    }


def _body(transaction: str, patient: Patient, said: Said, nodes: dict[str, Any]) -> bytes:
    return msgspec.json.encode(
        {
            "infno": transaction,
            "msgid": said[0],
            "mdtrtarea_admvs": patient.region,
            "insuplc_admdvs": patient.region,
            "recer_sys_code": "99",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "001",
            "opter_name": patient.institution,
            "inf_time": _time(said),
            "fixmedins_code": patient.institution,
            "fixmedins_name": patient.institution,
            "sign_no": "",
            "input": nodes,
        }
    )
