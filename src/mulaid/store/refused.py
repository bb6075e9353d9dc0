"""What a batch leaves behind of the bills it refused: nothing, but that a patient was told to swipe again."""

import datetime
from collections.abc import Collection

from mulaid.store.arrays import Columns, numbered, only_region
from mulaid.store.cases import Claim
from mulaid.store.connect import Connection
from mulaid.store.swipes import Swipe

_REFUSED = Columns(3, institution="text", message_id="text", case_id="bigint")
_SPENT = Columns(_REFUSED.after, person="bigint", institution="text")
_TOLD = Columns(_SPENT.after, person="bigint", institution="text")

# A refused request leaves its id free: corrected, it may come again. Its case, minted for this request alone, says that
# the id is still its own. No first swipe may be both spent and told here: which part comes first is not defined.
RELEASE = f"""
with released as (
    delete from message m
    using {_REFUSED} as refused
    where m.region = coalesce($1, refused.region) and m.institution = refused.institution
        and m.message_id = refused.message_id and m.case_id = refused.case_id and not m.voided
), forgotten as (
    delete from first_swipe s
    using {_SPENT} as spent
    where s.region = coalesce($1, spent.region) and s.person = spent.person and s.institution = spent.institution
)
insert into first_swipe (region, {_TOLD.names}, moment)
select coalesce($1, region), {_TOLD.names}, $2
from {_TOLD} as told
on conflict (region, person, institution) do update set moment = excluded.moment
"""


async def release(
    connection: Connection,
    refused: Collection[Claim],
    moment: datetime.datetime,
    *,
    spent: Collection[Swipe] = (),
    told: Collection[Swipe] = (),
) -> None:
    """Free the ids of refused requests; forget first swipes whose second has come, and remember those told just now.

    A patient who has used up a first swipe and was then told to swipe again is remembered.
    """
    tables = (
        (_REFUSED, numbered((each.region, each.institution, each.message_id, each.case_id) for each in refused)),
        (_SPENT, numbered(set(spent).difference(told))),
        (_TOLD, numbered(set(told))),
    )
    only = only_region(row for _, rows in tables for row in rows)
    columns = (column for table, rows in tables for column in table.of(rows))
    await connection.execute(RELEASE, only, moment, *columns)
