"""The first swipe a region asks to be repeated: one a patient and institution, the last counts."""

import datetime

from mulaid.store import swipes
from mulaid.store.connect import Connection
from tests.records.made import MOMENT, OTHER_REGION, REGION


async def test_the_last_first_swipe_counts(connection: Connection) -> None:
    later = MOMENT + datetime.timedelta(minutes=9)
    await swipes.remember(connection, [(REGION, 1, "H1"), (REGION, 1, "H2"), (OTHER_REGION, 2, "H1")], MOMENT)
    await swipes.remember(connection, [(REGION, 1, "H1")], later)
    here = {(REGION, 1, "H1"): later, (REGION, 1, "H2"): MOMENT}
    assert await swipes.read(connection, [(REGION, 1), (REGION, 2)]) == here
    assert await swipes.read(connection, [(REGION, 1), (OTHER_REGION, 2)]) == {**here, (OTHER_REGION, 2, "H1"): MOMENT}
    assert await swipes.read(connection, [(OTHER_REGION, 1)]) == {}
