"""Making and ending sponsorships, one at a time. Both people's purses must be locked."""

import datetime

from mulaid.store import regions
from mulaid.store.connect import Connection
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import SponsorUse

INSERT = """
insert into sponsorship (region, sponsor, beneficiary, bound_at, beneficiary_region, kinship, mechanism, state,
    bound_on, effective_on, until, rank, cap_payment_fen, cap_day_fen, cap_month_fen, cap_year_fen, cap_scope, uses,
    quota_fen, quota_prior_fen, wallet_open, pool)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
"""

POINT = """
insert into sponsored_by (region, beneficiary, sponsor, bound_at, sponsor_region, masked_name, pool)
values ($1, $2, $3, $4, $5, $6, $7)
"""

END = """
update sponsorship set state = 'ended', until = $5
where region = $1 and sponsor = $2 and beneficiary = $3 and bound_at = $4 and state <> 'ended'
"""


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
        made.quota_prior,
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


async def end(
    connection: Connection,
    sponsor_region: str,
    sponsor: int,
    beneficiary: int,
    bound_at: datetime.datetime,
    day: datetime.date,
) -> bool:
    """End a relation from `day` on; False when it has ended already."""
    status = await connection.execute(END, regions.number(sponsor_region), sponsor, beneficiary, bound_at, day)
    return status.endswith(" 1")
