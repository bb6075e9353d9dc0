"""Making and ending sponsorships, one at a time. Both people's purses must be locked."""

import datetime

from mulaid.store import regions
from mulaid.store.connect import Connection
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import SponsorUse

INSERT = """
insert into sponsorship (region, sponsor, beneficiary, bound_at, beneficiary_region, kinship, mechanism, state,
    bound_on, effective_on, until, rank, cap_payment_fen, cap_day_fen, cap_month_fen, cap_year_fen, cap_scope, uses,
    quota_fen, wallet_open, pool)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""

POINT = """
insert into sponsored_by (region, beneficiary, sponsor, bound_at, sponsor_region, masked_name, pool)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_ONE = "region = $1 and sponsor = $2 and beneficiary = $3 and bound_at = $4"

# Least, because a relation may have been given an earlier end before.
END = f"""
update sponsorship set state = case when $6 then 'ended' else state end, until = least($5::date, until)
where {_ONE} and state <> 'ended'
"""

FORGET_WISHES = f"delete from end_wish where {_ONE}"

WISH = """
insert into end_wish (region, sponsor, beneficiary, bound_at, side, asked_on) values ($1, $2, $3, $4, $5, $6)
on conflict (sponsor, beneficiary, region, bound_at, side) do update set asked_on = excluded.asked_on
"""

WISHED = f"select asked_on from end_wish where {_ONE} and side = $5"

Place = tuple[str, int, int, datetime.datetime]
"""Which relation: the sponsor's region, the sponsor, the beneficiary, the moment it was made."""


async def insert(connection: Connection, sponsor_region: str, made: Sponsorship, masked_name: str) -> None:
    """Write a relation where its sponsor is kept, and the pointer to it where its beneficiary is."""
    await connection.execute(
        INSERT,
        regions.number(sponsor_region),
        made.sponsor,
        made.beneficiary,
        made.bound_at,
        regions.number(made.beneficiary_region),
        made.kinship,
        made.mechanism,
        made.state,
        made.bound_on,
        made.effective_on,
        made.until,
        made.rank,
        made.cap_payment,
        made.cap_day,
        made.cap_month,
        made.cap_year,
        made.cap_scope,
        ",".join(use for use in SponsorUse if use in made.uses),
        made.quota,
        made.wallet_open,
        made.pool,
    )
    await connection.execute(
        POINT,
        regions.number(made.beneficiary_region),
        made.beneficiary,
        made.sponsor,
        made.bound_at,
        regions.number(sponsor_region),
        masked_name,
        made.pool,
    )


async def end(connection: Connection, place: Place, day: datetime.date, *, at_once: bool) -> None:
    """End a relation from `day` on; its state says so already where it is ended at once."""
    await connection.execute(END, *_key(place), day, at_once)
    await connection.execute(FORGET_WISHES, *_key(place))


async def wish_to_end(connection: Connection, place: Place, side: str, day: datetime.date) -> None:
    """Keep one side's wish to end a relation; it replaces an older one."""
    await connection.execute(WISH, *_key(place), side, day)


async def wished_to_end(connection: Connection, place: Place, side: str) -> datetime.date | None:
    """When this side last asked for the relation to end."""
    day: datetime.date | None = await connection.fetchval(WISHED, *_key(place), side)
    return day


def _key(place: Place) -> tuple[int, int, int, datetime.datetime]:
    return regions.number(place[0]), *place[1:]
