"""People with two covers at once: a visit goes by the one it was registered under, a sale by the one it names."""

import datetime
from typing import Any

import msgspec
import pytest

from mulaid.audit.findings import Check
from mulaid.procedures.act import replies
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till.requests import CancelRequest
from mulaid.procedures.visit.requests import ChargeBatch, ChargesRequest, Registered, VisitRequest
from mulaid.store import cases, loading
from mulaid.store.connect import Connection
from mulaid.store.rows import Enrolment
from mulaid.terms.charges import Approval, Item, Line
from mulaid.terms.codes import Cover, Credential, Scheme, Use
from tests.records import checks, world
from tests.records.world import DAY, FANGCHENGGANG, MOMENT, NANNING, Asked, bill, carry, number

PATIENT = number(0, 0)
RESIDENT, EMPLOYEE = Scheme.RESIDENT, Scheme.EMPLOYEE


@pytest.fixture
async def opened(connection: Connection) -> int:
    """The first family's patient, an employee since 2020, is a resident too since 2021; all the money in the world."""
    opened = await world.build(connection)
    later = Enrolment(person=PATIENT, from_day=datetime.date(2021, 1, 1), scheme=RESIDENT, account=False)
    await loading.load(connection, FANGCHENGGANG, [later])
    return opened


def registration(scheme: Scheme, **changes: Any) -> Asked:
    fields: dict[str, Any] = {
        "patient_region": FANGCHENGGANG,
        "patient": PATIENT,
        "scheme": scheme,
        "use": Use.OUTPATIENT,
        "begun": MOMENT,
        "number": "1",
        "credential": Credential.OWN,
        "details": b"",
    }
    return Asked(VisitRequest(**{**fields, **changes}), world.origin(FANGCHENGGANG))


async def visit_with_charges(connection: Connection, scheme: Scheme) -> int:
    """A visit with batch b of 100.00 in scope."""
    [opened] = await carry(connection, registration(scheme))
    assert isinstance(opened, Registered) and opened.case_id is not None
    visit = opened.case_id
    line = Line(f"{visit}", "X", 10_000, 100_000_000, 10_000, Approval.NOT_NEEDED, DAY)
    request = ChargesRequest(
        visit_region=FANGCHENGGANG,
        visit=visit,
        patient=PATIENT,
        batches=(ChargeBatch(batch="b", lines=(line,)),),
    )
    [stored] = await carry(connection, Asked(request, world.origin(FANGCHENGGANG)))
    assert not isinstance(stored, Refused)
    return visit


def of_visit(visit: int, scheme: Scheme | None, **changes: Any) -> Any:
    return bill(0, 0, bill=None, visit=visit, batch="b", scheme=scheme, **changes)


async def test_a_visit_is_settled_by_its_own_scheme_whatever_began_last(connection: Connection, opened: int) -> None:
    both = [await visit_with_charges(connection, scheme) for scheme in (EMPLOYEE, RESIDENT)]
    by_employee, by_resident = await carry(
        connection, *(of_visit(visit, scheme) for visit, scheme in zip(both, (EMPLOYEE, RESIDENT), strict=True))
    )
    assert [each.patient.scheme for each in (by_employee, by_resident)] == [EMPLOYEE, RESIDENT]
    # Only the employee's cover has an account.
    assert (by_employee.outcome.own, by_resident.outcome.own) == (5_000, 0)
    # The audit says that there are two, and does not take the one the bill went by for a changed one.
    assert await checks.damage(connection) == []
    found = {each.check for each in await checks.audited(connection)}
    assert Check.TWO_COVERS in found and Check.ENROLMENT_CHANGED not in found


async def test_what_is_shown_of_a_settlement_later_is_the_cover_it_was_settled_by(
    connection: Connection, opened: int
) -> None:
    visit = await visit_with_charges(connection, EMPLOYEE)
    request = of_visit(visit, EMPLOYEE)
    [settled] = await carry(connection, request)
    [again] = await carry(connection, request)
    assert again == msgspec.structs.replace(settled, replayed=True)
    found = await cases.case(connection, FANGCHENGGANG, settled.case_id)
    assert found is not None and await replies.from_case(connection, found) == settled
    cancel = CancelRequest(case_region=FANGCHENGGANG, case_id=settled.case_id, patient=PATIENT)
    [undone] = await carry(connection, Asked(cancel, world.origin(FANGCHENGGANG)))
    assert undone.patient == settled.patient


async def test_a_bill_that_names_another_scheme_than_its_visit_is_refused(connection: Connection, opened: int) -> None:
    visit = await visit_with_charges(connection, EMPLOYEE)
    refused, unsaid = await carry(connection, of_visit(visit, RESIDENT), of_visit(visit, None))
    assert refused == Refused(code=Fault.SCHEME_DIFFERS, detail={"scheme": "employee"})
    assert unsaid.patient.scheme is EMPLOYEE


async def test_a_visit_of_before_goes_by_the_cover_that_began_last(connection: Connection, opened: int) -> None:
    visit = await visit_with_charges(connection, EMPLOYEE)
    await connection.execute("update visit set scheme = null")
    [settled] = await carry(connection, of_visit(visit, EMPLOYEE))
    assert settled.patient.scheme is RESIDENT


async def test_a_sale_goes_by_the_scheme_it_names(connection: Connection, opened: int) -> None:
    sale: dict[str, Any] = {"use": Use.PHARMACY, "prescription": True}
    replies_ = await carry(connection, *(bill(0, 10_000, scheme=each, **sale) for each in (EMPLOYEE, RESIDENT)))
    assert [each.patient.scheme for each in replies_] == [EMPLOYEE, RESIDENT]
    await connection.execute("update enrolment set until = $1 where scheme = 'resident'", DAY)
    refused, settled = await carry(connection, *(bill(0, 10_000, scheme=each, **sale) for each in (RESIDENT, EMPLOYEE)))
    assert refused == Refused(code=Fault.SCHEME_NOT_HELD)
    assert settled.patient.scheme is EMPLOYEE
    assert await checks.wrongs(connection, opened) == []


async def test_whoever_has_no_cover_at_all_is_not_taken_for_a_resident(connection: Connection, opened: int) -> None:
    await connection.execute("delete from enrolment where person = $1", PATIENT)
    asked = (bill(0, 10_000, scheme=each) for each in (RESIDENT, EMPLOYEE, None))
    resident, employee, unsaid = await carry(connection, *asked)
    assert resident == employee == Refused(code=Fault.SCHEME_NOT_HELD)
    assert unsaid.patient.status is Cover.ENDED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scheme": RESIDENT, "begun": MOMENT.replace(year=2020)}, Fault.SCHEME_NOT_HELD),
        ({"scheme": RESIDENT, "patient": number(1, 0), "patient_region": NANNING}, Fault.SCHEME_NOT_HELD),
        ({"scheme": RESIDENT, "patient": 5}, Fault.UNKNOWN_PERSON),
    ],
)
async def test_a_registration_under_a_cover_the_patient_does_not_have(
    connection: Connection, opened: int, changes: dict[str, Any], code: Fault
) -> None:
    request = registration(**changes)
    assert await carry(connection, request) == [Refused(code=code)]
    assert await connection.fetchval("select count(*) from message") == 0


async def test_a_person_who_has_moved_registers_where_they_are_now(connection: Connection, opened: int) -> None:
    await connection.execute("update purse set moved_to = 450100 where person = $1", PATIENT)
    [reply] = await carry(connection, registration(EMPLOYEE))
    assert reply == Refused(code=Fault.PERSON_MOVED, detail={"region": NANNING})


async def test_charges_are_priced_by_the_scheme_of_their_visit(connection: Connection, opened: int) -> None:
    item = Item(
        code="X",
        from_day=datetime.date(2020, 1, 1),
        name="x",
        item_class=2,
        upfront_employee_bp=1_000,
        upfront_resident_bp=2_000,
        fee_kind="14",
    )
    await loading.load(connection, FANGCHENGGANG, [item])
    for scheme, upfront in ((EMPLOYEE, 1_000), (RESIDENT, 2_000)):
        visit = await visit_with_charges(connection, scheme)
        stored = "select upfront_share_fen from charge_batch where visit = $1"
        assert await connection.fetchval(stored, visit) == upfront


async def test_a_sponsor_with_two_covers_pays_from_the_account_of_one(connection: Connection, opened: int) -> None:
    sponsor = number(0, world.SPONSOR)
    later = Enrolment(person=sponsor, from_day=datetime.date(2022, 1, 1), scheme=RESIDENT, account=False)
    await loading.load(connection, FANGCHENGGANG, [later])
    [settled] = await carry(connection, bill(0, 10_000))
    assert [draw.sponsor for draw in settled.outcome.draws] == [0]
    assert await checks.wrongs(connection, opened) == []
