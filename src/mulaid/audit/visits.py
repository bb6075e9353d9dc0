"""Visits and their charges: whose they are, what their lines come to, and which settlement took them."""

import datetime
import sqlite3
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from mulaid.audit.catalogue import Catalogue
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.institutions import Register, missing
from mulaid.audit.lines import PARTS, lines_of, parts_of, wrong
from mulaid.audit.moments import day_ahead
from mulaid.audit.pages import Page
from mulaid.audit.reading import Record
from mulaid.audit.scratch import Connection, batches, beside, groups, keep
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import yuan

VISITS_OF = """
select visit, person, institution_region, institution, scheme, begun
from visit where region = $1 and visit = any($2::bigint[])
"""

CHARGES_OF = """
select c.visit, c.batch, c.total_fen, c.in_scope_fen, c.upfront_share_fen, c.over_price_limit_fen, c.excluded_fen,
    c.barred_fen
from unnest($2::bigint[], $3::text[]) as asked (visit, batch)
join charge_batch c on c.region = $1 and c.visit = asked.visit and c.batch = asked.batch
"""

VISITS = """
select v.visit, v.person, v.institution_region, v.institution, v.begun, v.state, v.details,
    p.person is not null as known,
    v.state = 'withdrawn' and exists (select from charge_batch c where c.region = $1 and c.visit = v.visit) as charged
from visit v left join person p on p.region = $1 and p.person = v.person
where v.region = $1 order by v.visit
"""

BATCHES = """
select c.visit, c.batch, c.settled_by, s.case_id is not null as found, r.undone_case is not null as undone,
    c.total_fen, c.in_scope_fen, c.upfront_share_fen, c.over_price_limit_fen, c.excluded_fen, c.barred_fen, c.lines,
    v.institution_region
from charge_batch c
left join visit v on v.region = $1 and v.visit = c.visit
left join cases s on s.region = $1 and s.case_id = c.settled_by
left join reversal r on r.region = $1 and r.undone_case = c.settled_by
where c.region = $1 order by c.visit, c.batch collate "C"
"""

CLAIMS = "select place, name, case_id from claim where kind = 'batch' order by place, name, case_id"

UNOPENED = """
select region, visit from visited v
where not exists (select 1 from opened o where o.region = v.region and o.visit = v.visit) order by region, visit
"""

AMOUNTS = tuple(f"{part}_fen" for part in PARTS)
PREFETCH = 200
"""Charges a server-side cursor brings at a time: each may have a hundred lines."""


async def check_page(connection: Connection, page: Page, scratch: sqlite3.Connection) -> list[Finding]:
    """The cases of a page against the visits and charges they are about; which charges they settled is put aside."""
    keep(scratch, "claim", _claims(page), 4)
    asked = sorted({case["visit"] for case in page.cases if case["visit"] is not None})
    known = {row["visit"]: row for row in await connection.fetch(VISITS_OF, page.region, asked)}
    found: list[Finding] = []
    for case in page.cases:
        found += _of_visit(page, case, known.get(case["visit"]))
        record = page.read.get(case["case_id"])
        if record is not None and record.lines:
            found += _lines_of_sale(page.region, case["case_id"], record)
    return found + await _bills(connection, page)


async def check_region(
    connection: Connection,
    region: int,
    scratch: sqlite3.Connection,
    register: Register,
    across: sqlite3.Connection,
    audited: frozenset[int],
    now: datetime.datetime,
    report: Report,
) -> None:
    """Every visit and every batch of charges of a region."""
    async for rows in batches(connection, VISITS, region):
        report.count("visits", len(rows))
        places = await register.places(row["institution"] for row in rows)
        for row in rows:
            where: dict[str, object] = {"visit": row["visit"]}
            report.take(missing(region, where, row["institution_region"], row["institution"], places))
            report.take(_visit(region, row, now))
        here = [row["visit"] for row in rows if row["institution_region"] in audited]
        keep(across, "visited", ((region, visit) for visit in here), 2)
    claims = groups(scratch, CLAIMS, 2)
    catalogue = Catalogue(connection, now.date())
    async for key, charges, claimed in beside(
        connection, BATCHES, region, lambda row: tuple(row)[:2], claims, PREFETCH
    ):
        report.count("batches")
        report.take(_batch(region, key, charges, [claim[0] for claim in claimed]))
        if charges is not None:
            report.take(_charges(region, charges))
            report.take(await catalogue.check(region, charges))


def check_opened(across: sqlite3.Connection) -> Iterator[Finding]:
    """Visits that no message opened, over all regions whose messages were looked at."""
    for region, visit in across.execute(UNOPENED):
        yield finding(Check.VISIT_WITHOUT_MESSAGE, region, {"visit": visit})


def _claims(page: Page) -> Iterator[tuple[object, ...]]:
    """Which charges the living settlements of a page settled."""
    for case, record in page.settled():
        if case["visit"] is not None:
            for batch in _batches(record):
                yield "batch", case["visit"], batch, case["case_id"]


def _batches(record: Record) -> list[str]:
    """The charges a record names: one batch, or several that were settled together."""
    return record.batch if isinstance(record.batch, list) else [record.batch or ""]


def _of_visit(page: Page, case: asyncpg.Record, visit: asyncpg.Record | None) -> Iterator[Finding]:
    number = case["case_id"]
    record, where = page.read.get(number), {"case": number, "visit": case["visit"] or ""}
    if case["visit"] is None:
        if record is not None and record.batch is not None:
            yield finding(Check.VISIT_MISSING, page.region, where)
        return
    if visit is None:
        yield finding(Check.VISIT_MISSING, page.region, where)
        return
    said: dict[str, tuple[object, object]] = {
        "person": (case["person"], visit["person"]),
        "institution_code": (case["institution"], visit["institution"]),
        "institution_region": (case["institution_region"], visit["institution_region"]),
        "day": (case["day"], visit["begun"].astimezone(CHINA).date()),
    }
    if record is not None and visit["scheme"] is not None:
        said["scheme"] = (record.case.patient.scheme, visit["scheme"])
    for field, (due, has) in said.items():
        if due != has:
            yield finding(Check.VISIT_CASE, page.region, {**where, "field": field}, due, has)


def _lines_of_sale(region: int, number: int, record: Record) -> Iterator[Finding]:
    """The lines that a record keeps come to the bill that was decided."""
    lines = lines_of(record.lines)
    if lines is None:
        yield finding(Check.CASE_LINES, region, {"case": number})
    elif (serial := wrong(lines)) is not None:
        yield finding(Check.CASE_LINES, region, {"case": number, "line": serial})
    elif (parts := parts_of(lines)) != msgspec.structs.astuple(record.case.bill):
        yield finding(Check.CASE_LINES, region, {"case": number}, yuan(record.case.bill.total), yuan(parts[0]))


async def _bills(connection: Connection, page: Page) -> list[Finding]:
    """Charges that were settled still come to what was decided on. One that is missing is told where charges are."""
    settled = [(case, record, _batches(record)) for case, record in page.settled() if case["visit"] is not None]
    asked = [(case["visit"], name) for case, _, names in settled for name in names]
    columns = [visit for visit, _ in asked], [name for _, name in asked]
    known = {tuple(row)[:2]: tuple(row)[2:] for row in await connection.fetch(CHARGES_OF, page.region, *columns)}
    found = []
    for case, record, names in settled:
        charges = [known[case["visit"], name] for name in names if (case["visit"], name) in known]
        if len(charges) < len(names):
            continue
        bill = msgspec.structs.astuple(record.case.bill)
        for part, due, *each in zip(PARTS, bill, *charges, strict=True):
            if due != sum(each):
                where = {"case": case["case_id"], "visit": case["visit"], "batch": " ".join(names), "field": part}
                found.append(finding(Check.BATCH_RECORD, page.region, where, yuan(due), yuan(sum(each))))
    return found


def _visit(region: int, row: asyncpg.Record, now: datetime.datetime) -> Iterator[Finding]:
    where = {"visit": row["visit"]}
    if not row["known"]:
        yield finding(Check.PERSON_MISSING, region, {**where, "person": row["person"]})
    if row["charged"]:
        yield finding(Check.VISIT_WITHDRAWN, region, where)
    if row["details"]:
        try:
            msgspec.json.decode(row["details"])
        except msgspec.DecodeError:
            yield finding(Check.VISIT_DETAILS, region, where)
    yield from day_ahead(region, where, "begun", row["begun"].astimezone(CHINA).date(), now)


def _batch(region: int, key: tuple[Any, ...], row: asyncpg.Record | None, claimed: list[int]) -> Iterator[Finding]:
    """One batch of charges: the one case that settled it, undone by nobody, is the one it names."""
    where = {"visit": key[0], "batch": key[1]}
    named = None if row is None else row["settled_by"]
    cases = " ".join(map(str, claimed))
    if row is not None and row["institution_region"] is None:
        yield finding(Check.VISIT_MISSING, region, where)
    if len(claimed) > 1:
        yield finding(Check.SETTLED_TWICE, region, where, 1, cases)
    elif named is None:
        if claimed:
            yield finding(Check.BATCH_NOT_MARKED, region, where, cases)
    elif named not in claimed:
        assert row is not None
        check = Check.BATCH_OF_REVERSED_CASE if row["undone"] else Check.BATCH_OF_OTHER_CASE
        if not row["found"]:
            check = Check.BATCH_WITHOUT_CASE
        yield finding(check, region, where, cases, named)


def _charges(region: int, row: asyncpg.Record) -> Iterator[Finding]:
    """The lines of a batch make the amounts it says."""
    where = {"visit": row["visit"], "batch": row["batch"]}
    lines = lines_of(row["lines"])
    if lines is None:
        yield finding(Check.BATCH_LINES, region, where)
        return
    if (serial := wrong(lines)) is not None:
        yield finding(Check.BATCH_LINES, region, {**where, "line": serial})
    for part, due, has in zip(PARTS, parts_of(lines), (row[amount] for amount in AMOUNTS), strict=True):
        if due != has:
            yield finding(Check.BATCH_LINES, region, {**where, "field": part}, yuan(due), yuan(has))
