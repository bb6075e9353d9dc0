"""The other side of the door: a settlement as a hospital writes it. Used to measure the door."""

import datetime
from typing import Any

import msgspec

from mulaid.gateway import codes
from mulaid.store.ids import wire
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Scheme
from mulaid.terms.money import Fen, yuan

SUCCESS = b'"infcode":0'
"""What every answer that is not a refusal holds."""


def settlement_request(
    *,
    institution: str,
    region: str,
    patient: int,
    identity: str,
    visit: int,
    batch: str,
    bill: Bill,
    moment: datetime.datetime,
    funds: Fen | None = None,
    chosen: tuple[int, ...] = (),
    scheme: Scheme = Scheme.EMPLOYEE,
) -> bytes:
    """The body of a 2207 for one stored batch of charges of a visit in the patient's own region."""
    said: dict[str, Any] = {}
    if funds is not None:
        said["funds_paid"] = yuan(funds)
    if chosen:
        said["chosen_payers"] = list(chosen)
    data = {
        "psn_no": wire(region, patient),
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": identity,
        "certno": identity,
        "psn_cert_type": "01",
        "med_type": "11",
        "medfee_sumamt": yuan(bill.total),
        "psn_setlway": "01",
        "mdtrt_id": wire(region, visit),
        "chrg_bchno": batch,
        "acct_used_flag": "1",
        "insutype": codes.insutype(scheme),
        "fulamt_ownpay_amt": yuan(bill.excluded),
        "overlmt_selfpay": yuan(bill.over_price_limit),
        "preselfpay_amt": yuan(bill.upfront_share),
        "inscp_scp_amt": yuan(bill.in_scope),
        "exp_content": msgspec.json.encode(said).decode() if said else "",
    }
    envelope = {
        "infno": "2207",
        "msgid": f"{institution}{moment:%Y%m%d}{visit:010d}",
        "mdtrtarea_admvs": region,
        "insuplc_admdvs": region,
        "recer_sys_code": "99",
        "infver": "V1.0",
        "opter_type": "1",
        "opter": "001",
        "opter_name": institution,
        "inf_time": f"{moment:%Y-%m-%d %H:%M:%S}",
        "fixmedins_code": institution,
        "fixmedins_name": institution,
        "sign_no": "",
        "input": {"data": data},
    }
    return msgspec.json.encode(envelope)
