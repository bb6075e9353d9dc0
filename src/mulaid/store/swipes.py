"""When a patient was first told to swipe again, where the region asks for a second swipe."""

import datetime
from collections.abc import Sequence

from mulaid.store import regions
from mulaid.store.connect import Connection

READ = "select person, institution, moment from first_swipe where region = $1 and person = any($2::bigint[])"

REMEMBER = """
insert into first_swipe (region, person, institution, moment)
select $1, person, institution, $4 from unnest($2::bigint[], $3::text[]) as told (person, institution)
on conflict (region, person, institution) do update set moment = excluded.moment
"""


async def read(connection: Connection, region: str, persons: Sequence[int]) -> dict[tuple[int, str], datetime.datetime]:
    """The last first swipe of these patients, by institution."""
    return {(row[0], row[1]): row[2] for row in await connection.fetch(READ, regions.number(region), persons)}


async def remember(
    connection: Connection, region: str, told: Sequence[tuple[int, str]], moment: datetime.datetime
) -> None:
    """These patients have just been told, at these institutions, to swipe again; each pair once."""
    people, institutions = [person for person, _ in told], [institution for _, institution in told]
    await connection.execute(REMEMBER, regions.number(region), people, institutions, moment)
