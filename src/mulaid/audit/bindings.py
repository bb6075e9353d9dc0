"""Relations against the records of the acts that made and ended them.

A load brings relations without a record, from the first moments of the day they were bound on, and may end one or open
it again. What stood there before acts left records is marked.
"""

import sqlite3
from collections.abc import Iterator, Sequence

import asyncpg

from mulaid.audit.acts import END, MADE, ends_on, relation_of
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import micros, of_micros
from mulaid.audit.pages import Page
from mulaid.audit.scratch import Connection, batches, keep

RELATIONS = """
select s.sponsor, s.beneficiary, s.bound_at, s.brought_forward
from unnest($2::bigint[], $3::bigint[], $4::timestamptz[]) as asked (sponsor, beneficiary, bound_at)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
    and s.bound_at = asked.bound_at
"""

# Loads count microseconds from midnight, one a row.
WITHOUT_LOAD = """
select sponsor, beneficiary, bound_at from sponsorship
where region = $1 and not brought_forward
    and bound_at - date_trunc('day', bound_at, 'Asia/Shanghai') >= interval '1 minute'
order by sponsor, beneficiary, bound_at
"""

BETWEEN = """
select s.sponsor, s.beneficiary, s.bound_at, s.state, s.until, s.mechanism
from unnest($2::bigint[], $3::bigint[]) as asked (sponsor, beneficiary)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
where s.state <> 'display_only'
order by s.bound_at
"""

WISHES = """
select w.sponsor, w.beneficiary, w.bound_at, w.asked_on
from unnest($2::bigint[], $3::bigint[]) as asked (sponsor, beneficiary)
join end_wish w on w.region = $1 and w.sponsor = asked.sponsor and w.beneficiary = asked.beneficiary
"""

BOUND = "select sponsor, beneficiary, bound_at, case_id from bound order by case_id"
IS_BOUND = "select 1 from bound where sponsor = ? and beneficiary = ? and bound_at = ?"
# Of several between two people the last counts: a new relation may have followed the others.
ENDED = "select sponsor, beneficiary, max(moment), ends_on, case_id from ended group by 1, 2 order by 1, 2"
CHUNK = 1_000
DRAW = "instant_draw"

Ended = tuple[int, int, int, str, int]


def keep_page(page: Page, scratch: sqlite3.Connection) -> None:
    """Put aside which relations the acts of a page made and ended."""
    bound: list[tuple[object, ...]] = []
    ended: list[tuple[object, ...]] = []
    for case in page.cases:
        record = page.acts.get(case["case_id"])
        relation = None if record is None else relation_of(record)
        if record is None or relation is None:
            continue
        pair, moment = (relation.sponsor[1], relation.beneficiary[1]), micros(case["moment"])
        if record.act in MADE:
            bound.append((*pair, moment, case["case_id"]))
        elif record.act == END and relation.mechanism in (None, DRAW):
            last = ends_on(record, case["settled_on"])
            ended.append((*pair, moment, last.isoformat(), case["case_id"]))
    keep(scratch, "bound", bound, 4)
    keep(scratch, "ended", ended, 5)


async def check_region(connection: Connection, region: int, scratch: sqlite3.Connection, report: Report) -> None:
    """Every relation an act made is there, none is there that nothing made, and what was ended has ended."""
    made = scratch.execute(BOUND)
    while some := made.fetchmany(CHUNK):
        report.count("bound", len(some))
        report.take(await _made(connection, region, some))
    async for rows in batches(connection, WITHOUT_LOAD, region):
        for row in rows:
            key = row["sponsor"], row["beneficiary"], micros(row["bound_at"])
            if scratch.execute(IS_BOUND, key).fetchone() is None:
                report.take([finding(Check.SPONSORSHIP_WITHOUT_RECORD, region, _where(row))])
    gone = scratch.execute(ENDED)
    while last := gone.fetchmany(CHUNK):
        report.count("ended", len(last))
        report.take(await _ended(connection, region, last))


async def _made(connection: Connection, region: int, some: Sequence[tuple[int, int, int, int]]) -> list[Finding]:
    columns = [each[0] for each in some], [each[1] for each in some], [of_micros(each[2]) for each in some]
    rows = await connection.fetch(RELATIONS, region, *columns)
    known = {(row["sponsor"], row["beneficiary"], micros(row["bound_at"])): row for row in rows}
    found = []
    for sponsor, beneficiary, bound_at, case in some:
        row = known.get((sponsor, beneficiary, bound_at))
        where = {"case": case, "sponsor": sponsor, "beneficiary": beneficiary, "bound_at": of_micros(bound_at)}
        if row is None:
            found.append(finding(Check.SPONSORSHIP_MISSING, region, where))
        elif row["brought_forward"]:
            found.append(finding(Check.SPONSORSHIP_RECORD, region, {**where, "field": "brought_forward"}))
    return found


async def _ended(connection: Connection, region: int, some: Sequence[Ended]) -> list[Finding]:
    columns = [each[0] for each in some], [each[1] for each in some]
    rows: dict[tuple[int, int], list[asyncpg.Record]] = {}
    for row in await connection.fetch(BETWEEN, region, *columns):
        rows.setdefault((row["sponsor"], row["beneficiary"]), []).append(row)
    wishes: dict[tuple[int, int], list[asyncpg.Record]] = {}
    for row in await connection.fetch(WISHES, region, *columns):
        wishes.setdefault((row["sponsor"], row["beneficiary"]), []).append(row)
    found: list[Finding] = []
    for sponsor, beneficiary, moment, last, case in some:
        pair = sponsor, beneficiary
        ended = [row for row in rows.get(pair, ()) if row["bound_at"] < of_micros(moment)]
        # An end that names no mechanism means the newest relation's. Of two at once it may be either.
        if all(row["mechanism"] == DRAW for row in ended):
            found += _over(region, case, ended, last)
        for wish in wishes.get(pair, ()):
            # A wish of the end's own day may be younger than the end, where that is of the next day.
            if wish["asked_on"].isoformat() < last and wish["asked_on"] < of_micros(moment).date():
                found.append(finding(Check.END_WISH, region, _where(wish)))
    return found


def _over(region: int, case: int, rows: Sequence[asyncpg.Record], last: str) -> Iterator[Finding]:
    """The relations of two people that their end has found: none outlives it, and the newest bears its day."""
    for row in rows:
        until = "" if row["until"] is None else row["until"].isoformat()
        ended = until and until <= last
        if not ended and (row["state"] != "ended" or row is rows[-1]):
            where = {"case": case, **_where(row), "field": "until"}
            yield finding(Check.SPONSORSHIP_CHANGED, region, where, last, until)


def _where(row: asyncpg.Record) -> dict[str, object]:
    return {"sponsor": row["sponsor"], "beneficiary": row["beneficiary"], "bound_at": row["bound_at"]}
