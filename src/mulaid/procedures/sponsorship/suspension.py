"""Stop a relation for a while, and let it go on: only on whose wish it was stopped."""

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.requests import Related, ResumeRequest, SuspendRequest
from mulaid.store import relations
from mulaid.store.rows import Sponsorship
from mulaid.terms.actor import Role
from mulaid.terms.codes import RelationState
from mulaid.terms.reasons import SuspensionRefusal

_SPONSOR, _AGENCY = "sponsor", "agency"


def suspend(desk: RelationDesk, matter: Matter) -> Answer:
    """Stop a relation: bills pass it over, its quota stays set apart."""
    relation = _held(desk, matter.request)
    if isinstance(relation, Refused):
        return relation
    if relation.state is not RelationState.ACTIVE:
        code = SuspensionRefusal.NOT_ACTIVE
        if relation.state is RelationState.SUSPENDED and _stopped_by(desk, relation) != _side(matter):
            code = SuspensionRefusal.SUSPENDED_BY_OTHER
        return Refused(code=code)
    key = relations.row(desk.place(relation))
    desk.write(relations.SUSPEND, *key, _side(matter), matter.origin.sender, desk.moment, matter.number)
    desk.rewrite(relation, state=RelationState.SUSPENDED)
    desk.record(matter)
    return Related(case_id=matter.number, day=desk.house.today, state=RelationState.SUSPENDED)


def resume(desk: RelationDesk, matter: Matter) -> Answer:
    """Let a suspended relation go on as it was."""
    relation = _held(desk, matter.request)
    if isinstance(relation, Refused):
        return relation
    if relation.state is not RelationState.SUSPENDED:
        return Refused(code=SuspensionRefusal.NOT_ACTIVE)
    if _stopped_by(desk, relation) != _side(matter) and matter.origin.actor.role is not Role.SUPERVISOR:
        return Refused(code=SuspensionRefusal.SUSPENDED_BY_OTHER)
    desk.rewrite(relation, state=RelationState.ACTIVE)
    desk.record(matter)
    return Related(case_id=matter.number, day=desk.house.today, state=RelationState.ACTIVE)


def _held(desk: RelationDesk, request: SuspendRequest | ResumeRequest) -> Sponsorship | Refused:
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    held = desk.held(request.mechanism)
    return held[-1] if held else Refused(code=Fault.NOT_BOUND)


def _side(matter: Matter) -> str:
    """On whose wish: a clerk acts for the sponsor, a supervisor for the agency."""
    return _AGENCY if matter.origin.actor.role is Role.SUPERVISOR else _SPONSOR


def _stopped_by(desk: RelationDesk, relation: Sponsorship) -> str:
    """One that was loaded as suspended was stopped by the agency."""
    return desk.suspended.get(desk.place(relation), _AGENCY)
