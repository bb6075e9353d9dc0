"""Moments: what one transaction wrote bears one moment, a number is as old as what it numbers, nothing lies ahead.

Numbers of cases, visits and people hold the millisecond in which they were minted and the worker who minted them. The
layout is written down here a second time.
"""

import datetime
from collections.abc import Iterator, Mapping

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.reading import Record
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.terms.calendar import CHINA

MISDATED = """
select m.case_id, m.found_at, c.kind, c.settled_on
from misdated m left join cases c on c.region = $1 and c.case_id = m.case_id
where m.region = $1 order by m.case_id
"""

RUNS_TO_COME = "select region, finished from audit_run where finished > $1 order by finished, region limit 200"

AHEAD = datetime.timedelta(minutes=5)
"""How far the clock of another machine may be ahead of the audit's."""
BACK = datetime.timedelta(minutes=10)
"""How far a clock may step back between two links of a lane, when it is put right or the lane moves to another."""
OF_ID = datetime.timedelta(hours=36)
"""How far the clock that mints numbers may be from the one that dates a case: a trial's day begins at ten."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)

LANES_OF_A_WORKER = 32
_BEGIN = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND_BIT, _WORKER_BIT, _WORKERS = 22, 12, 1 << 10


def check_page(page: Page, now: datetime.datetime) -> Iterator[Finding]:
    """The cases of a page: the days they bear, their transfers, their numbers."""
    for case in page.cases:
        number, moment = case["case_id"], case["moment"]
        where = {"case": number}
        local = moment.astimezone(CHINA)
        if case["settled_on"] != local.date():
            yield finding(Check.MOMENT, page.region, {**where, "field": "settled_on"}, local.date(), case["settled_on"])
        record = page.read.get(number)
        if record is not None and record.undone is None and record.case.settled_at != local.hour * 60 + local.minute:
            recorded = "{:02d}:{:02d}".format(*divmod(record.case.settled_at, 60))
            yield finding(Check.MOMENT, page.region, {**where, "field": "moment"}, recorded, moment)
        for other in page.moved_at[number] - {moment}:
            yield finding(Check.MOMENT, page.region, {**where, "field": "transfer"}, moment, other)
        yield from of_id(page.region, where, number, moment)
        yield from _not_come(page, case, record, now)
        if case["lane"] // LANES_OF_A_WORKER != worker_of(number):
            lane = {"lane": case["lane"], **where}
            yield finding(Check.CHAIN_WORKER, page.region, lane, case["lane"] // LANES_OF_A_WORKER, worker_of(number))


def _not_come(page: Page, case: asyncpg.Record, record: Record | None, now: datetime.datetime) -> Iterator[Finding]:
    """A case of a day that has not come. What was undone, or is known for what it is, weighs no more."""
    number = case["case_id"]
    told = number in page.misdated or number in page.undone or (record is not None and record.undone is not None)
    for field in ("settled_on", "day"):
        if case[field] is not None and case[field] > (now + AHEAD).date():
            where = {"case": number, "field": field}
            yield finding(Check.MOMENT_AHEAD if told else Check.FUTURE, page.region, where, now.date(), case[field])


async def check_misdated(connection: Connection, region: int, now: datetime.datetime, report: Report) -> None:
    """Settlements kept as misdated bear a day that had not come when they were found."""
    async for row in connection.cursor(MISDATED, region, prefetch=PREFETCH):
        where = {"case": row["case_id"]}
        if row["kind"] != "settlement" or row["settled_on"] <= row["found_at"].astimezone(CHINA).date():
            report.take([finding(Check.MISDATED, region, where, found=row["settled_on"] or "")])
        report.take(day_ahead(region, where, "found_at", row["found_at"].astimezone(CHINA).date(), now))


async def check_runs(connection: Connection, now: datetime.datetime, report: Report) -> None:
    """What earlier audits left of themselves. One of a time to come would keep it secret that none has run since."""
    for region, finished in await connection.fetch(RUNS_TO_COME, now + AHEAD):
        report.take(ahead(region, {"row": "audit_run"}, finished, now))


def ahead(
    region: int, where: Mapping[str, object], moment: datetime.datetime, now: datetime.datetime
) -> Iterator[Finding]:
    """A moment that has not come yet, of something that no decision reads."""
    if moment > now + AHEAD:
        yield finding(Check.MOMENT_AHEAD, region, where, now, moment)


def day_ahead(
    region: int, where: dict[str, object], field: str, day: datetime.date | None, now: datetime.datetime
) -> Iterator[Finding]:
    """A day of something that has happened, and has not come yet."""
    if day is not None and day > (now + AHEAD).date():
        yield finding(Check.FUTURE, region, {**where, "field": field}, now.date(), day)


def of_id(region: int, where: dict[str, object], number: int, moment: datetime.datetime) -> Iterator[Finding]:
    """A number that was minted at another time than what it numbers happened."""
    if abs(minted(number) - moment) > OF_ID:
        yield finding(Check.MOMENT_OF_ID, region, where, moment, minted(number))


def minted(number: int) -> datetime.datetime:
    """When a number was minted."""
    return _BEGIN + datetime.timedelta(milliseconds=number >> _MILLISECOND_BIT)


def worker_of(number: int) -> int:
    """Who minted a number."""
    return (number >> _WORKER_BIT) % _WORKERS


def micros(moment: datetime.datetime) -> int:
    """A moment in microseconds since 1970, as the scratch database keeps it."""
    return (moment - _EPOCH) // _MICROSECOND


def of_micros(number: int) -> datetime.datetime:
    """The moment again."""
    return _EPOCH + number * _MICROSECOND
