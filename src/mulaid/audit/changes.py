"""What has changed since the last settlement that saw it: relations, covers of patients and sponsors, institutions.

A load and a clerk may change these, and no row says who did. Only how a relation is paid and the day it was bound never
change. The last settlement counts, so that what was changed and used again is told no more.
"""

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.reading import Key, Record, Sponsor
from mulaid.audit.scratch import Connection
from mulaid.terms.money import yuan

RELATIONS = """
select s.sponsor, s.beneficiary, s.bound_at, s.kinship, s.mechanism, s.bound_on, s.effective_on, s.until, s.state,
    s.rank, s.cap_payment_fen, s.cap_day_fen, s.cap_month_fen, s.cap_year_fen, s.cap_scope, s.uses, s.wallet_open
from unnest($2::bigint[], $3::bigint[], $4::timestamptz[]) as asked (sponsor, beneficiary, bound_at)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
    and s.bound_at = asked.bound_at
"""

# Of two at once the one the bill went by counts, else the one that began last.
COVERS = """
select asked.n, e.scheme, e.account, e.status, e.category, e.tier, u.activated, e.assistance, e.retired_on
from unnest($2::bigint[], $3::date[], $4::text[]) with ordinality as asked (person, day, scheme, n)
left join lateral (
    select * from enrolment
    where region = $1 and person = asked.person and from_day <= asked.day and (until is null or asked.day < until)
    order by scheme = asked.scheme desc, from_day desc limit 1
) e on true
left join purse u on u.region = $1 and u.person = asked.person
"""

INSTITUTIONS = """
select institution, kind, level, designated, wallet_ready from institution
where region = $1 and institution = any($2::text[])
"""

PUT = "insert or replace into seen values (?, ?, ?, ?, ?, ?)"
SEEN = "select region, key, day, said from seen where kind = ? order by region, key"

TERMS = tuple(
    """
    kinship mechanism bound_on effective_on until state rank cap_payment cap_day cap_month cap_year cap_scope uses
    wallet_open
    """.split()
)
CAPS = frozenset(TERMS[7:11])
FOR_EVER = frozenset({"mechanism", "bound_on"})
COVER = ("scheme", "account", "status", "category", "tier", "activated", "assistance", "retired_on")
PLACE = ("kind", "level", "designated", "wallet_ready")
CHUNK = 1_000

_RELATION, _PATIENT, _SPONSOR, _INSTITUTION = "relation", "patient", "sponsor", "institution"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode
_key = msgspec.json.Decoder(Key).decode


def keep_page(page: Page, scratch: sqlite3.Connection) -> None:
    """Put aside what the settlements of a page saw; they come in order, so that the last one stays."""
    rows: list[tuple[object, ...]] = []
    for case in page.cases:
        record = page.read.get(case["case_id"])
        if record is not None and record.undone is None:
            rows += _seen(page.region, case, record)
    scratch.executemany(PUT, rows)


async def check_region(connection: Connection, scratch: sqlite3.Connection, report: Report) -> None:
    """Every relation and cover put aside, against what stands now."""
    for region, some in _chunks(scratch, _RELATION):
        keys = [_key(key) for key, _, _ in some]
        columns = zip(*((key.sponsor, key.beneficiary, key.bound_at) for key in keys), strict=True)
        rows = {tuple(row)[:3]: row for row in await connection.fetch(RELATIONS, region, *map(list, columns))}
        for key, (_, day, said) in zip(keys, some, strict=True):
            row = rows.get((key.sponsor, key.beneficiary, key.bound_at))
            if row is not None:
                report.take(_relation(region, key, datetime.date.fromisoformat(day), _decode(said), row))
    for kind in (_PATIENT, _SPONSOR):
        for region, some in _chunks(scratch, kind):
            people = [int(key) for key, _, _ in some]
            days = [datetime.date.fromisoformat(day) for _, day, _ in some]
            saw_covers = [_decode(said) for _, _, said in some]
            schemes = [cover[0] for cover in saw_covers]
            for row in await connection.fetch(COVERS, region, people, days, schemes):
                at = row["n"] - 1
                report.take(_cover(region, people[at], days[at], saw_covers[at], row))
    for region, some in _chunks(scratch, _INSTITUTION):
        saw = {code: _decode(said) for code, _, said in some}
        for code, *now in await connection.fetch(INSTITUTIONS, region, list(saw)):
            report.take(_differences(Check.INSTITUTION_CHANGED, region, {"institution": code}, PLACE, saw[code], now))


def _seen(region: int, row: asyncpg.Record, record: Record) -> Iterator[tuple[object, ...]]:
    case, number = record.case, row["case_id"]
    patient, place = case.patient, case.institution
    cover: tuple[object, ...] = (patient.scheme, patient.account, patient.status, patient.category, patient.tier)
    cover = (*cover, patient.activated, patient.assistance, patient.retired_on)
    yield _PATIENT, region, row["person"], number, case.day.isoformat(), _encode(cover)
    as_seen = (place.kind, place.level, place.designated, place.wallet_ready)
    yield _INSTITUTION, row["institution_region"], row["institution"], number, "", _encode(as_seen)
    for key, sponsor in zip(record.sponsors, case.sponsors, strict=False):
        day = case.settled_on.isoformat()
        yield _RELATION, key.region, _encode(key), number, day, _encode(_terms(sponsor))
        cover = (sponsor.scheme, sponsor.account, sponsor.status, sponsor.category, sponsor.tier, sponsor.activated)
        yield _SPONSOR, key.region, key.sponsor, number, day, _encode(cover)


def _terms(sponsor: Sponsor) -> tuple[object, ...]:
    caps = sponsor.caps
    limits = caps.payment, caps.day, caps.month, caps.year, caps.scope
    days = sponsor.bound_on, sponsor.effective_on, sponsor.until
    uses = ",".join(sorted(sponsor.uses))
    return (sponsor.kinship, sponsor.mechanism, *days, sponsor.state, sponsor.rank, *limits, uses, sponsor.wallet_open)


def _chunks(scratch: sqlite3.Connection, kind: str) -> Iterator[tuple[int, list[tuple[Any, str, bytes]]]]:
    """What was put aside of one kind, a region at a time, in lists of an agreeable length."""
    rows = scratch.execute(SEEN, (kind,))
    while some := rows.fetchmany(CHUNK):
        for region in sorted({row[0] for row in some}):
            yield region, [row[1:] for row in some if row[0] == region]


def _relation(region: int, key: Key, day: datetime.date, said: list[Any], row: asyncpg.Record) -> Iterator[Finding]:
    where = {"sponsor": key.sponsor, "beneficiary": key.beneficiary, "bound_at": key.bound_at}
    # A day to come, which a wrong clock left behind, may be put right.
    for_ever = FOR_EVER if said[TERMS.index("bound_on")] <= day.isoformat() else FOR_EVER - {"bound_on"}
    now = _terms_of(tuple(row)[3:])
    if _ends(said[TERMS.index("until")], row["until"], day):
        said = [
            last if field in ("state", "until") else each for field, each, last in zip(TERMS, said, now, strict=True)
        ]
    for check, wanted in ((Check.SPONSORSHIP_RECORD, True), (Check.SPONSORSHIP_CHANGED, False)):
        at = [position for position, field in enumerate(TERMS) if (field in for_ever) is wanted]
        fields, before, after = ([each[position] for position in at] for each in (TERMS, said, now))
        yield from _differences(check, region, where, fields, before, after)


def _ends(before: str | None, until: datetime.date | None, day: datetime.date) -> bool:
    """Whether a relation has been given an end, or an earlier one, after it was last used: relations end every day."""
    return until is not None and until >= day and (before is None or until.isoformat() < before)


def _terms_of(terms: tuple[Any, ...]) -> list[Any]:
    """A relation's row as a record holds it: without caps, nobody asks over whom they would be counted."""
    before, caps, scope, after = terms[:7], terms[7:11], terms[11], terms[12:]
    capped = any(cap is not None for cap in caps)
    return _decode(_encode((*before, *caps, scope if capped else "member", *after)))


def _cover(region: int, person: int, day: datetime.date, said: list[Any], row: asyncpg.Record) -> Iterator[Finding]:
    """Who is not covered on a day is taken for a resident whose cover has ended."""
    _, scheme, *rest = row
    if scheme is None:
        scheme, rest = "resident", [False, "ended", "ordinary", 1, row["activated"], "none", None]
    where = {"person": person, "day": day}
    return _differences(Check.ENROLMENT_CHANGED, region, where, COVER, said, [scheme, *rest])


def _differences(
    check: Check, region: int, where: dict[str, object], names: Sequence[str], said: Sequence[Any], now: Sequence[Any]
) -> Iterator[Finding]:
    """What is another value by now, field by field; of a sponsor's cover a record holds the first fields only."""
    for field, before, after in zip(names, said, _decode(_encode(now)), strict=False):
        if before != after:
            yield finding(check, region, {**where, "field": field}, _text(field, before), _text(field, after))


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field in CAPS:
        return yuan(value)
    return msgspec.json.encode(value).decode().strip('"')
