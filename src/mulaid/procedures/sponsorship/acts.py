"""Every act about relations, a row each: who may ask for it, and what carries it out."""

from collections.abc import Callable
from typing import Any

from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.sponsorship import bind, consent, end, link, pool, power, proposal, suspension, terms
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.link import LinkDesk
from mulaid.procedures.sponsorship.power import PowerDesk
from mulaid.procedures.sponsorship.requests import (
    BindRequest,
    ChangeRequest,
    ConfirmRequest,
    ContributeRequest,
    DeclineRequest,
    EndPowerRequest,
    EndRequest,
    ExpireRequest,
    GivePowerRequest,
    LapseRequest,
    LeaveRequest,
    LinkRequest,
    ProposeRequest,
    ResumeRequest,
    SubmitRequest,
    SuspendRequest,
    WithdrawProposalRequest,
)
from mulaid.terms.actor import PEOPLE, Person, Role

_SPONSORS = frozenset({Role.INSURED, Role.DELEGATE, Role.CLERK})
"""The sponsor, whom they let act for them, or a clerk with their papers."""
_BENEFICIARYS = PEOPLE | {Role.CLERK}
"""The beneficiary, their guardian, whom they let act for them, or a clerk with their signature."""
_TIMERS = frozenset({Role.TIMER})


def _sponsor(request: Any) -> Person:
    return request.sponsor  # type: ignore[no-any-return]


def _person(request: Any) -> Person:
    return request.person  # type: ignore[no-any-return]


def _act(
    name: str,
    request: type[Any],
    roles: frozenset[Role],
    procedure: Callable[..., Answer],
    desk: type[RelationDesk] = RelationDesk,
    about: Callable[[Any], Person] = _sponsor,
    *,
    closed: bool = False,
) -> Act:
    return Act(
        name=name,
        request=request,
        roles=roles,
        desk=desk,
        procedure=procedure,
        about=about,
        kept=Kept.CASE,
        closed=closed,
    )


ACTS: tuple[Act, ...] = (
    _act("bind", BindRequest, frozenset({Role.CLERK}), bind.bind),
    _act("propose", ProposeRequest, _SPONSORS, proposal.propose),
    _act("submit", SubmitRequest, _SPONSORS, proposal.submit),
    _act("withdraw_proposal", WithdrawProposalRequest, _SPONSORS, proposal.withdraw),
    _act("lapse", LapseRequest, _TIMERS, proposal.lapse),
    _act("confirm", ConfirmRequest, _BENEFICIARYS, consent.confirm),
    _act("decline", DeclineRequest, _BENEFICIARYS, consent.decline),
    _act("change", ChangeRequest, _BENEFICIARYS, terms.change),
    _act("suspend", SuspendRequest, frozenset({Role.INSURED, Role.CLERK, Role.SUPERVISOR}), suspension.suspend),
    _act("resume", ResumeRequest, frozenset({Role.INSURED, Role.CLERK, Role.SUPERVISOR}), suspension.resume),
    _act("end", EndRequest, _BENEFICIARYS, end.end, closed=True),
    _act("expire", ExpireRequest, _TIMERS, end.expire, closed=True),
    _act("link", LinkRequest, frozenset({Role.INSURED, Role.CLERK}), link.link, LinkDesk),
    _act("contribute", ContributeRequest, _BENEFICIARYS, pool.contribute, about=_person),
    _act("leave", LeaveRequest, _BENEFICIARYS, pool.leave, about=_person, closed=True),
    _act("give_power", GivePowerRequest, frozenset({Role.INSURED, Role.CLERK}), power.give, PowerDesk, _person),
    _act("end_power", EndPowerRequest, frozenset({Role.INSURED, Role.CLERK}), power.end, PowerDesk, _person),
)
