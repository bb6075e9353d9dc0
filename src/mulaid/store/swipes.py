"""When a patient was first told to swipe again, where the region asks for a second swipe."""

import datetime
from collections.abc import Sequence

from mulaid.store import regions
from mulaid.store.arrays import Key, named, numbered
from mulaid.store.connect import Connection

Swipe = tuple[str, int, str]
"""Region and number of a patient, and the institution."""

READ = """
select s.region, s.person, s.institution, s.moment
from unnest($2::text::integer[], $3::text::bigint[]) as asked (region, person)
join first_swipe s on s.region = coalesce($1, asked.region) and s.person = asked.person
"""

REMEMBER = """
insert into first_swipe (region, person, institution, moment)
select coalesce($1, region), person, institution, $5
from unnest($2::text::integer[], $3::text::bigint[], $4::text::text[]) as told (region, person, institution)
on conflict (region, person, institution) do update set moment = excluded.moment
"""

FORGET = """
delete from first_swipe s
using unnest($2::text::integer[], $3::text::bigint[], $4::text::text[]) as spent (region, person, institution)
where s.region = coalesce($1, spent.region) and s.person = spent.person and s.institution = spent.institution
"""


async def read(connection: Connection, patients: Sequence[Key]) -> dict[Swipe, datetime.datetime]:
    """The last first swipe of these patients, by institution."""
    found = await connection.fetch(READ, *numbered(patients))
    return {(regions.text(row[0]), row[1], row[2]): row[3] for row in found}


async def remember(connection: Connection, told: Sequence[Swipe], moment: datetime.datetime) -> None:
    """These patients have just been told, at these institutions, to swipe again; each once."""
    await connection.execute(REMEMBER, *named(told), moment)


async def forget(connection: Connection, spent: Sequence[Swipe]) -> None:
    """These first swipes have been followed by the second; the next bill needs two of its own."""
    await connection.execute(FORGET, *named(spent))
