"""What was refused to whom and who looked at whom, as far as a row can say it by itself: it has left nothing else."""

import datetime
from collections.abc import Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import ahead
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.terms.calendar import CHINA

ATTEMPTS = "select person, day, code, n, first_at, last_at from attempt where region = $1 order by person, day, code"

LOOKS = "select person, day, inquiry, n, first_at, last_at from look where region = $1 order by person, day, inquiry"


async def check_region(connection: Connection, region: int, now: datetime.datetime, report: Report) -> None:
    """Everything noted in a region."""
    for noun, query in (("attempts", ATTEMPTS), ("looks", LOOKS)):
        async for row in connection.cursor(query, region, prefetch=PREFETCH):
            report.count(noun)
            report.take(_noted(region, row, now))


def _noted(region: int, row: asyncpg.Record, now: datetime.datetime) -> Iterator[Finding]:
    person, day, what, n, first, last = row
    where = {"person": person, "day": day, "noted": what}
    days = {moment.astimezone(CHINA).date() for moment in (first, last)}
    if days != {day}:
        yield finding(Check.NOTED, region, {**where, "field": "day"}, day, max(days))
    if last < first or n < 1 or (n == 1 and last != first):
        yield finding(Check.NOTED, region, {**where, "field": "times"}, found=n)
    yield from ahead(region, where, last, now)
