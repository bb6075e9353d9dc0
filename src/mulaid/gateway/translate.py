"""From wire nodes to what the procedures are asked. Below this line no abbreviation exists and all money is fen."""

import datetime

from mulaid.decide.pricing import bill as bill_of
from mulaid.gateway import codes, extension
from mulaid.gateway.call import Call
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.messages.extension import Extension
from mulaid.gateway.messages.fees import DrugDetail
from mulaid.gateway.messages.pharmacy import DrugInfo
from mulaid.gateway.messages.settlement import BillData
from mulaid.gateway.messages.undo import CancelData, VoidData
from mulaid.procedures.till.requests import CancelRequest, Claimed, SettleRequest, VoidRequest
from mulaid.procedures.visit.pricing import packed
from mulaid.terms.charges import PricedLine
from mulaid.terms.codes import Credential
from mulaid.terms.money import Fen, yuan
from mulaid.wording import gateway as say

UNDOABLE = ("2102", "2207")
_SALE_UNDONE = "2103"


def visit_bill(call: Call, data: BillData, visit: tuple[str, int, int], credential: Credential) -> SettleRequest:
    """2206 and 2207: a stored batch of a visit. Raises `FieldFault`."""
    codes.by_item(data.psn_setlway)
    said = extension.read(data.exp_content, data.expContent)
    region, number, patient = visit
    return SettleRequest(
        patient_region=region,
        patient=patient,
        use=codes.outpatient_use(data.med_type, call.profile),
        day=call.moment.date(),
        accounts=codes.accounts(data.acct_used_flag, call.profile),
        scheme=codes.scheme(data.insutype),
        visit=number,
        batch=codes.batch(data.chrg_bchno),
        claimed=_claimed(data),
        prescription=said.prescription,
        credential=credential,
        agent_papers=_papers(said),
        chosen=said.chosen_payers,
        funds_given=_funds(said),
        sandbox=call.sandbox,
    )


def sale(
    call: Call,
    info: DrugInfo,
    details: tuple[DrugDetail, ...],
    priced: tuple[PricedLine, ...],
    patient: tuple[str, int],
    credential: Credential,
    day: datetime.date,
) -> SettleRequest:
    """2101 and 2102: lines priced just now. Raises `FieldFault`."""
    bill = bill_of(priced)
    if bill.total != info.medfee_sumamt:
        raise FieldFault(say.line_sum_differs, "medfee_sumamt", yuan(bill.total))
    said = extension.read(info.exp_content, info.expContent)
    outside = any(codes.short(detail.rx_circ_flag) == "1" for detail in details)
    return SettleRequest(
        patient_region=patient[0],
        patient=patient[1],
        use=codes.pharmacy_use(info.med_type, call.profile),
        day=day,
        accounts=codes.accounts(info.acct_used_flag, call.profile),
        scheme=codes.scheme(info.insutype),
        bill=bill,
        prescription=said.prescription or outside,
        credential=credential,
        agent_papers=_papers(said),
        chosen=said.chosen_payers,
        funds_given=_funds(said),
        sandbox=call.sandbox,
        lines=packed(priced),
    )


def cancellation(call: Call, data: CancelData) -> CancelRequest:
    """2103 and 2208. A sale without a visit repeats the settlement's number as the visit's. Raises `FieldFault`."""
    sale = call.infno.removesuffix("A") == _SALE_UNDONE
    region, case_id = codes.number(data.setl_id, "setl_id")
    visit = None if data.mdtrt_id in ("", data.setl_id) else codes.number(data.mdtrt_id, "mdtrt_id")[1]
    patient = codes.number(data.psn_no, "psn_no")[1]
    return CancelRequest(case_region=region, case_id=case_id, patient=patient, visit=visit, sale=sale)


def voiding(call: Call, data: VoidData) -> VoidRequest:
    """2601. Raises `FieldFault`."""
    original = data.oinfno.removesuffix("A")
    if original not in UNDOABLE:
        raise FieldFault(say.not_undoable, "oinfno", "、".join(UNDOABLE))
    region, patient = codes.number(data.psn_no, "psn_no")
    return VoidRequest(
        original_message_id=data.omsgid,
        original_transaction=original,
        patient_region=region,
        patient=patient,
    )


def _claimed(data: BillData) -> Claimed:
    parts = (data.inscp_scp_amt, data.preselfpay_amt, data.overlmt_selfpay, data.fulamt_ownpay_amt)
    said = [part for part in parts if part is not None]
    if len(said) == len(parts) and sum(said) != data.medfee_sumamt:
        raise FieldFault(say.class_sums_differ, "medfee_sumamt")
    in_scope, upfront, over, excluded = (None if part is None else int(part) for part in parts)
    return Claimed(
        total=int(data.medfee_sumamt),
        in_scope=in_scope,
        upfront_share=upfront,
        over_price_limit=over,
        excluded=excluded,
    )


def _funds(said: Extension) -> Fen | None:
    return None if said.funds_paid is None else int(said.funds_paid)


def _papers(said: Extension) -> bool:
    return said.agent is None or (said.agent.principal_id and said.agent.agent_id)
