"""End a relation, let it end on its day, and say beforehand what that does."""

import datetime

import msgspec

from mulaid.decide.ending import decide_end
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.query import opened
from mulaid.procedures.sponsorship.conclusion import conclude, given_back, returns
from mulaid.procedures.sponsorship.desk import BENEFICIARY, BOUND, SPONSOR, RelationDesk, over, side_of
from mulaid.procedures.sponsorship.requests import Ended, EndRequest, ExpireRequest
from mulaid.store import relations
from mulaid.store.connect import Connection
from mulaid.store.rows import Sponsorship
from mulaid.terms.actor import PEOPLE, Origin, Role
from mulaid.terms.codes import RelationState
from mulaid.terms.money import Fen
from mulaid.terms.outcome import EndOutcome
from mulaid.terms.reasons import EndRefusal
from mulaid.terms.sponsorship_case import Asker, EndCase


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the end of a relation would do."""

    outcome: EndOutcome | None
    """What the rules say; None for a proposal, which ends by no rule."""
    ends_on: datetime.date
    """The first day on which it no longer holds; what was set apart returns on it."""
    returned: Fen
    """What goes back to the balances it came from."""
    rebind_from: datetime.date | None
    """The first day on which the same two may be bound again; None: nobody knows."""
    used: tuple[Fen, Fen, Fen]
    """What the relation has paid of the day, month and year it was last used in; a new one goes on from there."""


class _Decided(msgspec.Struct, frozen=True):
    """The relations that may end, by what the rules said, and from which day."""

    held: list[Sponsorship]
    question: EndCase | None
    outcome: EndOutcome | None
    ends_on: datetime.date


def end(desk: RelationDesk, matter: Matter) -> Answer:
    """End the relation between these two, if who asks may; what it has paid can still be refunded to the sponsor.

    Where both sides must agree, the refusal keeps the wish of the one for the other's.
    """
    request: EndRequest = matter.request
    decided = _decided(desk, matter)
    if isinstance(decided, Refused):
        if decided.code == EndRefusal.OTHER_SIDE_MUST_AGREE:
            newest = desk.held(request.mechanism)[-1]
            desk.write(relations.WISH, *relations.row(desk.place(newest)), side_of(request.by), desk.house.today)
        return decided
    for each in decided.held:
        desk.write(relations.FORGET_WISHES, *relations.row(desk.place(each)))
    if decided.ends_on == desk.house.today:
        transfers, state = conclude(desk, decided.held, decided.ends_on), RelationState.ENDED
    else:
        transfers, state = [], decided.held[-1].state
        for each in decided.held:
            until = decided.ends_on if each.until is None else min(each.until, decided.ends_on)
            desk.rewrite(each, until=until)
    back = given_back(transfers)
    desk.record(matter, transfers, question=decided.question, outcome=decided.outcome)
    return Ended(case_id=matter.number, outcome=decided.outcome, day=decided.ends_on, state=state, returned=back)


def expire(desk: RelationDesk, matter: Matter) -> Answer:
    """A timer ends a relation whose last day has passed; until then nothing was set free."""
    request: ExpireRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    found = [each for each in desk.between() if each.bound_at == request.bound_at and each.state in BOUND]
    if not found or not over(found[0], desk.house.today):
        return Refused(code=Fault.NOT_BOUND)
    [relation] = found
    assert relation.until is not None
    transfers = conclude(desk, found, relation.until)
    back = given_back(transfers)
    desk.write(relations.FORGET_WISHES, *relations.row(desk.place(relation)))
    desk.record(matter, transfers)
    return Ended(case_id=matter.number, outcome=None, day=relation.until, returned=back)


async def preview(
    connection: Connection, bureau: Bureau, request: EndRequest, origin: Origin, moment: datetime.datetime
) -> Preview | Refused:
    """What the end would do if it were asked for now; nothing is written."""
    matter = Matter(request, origin, 0)
    desk = await opened(connection, RelationDesk, bureau, matter, moment)
    if (outsider := desk.outsider(matter)) is not None:
        return outsider
    decided = _decided(desk, matter)
    if isinstance(decided, Refused):
        return decided
    wait = desk.law.aid(desk.sponsor[0], desk.house.today).rebind_cooldown_days
    newest = decided.held[-1]
    return Preview(
        outcome=decided.outcome,
        ends_on=decided.ends_on,
        returned=given_back(returns(desk, decided.held)),
        rebind_from=decided.ends_on + datetime.timedelta(days=wait.value) if wait.known else None,
        used=(newest.used_day, newest.used_month, newest.used_year),
    )


def _decided(desk: RelationDesk, matter: Matter) -> _Decided | Refused:
    request: EndRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if not _may_say(request.by, matter.origin.actor.role):
        return Refused(code=Fault.NOT_PERMITTED)
    held = desk.held(request.mechanism)
    if not held:
        return Refused(code=Fault.NOT_BOUND)
    if held[-1].state not in BOUND:
        return _Decided(held, None, None, desk.house.today)
    question = _case(desk, request, held[-1])
    outcome = decide_end(question, desk.law)
    if outcome.refused is not None:
        return Refused(code=outcome.refused, steps=outcome.steps, used=outcome.used, day=outcome.possible_on)
    if desk.house.ahead:
        return Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(max(desk.house.ahead.values()))})
    assert outcome.ends_on is not None
    return _Decided(held, question, outcome, outcome.ends_on)


def _may_say(by: Asker, role: Role) -> bool:
    """People speak for themselves only: that both have signed is what somebody at the counter saw."""
    if role not in PEOPLE:
        return True
    return by is Asker.GUARDIAN if role is Role.GUARDIAN else by in (Asker.SPONSOR, Asker.BENEFICIARY)


def _case(desk: RelationDesk, request: EndRequest, relation: Sponsorship) -> EndCase:
    """The question the rules answer about the end of this relation."""
    other = BENEFICIARY if side_of(request.by) == SPONSOR else SPONSOR
    return EndCase(
        day=desk.house.today,
        assuming=desk.law.assuming,
        region=desk.sponsor[0],
        bound_on=relation.bound_on,
        by=request.by,
        other_asked_on=desk.wishes.get((desk.place(relation), other)),
    )
