"""亲情账户: show a relative's code on one's own phone. It is no relation, moves no money and proves no kinship."""

from collections.abc import Sequence

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship.desk import RelationDesk
from mulaid.procedures.sponsorship.requests import LinkRequest, Related
from mulaid.store import links, regions
from mulaid.store.connect import Connection
from mulaid.terms.codes import RelationState


class LinkDesk(RelationDesk):
    """Two people, and the links that stand from the one to the other."""

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        await super().load(connection, matters)
        self.linked = await links.linked(connection, self.sponsor, self.beneficiary)


def link(desk: LinkDesk, matter: Matter) -> Answer:
    """Make the link, or end it; asked for what is so already, nothing changes."""
    request: LinkRequest = matter.request
    if request.sponsor == request.beneficiary:
        return Refused(code=Fault.SAME_PERSON)
    if (nobody := desk.nobody()) is not None:
        return nobody
    if not request.stands and not desk.linked:
        return Refused(code=Fault.NOT_BOUND)
    (region, holder), (there, relative) = desk.sponsor, desk.beneficiary
    here = regions.number(region)
    if request.stands and not desk.linked:
        desk.write(links.LINK, here, holder, regions.number(there), relative, desk.moment, matter.number)
    for linked_at in () if request.stands else desk.linked:
        desk.write(links.UNLINK, here, holder, relative, linked_at, desk.moment)
    desk.record(matter)
    state = RelationState.DISPLAY_ONLY if request.stands else RelationState.ENDED
    return Related(case_id=matter.number, day=desk.house.today, state=state)
