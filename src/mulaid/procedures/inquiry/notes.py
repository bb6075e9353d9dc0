"""Write down who looked at whom and which inquiries were refused: many at once, after they were answered."""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.store import looks, regions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection


class Look(msgspec.Struct, frozen=True, gc=False):
    """Somebody looked at the affairs of somebody else."""

    region: str
    person: int
    inquiry: str
    role: str
    sender: str


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """An inquiry about somebody was refused."""

    region: str
    person: int
    inquiry: str
    code: str
    sender: str


class NoteRequest(msgspec.Struct, frozen=True):
    """What was seen how often since the last one. `moment`: when the first of it was."""

    notes: tuple[tuple[Look | Attempt, int], ...]
    moment: datetime.datetime


class NotesDesk(Desk):
    """Nothing is read and no purse is locked."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        return set()

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None: ...


def note(desk: NotesDesk, matter: Matter) -> Answer:
    request: NoteRequest = matter.request
    for each, count in request.notes:
        region, *rest = msgspec.structs.astuple(each)
        statement = looks.LOOKED if isinstance(each, Look) else looks.TRIED
        desk.write(statement, regions.number(region), *rest, count, request.moment)
    return Done()
