"""The one place where a refusal becomes what is answered, whoever refused: code, sentence, and the fields it is about.

The code is for programs: it stands in the answer's extension and, where the institution's profile wants it, in front of
the sentence. A code that was ever sent keeps its meaning.
"""

import msgspec

from mulaid.gateway.faults import FieldFault
from mulaid.gateway.labels import complaint, name_known, shown
from mulaid.gateway.profile import Profile
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till.requests import Obstacle
from mulaid.terms.reasons import BillRefusal
from mulaid.wording import gateway as say
from mulaid.wording.faults import fault_sentence, is_fault
from mulaid.wording.refusals import refusal_sentence

INTERNAL_FAILURE = "INTERNAL_FAILURE"

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
    Fault.FUNDS_NOT_TAKEN: "funds_paid",
    Fault.FUNDS_ABOVE_SCOPE: "funds_paid",
    Fault.MESSAGE_ID_REUSED: "msgid",
    Fault.MESSAGE_VOIDED: "msgid",
    Fault.TRANSACTION_DIFFERS: "oinfno",
    Fault.UNKNOWN_CASE: "setl_id",
    Fault.CASE_OF_OTHER_INSTITUTION: "setl_id",
    Fault.CASE_OF_OTHER_PERSON: "psn_no",
    Fault.CASE_OF_OTHER_VISIT: "mdtrt_id",
    Fault.CASE_IS_SALE: "setl_id",
    Fault.CASE_IS_NO_SALE: "setl_id",
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


_LONGEST_SENTENCES = 200
"""C200: err_msg."""
_LONGEST_EXTENSION = 4000


class FieldComplaint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field that cannot be used, as the extension names it. `line` counts from 1."""

    field: str = ""
    line: int | None = None
    code: str
    says: str


class Complaint(msgspec.Struct, frozen=True):
    """Why nothing was done."""

    code: str
    sentences: tuple[str, ...]
    fields: tuple[FieldComplaint, ...] = ()

    def text(self, profile: Profile) -> str:
        """The sentences that fit, whole, and how many more there are."""
        head = f"[{self.code}] " if profile.code_in_err_msg else ""
        for told in range(len(self.sentences), 0, -1):
            more = len(self.sentences) - told
            text = head + "".join(self.sentences[:told]) + (say.more_broken_fields(more) if more else "")
            if len(text) <= _LONGEST_SENTENCES:
                return text
        return (head + self.sentences[0])[:_LONGEST_SENTENCES]

    def extension(self) -> str:
        """JSON text: the code, and the fields as far as they fit."""
        for told in range(len(self.fields), -1, -1):
            shown: dict[str, object] = {"code": self.code}
            if told:
                shown["fields"] = self.fields[:told]
            if told < len(self.fields):
                shown["more"] = len(self.fields) - told
            text = msgspec.json.encode(shown).decode()
            if len(text) <= _LONGEST_EXTENSION:
                return text
        raise AssertionError("a code fits the field")


def of_fields(fault: FieldFault) -> Complaint:
    """What a message is answered whose fields cannot be used."""
    fields = tuple(
        FieldComplaint(field=name_known(each.wire), line=each.line, code=each.code, says=complaint(each))
        for each in fault.all
    )
    return Complaint(fault.code, tuple(each.says for each in fields), fields if fault.wire else ())


def of_refusal(refused: Refused) -> Complaint:
    """What a request is answered that the procedures or the rules refuse."""
    wire, told = _wire(refused), sentence(refused)
    return Complaint(refused.code, (told,), (FieldComplaint(field=wire, code=refused.code, says=told),) if wire else ())


def of_failure(reference: str) -> Complaint:
    """What is answered when this system has failed, and nobody knows what was done."""
    return Complaint(INTERNAL_FAILURE, (say.internal_failure(reference),))


def obstacle(given: Obstacle) -> str:
    """Why something would not pay, by itself."""
    if given.code in say.BENEFIT_OBSTACLES:
        return say.BENEFIT_OBSTACLES[given.code]
    return (fault_sentence if is_fault(given.code) else refusal_sentence)(given.code, given.detail)


def sentence(refused: Refused) -> str:
    """One clear Chinese sentence with field and remedy. Raises `KeyError` for a code nobody knows."""
    wire = _wire(refused)
    told = (fault_sentence if is_fault(refused.code) else refusal_sentence)(refused.code, refused.detail)
    return say.at_field(shown(wire), told) if wire else told


def _wire(refused: Refused) -> str:
    return _AMOUNTS.get(refused.field, refused.field) or _FIELDS.get(refused.code, "")
