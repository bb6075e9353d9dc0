"""What two regions owe each other must be the same in both books."""

from mulaid.audit.findings import Check, Finding, finding
from mulaid.audit.scratch import Connection
from mulaid.terms.money import yuan

# What has reached the clearing account of another region, less what has left it. The kind is mulaid's clearing account.
OWED = """
select other, sum(amount)::bigint from (
    select credit_id as other, amount_fen as amount from transfer where region = $1 and credit_kind = 30
    union all
    select debit_id, -amount_fen from transfer where region = $1 and debit_kind = 30
) as legs group by other
"""


async def check_clearing(connection: Connection, regions: list[int]) -> list[Finding]:
    """Every pair of regions that has a clearing account in the books of one of these, once."""
    owed: dict[int, dict[int, int]] = {}

    async def owes(region: int) -> dict[int, int]:
        if region not in owed:
            owed[region] = {row[0]: row[1] for row in await connection.fetch(OWED, region)}
        return owed[region]

    found: dict[tuple[int, int], Finding] = {}
    for region in regions:
        for other in sorted(await owes(region)):
            near, far = (await owes(region)).get(other, 0), (await owes(other)).get(region, 0)
            if near + far:
                pair = min(region, other), max(region, other)
                where = {"other_region": f"{other:06d}"}
                found.setdefault(pair, finding(Check.CLEARING, region, where, yuan(-far), yuan(near)))
    return list(found.values())
