"""One settled bill or its undoing, as its institution or an officer sees it."""

import datetime

import msgspec

from mulaid.procedures.act import records, replies
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.records import BillRecord
from mulaid.store import cases
from mulaid.store.connect import Connection
from mulaid.terms.actor import Origin


class CaseInquiry(msgspec.Struct, frozen=True):
    """The case of this number, about this patient."""

    region: str
    case_id: int
    patient: int


class FoundCase(msgspec.Struct, frozen=True, kw_only=True):
    """A posted case with who sent it."""

    settled: Settled
    institution: str
    message_id: str


async def find_case(
    connection: Connection, bureau: Bureau, request: CaseInquiry, origin: Origin, moment: datetime.datetime
) -> FoundCase | Refused:
    """The case as it stands now, undone or not; refused when there is no such bill or it is about somebody else."""
    case = await cases.case(connection, request.region, request.case_id)
    record = None if case is None else records.decode(case.record)
    if case is None or not isinstance(record, BillRecord):
        return Refused(code=Fault.UNKNOWN_CASE)
    if case.institution != origin.sender:
        return Refused(code=Fault.CASE_OF_OTHER_INSTITUTION)
    if case.person != request.patient:
        return Refused(code=Fault.CASE_OF_OTHER_PERSON)
    settled = await replies.from_case(connection, case)
    return FoundCase(settled=settled, institution=case.institution, message_id=record.message_id)
