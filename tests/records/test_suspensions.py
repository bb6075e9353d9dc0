"""暂停联网结算: entered by one, released by another, lifted or changed by a document, and what bills see of it."""

import datetime
from typing import Any

import msgspec
import pytest

from mulaid.procedures.act import records
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.approval import ApproveRequest, RefuseTaskRequest
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.records import ActRecord
from mulaid.procedures.life.suspension import LiftRequest, SuspendRequest
from mulaid.store import loading, people
from mulaid.store.connect import Connection
from mulaid.store.rows import Person
from mulaid.store.suspensions import SuspensionKind
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.reasons import BillRefusal
from tests.records import acts, world
from tests.records.acts import PATIENT, REGION, from_
from tests.records.world import DAY, MOMENT, Asked, bill, carry

A_DAY = datetime.timedelta(days=1)
SPAN = "select suspended_from, suspended_until from person where person = $1"


@pytest.fixture
async def opened(connection: Connection) -> Connection:
    await world.build(connection)
    return connection


async def told(connection: Connection, role: Role, request: object, moment: datetime.datetime = MOMENT) -> Any:
    [answer] = await carry(connection, from_(role, request), moment=moment)
    return answer


async def decided(connection: Connection, request: object, moment: datetime.datetime = MOMENT) -> Any:
    """Entered by a clerk and released by a reviewer; the refusal of whoever refuses first."""
    entered = await told(connection, Role.CLERK, request, moment)
    if isinstance(entered, Refused):
        return entered
    return await told(connection, Role.REVIEWER, ApproveRequest(region=REGION, task=entered.case_id), moment)


def document(**changes: Any) -> SuspendRequest:
    return acts._document(PATIENT[1], **changes)


async def settled(connection: Connection, moment: datetime.datetime = MOMENT) -> Any:
    [answer] = await carry(connection, bill(acts.FAMILY, 500), moment=moment)
    return answer


async def span(connection: Connection) -> tuple[Any, ...]:
    row = await connection.fetchrow(SPAN, PATIENT[1])
    assert row is not None
    return tuple(row)


async def test_nothing_holds_before_somebody_else_has_released_it(opened: Connection) -> None:
    entered = await told(opened, Role.CLERK, document())
    assert isinstance(await settled(opened), Settled)
    released = await told(opened, Role.REVIEWER, ApproveRequest(region=REGION, task=entered.case_id))
    assert (await settled(opened)).code == BillRefusal.SETTLEMENT_SUSPENDED
    record = records.decode(await opened.fetchval("select record from cases where case_id = $1", released.case_id))
    assert isinstance(record, ActRecord) and record.released is not None
    assert (record.act, record.origin.actor.role, record.released.actor.role) == ("suspend", "clerk", "reviewer")


async def test_whoever_entered_it_does_not_release_it(opened: Connection) -> None:
    actor = Actor(Role.REVIEWER, REGION, "both")

    def asked(request: object, role: Role) -> Asked:
        made = from_(role, request)
        name = Actor(role, REGION, actor.name)
        return Asked(request, Origin(name, Channel.COUNTER, made.origin.message_id, "x", content("x", repr(request))))

    [entered] = await carry(opened, asked(document(), Role.CLERK))
    [answer] = await carry(opened, asked(ApproveRequest(region=REGION, task=entered.case_id), Role.REVIEWER))
    assert answer == Refused(code=Fault.APPROVER_NEEDED)
    assert isinstance(await settled(opened), Settled)


async def test_a_reviewer_of_another_region_releases_nothing(opened: Connection) -> None:
    entered = await told(opened, Role.CLERK, document())
    request = ApproveRequest(region=REGION, task=entered.case_id)
    made = from_(Role.REVIEWER, request).origin
    elsewhere = Actor(Role.REVIEWER, world.SHANGHAI, "elsewhere")
    asked = Asked(request, Origin(elsewhere, made.channel, made.message_id, made.transaction, made.content))
    assert await carry(opened, asked) == [Refused(code=Fault.NOT_PERMITTED)]


async def test_a_clerk_takes_back_only_what_they_entered(opened: Connection) -> None:
    made = from_(Role.CLERK, document())
    [entered] = await carry(opened, made)
    request = RefuseTaskRequest(region=REGION, task=entered.case_id, reason="录错了")

    def by(name: str) -> Asked:
        asked = from_(Role.CLERK, request).origin
        return Asked(request, msgspec.structs.replace(asked, actor=Actor(Role.CLERK, REGION, name)))

    assert await carry(opened, by("another")) == [Refused(code=Fault.NOT_PERMITTED)]
    [taken_back] = await carry(opened, by(made.origin.actor.name))
    assert not isinstance(taken_back, Refused)


async def test_a_file_does_not_undo_a_decision(opened: Connection) -> None:
    await decided(opened, document())
    held = await span(opened)
    await loading.load(opened, REGION, [await _as_loaded(opened)])
    assert await span(opened) == held


async def _as_loaded(connection: Connection) -> Person:
    found = await people.person(connection, *PATIENT)
    assert found is not None
    return msgspec.structs.replace(found, suspended_from=None, suspended_until=None)


async def test_a_task_is_decided_once(opened: Connection) -> None:
    entered = await told(opened, Role.CLERK, document())
    closing = RefuseTaskRequest(region=REGION, task=entered.case_id, reason="文书号不对")
    assert not isinstance(await told(opened, Role.REVIEWER, closing), Refused)
    releasing = ApproveRequest(region=REGION, task=entered.case_id)
    assert await told(opened, Role.REVIEWER, releasing) == Refused(code=Fault.TASK_CLOSED)
    assert await told(opened, Role.REVIEWER, ApproveRequest(region=REGION, task=1)) == Refused(code=Fault.UNKNOWN_TASK)


async def test_it_is_decided_again_when_it_is_released(opened: Connection) -> None:
    one = await told(opened, Role.CLERK, document())
    other = await told(opened, Role.CLERK, document())
    for task, expected in ((one, None), (other, Fault.SUSPENSION_KNOWN)):
        answer = await told(opened, Role.REVIEWER, ApproveRequest(region=REGION, task=task.case_id))
        assert getattr(answer, "code", None) == expected
    assert await opened.fetchval("select state from task where task = $1", other.case_id) == "open"


@pytest.mark.parametrize(
    ("kind", "until", "right"),
    [
        ("penalty", datetime.date(2027, 2, 21), False),
        ("penalty", datetime.date(2027, 2, 22), True),
        ("penalty", datetime.date(2027, 11, 22), True),
        ("penalty", datetime.date(2027, 11, 23), False),
        ("penalty", None, False),
        ("investigation", None, True),
        ("investigation", DAY + A_DAY, True),
        ("investigation", DAY, False),
    ],
)
async def test_how_long(opened: Connection, kind: str, until: datetime.date | None, right: bool) -> None:
    answer = await decided(opened, document(kind=SuspensionKind(kind), until=until))
    assert getattr(answer, "code", None) == (None if right else Fault.SUSPENSION_RANGE)


async def test_it_begins_no_earlier_than_it_was_served(opened: Connection) -> None:
    late = document(served_on=DAY + A_DAY)
    assert (await decided(opened, late)).code == Fault.SUSPENSION_RANGE


async def test_it_ends_on_its_day_or_when_it_is_lifted(opened: Connection) -> None:
    await decided(opened, document(kind=SuspensionKind.INVESTIGATION, until=None, document="A"))
    lifting = LiftRequest(person=PATIENT, document="A", by="B", on=DAY + 2 * A_DAY)
    assert not isinstance(await decided(opened, lifting), Refused)
    for days, blocked in ((0, True), (1, True), (2, False)):
        answer = await settled(opened, MOMENT + days * A_DAY)
        assert isinstance(answer, Refused) is blocked
    assert (await decided(opened, lifting, MOMENT + 3 * A_DAY)).code == Fault.NOTHING_TO_LIFT


async def test_another_decision_says_which_one_it_replaces(opened: Connection) -> None:
    await decided(opened, document(kind=SuspensionKind.INVESTIGATION, until=None, document="A"))
    penalty = {"document": "B", "from_day": DAY + A_DAY, "until": datetime.date(2027, 3, 23)}
    running = await decided(opened, document(**penalty))
    assert running == Refused(code=Fault.SUSPENSION_RUNNING, detail={"document": "A"})
    assert (await decided(opened, document(**penalty, replaces="C"))).code == Fault.NOTHING_TO_LIFT
    assert not isinstance(await decided(opened, document(**penalty, replaces="A")), Refused)
    assert await span(opened) == (DAY, penalty["until"])


async def test_one_lifted_before_it_began_leaves_nothing(opened: Connection) -> None:
    begin = DAY + 10 * A_DAY
    await decided(opened, document(from_day=begin, until=datetime.date(2027, 4, 1), document="A"))
    await decided(opened, LiftRequest(person=PATIENT, document="A", by="B", on=begin))
    assert await span(opened) == (None, None)
