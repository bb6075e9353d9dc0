"""Undoing: a settlement is undone once, by the opposite of itself, and both sides say so."""

from collections.abc import Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import UNDONE, Page
from mulaid.audit.scratch import Connection, batches

REVERSALS = """
select r.undone_case, r.by_case, u.kind as undone_kind, b.kind as by_kind, r.moment, b.moment as by_moment,
    u.person = b.person and u.total_fen = -b.total_fen and u.funds_fen = -b.funds_fen and u.own_fen = -b.own_fen
        and u.mutual_fen = -b.mutual_fen and u.cash_fen = -b.cash_fen and u.institution_fen = -b.institution_fen as same
from reversal r
left join cases u on u.region = $1 and u.case_id = r.undone_case
left join cases b on b.region = $1 and b.case_id = r.by_case
where r.region = $1 order by r.undone_case
"""


async def check_page(connection: Connection, page: Page) -> list[Finding]:
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


async def check_region(connection: Connection, region: int, report: Report) -> None:
    """Every mark of a reversal against the two cases it names."""
    async for undone in batches(connection, REVERSALS, region):
        report.count("reversals", len(undone))
        report.take(found for row in undone for found in _reversal(region, row))


def _reversal(region: int, row: asyncpg.Record) -> Iterator[Finding]:
    where = {"case": row["undone_case"], "reversal": row["by_case"]}
    if row["undone_kind"] != "settlement" or row["by_kind"] != "reversal":
        kinds = f"{row['undone_kind'] or ''} / {row['by_kind'] or ''}"
        yield finding(Check.REVERSAL_WITHOUT_CASE, region, where, "settlement / reversal", kinds)
        return
    if not row["same"]:
        yield finding(Check.REVERSAL_DIFFERS, region, where)
    if row["moment"] != row["by_moment"]:
        yield finding(Check.MOMENT, region, where, row["by_moment"], row["moment"])
