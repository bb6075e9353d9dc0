"""Visits and their charges as hospitals send them: registered twice, charged twice, unnumbered, settled whole."""

import datetime
from itertools import count
from typing import Any

import pytest

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till.requests import CancelRequest, Claimed
from mulaid.procedures.visit.requests import (
    ChargeBatch,
    Charged,
    ChargesRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.terms.charges import Approval, Line
from mulaid.terms.codes import Credential, Scheme, Use
from tests.records import checks, world
from tests.records.world import DAY, FANGCHENGGANG, MOMENT, Asked, bill, carry, number

PATIENT = number(0, 0)
SETTLED_BY = "select batch, settled_by from charge_batch order by batch"
_serials = count(1)


@pytest.fixture
async def opened(connection: Connection) -> int:
    """The world in the test's own transaction; all the money in it."""
    return await world.build(connection)


async def register(connection: Connection, number: str = "1", **changes: Any) -> Any:
    origin = changes.pop("origin", None) or world.origin(FANGCHENGGANG)
    fields: dict[str, Any] = {
        "patient_region": FANGCHENGGANG,
        "patient": PATIENT,
        "scheme": Scheme.EMPLOYEE,
        "use": Use.OUTPATIENT,
        "begun": MOMENT,
        "number": number,
        "credential": Credential.OWN,
        "details": b"",
    }
    [opened] = await carry(connection, Asked(VisitRequest(**{**fields, **changes}), origin))
    assert isinstance(opened, Registered)
    return opened


def line(yuan: int, code: str = "X", serial: str = "") -> Line:
    """One unit of an item no catalogue knows."""
    name = serial or f"s{next(_serials)}"
    return Line(name, code, 10_000, yuan * 10**6, yuan * 100, Approval.NOT_NEEDED, DAY)


async def charge(connection: Connection, visit: int, batch: str | None, *lines: Line) -> Any:
    request = ChargesRequest(
        visit_region=FANGCHENGGANG,
        visit=visit,
        patient=PATIENT,
        batches=(ChargeBatch(batch=batch, lines=lines),),
    )
    return await answer_to(connection, request)


async def answer_to(connection: Connection, request: object) -> Any:
    """What the hospital is answered, each time to a new message."""
    [answer] = await carry(connection, Asked(request, world.origin(FANGCHENGGANG)))
    return answer


def of_visit(visit: int, batch: str | None = None, **changes: Any) -> Any:
    return bill(0, 0, bill=None, visit=visit, batch=batch, **changes)


def undoing(settled: Any) -> Asked:
    request = CancelRequest(case_region=FANGCHENGGANG, case_id=settled.case_id, patient=PATIENT)
    return Asked(request, world.origin(FANGCHENGGANG))


def withdrawing(visit: int) -> WithdrawRequest:
    return WithdrawRequest(visit_region=FANGCHENGGANG, visit=visit, patient=PATIENT, number="1")


async def settled_by(connection: Connection) -> dict[str, int | None]:
    return {row[0]: row[1] for row in await connection.fetch(SETTLED_BY)}


async def test_a_visit_registered_twice_is_told(connection: Connection, opened: int) -> None:
    first = await register(connection, "1")
    assert (first.twin, first.same_number) == (None, False)
    same_day = await register(connection, "2")
    assert (same_day.twin, same_day.same_number) == (first.case_id, False)
    later = MOMENT + datetime.timedelta(days=1)
    assert (await register(connection, "3", begun=later)).twin is None
    same_number = await register(connection, "2", begun=later)
    assert (same_number.twin, same_number.same_number) == (same_day.case_id, True)


async def test_the_same_registration_again_has_no_twin(connection: Connection, opened: int) -> None:
    origin = world.origin(FANGCHENGGANG)
    first = await register(connection, origin=origin)
    again = await register(connection, origin=origin)
    assert again == Registered(case_id=first.case_id, replayed=True)


async def test_a_withdrawn_visit_and_those_of_others_are_no_twins(connection: Connection, opened: int) -> None:
    first = await register(connection)
    assert not isinstance(await answer_to(connection, withdrawing(first.case_id)), Refused)
    await register(connection, patient=number(0, world.SPONSOR))
    await connection.execute("update visit set institution = 'H1' where person <> $1", PATIENT)
    assert (await register(connection)).twin is None


async def test_lines_charged_at_another_visit_of_the_day_are_told(connection: Connection, opened: int) -> None:
    first, second = [(await register(connection, name)).case_id for name in "12"]
    assert await _twin(connection, first, "b", line(10), line(20), line(20)) is None
    assert await _twin(connection, second, "a", line(20), line(20)) == first
    assert await _twin(connection, second, "b", line(20), line(20), line(20)) is None
    assert await _twin(connection, second, "c", line(10, "Y")) is None
    # Within one visit the same line again is a second unit.
    assert await _twin(connection, first, "c", line(30)) is None
    assert await _twin(connection, first, "d", line(30)) is None


async def _twin(connection: Connection, visit: int, batch: str, *lines: Line) -> int | None:
    stored = await charge(connection, visit, batch, *lines)
    assert isinstance(stored, Charged)
    return stored.twin


async def test_lines_of_another_day_are_no_twins(connection: Connection, opened: int) -> None:
    yesterday = (await register(connection, "1", begun=MOMENT - datetime.timedelta(days=1))).case_id
    today = (await register(connection, "2")).case_id
    assert await _twin(connection, yesterday, "b", line(10)) is None
    assert await _twin(connection, today, "b", line(10)) is None


async def test_all_that_is_unsettled_is_settled_as_one_bill_and_freed_together(
    connection: Connection, opened: int
) -> None:
    visit = (await register(connection)).case_id
    for name, yuan in (("a", 10), ("b", 20), ("c", 40)):
        await charge(connection, visit, name, line(yuan))
    [alone] = await carry(connection, of_visit(visit, "a"))
    wrong, whole, nothing_left = await carry(
        connection, of_visit(visit, claimed=Claimed(total=7_000)), of_visit(visit), of_visit(visit)
    )
    assert (wrong.code, wrong.detail) == (Fault.AMOUNT_DIFFERS, {"claimed": "7000", "priced": "6000"})
    assert (alone.batch, whole.batch, whole.outcome.total) == ("a", ("b", "c"), 6_000)
    assert nothing_left == Refused(code=Fault.NOTHING_UNSETTLED)
    assert await settled_by(connection) == {"a": alone.case_id, "b": whole.case_id, "c": whole.case_id}
    assert await checks.damage(connection) == []
    [undone] = await carry(connection, undoing(whole))
    assert undone.outcome.total == -6_000
    assert await settled_by(connection) == {"a": alone.case_id, "b": None, "c": None}
    [again] = await carry(connection, of_visit(visit, "b"))
    [rest] = await carry(connection, of_visit(visit))
    assert (again.outcome.total, rest.outcome.total, rest.batch) == (2_000, 4_000, "c")
    assert await checks.damage(connection) == []


async def test_bills_of_one_visit_in_one_batch_share_its_charges(connection: Connection, opened: int) -> None:
    visit = (await register(connection)).case_id
    for name, yuan in (("a", 10), ("b", 20)):
        await charge(connection, visit, name, line(yuan))
    one, rest, late = await carry(connection, of_visit(visit, "a"), of_visit(visit), of_visit(visit, "b"))
    assert (one.outcome.total, rest.outcome.total, rest.batch) == (1_000, 2_000, "b")
    case = wire(FANGCHENGGANG, rest.case_id)
    assert late == Refused(code=Fault.BATCH_ALREADY_SETTLED, detail={"case": case})
    assert await checks.damage(connection) == []


async def test_a_visit_without_charges_and_one_of_somebody_else(connection: Connection, opened: int) -> None:
    visit = (await register(connection)).case_id
    nothing, other, unknown = await carry(
        connection, of_visit(visit), of_visit(visit, patient=world.SPONSOR), of_visit(1)
    )
    told = [nothing.code, other.code, unknown.code]
    assert told == [Fault.NOTHING_UNSETTLED, Fault.VISIT_OF_OTHER_PERSON, Fault.UNKNOWN_VISIT]


async def test_lines_without_a_batch_are_batches_of_their_own(connection: Connection, opened: int) -> None:
    visit = (await register(connection)).case_id
    first, second = (line(10),), (line(20),)
    for lines, replayed in ((first, False), (first, True), (second, False), (second, True)):
        stored = await charge(connection, visit, None, *lines)
        assert isinstance(stored, Charged) and stored.replayed is replayed
    assert await charge(connection, visit, None, line(5, serial=first[0].serial)) == Refused(
        code=Fault.LINE_SERIAL_REPEATED, detail={"serial": first[0].serial}
    )
    assert await settled_by(connection) == {"0": None, "0-2": None}
    [whole] = await carry(connection, of_visit(visit))
    assert whole.outcome.total == 3_000
    await charge(connection, visit, None, line(40))
    [later] = await carry(connection, of_visit(visit))
    assert (later.outcome.total, later.batch) == (4_000, "0-3")
    assert await checks.damage(connection) == []


async def test_removing_all_leaves_what_is_settled(connection: Connection, opened: int) -> None:
    visit = (await register(connection)).case_id
    await charge(connection, visit, "a", line(10))
    [settled] = await carry(connection, of_visit(visit))
    await charge(connection, visit, None, line(20))
    removal = RemoveChargesRequest(visit_region=FANGCHENGGANG, visit=visit, patient=PATIENT, batch=None)
    assert not isinstance(await answer_to(connection, removal), Refused)
    assert await settled_by(connection) == {"a": settled.case_id}


async def test_a_settled_visit_is_withdrawn_in_three_steps(connection: Connection, opened: int) -> None:
    visit = (await register(connection)).case_id
    await charge(connection, visit, "a", line(10))
    [settled] = await carry(connection, of_visit(visit))
    told = Refused(code=Fault.VISIT_SETTLED, detail={"case": wire(FANGCHENGGANG, settled.case_id)})
    assert await answer_to(connection, withdrawing(visit)) == told
    await carry(connection, undoing(settled))
    assert await answer_to(connection, withdrawing(visit)) == Refused(code=Fault.VISIT_HAS_CHARGES)
    await connection.execute("delete from charge_batch")
    assert not isinstance(await answer_to(connection, withdrawing(visit)), Refused)
