"""Every act there is, a row each. Tests go through this table; lanes find the row of a request by its type."""

from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Done
from mulaid.procedures.load.load import LoadDesk, LoadRequest, load
from mulaid.procedures.sponsorship import acts as sponsorship
from mulaid.procedures.till.desk import TillDesk
from mulaid.procedures.till.requests import CancelRequest, SettleRequest, VoidRequest
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
)

_BY_REQUEST = {act.request: act for act in ACTS}


def act_of(request: object) -> Act:
    """The act a request asks for."""
    return _BY_REQUEST[type(request)]
