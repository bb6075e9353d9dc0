"""Making and ending sponsorships. Both people's purses must be locked."""

import datetime
from collections.abc import Sequence

from mulaid.store import regions, rows
from mulaid.store.arrays import Columns
from mulaid.store.connect import Connection
from mulaid.store.writes import Row, Write, insertion

INSERT = insertion("sponsorship", rows.SPONSORSHIP)
POINT = insertion("sponsored_by", rows.POINTER)

_KEY = {"sponsor": "bigint", "beneficiary": "bigint", "bound_at": "timestamptz"}
_SAME = """
{table}.region = coalesce($1, {other}.region) and {table}.sponsor = {other}.sponsor
    and {table}.beneficiary = {other}.beneficiary and {table}.bound_at = {other}.bound_at
"""

# Least, because a relation may have been given an earlier end before.
END = Write(
    """
update sponsorship s set state = case when gone.at_once then 'ended' else s.state end,
    until = least(gone.until, s.until)
from {rows} as gone
where s.state <> 'ended' and """
    + _SAME.format(table="s", other="gone"),
    {**_KEY, "until": "date", "at_once": "boolean"},
    exact=True,
)

FORGET_WISHES = Write(
    "delete from end_wish w using {rows} as gone where " + _SAME.format(table="w", other="gone"),
    _KEY,
)

WISH = Write(
    """
insert into end_wish (region, {names}) select coalesce($1, region), {names} from {rows} as new
on conflict (sponsor, beneficiary, region, bound_at, side) do update set asked_on = excluded.asked_on
""",
    {**_KEY, "side": "text", "asked_on": "date"},
)

_RELATIONS = Columns(2, **_KEY)
WISHES = f"""
select w.region, w.sponsor, w.beneficiary, w.bound_at, w.side, w.asked_on
from {_RELATIONS} as asked
join end_wish w on {_SAME.format(table="w", other="asked")}
"""

Place = tuple[str, int, int, datetime.datetime]
"""Which relation: the sponsor's region, the sponsor, the beneficiary, the moment it was made."""


def row(place: Place) -> Row:
    """A relation's key as the statements here take it."""
    return regions.number(place[0]), *place[1:]


async def wishes(connection: Connection, places: Sequence[Place]) -> dict[tuple[Place, str], datetime.date]:
    """When each side of these relations last asked for the end, for those that did."""
    found = await connection.fetch(WISHES, *_RELATIONS.given(places)) if places else []
    return {((regions.text(each[0]), each[1], each[2], each[3]), each[4]): each[5] for each in found}
