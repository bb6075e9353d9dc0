"""The funds' part of a bill comes with its message only where the operator says so, never above what is in scope."""

from typing import Any

import msgspec
import pytest

from mulaid.app.given import GivenFunds
from mulaid.audit.findings import Check, Report, Severity
from mulaid.audit.walk import audit
from mulaid.cli.audit import as_text
from mulaid.procedures.act import records
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.cache import Remembered
from mulaid.procedures.act.faults import Fault
from mulaid.store import cases, loading
from mulaid.store.connect import Connection
from mulaid.store.loading import Counts
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import FundsBy, FundsGiven
from tests.records import checks, world
from tests.records.test_undo import undo
from tests.records.world import DAY, FANGCHENGGANG, NANNING, Asked, bill, carry, hospital

NEVER, CORE = FundsGiven.NEVER, FundsGiven.CORE


@pytest.fixture
async def bureau(connection: Connection) -> Bureau:
    """A bureau that remembers nothing yet, over a world where nobody may give the funds' part."""
    await world.build(connection)
    await connection.execute("update institution set funds_given = 'never'")
    return msgspec.structs.replace(world.bureau(), tills=Remembered(10, 5))


async def told(connection: Connection, bureau: Bureau, asked: Asked) -> Any:
    """The answer to one bill."""
    [reply] = await carry(connection, asked, by=bureau)
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
    record = records.decode_bill(case.record)
    assert (record.case.funds_given, record.funds_by) == (400, FundsBy.INSTITUTION)


async def test_a_record_of_before_the_mark_is_still_read(connection: Connection, bureau: Bureau) -> None:
    await allow(connection, hospital(FANGCHENGGANG))
    reply = await told(connection, bureau, bill(0, 1_000, 400))
    data = await connection.fetchval("select record from cases where case_id = $1", reply.case_id)
    undone = list(records.BillRecord.__struct_fields__).index("undone") + 1  # after the tag
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(data)[: undone + 1])
    record = records.decode_bill(older)
    assert (record.case.funds_given, record.funds_by) == (400, None)
    await connection.execute("update cases set record = $2 where case_id = $1", reply.case_id, older)
    [listed] = [each for each in (await audited(connection)).findings if each.check is Check.FUNDS_GIVEN]
    assert (listed.where["funds_by"], listed.found) == ("", "4.00")


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
    [undone] = await carry(connection, undo(reply))
    assert undone.funds_by is FundsBy.INSTITUTION
    counted = GivenFunds()
    for each in (reply, msgspec.structs.replace(reply, replayed=True)):
        counted.add(each)
    samples = [sample for family in counted.collect() for sample in family.samples]
    assert {(sample.name, sample.labels["by"]): sample.value for sample in samples if sample.value} == {
        ("mulaid_funds_given_total", "institution"): 1,
        ("mulaid_funds_given_fen_total", "institution"): 400,
    }


async def test_the_audit_lists_what_was_given_and_finds_what_is_above_scope(
    connection: Connection, bureau: Bureau
) -> None:
    """Two bills by one hospital, one of them undone, and one by another."""
    await allow(connection, hospital(FANGCHENGGANG))
    first, second = [await told(connection, bureau, bill(0, 1_000, funds)) for funds in (400, 250)]
    await told(connection, bureau, bill(0, 1_000, 70, at=NANNING, sandbox=True))
    await carry(connection, undo(second))
    report = await audited(connection)
    listed = {each.where["institution"]: each for each in report.findings if each.check is Check.FUNDS_GIVEN}
    here, there = listed[hospital(FANGCHENGGANG)], listed[hospital(NANNING)]
    assert (here.where["funds_by"], here.where["cases"], here.where["undone"]) == ("institution", "2", "1")
    assert (there.where["funds_by"], there.where["cases"], there.where["undone"]) == ("sandbox", "1", "0")
    assert (here.found, there.found, report.checked["funds_given"]) == ("4.00", "0.70", 3)
    assert {each.severity for each in listed.values()} == {
        Severity.NOTE
    } and Check.FUNDS_ABOVE_SCOPE not in report.found
    [line] = [each for each in as_text(report, replayed=True) if hospital(FANGCHENGGANG) in each and "依据" in each]
    assert line.endswith("依据 机构登记，结算笔数 2，撤销笔数 1：基金一共付 4.00 元")

    row = await connection.fetchval("select record from cases where case_id = $1", first.case_id)
    record = records.decode_bill(row)
    less = msgspec.structs.replace(record.case.bill, in_scope=399, excluded=601)
    record = msgspec.structs.replace(record, case=msgspec.structs.replace(record.case, bill=less))
    changed = records.encode(record)
    await connection.execute("update cases set record = $2 where case_id = $1", first.case_id, changed)
    above = [each for each in (await audited(connection)).findings if each.check is Check.FUNDS_ABOVE_SCOPE]
    assert [(each.where["case"], each.expected, each.found) for each in above] == [(str(first.case_id), "3.99", "4.00")]


async def audited(connection: Connection) -> Report:
    return await audit(connection, now=checks.LONG_AFTER, key=checks.KEY, replay=None, regions=[int(FANGCHENGGANG)])
