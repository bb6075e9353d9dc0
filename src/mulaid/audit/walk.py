"""The audit itself: region by region, cases page by page, every check at its place."""

import datetime
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

import msgspec

from mulaid.audit import (
    acts,
    balances,
    bindings,
    caps,
    chain,
    changes,
    given,
    grounds,
    institutions,
    messages,
    moments,
    noted,
    people,
    quotas,
    relations,
    replays,
    reversals,
    sums,
    suspensions,
    swipes,
    tasks,
    visits,
)
from mulaid.audit.clearing import check_clearing
from mulaid.audit.findings import Report
from mulaid.audit.institutions import Register
from mulaid.audit.pages import pages
from mulaid.audit.replays import Policies, Replay
from mulaid.audit.scratch import Connection, open_across, open_scratch
from mulaid.audit.sealed import Opener

Progress = Callable[[str, int, int], None]
"""Told (region, cases looked at so far, cases the region has) after every page, and once when a region is done."""

TABLES = (
    *("cases", "transfer", "purse", "chain", "message", "reversal", "charge_batch", "visit", "first_swipe"),
    *(
        "accumulator",
        "sponsorship",
        "sponsored_by",
        "identity",
        "person",
        "enrolment",
        "institution",
        "end_wish",
        "misdated",
        "attempt",
        "look",
        "brought_forward",
        "task",
        "suspension",
    ),
)

COUNT = "select count(*) from cases where region = $1"


class Scope(msgspec.Struct):
    """What holds for a whole audit."""

    connection: Connection
    regions: frozenset[int]
    now: datetime.datetime
    opener: Opener | None
    replay: Replay | None
    register: Register
    across: sqlite3.Connection
    report: Report
    policies: Policies = {}


async def known_regions(connection: Connection) -> list[int]:
    """Every region that has rows an audit looks at, in order."""
    found: set[int] = set()
    for table in TABLES:
        found |= {row[0] for row in await connection.fetch(f"select distinct region from {table}")}
    return sorted(found)


async def audit(
    connection: Connection,
    *,
    now: datetime.datetime,
    key: bytes | None,
    replay: Replay | None,
    regions: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check the records of these regions, of all when none is named, and say what is not as it must be.

    The caller holds one read-only, repeatable-read transaction, so that everything is seen as of one moment while
    settlements go on. `now` is the present moment: what happened later is found. `key` is the installation's; without
    it what is sealed stays closed, and the report says so. `replay` decides a record again (`replays.Replay`); None
    leaves that out. Raises `ValueError` when `key` is none, and what the database raises. Memory does not grow with
    the number of cases.
    """
    audited = await known_regions(connection) if regions is None else list(regions)
    report = Report(sealed=key is not None)
    with closing(open_across()) as across:
        opener, register = None if key is None else Opener(key), Register(connection)
        if opener is not None:
            await people.check_key(connection, opener, report)
        scope = Scope(connection, frozenset(audited), now, opener, replay, register, across, report)
        for region in audited:
            report.regions.append(f"{region:06d}")
            with closing(open_scratch()) as scratch:
                await _cases(scope, region, scratch, progress)
                await _region(scope, region, scratch)
        report.take(visits.check_opened(across))
    await moments.check_runs(connection, now, report)
    await replays.check_policies(connection, scope.policies, report)
    report.take(await check_clearing(connection, audited))
    return report


async def _cases(scope: Scope, region: int, scratch: sqlite3.Connection, progress: Progress | None) -> None:
    """Everything that is checked case by case, and the chain they are in."""
    connection, report = scope.connection, scope.report
    links: chain.Open = {}
    tally: given.Tally = {}
    done, total = 0, await connection.fetchval(COUNT, region)
    async for page in pages(connection, region):
        report.take(sums.check_page(page))
        report.take(acts.check_page(page))
        report.take(moments.check_page(page, scope.now))
        report.take(caps.check_page(page, scratch))
        report.take(quotas.check_page(page))
        report.take(given.check_page(page, tally))
        report.take(await chain.check_page(connection, page, links))
        report.take(await reversals.check_page(connection, page))
        report.take(await messages.check_page(connection, page, scratch))
        report.take(await visits.check_page(connection, page, scratch))
        report.take(await institutions.check_page(page, scope.register))
        changes.keep_page(page, scratch)
        bindings.keep_page(page, scratch)
        quotas.keep_page(page, scratch)
        suspensions.keep_page(page, scratch)
        report.take(await tasks.check_page(connection, page))
        await replays.check_page(connection, page, scope.policies, scope.replay, report)
        done += len(page.cases)
        report.count("cases", len(page.cases))
        report.count("transfers", sum(map(len, page.posted.values())))
        if progress is not None:
            progress(f"{region:06d}", done, total)
    given.tell(region, tally, report)
    await chain.check_links(connection, region, links, scope.now, report)


async def _region(scope: Scope, region: int, scratch: sqlite3.Connection) -> None:
    """Everything else a region keeps."""
    connection, report, now = scope.connection, scope.report, scope.now
    await sums.check_strays(connection, region, report)
    await caps.keep_draws_from_elsewhere(connection, region, scratch)
    await caps.check_usage(connection, region, scratch, now, report)
    await quotas.check_region(connection, region, scratch, report)
    await caps.check_accumulators(connection, region, scratch, now, report)
    await balances.check_balances(connection, region, report)
    await reversals.check_region(connection, region, report)
    await moments.check_misdated(connection, region, now, report)
    await messages.check_region(connection, region, scope.register, scope.across, now, report)
    report.take(messages.check_twice(region, scratch))
    await visits.check_region(connection, region, scratch, scope.register, scope.across, scope.regions, now, report)
    await relations.check_region(connection, region, scratch, now, report)
    await bindings.check_region(connection, region, scratch, report)
    await grounds.check_region(connection, region, now, report)
    await suspensions.check_region(connection, region, scratch, now, report)
    await tasks.check_region(connection, region, now, report)
    await noted.check_region(connection, region, now, report)
    await people.check_region(connection, region, scope.opener, now, report)
    await institutions.check_region(connection, region, scope.opener, report)
    await swipes.check_region(connection, region, scope.register, now, report)
    await changes.check_region(connection, scratch, report)
