"""Visits, their charges, and who settled them."""

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
    await visits.insert(connection, VISIT)
    assert await visits.visit(connection, REGION, 70) == VISIT
    closed = msgspec.structs.replace(VISIT, state="closed", ended=MOMENT, details=b"x")
    await visits.update(connection, closed)
    assert await visits.visits(connection, [(REGION, 70), (REGION, 71)]) == {(REGION, 70): closed}
    assert await visits.visit(connection, OTHER_REGION, 70) is None


async def test_charges_are_settled_freed_and_removed(connection: Connection) -> None:
    assert await visits.insert_batch(connection, REGION, 70, "a", BILL, b"lines")
    assert not await visits.insert_batch(connection, REGION, 70, "a", Bill(total=1, in_scope=1), b"")
    assert await visits.insert_batch(connection, REGION, 70, "b", BILL, b"")
    keys = [(REGION, 70, name) for name in "bac"] + [(OTHER_REGION, 70, "a")]
    locked = await visits.lock_batches(connection, keys)
    assert list(locked) == [(REGION, 70, "a"), (REGION, 70, "b")]
    assert (locked[REGION, 70, "a"].bill, locked[REGION, 70, "a"].lines) == (BILL, b"lines")
    assert await visits.read_batches(connection, keys) == locked
    await visits.mark_settled(connection, {(REGION, 70, "a"): 9})
    with pytest.raises(ledger.RowsMissing):
        await visits.mark_settled(connection, {(REGION, 70, "a"): 10})
    assert await visits.delete_batches(connection, REGION, 70, "a") == 0
    assert await visits.delete_batches(connection, REGION, 70) == 1
    await visits.unmark(connection, REGION, [70], [9])
    assert [batch.settled_by for batch in await visits.batches(connection, REGION, [70])] == [None]
    assert await visits.delete_batches(connection, REGION, 70, "a") == 1
