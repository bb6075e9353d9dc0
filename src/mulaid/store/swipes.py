"""When a patient was first told to swipe again, where the region asks for a second swipe."""

import datetime
from collections.abc import Sequence

from mulaid.store import regions
from mulaid.store.arrays import Columns, Key
from mulaid.store.connect import Connection

Swipe = tuple[str, int, str]
"""Region and number of a patient, and the institution."""

_PATIENTS = Columns(2, person="bigint")
READ = f"""
select s.region, s.person, s.institution, s.moment
from {_PATIENTS} as asked
join first_swipe s on s.region = coalesce($1, asked.region) and s.person = asked.person
"""


async def read(connection: Connection, patients: Sequence[Key]) -> dict[Swipe, datetime.datetime]:
    """When each of these patients was last told to swipe again, by institution."""
    found = await connection.fetch(READ, *_PATIENTS.given(patients))
    return {(regions.text(row[0]), row[1], row[2]): row[3] for row in found}
