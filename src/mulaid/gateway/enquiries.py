"""5203: one settlement, to the institution that made it."""

import msgspec

from mulaid.gateway import answers, codes
from mulaid.gateway.call import Call, Output
from mulaid.gateway.messages.query import SettlementQueryInput
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused


async def find_settlement(call: Call) -> Output | Refused:
    """5203."""
    data = call.read(SettlementQueryInput).data
    region, case_id = codes.number(data.setl_id, "setl_id")
    person = codes.number(data.psn_no, "psn_no")
    found = await call.offices.find_case(region, case_id)
    if found is None:
        return Refused(code=Fault.UNKNOWN_CASE, field="setl_id")
    if found.institution != call.institution.institution:
        return Refused(code=Fault.CASE_OF_OTHER_INSTITUTION, field="setl_id")
    patient = found.settled.patient
    if (patient.region, patient.person) != person:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON, field="psn_no")
    if data.mdtrt_id not in ("", answers.visit_number(found.settled)):
        return Refused(code=Fault.CASE_OF_OTHER_VISIT, field="mdtrt_id")
    asked = msgspec.structs.replace(call.asked(), message_id=found.message_id)
    return Output(answers.enquiry_nodes(found, asked, call.institution))
