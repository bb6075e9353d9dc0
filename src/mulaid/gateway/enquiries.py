"""5203: one settlement, to the institution that made it."""

import msgspec

from mulaid.gateway import answers, codes
from mulaid.gateway.call import Call, Output
from mulaid.gateway.messages.query import SettlementQueryInput
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.inquiry.case import CaseInquiry, FoundCase


async def find_settlement(call: Call) -> Output | Refused:
    """5203."""
    data = call.read(SettlementQueryInput).data
    region, case_id = codes.number(data.setl_id, "setl_id")
    patient_region, patient = codes.number(data.psn_no, "psn_no")
    if patient_region != region:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON, field="psn_no")
    found: FoundCase | Refused = await call.ask(CaseInquiry(region, case_id, patient))
    if isinstance(found, Refused):
        field = "psn_no" if found.code == Fault.CASE_OF_OTHER_PERSON else "setl_id"
        return msgspec.structs.replace(found, field=field)
    asked = msgspec.structs.replace(call.asked(), message_id=found.message_id)
    return Output(answers.enquiry_nodes(found, asked, call.institution))
