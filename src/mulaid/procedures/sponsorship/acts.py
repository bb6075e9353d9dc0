"""Every act about relations, a row each: who may ask for it, and what carries it out."""

from collections.abc import Callable
from typing import Any

from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.sponsorship import bind, consent, end, link, pool, power, proposal, suspension, terms
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.link import LinkDesk
from mulaid.procedures.sponsorship.power import PowerDesk
from mulaid.procedures.sponsorship.requests import (
    BindRequest,
    Bound,
    ChangeRequest,
    ConfirmRequest,
    ContributeRequest,
    DeclineRequest,
    Ended,
    EndPowerRequest,
    EndRequest,
    ExpireRequest,
    GivePowerRequest,
    LapseRequest,
    LeaveRequest,
    LinkRequest,
    ProposeRequest,
    Related,
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
    request: type[Any],
    roles: frozenset[Role],
    procedure: Callable[..., Answer],
    desk: type[RelationDesk] = RelationDesk,
    about: Callable[[Any], Person] = _sponsor,
    *,
    answer: type[Done] = Related,
    closed: bool = False,
) -> Act:
    return Act(
        name=request.act,
        request=request,
        roles=roles,
        desk=desk,
        procedure=procedure,
        about=about,
        kept=Kept.CASE,
        answer=answer,
        closed=closed,
    )


ACTS: tuple[Act, ...] = (
    _act(BindRequest, frozenset({Role.CLERK}), bind.bind, answer=Bound),
    _act(ProposeRequest, _SPONSORS, proposal.propose, answer=Bound),
    _act(SubmitRequest, _SPONSORS, proposal.submit, answer=Bound),
    _act(WithdrawProposalRequest, _SPONSORS, proposal.withdraw, answer=Ended),
    _act(LapseRequest, _TIMERS, proposal.lapse, answer=Ended),
    _act(ConfirmRequest, _BENEFICIARYS, consent.confirm, answer=Bound),
    _act(DeclineRequest, _BENEFICIARYS, consent.decline, answer=Ended),
    _act(ChangeRequest, _BENEFICIARYS, terms.change),
    _act(SuspendRequest, frozenset({Role.INSURED, Role.CLERK, Role.SUPERVISOR}), suspension.suspend),
    _act(ResumeRequest, frozenset({Role.INSURED, Role.CLERK, Role.SUPERVISOR}), suspension.resume),
    _act(EndRequest, _BENEFICIARYS, end.end, closed=True, answer=Ended),
    _act(ExpireRequest, _TIMERS, end.expire, closed=True, answer=Ended),
    _act(LinkRequest, frozenset({Role.INSURED, Role.CLERK}), link.link, LinkDesk),
    _act(ContributeRequest, _BENEFICIARYS, pool.contribute, about=_person),
    _act(LeaveRequest, _BENEFICIARYS, pool.leave, about=_person, closed=True, answer=Ended),
    _act(GivePowerRequest, frozenset({Role.INSURED, Role.CLERK}), power.give, PowerDesk, _person),
    _act(EndPowerRequest, frozenset({Role.INSURED, Role.CLERK}), power.end, PowerDesk, _person),
)
