"""What relations rest on: consent, evidence, suspensions, sizes of quotas, contributions, powers, links that only show.

Each row was written by an act, whose case it names and whose moment it bears; what stands beside a relation needs the
relation. What was agreed, or by whom, only the record of the act could say against the row.
"""

import datetime

from mulaid.audit.findings import Check, Report, finding
from mulaid.audit.moments import ahead
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.terms.money import yuan

TABLES = {
    "consent": ("sponsor", "beneficiary", "given_at"),
    "evidence": ("sponsor", "beneficiary", "signed_at"),
    "relation_suspension": ("sponsor", "beneficiary", "since"),
    "contribution": ("pool", "payer", "paid_at"),
    "power": ("person", "holder", "given_at"),
    "display_link": ("holder", "relative", "linked_at"),
}
"""Every such table that names the case it was written by, with whom it is about and when it was written."""

OF_NO_CASE = """
select g.{one} as one, g.{other} as other, g.{at} as at, g.case_id, c.moment
from {table} g left join cases c on c.region = $1 and c.case_id = g.case_id
where g.region = $1 and c.moment is distinct from g.{at} order by 1, 2, 3
"""

OF_NO_RELATION = """
select g.sponsor, g.beneficiary, g.bound_at from {table} g
left join sponsorship s on s.region = $1 and s.sponsor = g.sponsor and s.beneficiary = g.beneficiary
    and s.bound_at = g.bound_at
where g.region = $1 and ({wrong}) order by 1, 2, 3
"""

BESIDE = {
    "consent": "s.sponsor is null",
    "evidence": "s.sponsor is null",
    "relation_suspension": "s.state is distinct from 'suspended'",
    "quota": "s.mechanism is distinct from 'wallet_quota' or s.quota_fen > g.size_fen",
}
"""What stands beside a relation, and when that is wrong."""

# What came in, less what went out to those who left, is not less than what the pool holds of it.
OF_NO_POOL = """
select g.pool, g.payer, g.amount_fen from contribution g left join purse u on u.region = $1 and u.person = g.pool
where g.region = $1 and u.person is null order by 1, 2
"""


async def check_region(connection: Connection, region: int, now: datetime.datetime, report: Report) -> None:
    """Everything of this kind in a region."""
    for table, (one, other, at) in TABLES.items():
        query = OF_NO_CASE.format(table=table, one=one, other=other, at=at)
        async for row in connection.cursor(query, region, prefetch=PREFETCH):
            where = {"case": row["case_id"], one: row["one"], other: row["other"], "row": table}
            report.take([finding(Check.GROUND, region, where, row["moment"] or "", row["at"])])
            report.take(ahead(region, where, row["at"], now))
    for table, wrong in BESIDE.items():
        query = OF_NO_RELATION.format(table=table, wrong=wrong)
        async for row in connection.cursor(query, region, prefetch=PREFETCH):
            where = {"sponsor": row["sponsor"], "beneficiary": row["beneficiary"], "row": table}
            report.take([finding(Check.GROUND, region, {**where, "bound_at": row["bound_at"]})])
    async for row in connection.cursor(OF_NO_POOL, region, prefetch=PREFETCH):
        where = {"pool": row["pool"], "payer": row["payer"], "row": "contribution"}
        report.take([finding(Check.GROUND, region, where, found=yuan(row["amount_fen"]))])
