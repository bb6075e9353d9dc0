"""Settlements cancelled and voided on a real database: everything goes back to where it came from, once."""

import datetime
from typing import Any

import msgspec
import pytest

from mulaid.procedures.act import records
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till.requests import CancelRequest, VoidRequest
from mulaid.store import cases, registry
from mulaid.store.connect import Connection
from mulaid.terms.codes import LimitScope, Use
from tests.records import checks, world
from tests.records.world import (
    DAY,
    FAMILIES,
    FANGCHENGGANG,
    MOMENT,
    NANNING,
    SHANGHAI,
    SPONSOR,
    Asked,
    bill,
    carry,
    number,
)


@pytest.fixture
async def opened(connection: Connection) -> int:
    """The world in the test's own transaction; all the money in it."""
    return await world.build(connection)


def undo(reply: Settled, at: str | None = None, message_id: str | None = None, **changes: Any) -> Asked:
    """The request that cancels a settlement."""
    assert reply.case_id is not None
    fields: dict[str, Any] = {
        "case_region": reply.patient.region,
        "case_id": reply.case_id,
        "patient": reply.patient.person,
    }
    return Asked(CancelRequest(**{**fields, **changes}), world.origin(at or reply.patient.region, message_id))


def lost(message_id: str, family: int = 0, at: str | None = None, **changes: Any) -> Asked:
    """The request that voids a message whose answer was lost."""
    region = FAMILIES[family].region
    fields: dict[str, Any] = {
        "original_message_id": message_id,
        "original_transaction": "settle",
        "patient_region": region,
        "patient": number(family, 0),
    }
    return Asked(VoidRequest(**{**fields, **changes}), world.origin(at or region))


@pytest.mark.parametrize("place", range(len(FAMILIES)))
async def test_undoing_restores_every_balance_cap_quota_and_total(
    connection: Connection, opened: int, place: int
) -> None:
    chosen = (2, 1) if FAMILIES[place].region == "510100" else None
    await carry(connection, bill(place, 4_000, 500, chosen=chosen))
    before = await checks.state(connection, DAY)
    asked = bill(place, 60_000, 10_000, chosen=chosen, use=Use.INPATIENT)
    # The second swipe settles where one is asked for.
    replies = [(await carry(connection, asked))[0] for _ in range(2)]
    settled = replies[-1]
    assert await checks.state(connection, DAY) != before
    [undone] = await carry(connection, undo(settled))
    assert (undone.undone, undone.outcome.total, undone.outcome.mutual) == (
        settled.case_id,
        -60_000,
        -settled.outcome.mutual,
    )
    assert await checks.state(connection, DAY) == before
    assert await checks.wrongs(connection, opened) == []
    assert await checks.damage(connection) == []


LATER = {
    "same day": DAY,
    "next day": datetime.date(2026, 11, 23),
    "next month": datetime.date(2026, 12, 1),
    "next year": datetime.date(2027, 1, 1),
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
async def test_only_periods_that_still_run_are_uncounted(connection: Connection, later: datetime.date) -> None:
    """One bill of 50.00 stays, one of 80.00 is undone later, after one of 30.00 on that later day."""
    sponsor = world.Sponsoring(current=100_000, scope=LimitScope.ALL, cap_year=90_000)
    opened = await world.build(connection, [world.Family(region=FANGCHENGGANG, own=0, sponsors=(sponsor,))])
    _, gone = await carry(connection, bill(0, 5_000), bill(0, 8_000))
    moment = datetime.datetime.combine(later, MOMENT.timetz())
    await carry(connection, bill(0, 3_000, day=later), moment=moment)
    await carry(connection, undo(gone), moment=moment)
    stays_day, stays_month, stays_year = (
        5_000 * (later == DAY),
        5_000 * (later.month == DAY.month),
        5_000 * (later.year == DAY.year),
    )
    sponsor_key = (FANGCHENGGANG, number(0, SPONSOR))
    purses = await registry.read_purses(connection, [sponsor_key])
    [(_, relation, _)] = await registry.sponsors(connection, [(*sponsor_key, number(0, 0))], later)
    for used in (purses[sponsor_key], relation):
        assert (used.used_day, used.used_month, used.used_year, used.used_on) == (
            3_000 + stays_day,
            3_000 + stays_month,
            3_000 + stays_year,
            later,
        )
    years = await connection.fetch("select benefit_year, in_scope_fen from accumulator order by 1")
    expected = [(2026, 8_000)] if later.year == DAY.year else [(2026, 5_000), (2027, 3_000)]
    assert [tuple(row) for row in years] == expected
    assert await checks.money(connection) == 100_000 - 8_000
    assert await checks.wrongs(connection, opened) == []
    assert await checks.damage(connection) == []


async def test_a_cancelled_bill_frees_its_charges_for_another(connection: Connection, opened: int) -> None:
    visit = await world.charge(connection, FANGCHENGGANG, number(0, 0), "b1", 20_000)
    charges: dict[str, Any] = {"visit": visit, "batch": "b1", "bill": None}
    [first] = await carry(connection, bill(0, 0, **charges))
    [other] = await carry(connection, undo(first, visit=visit + 1))
    assert other == Refused(code=Fault.CASE_OF_OTHER_VISIT)
    [as_sale] = await carry(connection, undo(first, visit=visit, sale=True))
    assert as_sale == Refused(code=Fault.CASE_IS_NO_SALE)
    await carry(connection, undo(first, visit=visit))
    assert await connection.fetchval("select settled_by from charge_batch") is None
    [second] = await carry(connection, bill(0, 0, **charges))
    assert second.outcome == first.outcome
    assert await connection.fetchval("select settled_by from charge_batch") == second.case_id
    assert await checks.damage(connection) == []


async def test_cancelling_twice_is_refused_and_the_same_message_again_replayed(
    connection: Connection, opened: int
) -> None:
    [settled] = await carry(connection, bill(0, 60_000))
    request = undo(settled)
    [first] = await carry(connection, request)
    [again] = await carry(connection, request, moment=MOMENT + datetime.timedelta(hours=1))
    assert again == msgspec.structs.replace(first, replayed=True)
    [twice] = await carry(connection, undo(settled))
    assert twice == Refused(code=Fault.ALREADY_CANCELLED)
    assert await checks.money(connection) == opened
    assert await connection.fetchval("select count(*) from cases") == 2
    assert await connection.fetchval("select count(*) from message") == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": NANNING}, Fault.CASE_OF_OTHER_INSTITUTION),
        ({"patient": number(1, 0)}, Fault.CASE_OF_OTHER_PERSON),
        ({"case_id": 1}, Fault.UNKNOWN_CASE),
        ({"case_region": NANNING}, Fault.UNKNOWN_CASE),
    ],
)
async def test_a_refused_cancel_changes_nothing(
    connection: Connection, opened: int, changes: dict[str, Any], code: Fault
) -> None:
    [settled] = await carry(connection, bill(0, 60_000))
    before = await checks.state(connection, DAY)
    [reply] = await carry(connection, undo(settled, **changes))
    assert reply == Refused(code=code)
    assert await checks.state(connection, DAY) == before
    assert await connection.fetchval("select count(*) from message") == 1


async def test_an_undo_cannot_be_undone(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 60_000))
    [undone] = await carry(connection, undo(settled))
    [reply] = await carry(connection, undo(undone))
    assert reply == Refused(code=Fault.NOT_CANCELLABLE)


async def test_a_reversal_is_the_exact_opposite(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 100_000, 40_000))
    [undone] = await carry(connection, undo(settled))
    for name in ("total", "own", "own_prior_years", "mutual", "cash", "institution", "deductible_applied"):
        assert getattr(undone.outcome, name) == -getattr(settled.outcome, name)
    assert undone.outcome.funds == tuple(-paid for paid in settled.outcome.funds)
    assert [payer.amount for payer in undone.payers] == [-payer.amount for payer in settled.payers]
    assert undone.bill.total == -100_000
    assert undone.balance_after == 5_000
    one, other = [
        [tuple(row) for row in await cases.transfers(connection, FANGCHENGGANG, reply.case_id)]
        for reply in (settled, undone)
    ]
    moved = [(row[1:3], row[3:5], row[5]) for row in one]
    assert [(row[3:5], row[1:3], row[5]) for row in other] == moved[::-1]
    case = await cases.case(connection, FANGCHENGGANG, undone.case_id)
    assert case is not None
    assert (case.kind, case.total_fen, case.mutual_fen) == ("reversal", -100_000, -55_000)
    assert records.decode_bill(case.record).undone == settled.case_id


async def test_in_a_reversal_the_draws_sum_to_the_mutual_aid(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 100_000, 40_000))
    [undone] = await carry(connection, undo(settled))
    assert sum(draw.amount for draw in undone.outcome.draws) == undone.outcome.mutual


async def test_money_goes_back_after_the_relation_has_ended(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 100_000, 40_000))
    await connection.execute("update sponsorship set state = 'ended', until = $1", DAY)
    await carry(connection, undo(settled))
    assert await checks.money(connection) == opened
    [purse] = (await registry.read_purses(connection, [(SHANGHAI, number(0, SPONSOR + 2))])).values()
    assert (purse.frozen, purse.current) == (25_000, 500 + 15_000)


async def test_an_ended_relation_gets_no_quota_back(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 100_000, 40_000))
    await connection.execute("update sponsorship set state = 'ended', until = $1", DAY)
    await carry(connection, undo(settled))
    quota = await connection.fetchval("select quota_fen from sponsorship where mechanism = 'wallet_quota'")
    assert quota == await connection.fetchval("select frozen_fen from purse where frozen_fen > 0") == 25_000


async def test_voiding_an_unseen_id_refuses_the_late_original(connection: Connection, opened: int) -> None:
    before = await checks.state(connection, DAY)
    assert await carry(connection, lost("late")) == [Done()]
    assert await carry(connection, lost("late")) == [Done()]
    late, other = await carry(connection, bill(0, 9_000, message_id="late"), bill(0, 0))
    assert late == Refused(code=Fault.MESSAGE_VOIDED)
    assert isinstance(other, Settled)
    assert await carry(connection, lost("late")) == [Done()]
    assert await checks.state(connection, DAY) == before


async def test_voiding_a_settlement_undoes_it_once(connection: Connection, opened: int) -> None:
    before = await checks.state(connection, DAY)
    [settled] = await carry(connection, bill(0, 100_000, 40_000, message_id="lost"))
    [first] = await carry(connection, lost("lost"))
    assert isinstance(first, Done)
    assert first.case_id is not None
    assert await cases.reversals(connection, FANGCHENGGANG, [settled.case_id]) == {settled.case_id: first.case_id}
    assert await checks.state(connection, DAY) == before
    assert await carry(connection, lost("lost")) == [Done(replayed=True)]
    assert await carry(connection, undo(settled)) == [Refused(code=Fault.ALREADY_CANCELLED)]
    [late] = await carry(connection, bill(0, 100_000, 40_000, message_id="lost"))
    assert late == Refused(code=Fault.MESSAGE_VOIDED)
    assert await checks.state(connection, DAY) == before
    assert await checks.damage(connection) == []


async def test_voiding_what_is_cancelled_already_changes_nothing(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 9_000, message_id="lost"))
    await carry(connection, undo(settled))
    assert await carry(connection, lost("lost")) == [Done(replayed=True)]
    assert await checks.money(connection) == opened


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"patient": number(1, 0)}, Fault.CASE_OF_OTHER_PERSON),
        ({"original_transaction": "cancel"}, Fault.TRANSACTION_DIFFERS),
    ],
)
async def test_a_refused_void_leaves_the_message_alone(
    connection: Connection, opened: int, changes: dict[str, Any], code: Fault
) -> None:
    [settled] = await carry(connection, bill(0, 9_000, message_id="lost", content="c"))
    [reply] = await carry(connection, lost("lost", **changes))
    detail = {"transaction": "settle"} if code is Fault.TRANSACTION_DIFFERS else {}
    assert reply == Refused(code=code, detail=detail)
    [again] = await carry(connection, bill(0, 9_000, message_id="lost", content="c"))
    assert again == msgspec.structs.replace(settled, replayed=True)


async def test_another_institution_voids_only_its_own_ids(connection: Connection, opened: int) -> None:
    [settled] = await carry(connection, bill(0, 9_000, message_id="lost", content="c"))
    assert await carry(connection, lost("lost", at=NANNING)) == [Done()]
    [again] = await carry(connection, bill(0, 9_000, message_id="lost", content="c"))
    assert again == msgspec.structs.replace(settled, replayed=True)


async def test_a_void_that_names_another_region_still_books_where_the_case_is(
    connection: Connection, opened: int
) -> None:
    """A lane books by the region of the request; the case to undo is found by the message and may lie elsewhere."""
    [settled] = await carry(connection, bill(0, 9_000, message_id="lost"))
    [reply] = await carry(connection, lost("lost", patient_region=NANNING))
    if isinstance(reply, Done):
        undone = await cases.case(connection, settled.patient.region, reply.case_id or 0)
        assert undone is not None
    assert await checks.damage(connection) == []
    assert await checks.wrongs(connection, opened) == []
