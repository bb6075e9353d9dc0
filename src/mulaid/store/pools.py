"""家庭共济金: the purse of a family pool, and what was paid into it by whom. The pool's purse must be locked."""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.store import regions
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion
from mulaid.terms.money import Fen

OPEN = insertion("purse", {"person": "bigint"})

PAY_IN = insertion(
    "contribution",
    {
        "pool": "bigint",
        "paid_at": "timestamptz",
        "payer_region": "integer",
        "payer": "bigint",
        "amount_fen": "bigint",
        "prior_fen": "bigint",
        "case_id": "bigint",
    },
)

CLOSE = Write(
    """
update contribution c set returned_fen = new.returned_fen
from {rows} as new
where c.region = coalesce($1, new.region) and c.pool = new.pool and c.paid_at = new.paid_at and c.payer = new.payer
    and c.returned_fen is null
""",
    {"pool": "bigint", "paid_at": "timestamptz", "payer": "bigint", "returned_fen": "bigint"},
    exact=True,
)

CONTRIBUTIONS = """
select paid_at, payer_region, payer, amount_fen, prior_fen from contribution
where region = $1 and pool = $2 and returned_fen is null order by paid_at, payer
"""

# A pool has one holder, so that its members are the holder's relations; a member's pools stand beside their pointers.
POOLS_OF = """
select distinct sponsor_region, sponsor, pool from sponsored_by
where region = $1 and beneficiary = $2 and pool is not null
"""


class Contribution(msgspec.Struct, frozen=True):
    """What somebody paid into a pool and may have back as far as it was not spent."""

    paid_at: datetime.datetime
    payer_region: str
    payer: int
    amount: Fen
    prior: Fen


async def contributions(connection: Connection, region: str, pool: int) -> list[Contribution]:
    """What has been paid into a pool and not given back, in the order paid."""
    found = await connection.fetch(CONTRIBUTIONS, regions.number(region), pool)
    return [Contribution(row[0], regions.text(row[1]), *row[2:]) for row in found]


def lefts(paid: Sequence[Contribution], money: Fen) -> list[tuple[Contribution, Fen]]:
    """How much of each contribution is left of a pool's money: what was paid in first is spent first."""
    left: list[tuple[Contribution, Fen]] = []
    for each in reversed(paid):
        part = min(each.amount, money)
        money -= part
        left.append((each, part))
    return left[::-1]
