"""What the database itself refuses, whatever the code above it computed."""

import asyncpg
import pytest

from mulaid.store import cases, chain, ledger, loading, regions
from mulaid.store.connect import Connection
from mulaid.store.ledger import HeadMoved
from tests.records import made
from tests.records.made import MOMENT, OTHER_REGION, REGION


@pytest.mark.parametrize("column", ["current_fen", "prior_fen", "frozen_fen", "wallet_fen", "used_day_fen"])
async def test_a_purse_cannot_become_negative(connection: Connection, column: str) -> None:
    await made.purse(connection, 1, current=100, prior=100)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"update purse set {column} = -1 where person = 1")


async def test_writing_a_negative_balance_is_refused(connection: Connection) -> None:
    await made.purse(connection, 1, current=100)
    with pytest.raises(asyncpg.CheckViolationError):
        await made.book(connection, purses=[(1, -1, 0, 0, 0, 0, 0, 0)])


async def test_writing_the_purse_of_nobody_is_refused(connection: Connection) -> None:
    with pytest.raises(ledger.RowsMissing):
        await made.book(connection, purses=[(404, 1, 0, 0, 0, 0, 0, 0)])


async def test_writing_the_relation_of_nobody_is_refused(connection: Connection) -> None:
    with pytest.raises(ledger.RowsMissing):
        await made.book(connection, relations=[(404, 2, made.BOUND_AT, 0, 0, 0, 0, 0)])


async def test_a_quota_cannot_become_negative(connection: Connection) -> None:
    await loading.load(connection, REGION, [made.sponsorship(1, 2)])
    with pytest.raises(asyncpg.CheckViolationError):
        await made.book(connection, relations=[(1, 2, made.BOUND_AT, -1, 0, 0, 0, 0)])


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_fen": 0},
        {"amount_fen": -5},
        {"credit_kind": 1, "credit_id": 7},
        {"balance_after_fen": -1},
        {"balance_after_fen": None},
        {"person": None},
    ],
    ids=["zero", "negative", "to oneself", "balance below zero", "balance missing", "balance of nobody"],
)
async def test_a_transfer_that_moves_nothing_or_overdraws(connection: Connection, changes: dict[str, object]) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await made.insert(connection, "transfer", **made.transfer_row(**changes))


@pytest.mark.parametrize("side", ["debit_kind", "debit_id", "credit_kind", "credit_id"])
async def test_a_transfer_with_one_side(connection: Connection, side: str) -> None:
    with pytest.raises(asyncpg.NotNullViolationError):
        await made.insert(connection, "transfer", **made.transfer_row(**{side: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"cash_fen": 501},
        {"total_fen": 9_999},
        {"institution_fen": 1},
        {"cash_fen": -500, "institution_fen": 1_000},
        {"kind": "reversal"},
        {"kind": "gift"},
    ],
    ids=["cash too much", "total too little", "institution extra", "negative part", "positive undo", "other kind"],
)
async def test_parts_that_do_not_make_the_case(connection: Connection, changes: dict[str, object]) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await made.insert(connection, "cases", **made.case_row(1, **changes))


async def test_charges_that_do_not_sum(connection: Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await made.insert(
            connection,
            "charge_batch",
            region=regions.number(REGION),
            visit=1,
            batch="1",
            total_fen=100,
            in_scope_fen=60,
            upfront_share_fen=10,
            over_price_limit_fen=10,
            excluded_fen=10,
            barred_fen=0,
            lines=b"",
        )


async def test_a_second_reversal(connection: Connection) -> None:
    await cases.REVERSE.run(connection, [(int(REGION), 1, 2, MOMENT)])
    assert await cases.reversals(connection, REGION, [1, 5]) == {1: 2}
    with pytest.raises(asyncpg.UniqueViolationError):
        await cases.REVERSE.run(connection, [(int(REGION), 1, 3, MOMENT)])


async def test_a_chain_has_one_next_link(connection: Connection) -> None:
    for case_id, seq in ((1, 1), (2, 2)):
        await made.book(connection, lane=3, seq=seq, hash=b"a" * 32, cases=[made.booked_case(case_id)])
    heads = await chain.heads(connection, [OTHER_REGION, REGION], 3)
    assert heads == {REGION: (2, b"a" * 32), OTHER_REGION: (0, b"")}
    with pytest.raises(HeadMoved):
        await made.book(connection, lane=3, seq=2, hash=b"b" * 32, cases=[made.booked_case(3)])


async def test_a_case_is_recorded_once(connection: Connection) -> None:
    await made.book(connection, cases=[made.booked_case(1)])
    with pytest.raises(asyncpg.UniqueViolationError):
        await made.book(connection, seq=2, cases=[made.booked_case(1)])


@pytest.mark.parametrize("column", ["deductible_fen", "in_scope_fen", "funds_fen", "admissions"])
async def test_an_accumulator_cannot_become_negative(connection: Connection, column: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await made.insert(
            connection,
            "accumulator",
            **{
                "region": regions.number(REGION),
                "person": 1,
                "benefit_year": 2026,
                "care_group": "outpatient",
                column: -1,
            },
        )
