"""The first swipe a region asks to be repeated: one a patient and institution, the last counts."""

import datetime

from mulaid.store import swipes
from mulaid.store.connect import Connection
from tests.records.made import MOMENT, OTHER_REGION, REGION


async def test_the_last_first_swipe_counts(connection: Connection) -> None:
    later = MOMENT + datetime.timedelta(minutes=9)
    await swipes.remember(connection, REGION, [(1, "H1"), (1, "H2")], MOMENT)
    await swipes.remember(connection, REGION, [(1, "H1")], later)
    assert await swipes.read(connection, REGION, [1, 2]) == {(1, "H1"): later, (1, "H2"): MOMENT}
    assert await swipes.read(connection, OTHER_REGION, [1]) == {}
