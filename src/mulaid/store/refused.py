"""What refused requests leave behind: free ids, that they were tried, and that a patient was told to swipe again."""

import datetime

from mulaid.store.arrays import Columns, numbered, only_region
from mulaid.store.cases import Claim
from mulaid.store.connect import Connection
from mulaid.store.swipes import Swipe

Attempt = tuple[str, int, str, str, str]
"""Region and number of a person, the act, the refusal's code, and the sender."""

_REFUSED = Columns(3, sender="text", message_id="text", case_id="bigint")
_SPENT = Columns(_REFUSED.after, person="bigint", institution="text")
_TOLD = Columns(_SPENT.after, person="bigint", institution="text")
_TRIED = Columns(_TOLD.after, person="bigint", act="text", code="text", sender="text", n="integer")

# A refused request leaves its id free: corrected, it may come again. The case number, which no other request has, shows
# that the id is still claimed by this one. No first swipe may be both spent and told here: which part of the statement
# runs first is not defined.
RELEASE = f"""
with released as (
    delete from message m
    using {_REFUSED} as refused
    where m.region = coalesce($1, refused.region) and m.sender = refused.sender
        and m.message_id = refused.message_id and m.case_id = refused.case_id and not m.voided
), forgotten as (
    delete from first_swipe s
    using {_SPENT} as spent
    where s.region = coalesce($1, spent.region) and s.person = spent.person and s.institution = spent.institution
), remembered as (
    insert into attempt (region, {_TRIED.names}, day, first_at, last_at)
    select coalesce($1, region), {_TRIED.names}, $2::timestamptz::date, $2, $2
    from {_TRIED} as tried
    on conflict (region, person, day, act, code, sender)
        do update set n = attempt.n + excluded.n, last_at = excluded.last_at
)
insert into first_swipe (region, {_TOLD.names}, moment)
select coalesce($1, region), {_TOLD.names}, $2
from {_TOLD} as told
on conflict (region, person, institution) do update set moment = excluded.moment
"""


class Released:
    """What the refused requests of one transaction leave.

    `claims`: ids to free. `spent`: first swipes whose second has come. `told`: patients told to swipe again just now
    (one of both is remembered). `tried`: how often what was refused.
    """

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.spent: list[Swipe] = []
        self.told: set[Swipe] = set()
        self.tried: dict[Attempt, int] = {}

    def __bool__(self) -> bool:
        return bool(self.claims or self.spent or self.told or self.tried)

    async def write(self, connection: Connection, moment: datetime.datetime) -> None:
        """Write it down with one statement."""
        tables = (
            (_REFUSED, numbered((each.region, each.sender, each.message_id, each.case_id) for each in self.claims)),
            (_SPENT, numbered(set(self.spent).difference(self.told))),
            (_TOLD, numbered(self.told)),
            (_TRIED, numbered(sorted((*key, count) for key, count in self.tried.items()))),
        )
        only = only_region(row for _, rows in tables for row in rows)
        columns = (column for table, rows in tables for column in table.of(rows))
        await connection.execute(RELEASE, only, moment, *columns)
