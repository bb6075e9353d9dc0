"""The one place where a refusal becomes its sentence, whoever refused, and where it is told which field it is about."""

from mulaid.gateway.labels import shown
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused
from mulaid.terms.reasons import BillRefusal
from mulaid.wording import gateway as say
from mulaid.wording.faults import fault_sentence, is_fault
from mulaid.wording.refusals import refusal_sentence

_FIELDS: dict[str, str] = {
    Fault.UNKNOWN_PERSON: "psn_no",
    Fault.PERSON_MOVED: "psn_no",
    Fault.UNKNOWN_INSTITUTION: "fixmedins_code",
    Fault.UNKNOWN_VISIT: "mdtrt_id",
    Fault.VISIT_OF_OTHER_INSTITUTION: "mdtrt_id",
    Fault.VISIT_OF_OTHER_PERSON: "mdtrt_id",
    Fault.VISIT_CLOSED: "mdtrt_id",
    Fault.VISIT_HAS_CHARGES: "mdtrt_id",
    Fault.VISIT_SETTLED: "mdtrt_id",
    Fault.UNKNOWN_BATCH: "chrg_bchno",
    Fault.NOTHING_UNSETTLED: "chrg_bchno",
    Fault.BATCH_ALREADY_SETTLED: "chrg_bchno",
    Fault.BATCH_EXISTS: "chrg_bchno",
    Fault.LINE_SERIAL_REPEATED: "feedetl_sn",
    Fault.LINE_SUM_WRONG: "medfee_sumamt",
    Fault.AMOUNT_DIFFERS: "medfee_sumamt",
    Fault.MESSAGE_ID_REUSED: "msgid",
    Fault.MESSAGE_VOIDED: "msgid",
    Fault.TRANSACTION_DIFFERS: "oinfno",
    Fault.UNKNOWN_CASE: "setl_id",
    Fault.CASE_OF_OTHER_INSTITUTION: "setl_id",
    Fault.CASE_OF_OTHER_PERSON: "psn_no",
    Fault.CASE_OF_OTHER_VISIT: "mdtrt_id",
    Fault.ALREADY_CANCELLED: "setl_id",
    Fault.NOT_CANCELLABLE: "setl_id",
    Fault.SCHEME_NOT_HELD: "insutype",
    Fault.SCHEME_DIFFERS: "insutype",
    Fault.CHOICE_UNKNOWN: "chosen_payers",
    BillRefusal.WRONG_CREDENTIAL: "mdtrt_cert_no",
    BillRefusal.SETTLEMENT_SUSPENDED: "psn_no",
    BillRefusal.PROXY_PAPERS_MISSING: "agent",
    BillRefusal.INSTITUTION_NOT_DESIGNATED: "fixmedins_code",
}
"""The field a refusal is about, where there is one."""

_AMOUNTS = {
    "total": "medfee_sumamt",
    "in_scope": "inscp_scp_amt",
    "upfront_share": "preselfpay_amt",
    "over_price_limit": "overlmt_selfpay",
    "excluded": "fulamt_ownpay_amt",
    "funds_given": "funds_paid",
}
"""The procedures name an amount in the field's own words; the handlers name any field as the wire does."""


def sentence(refused: Refused) -> str:
    """One clear Chinese sentence with field and remedy. Raises `KeyError` for a code nobody knows."""
    wire = _AMOUNTS.get(refused.field, refused.field) or _FIELDS.get(refused.code)
    told = (fault_sentence if is_fault(refused.code) else refusal_sentence)(refused.code, refused.detail)
    return say.at_field(shown(wire), told) if wire else told
