"""The second person of an act that needs two: release what somebody else has entered, or refuse it.

What waits is the request itself. Releasing carries it out as of now, by the rules of now, and its record names both.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import Locking
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.posting import Posting
from mulaid.store import regions, tasks
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.tasks import Task
from mulaid.terms.actor import Origin

if TYPE_CHECKING:
    from mulaid.procedures.act.act import Act


class ApproveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Release what waits under this number, and carry it out."""

    region: str
    task: int


class RefuseTaskRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Refuse what waits under this number, or take back what one has entered oneself; nothing is carried out."""

    region: str
    task: int
    reason: str


class TaskDesk(Desk):
    """A waiting request and, to release it, the desk of its own act."""

    reach = Reach.NAMED
    find: Callable[[str], "Act"]
    """The act of a name; see `desk_with`."""

    def __init__(self, bureau: Bureau, moment: datetime.datetime, posting: Posting, locking: Locking) -> None:
        super().__init__(bureau, moment, posting, locking)
        self.task: Task | None = None
        self.act: Act | None = None
        self.inner: Desk | None = None
        self.entered: Matter | None = None

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        [matter] = matters
        self.task = await tasks.lock(connection, matter.request.region, matter.request.task)
        if self.task is None or self.task.state != "open" or not isinstance(matter.request, ApproveRequest):
            return set()
        self.act = type(self).find(self.task.act)
        request = msgspec.msgpack.decode(self.task.request, type=self.act.request)
        origin = msgspec.msgpack.decode(self.task.origin, type=Origin)
        self.entered = Matter(request, origin, matter.number, matter.origin)
        self.inner = self.act.desk(self.bureau, self.moment, self.posting, self.locking)
        self.inner.house, self.inner.released = self.house, self.released
        return await self.inner.owners(connection, [self.entered])

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        if self.inner is not None and self.entered is not None:
            await self.inner.load(connection, [self.entered])

    def write_all(self) -> None:
        """Take over what the act itself writes."""
        if self.inner is not None:
            self.take(self.inner)

    def decide(self, matter: Matter, state: str, reason: str | None, case_id: int | None) -> None:
        """The task is decided by this matter."""
        region, number = regions.number(matter.request.region), matter.request.task
        self.write(tasks.DECIDE, region, number, state, matter.origin.sender, self.moment, reason, case_id)


def desk_with(find: Callable[[str], "Act"]) -> type[TaskDesk]:
    """The desk of tasks, over a table of acts."""
    return type("TaskDesk", (TaskDesk,), {"find": staticmethod(find)})


def approve(desk: TaskDesk, matter: Matter) -> Answer:
    """Carry out what waits, if it may be done now and this is another person, who may."""
    if (closed := _closed(desk, matter)) is not None:
        return closed
    assert desk.task is not None and desk.act is not None and desk.inner is not None and desk.entered is not None
    actor = matter.origin.actor
    if actor.role not in desk.act.approved_by or (actor.person is not None and actor.person == desk.task.about):
        return Refused(code=Fault.NOT_PERMITTED)
    if matter.origin.sender == desk.task.sender:
        return Refused(code=Fault.APPROVER_NEEDED)
    answer = desk.act.procedure(desk.inner, desk.entered)
    if not isinstance(answer, Refused):
        desk.write_all()
        desk.decide(matter, "approved", None, matter.number)
    return answer


def refuse(desk: TaskDesk, matter: Matter) -> Answer:
    """Close what waits without carrying it out. Whoever may not release it may only take back what they entered."""
    if (closed := _closed(desk, matter)) is not None:
        return closed
    assert desk.task is not None
    own = matter.origin.sender == desk.task.sender
    if not own and matter.origin.actor.role not in type(desk).find(desk.task.act).approved_by:
        return Refused(code=Fault.NOT_PERMITTED)
    desk.decide(matter, "refused", matter.request.reason, None)
    return Done(case_id=matter.number)


def _closed(desk: TaskDesk, matter: Matter) -> Refused | None:
    if matter.origin.region != matter.request.region:
        return Refused(code=Fault.NOT_PERMITTED)
    if desk.task is None:
        return Refused(code=Fault.UNKNOWN_TASK)
    return None if desk.task.state == "open" else Refused(code=Fault.TASK_CLOSED)
