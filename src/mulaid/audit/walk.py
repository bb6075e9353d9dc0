"""The audit itself: region by region, cases page by page, every check at its place."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

from mulaid.audit import balances, caps, chain, given, orphans, replays, sums
from mulaid.audit.clearing import check_clearing
from mulaid.audit.findings import Report
from mulaid.audit.pages import pages
from mulaid.audit.replays import Policies, Replay
from mulaid.audit.scratch import Connection, open_scratch

Progress = Callable[[str, int, int], None]
"""Told (region, cases looked at so far, cases the region has) after every page, and once when a region is done."""

TABLES = (
    *("cases", "transfer", "purse", "chain", "message", "reversal", "charge_batch"),
    *("accumulator", "sponsorship", "sponsored_by", "identity"),
)

COUNT = "select count(*) from cases where region = $1"


async def known_regions(connection: Connection) -> list[int]:
    """Every region that has rows an audit looks at, in order."""
    found: set[int] = set()
    for table in TABLES:
        found |= {row[0] for row in await connection.fetch(f"select distinct region from {table}")}
    return sorted(found)


async def audit(
    connection: Connection,
    *,
    regions: Sequence[int] | None = None,
    replay: Replay | None,
    progress: Progress | None = None,
) -> Report:
    """Check the records of these regions, of all when none is named, and say what is not as it must be.

    The caller holds one read-only, repeatable-read transaction, so that everything is seen as of one moment while
    settlements go on. `replay` decides a record again (`replays.Replay`); None leaves that out. Raises what the
    database raises. Memory does not grow with the number of cases.
    """
    report = Report()
    audited = await known_regions(connection) if regions is None else list(regions)
    policies: Policies = {}
    for region in audited:
        report.regions.append(f"{region:06d}")
        with closing(open_scratch()) as scratch:
            await _cases(connection, region, scratch, policies, replay, report, progress)
            report.take(await sums.check_strays(connection, region))
            await caps.keep_draws_from_elsewhere(connection, region, scratch)
            await caps.check_usage(connection, region, scratch, report)
            await caps.check_accumulators(connection, region, scratch, report)
            await balances.check_balances(connection, region, report)
            await orphans.check_region(connection, region, scratch, report)
    report.take(await check_clearing(connection, audited))
    return report


async def _cases(
    connection: Connection,
    region: int,
    scratch: sqlite3.Connection,
    policies: Policies,
    replay: Replay | None,
    report: Report,
    progress: Progress | None,
) -> None:
    """Everything that is checked case by case, and the chain they are in."""
    links: chain.Open = {}
    tally: given.Tally = {}
    done, total = 0, await connection.fetchval(COUNT, region)
    async for page in pages(connection, region):
        report.take(sums.check_page(page))
        report.take(caps.check_page(page, scratch))
        report.take(given.check_page(page, tally))
        report.take(await chain.check_page(connection, page, links))
        report.take(await orphans.check_page(connection, page, scratch))
        await replays.check_page(connection, page, policies, replay, report)
        done += len(page.cases)
        report.count("cases", len(page.cases))
        report.count("transfers", sum(map(len, page.posted.values())))
        if progress is not None:
            progress(f"{region:06d}", done, total)
    given.tell(region, tally, report)
    count, found = await chain.check_links(connection, region, links)
    report.count("links", count)
    report.take(found)
