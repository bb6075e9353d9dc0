"""Visits, their charges, and who settled them."""

import asyncpg
import msgspec
import pytest

from mulaid.store import ledger, visits
from mulaid.store.connect import Connection
from mulaid.store.visits import Visit
from mulaid.terms.bill_case import Bill
from mulaid.terms.codes import Use
from tests.records.made import MOMENT, OTHER_REGION, REGION

VISIT = Visit(
    region=REGION,
    visit=70,
    person=1,
    institution_region=OTHER_REGION,
    institution="H1",
    use=Use.INPATIENT,
    begun=MOMENT,
    number="Z-1",
)
BILL = Bill(total=100, in_scope=60, upfront_share=20, over_price_limit=15, excluded=5, barred=5)


async def test_a_visit_is_registered_changed_and_found(connection: Connection) -> None:
    await visits.INSERT.run(connection, [visits.row(VISIT)])
    assert await visits.visit(connection, REGION, 70) == VISIT
    closed = msgspec.structs.replace(VISIT, state="closed", ended=MOMENT, details=b"x")
    await visits.CHANGE.run(connection, [visits.row(closed)])
    assert await visits.visits(connection, [(REGION, 70), (REGION, 71)]) == {(REGION, 70): closed}
    assert await visits.visit(connection, OTHER_REGION, 70) is None


async def test_charges_are_settled_freed_and_removed(connection: Connection) -> None:
    await visits.INSERT_BATCH.run(connection, [visits.batch_row(VISIT, name, BILL, b"lines") for name in "ab"])
    keys = [(REGION, 70, name) for name in "bac"] + [(OTHER_REGION, 70, "a")]
    locked = await visits.lock_batches(connection, keys)
    assert list(locked) == [(REGION, 70, "a"), (REGION, 70, "b")]
    assert (locked[REGION, 70, "a"].bill, locked[REGION, 70, "a"].lines) == (BILL, b"lines")
    assert await visits.read_batches(connection, keys) == locked
    first = visits.batch_key(VISIT, "a")
    await visits.MARK_SETTLED.run(connection, [(*first, 9)])
    with pytest.raises(ledger.RowsMissing):
        await visits.MARK_SETTLED.run(connection, [(*first, 10)])
    with pytest.raises(ledger.RowsMissing):
        await visits.DELETE_BATCH.run(connection, [first])
    await visits.DELETE_BATCH.run(connection, [visits.batch_key(VISIT, "b")])
    await visits.UNMARK.run(connection, [(*first[:2], 9)])
    assert [batch.settled_by for batch in await visits.batches(connection, REGION, [70])] == [None]
    await visits.DELETE_BATCH.run(connection, [first])


async def test_a_batch_of_one_name_is_stored_once(connection: Connection) -> None:
    await visits.INSERT_BATCH.run(connection, [visits.batch_row(VISIT, "a", BILL, b"")])
    with pytest.raises(asyncpg.UniqueViolationError):
        await visits.INSERT_BATCH.run(connection, [visits.batch_row(VISIT, "a", BILL, b"")])
