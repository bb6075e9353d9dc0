"""Every act and every inquiry there is, a row each. Tests go through these tables; a row is found by its request."""

from mulaid.procedures.account.clock_repair import RepairDesk, RepairRequest, repair
from mulaid.procedures.act import approval
from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.inquiry import Inquiry
from mulaid.procedures.inquiry.case import CaseInquiry, find_case
from mulaid.procedures.inquiry.notes import NoteRequest, NotesDesk, note
from mulaid.procedures.life.suspension import LiftRequest, SuspendRequest, SuspensionDesk, lift, suspend
from mulaid.procedures.load.load import LoadDesk, LoadRequest, load
from mulaid.procedures.sponsorship import acts as sponsorship
from mulaid.procedures.till.benefit import tell
from mulaid.procedures.till.desk import TillDesk
from mulaid.procedures.till.quote import quote
from mulaid.procedures.till.requests import BenefitInquiry, CancelRequest, QuoteInquiry, SettleRequest, VoidRequest
from mulaid.procedures.till.settle import settle
from mulaid.procedures.till.undo import UndoDesk, undo
from mulaid.procedures.till.void import VoidDesk, void
from mulaid.procedures.visit.requests import (
    Charged,
    ChargesRequest,
    DescribeRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.procedures.visit.visits import (
    VisitDesk,
    add_charges,
    describe,
    patient_of,
    register,
    remove_charges,
    withdraw,
)
from mulaid.terms.actor import Role

BILLS_MAX = 128
"""More bills in one transaction make those that wait for it wait longer and cost hardly less."""

_INSTITUTION = frozenset({Role.INSTITUTION})
_RELEASING = frozenset({Role.REVIEWER, Role.SUPERVISOR})


def act_named(name: str) -> Act:
    """The act of a name."""
    return _BY_NAME[name]


_TASK_DESK = approval.desk_with(act_named)

ACTS: tuple[Act, ...] = (
    Act(
        name="settle",
        request=SettleRequest,
        roles=_INSTITUTION,
        desk=TillDesk,
        procedure=settle,
        about=lambda request: (request.patient_region, request.patient),
        kept=Kept.CASE,
        bills=True,
        batch=BILLS_MAX,
    ),
    Act(
        name="cancel",
        request=CancelRequest,
        roles=_INSTITUTION,
        desk=UndoDesk,
        procedure=undo,
        about=lambda request: (request.case_region, request.patient),
        kept=Kept.CASE,
        bills=True,
    ),
    Act(
        name="void",
        request=VoidRequest,
        roles=_INSTITUTION,
        desk=VoidDesk,
        procedure=void,
        about=lambda request: (request.patient_region, request.patient),
        kept=Kept.NOTHING,
        bills=True,
    ),
    *sponsorship.ACTS,
    Act(
        name="load",
        request=LoadRequest,
        roles=frozenset({Role.OPERATOR}),
        desk=LoadDesk,
        procedure=load,
        about=lambda request: None,
        kept=Kept.NOTHING,
    ),
    *(
        Act(
            name=name,
            request=request,
            roles=_INSTITUTION,
            desk=VisitDesk,
            procedure=procedure,
            about=patient_of,
            kept=Kept.MESSAGE,
            answer=answer,
        )
        for name, request, procedure, answer in (
            ("register_visit", VisitRequest, register, Registered),
            ("describe_visit", DescribeRequest, describe, Done),
            ("withdraw_visit", WithdrawRequest, withdraw, Done),
            ("add_charges", ChargesRequest, add_charges, Charged),
            ("remove_charges", RemoveChargesRequest, remove_charges, Done),
        )
    ),
    Act(
        name="repair_clock",
        request=RepairRequest,
        roles=frozenset({Role.OPERATOR}),
        desk=RepairDesk,
        procedure=repair,
        about=lambda request: None,
        kept=Kept.CASE,
    ),
    *(
        Act(
            name=name,
            request=request,
            roles=frozenset({Role.CLERK}),
            approved_by=frozenset({Role.REVIEWER}),
            desk=SuspensionDesk,
            procedure=procedure,
            about=lambda request: request.person,
            kept=Kept.CASE,
        )
        for name, request, procedure in (("suspend", SuspendRequest, suspend), ("lift_suspension", LiftRequest, lift))
    ),
    *(
        Act(
            name=name,
            request=request,
            roles=roles,
            desk=_TASK_DESK,
            procedure=procedure,
            about=lambda request: None,
            kept=Kept.CASE if name == "approve" else Kept.MESSAGE,
        )
        for name, request, procedure, roles in (
            ("approve", approval.ApproveRequest, approval.approve, _RELEASING),
            ("refuse_task", approval.RefuseTaskRequest, approval.refuse, _RELEASING | {Role.CLERK}),
        )
    ),
    Act(
        name="note",
        request=NoteRequest,
        roles=frozenset({Role.TIMER}),
        desk=NotesDesk,
        procedure=note,
        about=lambda request: None,
        kept=Kept.NOTHING,
    ),
)

INQUIRIES: tuple[Inquiry, ...] = (
    Inquiry(
        name="quote",
        request=QuoteInquiry,
        roles=_INSTITUTION,
        about=lambda request: (request.bill.patient_region, request.bill.patient),
        answer=quote,
    ),
    Inquiry(
        name="benefit",
        request=BenefitInquiry,
        roles=_INSTITUTION,
        about=lambda request: (request.bill.patient_region, request.bill.patient),
        answer=tell,
    ),
    Inquiry(
        name="case",
        request=CaseInquiry,
        roles=_INSTITUTION,
        about=lambda request: (request.region, request.patient),
        answer=find_case,
    ),
)

_BY_NAME = {act.name: act for act in ACTS}
_BY_REQUEST = {act.request: act for act in ACTS}
_BY_INQUIRY = {inquiry.request: inquiry for inquiry in INQUIRIES}


def act_of(request: object) -> Act:
    """The act a request asks for."""
    return _BY_REQUEST[type(request)]


def inquiry_of(request: object) -> Inquiry:
    """What kind of inquiry a request is."""
    return _BY_INQUIRY[type(request)]
