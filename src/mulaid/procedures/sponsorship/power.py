"""代管 and 监护: let somebody act for another, for what and how long; and end it."""

from collections.abc import Sequence

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.requests import EndPowerRequest, GivePowerRequest, PowerScope, Related
from mulaid.store import powers, regions
from mulaid.store.connect import Connection
from mulaid.terms.actor import Role


class PowerDesk(RelationDesk):
    """The one acted for, the one who acts, and every power over either."""

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        await super().load(connection, matters)
        self.powers = await powers.powers(connection, [self.beneficiary])


def give(desk: PowerDesk, matter: Matter) -> Answer:
    """A delegate is chosen by the person; a guardian is entered by a clerk who has seen the papers."""
    request: GivePowerRequest = matter.request
    if request.person == request.holder:
        return Refused(code=Fault.SAME_PERSON)
    if (nobody := desk.nobody()) is not None:
        return nobody
    if request.guardian and matter.origin.actor.role is not Role.CLERK:
        return Refused(code=Fault.NOT_PERMITTED)
    if not request.scope or (request.until is not None and request.until <= desk.house.today):
        return Refused(code=Fault.NOT_A_RELATION)
    kind = "guardian" if request.guardian else "delegate"
    if any(each.kind == kind for each in _standing(desk)):
        return Refused(code=Fault.ALREADY_BOUND)
    (region, person), (there, holder) = request.person, request.holder
    scope = ",".join(each for each in PowerScope if each in request.scope)
    held = regions.number(there), holder, desk.moment, kind, scope, request.until, matter.number
    desk.write(powers.GIVE, regions.number(region), person, *held)
    desk.record(matter, about=request.person)
    return Related(case_id=matter.number, day=desk.house.today)


def end(desk: PowerDesk, matter: Matter) -> Answer:
    """From this moment nobody acts under it."""
    request: EndPowerRequest = matter.request
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    standing = _standing(desk)
    if not standing:
        return Refused(code=Fault.NOT_BOUND)
    for each in standing:
        region, person = request.person
        desk.write(powers.END, regions.number(region), person, request.holder[1], each.given_at, desk.moment)
    desk.record(matter, about=request.person)
    return Related(case_id=matter.number, day=desk.house.today)


def _standing(desk: PowerDesk) -> list[powers.Power]:
    """What the one may do for the other today."""
    return [each for each in desk.powers if each.holder == desk.sponsor and each.holds(desk.house.today)]
