"""The 历年 part of money set apart for a relative, worked out again from acts, and from what bills have spent of it.

Acts set it apart and give it back; it is spent first, so a bill takes of it whatever is there. What an undo gives back
goes into the quota again, or, when the relation has ended since, to the balances it came from. No load sets 历年 money
apart. Between two people it is added up over all their relations, as an act names the two and not the moment.
"""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise

import asyncpg

from mulaid.audit.acts import relation_of
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.reading import ActRecord, Key, Record
from mulaid.audit.scratch import Connection, beside, groups, keep
from mulaid.terms.money import yuan

QUOTA = "wallet_quota"
PRIOR_YEARS, FROZEN = 2, 3

PARTS = """
select sponsor, beneficiary, sum(quota_prior_fen)::bigint as quota_prior_fen, sum(quota_fen)::bigint as quota_fen
from sponsorship where region = $1 and quota_prior_fen <> 0 group by 1, 2 order by 1, 2
"""

SPENT = "select sponsor, beneficiary, sum(prior) from spent group by 1, 2 order by 1, 2"


def check_page(page: Page) -> Iterator[Finding]:
    """What each bill of a page took of a quota's 历年 part is all that was there, as far as it reached."""
    for number, record in page.read.items():
        for draw in record.outcome.draws:
            sponsor = record.case.sponsors[draw.sponsor]
            due = min(draw.amount, sponsor.quota_prior_years)
            if sponsor.mechanism == QUOTA and record.undone is None and draw.prior_years != due:
                where = {"case": number, "sponsor": record.sponsors[draw.sponsor].sponsor}
                yield finding(Check.QUOTA, page.region, where, yuan(due), yuan(draw.prior_years))


def keep_spent(scratch: sqlite3.Connection, region: int, record: Record) -> None:
    """Put aside what a case took of the quotas of this region's sponsors, or gave back."""
    keep(scratch, "spent", _spent(region, record), 3)


def keep_page(page: Page, scratch: sqlite3.Connection) -> None:
    """Put aside what the acts of a page have set apart of 历年 money, or given back, as the opposite of spending."""
    kept: list[tuple[object, ...]] = []
    for record in page.acts.values():
        relation = relation_of(record)
        if relation is not None and record.transfers:
            kept.append((relation.sponsor[1], relation.beneficiary[1], -_set_apart(record)))
    keep(scratch, "spent", kept, 3)


def _set_apart(record: ActRecord) -> int:
    """What an act moved from 历年 money to frozen money, less what it moved back: two transfers each, one after one."""
    pairs = list(pairwise(record.transfers))
    there = sum(one.amount for one, two in pairs if (one.debit.kind, two.credit.kind) == (PRIOR_YEARS, FROZEN))
    back = sum(one.amount for one, two in pairs if (one.debit.kind, two.credit.kind) == (FROZEN, PRIOR_YEARS))
    return there - back


async def check_region(connection: Connection, region: int, scratch: sqlite3.Connection, report: Report) -> None:
    """The 历年 part of every quota of a region's sponsors."""
    spent = groups(scratch, SPENT, 2)
    async for key, row, sums in beside(connection, PARTS, region, _key, spent):
        due = -sum(each[0] for each in sums)
        held, quota = (0, 0) if row is None else (row["quota_prior_fen"], row["quota_fen"])
        if held != due or not 0 <= held <= quota:
            where = {"sponsor": key[0], "beneficiary": key[1], "field": "quota_prior"}
            report.take([finding(Check.QUOTA, region, where, yuan(due), yuan(held))])


def _key(row: asyncpg.Record) -> tuple[int, int]:
    return row["sponsor"], row["beneficiary"]


def _spent(region: int, record: Record) -> Iterator[tuple[object, ...]]:
    for draw in record.outcome.draws:
        key = record.sponsors[draw.sponsor]
        if key.region != region or not draw.prior_years or record.case.sponsors[draw.sponsor].mechanism != QUOTA:
            continue
        if record.undone is None:
            yield key.sponsor, key.beneficiary, draw.prior_years
        elif _into_quota(record, key):
            yield key.sponsor, key.beneficiary, -draw.prior_years


def _into_quota(record: Record, key: Key) -> bool:
    """Whether an undo gave back to the quota, and not to the balances it was set apart from."""
    return any(each.credit.kind == FROZEN and each.credit.number == key.purse for each in record.transfers)
