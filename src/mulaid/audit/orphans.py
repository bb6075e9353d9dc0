"""Rows that name each other: no foreign key keeps them together, so each is looked for from the other's side."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import UNDONE, Page
from mulaid.audit.scratch import Connection, batches, beside, by_place, groups, keep

MESSAGES_OF = """
select m.institution, m.message_id, m.case_region, m.case_id
from unnest($2::text[], $3::text[]) as asked (institution, message_id)
join message m on m.region = $1 and m.institution = asked.institution and m.message_id = asked.message_id
"""

MESSAGES = """
select institution, message_id, case_region, case_id from message
where region = $1 and case_id is not null order by institution, message_id
"""

# A message names the case it led to, or the visit it opened.
EXISTING = """
select case_id from cases where region = $1 and case_id = any($2::bigint[])
union all
select visit from visit where region = $1 and visit = any($2::bigint[])
"""

REVERSALS = """
select r.undone_case, r.by_case, u.kind as undone_kind, b.kind as by_kind,
    u.person = b.person and u.total_fen = -b.total_fen and u.funds_fen = -b.funds_fen and u.own_fen = -b.own_fen
        and u.mutual_fen = -b.mutual_fen and u.cash_fen = -b.cash_fen and u.institution_fen = -b.institution_fen as same
from reversal r
left join cases u on u.region = $1 and u.case_id = r.undone_case
left join cases b on b.region = $1 and b.case_id = r.by_case
where r.region = $1 order by r.undone_case
"""

BATCHES = """
select c.visit, c.batch, c.settled_by, s.case_id is not null as found, r.undone_case is not null as undone
from charge_batch c
left join cases s on s.region = $1 and s.case_id = c.settled_by
left join reversal r on r.region = $1 and r.undone_case = c.settled_by
where c.region = $1 order by c.visit, c.batch collate "C"
"""

POINTERS = """
select sponsor, beneficiary, bound_at, pool, sponsor_region from sponsored_by
where region = $1 order by beneficiary, sponsor, bound_at
"""

POINTERS_OF = """
select sponsor, beneficiary, bound_at, pool from sponsored_by where region = $1 and beneficiary = any($2::bigint[])
"""

SPONSORSHIPS = """
select sponsor, beneficiary, bound_at, pool, beneficiary_region from sponsorship
where region = $1 order by sponsor, beneficiary, bound_at
"""

SPONSORSHIPS_OF = """
select sponsor, beneficiary, bound_at, pool from sponsorship where region = $1 and sponsor = any($2::bigint[])
"""

# Identities are kept by blind index, not by region.
IDENTITIES = """
select person from identity i
where region = $1 and not exists (select from person p where p.region = $1 and p.person = i.person) order by person
"""

BATCH_CLAIMS = "select place, name, case_id from claim where kind = 'batch' order by place, name, case_id"

MESSAGE_CLAIMS = "select place, name, case_id from claim where kind = 'message' order by place, name, case_id"


async def check_page(connection: Connection, page: Page, scratch: sqlite3.Connection) -> list[Finding]:
    """Put aside which charges and messages the settlements of a page answer; a message must name each of them."""
    claims: list[tuple[object, ...]] = []
    senders: dict[int, list[tuple[str, str, int]]] = {}
    for case, record in page.settled():
        number = case["case_id"]
        if case["visit"] is not None:
            names = record.batch if isinstance(record.batch, list) else [record.batch or ""]
            claims += [("batch", case["visit"], name, number) for name in names]
        if record.message_id:
            claims.append(("message", case["institution"], record.message_id, number))
            key = case["institution"], record.message_id, number
            senders.setdefault(case["institution_region"], []).append(key)
    keep(scratch, "claim", claims, 4)
    found = []
    for place, keys in senders.items():
        columns = [key[0] for key in keys], [key[1] for key in keys]
        named = {tuple(row) for row in await connection.fetch(MESSAGES_OF, place, *columns)}
        for institution, message_id, number in keys:
            if (institution, message_id, page.region, number) not in named:
                where = {"case": number, "institution": institution, "message": message_id}
                found.append(finding(Check.CASE_WITHOUT_MESSAGE, page.region, where))
    return found + await _unmarked(connection, page)


async def check_region(connection: Connection, region: int, scratch: sqlite3.Connection, report: Report) -> None:
    """Messages, reversals, charges, relations and identities of a region."""
    await _messages(connection, region, report)
    async for undone in batches(connection, REVERSALS, region):
        report.count("reversals", len(undone))
        report.take(found for row in undone for found in _reversal(region, row))
    claims = groups(scratch, BATCH_CLAIMS, 2)
    async for key, row, claimed in beside(connection, BATCHES, region, lambda row: (row[0], row[1]), claims):
        report.count("batches")
        report.take(_batch(region, key, row, [claim[0] for claim in claimed]))
    report.take(_messages_twice(region, scratch))
    await _relations(connection, region, report)
    await _identities(connection, region, report)


async def _unmarked(connection: Connection, page: Page) -> list[Finding]:
    """Reversals that their own region does not list as the one undo of the case they undo."""
    undoing = {
        case["case_id"]: page.read[case["case_id"]].undone
        for case in page.cases
        if case["kind"] == "reversal" and case["case_id"] in page.read
    }
    asked = [undone for undone in undoing.values() if undone is not None]
    listed = {row[0]: row[1] for row in await connection.fetch(UNDONE, page.region, asked)}
    found = []
    for number, undone in undoing.items():
        by = None if undone is None else listed.get(undone)
        if by != number:
            check = Check.REVERSAL_NOT_MARKED if by is None else Check.SECOND_REVERSAL
            where = {"case": undone, "reversal": number}
            found.append(finding(check, page.region, where, "" if by is None else by, number))
    return found


async def _messages(connection: Connection, region: int, report: Report) -> None:
    async for rows in batches(connection, MESSAGES, region):
        report.count("messages", len(rows))
        for place, naming in by_place(rows, "case_region").items():
            there = {row[0] for row in await connection.fetch(EXISTING, place, [row["case_id"] for row in naming])}
            for row in naming:
                if row["case_id"] not in there:
                    where = {"institution": row["institution"], "message": row["message_id"]}
                    case = f"{place:06d}{row['case_id']}"
                    report.take([finding(Check.MESSAGE_WITHOUT_CASE, region, where, case)])


def _reversal(region: int, row: asyncpg.Record) -> Iterator[Finding]:
    where = {"case": row["undone_case"], "reversal": row["by_case"]}
    if row["undone_kind"] != "settlement" or row["by_kind"] != "reversal":
        kinds = f"{row['undone_kind'] or ''} / {row['by_kind'] or ''}"
        yield finding(Check.REVERSAL_WITHOUT_CASE, region, where, "settlement / reversal", kinds)
    elif not row["same"]:
        yield finding(Check.REVERSAL_DIFFERS, region, where)


def _batch(region: int, key: tuple[Any, ...], row: asyncpg.Record | None, claimed: list[int]) -> Iterator[Finding]:
    """One batch of charges: the one case that settled it, undone by nobody, is the one it names."""
    where = {"visit": key[0], "batch": key[1]}
    named = None if row is None else row["settled_by"]
    if len(claimed) > 1:
        yield finding(Check.SETTLED_TWICE, region, where, 1, _numbers(claimed))
    elif named is None:
        if claimed:
            yield finding(Check.BATCH_NOT_MARKED, region, where, claimed[0])
    elif named not in claimed:
        assert row is not None
        check = Check.BATCH_OF_REVERSED_CASE if row["undone"] else Check.BATCH_OF_OTHER_CASE
        if not row["found"]:
            check = Check.BATCH_WITHOUT_CASE
        yield finding(check, region, where, _numbers(claimed), named)


def _messages_twice(region: int, scratch: sqlite3.Connection) -> Iterator[Finding]:
    for key, claimed in groups(scratch, MESSAGE_CLAIMS, 2):
        if len(claimed) > 1:
            where = {"institution": key[0], "message": key[1]}
            yield finding(Check.SETTLED_TWICE, region, where, 1, _numbers(claim[0] for claim in claimed))


async def _relations(connection: Connection, region: int, report: Report) -> None:
    """Every pointer has its sponsorship in the sponsor's region, and every sponsorship its pointer."""
    async for rows in batches(connection, POINTERS, region):
        report.count("pointers", len(rows))
        for place, pointers in by_place(rows, "sponsor_region").items():
            there = await connection.fetch(SPONSORSHIPS_OF, place, sorted({row["sponsor"] for row in pointers}))
            report.take(_alone(Check.POINTER_WITHOUT_SPONSORSHIP, region, pointers, there))
    async for rows in batches(connection, SPONSORSHIPS, region):
        for place, relations in by_place(rows, "beneficiary_region").items():
            there = await connection.fetch(POINTERS_OF, place, sorted({row["beneficiary"] for row in relations}))
            report.take(_alone(Check.SPONSORSHIP_WITHOUT_POINTER, region, relations, there))


def _alone(check: Check, region: int, rows: list[asyncpg.Record], others: list[asyncpg.Record]) -> Iterator[Finding]:
    """Rows of a relation (sponsor, beneficiary, bound_at, pool) that the other side does not have."""
    there = {tuple(row) for row in others}
    for row in rows:
        if tuple(row)[:4] not in there:
            where = {noun: row[noun] for noun in ("sponsor", "beneficiary", "bound_at")}
            yield finding(check, region, where)


async def _identities(connection: Connection, region: int, report: Report) -> None:
    """Every sealed identity leads to a person."""
    async for rows in batches(connection, IDENTITIES, region):
        for row in rows:
            report.take([finding(Check.IDENTITY_WITHOUT_PERSON, region, {"person": row["person"]})])


def _numbers(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))
