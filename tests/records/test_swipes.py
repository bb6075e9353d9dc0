"""The first swipe a region asks to be repeated: one a patient and institution, the last counts."""

import datetime

from mulaid.store import swipes
from mulaid.store.connect import Connection
from mulaid.store.refused import Released
from mulaid.store.swipes import Swipe
from tests.records.made import MOMENT, OTHER_REGION, REGION


async def release(
    connection: Connection, moment: datetime.datetime, told: list[Swipe], spent: list[Swipe] | None = None
) -> None:
    """What one transaction leaves of first swipes."""
    released = Released()
    released.told, released.spent = set(told), spent or []
    await released.write(connection, moment)


async def test_the_last_first_swipe_counts(connection: Connection) -> None:
    later = MOMENT + datetime.timedelta(minutes=9)
    told = [(REGION, 1, "H1"), (REGION, 1, "H2"), (OTHER_REGION, 2, "H1")]
    await release(connection, MOMENT, told=told)
    await release(connection, later, told=told[:1])
    here = {(REGION, 1, "H1"): later, (REGION, 1, "H2"): MOMENT}
    assert await swipes.read(connection, [(REGION, 1), (REGION, 2)]) == here
    assert await swipes.read(connection, [(REGION, 1), (OTHER_REGION, 2)]) == {**here, (OTHER_REGION, 2, "H1"): MOMENT}
    assert await swipes.read(connection, [(OTHER_REGION, 1)]) == {}


async def test_a_first_swipe_is_spent_once_and_may_be_told_again(connection: Connection) -> None:
    told = [(REGION, 1, "H1"), (REGION, 1, "H2"), (REGION, 1, "H3")]
    await release(connection, MOMENT, told=told)
    later = MOMENT + datetime.timedelta(minutes=9)
    await release(connection, later, spent=told[:2], told=told[1:2])
    assert await swipes.read(connection, [(REGION, 1)]) == {told[1]: later, told[2]: MOMENT}
