"""What was refused to whom, as far as a row can say it by itself: what was refused has left nothing else behind."""

import datetime
from collections.abc import Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import ahead
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.terms.calendar import CHINA

ATTEMPTS = """
select person, day, act, code, sender, n, first_at, last_at from attempt
where region = $1 order by person, day, act, code, sender
"""


async def check_region(connection: Connection, region: int, now: datetime.datetime, report: Report) -> None:
    """Every attempt remembered in a region."""
    async for row in connection.cursor(ATTEMPTS, region, prefetch=PREFETCH):
        report.count("attempts")
        report.take(_attempt(region, row, now))


def _attempt(region: int, row: asyncpg.Record, now: datetime.datetime) -> Iterator[Finding]:
    where = {"person": row["person"], "day": row["day"], "code": row["code"]}
    first, last = row["first_at"], row["last_at"]
    days = {moment.astimezone(CHINA).date() for moment in (first, last)}
    if days != {row["day"]}:
        yield finding(Check.ATTEMPT, region, {**where, "field": "day"}, row["day"], max(days))
    if last < first or row["n"] < 1 or (row["n"] == 1 and last != first):
        yield finding(Check.ATTEMPT, region, {**where, "field": "attempts"}, found=row["n"])
    yield from ahead(region, where, last, now)
