"""The funds' part of a bill comes with its message only where the operator says so, never above what is in scope."""

from typing import Any

import msgspec
import pytest

from mulaid.app.given import GivenFunds
from mulaid.procedures import records
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.posting import Chain, Posting
from mulaid.procedures.remembered import Remembered
from mulaid.procedures.requests import CancelRequest, Refused, Settled, SettleRequest
from mulaid.procedures.settle import settle
from mulaid.store import cases, loading
from mulaid.store.connect import Connection
from mulaid.store.loading import Counts
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import FundsBy, FundsGiven
from tests.records import checks, world
from tests.records.world import DAY, FANGCHENGGANG, MOMENT, NANNING, bill, carry, hospital

NEVER, CORE = FundsGiven.NEVER, FundsGiven.CORE


@pytest.fixture
async def bureau(connection: Connection) -> Bureau:
    """A bureau that remembers nothing yet, over a world where nobody may give the funds' part."""
    await world.build(connection)
    await connection.execute("update institution set funds_given = 'never'")
    return msgspec.structs.replace(world.bureau(), tills=Remembered(10, 5))


async def told(connection: Connection, bureau: Bureau, request: SettleRequest) -> Any:
    """The answer to one bill."""
    async with connection.transaction():
        [reply] = await settle(connection, bureau, [request], MOMENT, Posting(Chain(0)))
    return reply


async def allow(connection: Connection, institution: str) -> None:
    await connection.execute("update institution set funds_given = 'core' where institution = $1", institution)


@pytest.mark.parametrize("funds", [0, 1, 500])
async def test_nobody_may_give_it_unless_told(connection: Connection, bureau: Bureau, funds: int) -> None:
    """Not even nothing: whoever writes 0.00 keeps the own plan from being asked."""
    before = await checks.state(connection, DAY)
    reply = await told(connection, bureau, bill(0, 1_000, funds))
    assert isinstance(reply, Refused)
    assert (reply.code, reply.field) == (Fault.FUNDS_NOT_TAKEN, "funds_given")
    assert await checks.state(connection, DAY) == before
    assert await connection.fetchval("select count(*) from message") == 0


async def test_an_institution_that_may(connection: Connection, bureau: Bureau) -> None:
    await allow(connection, hospital(FANGCHENGGANG))
    reply = await told(connection, bureau, bill(0, 1_000, 400))
    assert isinstance(reply, Settled) and reply.case_id is not None
    assert (reply.outcome.funds_paid, reply.funds_by) == (400, FundsBy.INSTITUTION)
    case = await cases.case(connection, FANGCHENGGANG, reply.case_id)
    assert case is not None
    record = records.decode(case.record)
    assert (record.case.funds_given, record.funds_by) == (400, FundsBy.INSTITUTION)


async def test_a_region_speaks_for_its_own_patients_at_home(connection: Connection, bureau: Bureau) -> None:
    assert await loading.region_settings(connection, {FANGCHENGGANG: CORE, NANNING: NEVER}) == Counts(inserted=2)
    assert await loading.region_settings(connection, {FANGCHENGGANG: CORE}) == Counts(unchanged=1)
    at_home = await told(connection, bureau, bill(0, 1_000, 400))
    assert (at_home.outcome.funds_paid, at_home.funds_by) == (400, FundsBy.REGION)
    away = await told(connection, bureau, bill(0, 1_000, 400, at=NANNING))
    guest = await told(connection, bureau, bill(1, 1_000, 400, at=FANGCHENGGANG))
    assert {away.code, guest.code} == {Fault.FUNDS_NOT_TAKEN}
    assert await loading.region_settings(connection, {FANGCHENGGANG: NEVER}) == Counts(changed=1)


async def test_a_sandbox_may(connection: Connection, bureau: Bureau) -> None:
    reply = await told(connection, bureau, bill(0, 1_000, 400, sandbox=True))
    assert (reply.outcome.funds_paid, reply.funds_by) == (400, FundsBy.SANDBOX)


async def test_a_bill_whose_plan_is_asked_is_not_marked(connection: Connection, bureau: Bureau) -> None:
    reply = await told(connection, bureau, bill(2, 1_000, None))
    assert isinstance(reply, Settled) and reply.funds_by is None


@pytest.mark.parametrize(
    ("in_scope", "funds", "passes"),
    [(0, 0, True), (0, 1, False), (0, 9_999_999_999, False), (600, 600, True), (600, 601, False), (600, 1_000, False)],
)
async def test_never_above_what_is_in_scope(
    connection: Connection, bureau: Bureau, in_scope: int, funds: int, passes: bool
) -> None:
    await allow(connection, hospital(FANGCHENGGANG))
    asked = bill(0, 1_000, funds, bill=Bill(total=1_000, in_scope=in_scope, excluded=1_000 - in_scope))
    reply = await told(connection, bureau, asked)
    if passes:
        assert isinstance(reply, Settled) and reply.outcome.funds_paid == funds
        return
    assert (reply.code, reply.field) == (Fault.FUNDS_ABOVE_SCOPE, "funds_given")
    assert reply.detail == {"claimed": str(funds), "priced": str(in_scope)}
    assert await connection.fetchval("select count(*) from cases") == 0


async def test_a_reversal_keeps_the_mark_and_only_settlements_are_counted(
    connection: Connection, bureau: Bureau
) -> None:
    await allow(connection, hospital(FANGCHENGGANG))
    reply = await told(connection, bureau, bill(0, 1_000, 400, message_id="given"))
    undo = CancelRequest(
        sender=world.sender(FANGCHENGGANG),
        case_region=FANGCHENGGANG,
        case_id=reply.case_id,
        patient=reply.patient.person,
    )
    [undone] = await carry(connection, undo)
    assert undone.funds_by is FundsBy.INSTITUTION
    counted = GivenFunds()
    for each in (reply, msgspec.structs.replace(reply, replayed=True)):
        counted.add(each)
    samples = [sample for family in counted.collect() for sample in family.samples]
    assert {(sample.name, sample.labels["by"]): sample.value for sample in samples if sample.value} == {
        ("mulaid_funds_given_total", "institution"): 1,
        ("mulaid_funds_given_fen_total", "institution"): 400,
    }
