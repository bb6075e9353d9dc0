"""Relations: both sides of each, the people they join, their days, and the money that is set apart for them.

A relation leaves no record when it is made: one that was made by hand on both sides, between people who exist, looks
like any other.
"""

import datetime
import sqlite3
from collections.abc import Iterable, Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import day_ahead
from mulaid.audit.scratch import PREFETCH, Connection, batches, by_place, keep
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import yuan

POINTERS = """
select sponsor, beneficiary, bound_at, pool, sponsor_region, masked_name from sponsored_by
where region = $1 order by beneficiary, sponsor, bound_at
"""

POINTERS_OF = """
select sponsor, beneficiary, bound_at, pool from sponsored_by
where region = $1 and beneficiary = any($2::bigint[]) and sponsor_region = $3
"""

SPONSORSHIPS = """
select s.sponsor, s.beneficiary, s.bound_at, s.pool, s.beneficiary_region, s.mechanism, s.bound_on, s.effective_on,
    s.until, s.quota_fen, p.person is not null as has_sponsor,
    exists (
        select 1 from consent c where c.region = $1 and c.sponsor = s.sponsor and c.beneficiary = s.beneficiary
            and c.bound_at = s.bound_at and (c.given_at at time zone 'Asia/Shanghai')::date = s.bound_on
    ) as consented
from sponsorship s left join person p on p.region = $1 and p.person = s.sponsor
where s.region = $1 order by s.sponsor, s.beneficiary, s.bound_at
"""

SPONSORSHIPS_OF = """
select s.sponsor, s.beneficiary, s.bound_at, s.pool, s.mechanism, s.quota_fen, p.masked_name
from sponsorship s left join person p on p.region = $1 and p.person = s.sponsor
where s.region = $1 and s.sponsor = any($2::bigint[]) and s.beneficiary_region = $3
"""

PEOPLE_OF = "select person from person where region = $1 and person = any($2::bigint[])"

# The wish of one side to end a relation waits beside it for the other's.
WISHES = """
select w.sponsor, w.beneficiary, w.bound_at, w.side, w.asked_on, s.state
from end_wish w
left join sponsorship s on s.region = $1 and s.sponsor = w.sponsor and s.beneficiary = w.beneficiary
    and s.bound_at = w.bound_at
where w.region = $1 order by w.sponsor, w.beneficiary, w.bound_at
"""

# Quotas given are set apart in the sponsor's purse.
SET_APART = """
select coalesce(u.person, q.sponsor) as person, coalesce(u.frozen_fen, 0) as held, coalesce(q.given, 0) as given
from (select person, frozen_fen from purse where region = $1) u
full join (
    select sponsor, sum(quota_fen)::bigint as given from sponsorship
    where region = $1 and mechanism = 'wallet_quota' group by sponsor
) q on q.sponsor = u.person
where coalesce(u.frozen_fen, 0) <> coalesce(q.given, 0)
order by 1
"""

WALLETS = "select person, wallet_fen from purse where region = $1 and person = any($2::bigint[])"

# A pool has a purse of its own number, which is nobody's, and one sponsor.
POOLS = """
select s.pool, min(s.sponsor) as sponsor, count(distinct s.sponsor) as sponsors,
    bool_or(u.person is not null) as has_purse, bool_or(p.person is not null) as somebodys
from sponsorship s
left join purse u on u.region = $1 and u.person = s.pool
left join person p on p.region = $1 and p.person = s.pool
where s.region = $1 and s.pool is not null
group by s.pool
having count(distinct s.sponsor) > 1 or not bool_or(u.person is not null) or bool_or(p.person is not null)
order by s.pool
"""

RECEIVED = "select person, sum(amount) from received group by person order by person"

QUOTAS = frozenset({"wallet_quota", "wallet_transfer"})


async def check_region(
    connection: Connection, region: int, scratch: sqlite3.Connection, now: datetime.datetime, report: Report
) -> None:
    """Every pointer has its sponsorship in the sponsor's region, and every sponsorship its pointer and its people."""
    async for rows in batches(connection, POINTERS, region):
        report.count("pointers", len(rows))
        for place, pointers in by_place(rows, "sponsor_region").items():
            sponsors = sorted({row["sponsor"] for row in pointers})
            there = await connection.fetch(SPONSORSHIPS_OF, place, sponsors, region)
            report.take(_alone(Check.POINTER_WITHOUT_SPONSORSHIP, region, pointers, there))
            report.take(_names(region, pointers, there))
            _keep_received(scratch, pointers, there)
    async for rows in batches(connection, SPONSORSHIPS, region):
        report.take(found for row in rows for found in _one(region, row, now))
        for place, relations in by_place(rows, "beneficiary_region").items():
            beneficiaries = sorted({row["beneficiary"] for row in relations})
            there = await connection.fetch(POINTERS_OF, place, beneficiaries, region)
            report.take(_alone(Check.SPONSORSHIP_WITHOUT_POINTER, region, relations, there))
            known = {row[0] for row in await connection.fetch(PEOPLE_OF, place, beneficiaries)}
            report.take(
                finding(Check.PERSON_MISSING, region, {**_where(row), "person": row["beneficiary"]})
                for row in relations
                if row["beneficiary"] not in known
            )
    async for row in connection.cursor(WISHES, region, prefetch=PREFETCH):
        if row["state"] in (None, "ended"):
            report.take([finding(Check.END_WISH, region, _where(row))])
        report.take(day_ahead(region, _where(row), "asked_on", row["asked_on"], now))
    await _money(connection, region, scratch, report)


def _one(region: int, row: asyncpg.Record, now: datetime.datetime) -> Iterator[Finding]:
    """What one sponsorship says by itself."""
    if not row["has_sponsor"]:
        yield finding(Check.PERSON_MISSING, region, {**_where(row), "person": row["sponsor"]})
    bound_on = row["bound_at"].astimezone(CHINA).date()
    # A proposal is bound on the day somebody consents to it, or hands it in.
    later = row["bound_on"] > bound_on and row["consented"]
    if row["bound_on"] != bound_on and row["bound_at"] <= now and not later:
        # What a wrong clock bound on a day to come was put right without touching the key.
        yield finding(Check.SPONSORSHIP_DAYS, region, {**_where(row), "field": "bound_on"}, bound_on, row["bound_on"])
    for field in ("effective_on", "until"):
        if row[field] is not None and row[field] < row["bound_on"]:
            where = {**_where(row), "field": field}
            yield finding(Check.SPONSORSHIP_DAYS, region, where, row["bound_on"], row[field])
    if row["quota_fen"] and row["mechanism"] not in QUOTAS:
        yield finding(Check.QUOTA, region, _where(row), yuan(0), yuan(row["quota_fen"]))


def _alone(check: Check, region: int, rows: list[asyncpg.Record], others: list[asyncpg.Record]) -> Iterator[Finding]:
    """Rows of a relation (sponsor, beneficiary, bound_at, pool) that the other side does not have."""
    there = {tuple(row)[:4] for row in others}
    for row in rows:
        if tuple(row)[:4] not in there:
            yield finding(check, region, _where(row))


def _names(region: int, pointers: list[asyncpg.Record], there: list[asyncpg.Record]) -> Iterator[Finding]:
    """The sponsor's masked name as the beneficiary sees it, and as the sponsor is registered."""
    registered = {row["sponsor"]: row["masked_name"] for row in there}
    for row in pointers:
        name = registered.get(row["sponsor"])
        if name is not None and name != row["masked_name"]:
            yield finding(Check.POINTER_NAME, region, _where(row), name, row["masked_name"])


def _keep_received(
    scratch: sqlite3.Connection, pointers: Iterable[asyncpg.Record], there: Iterable[asyncpg.Record]
) -> None:
    """Put aside what sponsors have sent to the wallets of this region."""
    sent = {tuple(row)[:3]: row["quota_fen"] for row in there if row["mechanism"] == "wallet_transfer"}
    received = ((row["beneficiary"], sent[tuple(row)[:3]]) for row in pointers if tuple(row)[:3] in sent)
    keep(scratch, "received", received, 2)


async def _money(connection: Connection, region: int, scratch: sqlite3.Connection, report: Report) -> None:
    """What is set apart for relations: in the sponsor's purse, in the beneficiary's wallet, in a pool."""
    async for person, held, given in connection.cursor(SET_APART, region, prefetch=PREFETCH):
        where = {"person": person, "balance": "frozen"}
        report.take([finding(Check.QUOTA, region, where, yuan(given), yuan(held))])
    received = scratch.execute(RECEIVED)
    while some := received.fetchmany(PREFETCH):
        wallets = {row[0]: row[1] for row in await connection.fetch(WALLETS, region, [person for person, _ in some])}
        for person, amount in some:
            if wallets.get(person, 0) < amount:
                where = {"person": person, "balance": "wallet"}
                report.take([finding(Check.QUOTA, region, where, yuan(amount), yuan(wallets.get(person, 0)))])
    async for row in connection.cursor(POOLS, region, prefetch=PREFETCH):
        report.take([finding(Check.POOL, region, {"pool": row["pool"], "sponsor": row["sponsor"]})])


def _where(row: asyncpg.Record) -> dict[str, object]:
    return {"sponsor": row["sponsor"], "beneficiary": row["beneficiary"], "bound_at": row["bound_at"]}
