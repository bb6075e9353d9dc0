"""What has changed since the last case that saw it: relations, covers of patients and sponsors, institutions.

A load may change these, and no row says that it did. Only how a relation is paid and the day it was bound never change.
The last settlement counts, or the act that made the relation, so that what was changed and used again is told no more.
"""

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import msgspec

from mulaid.audit.acts import BIND, CHANGING, COMING, END, GOING, NO_CAPS, Relation, ends_on, relation_of
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import micros, of_micros
from mulaid.audit.pages import Page
from mulaid.audit.reading import ActRecord, Record, Sponsor, Unreadable, read
from mulaid.audit.scratch import Connection
from mulaid.terms.money import yuan

RELATIONS = """
select s.sponsor, s.beneficiary, s.bound_at, s.kinship, s.mechanism, s.bound_on, s.effective_on, s.until, s.state,
    s.rank, s.cap_payment_fen, s.cap_day_fen, s.cap_month_fen, s.cap_year_fen, s.cap_scope, s.uses, s.wallet_open,
    s.brought_forward
from unnest($2::bigint[], $3::bigint[], $4::timestamptz[]) as asked (sponsor, beneficiary, bound_at)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
    and s.bound_at = asked.bound_at
"""

CHANGED = (
    "select settled_on, record from cases where region = $1 and person = any($2::bigint[]) and kind = any($3::text[])"
)

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
DRAW = "instant_draw"
CHUNK = 1_000

_RELATION, _PATIENT, _SPONSOR, _INSTITUTION = "relation", "patient", "sponsor", "institution"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode
_key = msgspec.json.Decoder(tuple[int, int, int]).decode

RelationKey = tuple[int, int, int]
"""Sponsor, beneficiary, and when it was bound in microseconds."""

Changed = dict[tuple[int, int], list[tuple[str, datetime.date, datetime.date]]]
"""What acts have done to relations, by sponsor and beneficiary: the act, its day, and of an end the first day after."""

BY_ACT = CHANGING | COMING | GOING | {END}
OF_TERMS = frozenset({"until", "state", "rank", *TERMS[7:11], "cap_scope", "uses"})
OF_COMING = frozenset({"bound_on", "effective_on", "state", "until"})


def keep_page(page: Page, scratch: sqlite3.Connection) -> None:
    """Put aside what the settlements and binds of a page saw; they come in order, so that the last one stays."""
    rows: list[tuple[object, ...]] = []
    for case in page.cases:
        record, act = page.read.get(case["case_id"]), page.acts.get(case["case_id"])
        if record is not None and record.undone is None and case["institution"] is not None:
            rows += _seen(page.region, case, record)
        if act is not None and act.act == BIND and (relation := relation_of(act)) is not None:
            rows.append(_bound(page.region, case, relation))
    scratch.executemany(PUT, rows)


async def check_region(connection: Connection, scratch: sqlite3.Connection, report: Report) -> None:
    """Every relation and cover put aside, against what stands now."""
    for region, some in _chunks(scratch, _RELATION):
        await _relations(connection, region, some, report)
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


async def _relations(connection: Connection, region: int, some: list[tuple[Any, str, bytes]], report: Report) -> None:
    """Relations of sponsors of one region."""
    keys = [_key(key) for key, _, _ in some]
    columns = [key[0] for key in keys], [key[1] for key in keys], [of_micros(key[2]) for key in keys]
    found = await connection.fetch(RELATIONS, region, *columns)
    rows = {(row["sponsor"], row["beneficiary"], micros(row["bound_at"])): row for row in found}
    differ = {
        key[0]
        for key, (_, _, said) in zip(keys, some, strict=True)
        if (row := rows.get(key)) is not None and _terms_of(tuple(row)[3:-1]) != _decode(said)
    }
    ends = await _changed(connection, region, differ)
    for key, (_, day, said) in zip(keys, some, strict=True):
        row = rows.get(key)
        if row is not None:
            report.take(_relation(region, key, datetime.date.fromisoformat(day), _decode(said), row, ends))


async def _changed(connection: Connection, region: int, sponsors: set[int]) -> Changed:
    """What acts have done to the relations of these sponsors."""
    done: Changed = {}
    rows = await connection.fetch(CHANGED, region, sorted(sponsors), sorted(BY_ACT)) if sponsors else ()
    for day, data in rows:
        try:
            record = read(data)
        except Unreadable:
            continue
        if isinstance(record, ActRecord) and (relation := relation_of(record)) is not None:
            pair = relation.sponsor[1], relation.beneficiary[1]
            done.setdefault(pair, []).append((record.act, day, ends_on(record, day)))
    return done


def _bound(region: int, row: asyncpg.Record, relation: Relation) -> tuple[object, ...]:
    """What a bind has made. From which day it holds is for its region's rules to say: that day or the next."""
    caps, day = relation.caps or NO_CAPS, row["settled_on"]
    limits = caps.payment, caps.day, caps.month, caps.year, caps.scope
    uses = ",".join(sorted(relation.uses or ()))
    said = (
        relation.kinship,
        relation.mechanism or DRAW,
        day,
        None,
        relation.until,
        "active",
        relation.rank,
        *limits,
        uses,
        True,
    )
    key = relation.sponsor[1], relation.beneficiary[1], micros(row["moment"])
    return _RELATION, region, _encode(key), row["case_id"], day.isoformat(), _encode(said)


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
        relation = key.sponsor, key.beneficiary, micros(key.bound_at)
        yield _RELATION, key.region, _encode(relation), number, day, _encode(_terms(sponsor))
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


def _relation(
    region: int, key: RelationKey, day: datetime.date, said: list[Any], row: asyncpg.Record, changed: Changed
) -> Iterator[Finding]:
    where = {"sponsor": key[0], "beneficiary": key[1], "bound_at": row["bound_at"]}
    # A day to come, which a wrong clock left behind, may be put right.
    for_ever = FOR_EVER if said[TERMS.index("bound_on")] <= day.isoformat() else FOR_EVER - {"bound_on"}
    now = _terms_of(tuple(row)[3:-1])
    effective = TERMS.index("effective_on")
    if said[effective] is None and 0 <= (row["effective_on"] - day).days <= 1:
        said[effective] = now[effective]
    done = changed.get(key[:2], ())
    later = {act for act, on, _ in done if on >= day}
    free = (OF_TERMS if later & CHANGING else frozenset()) | (OF_COMING if later & (COMING | GOING) else frozenset())
    said = [last if field in free else each for field, each, last in zip(TERMS, said, now, strict=True)]
    by_act = row["brought_forward"] or any(act == END and until == row["until"] for act, _, until in done)
    if by_act and _ends(said[TERMS.index("until")], row["until"], day):
        said = [
            last if field in ("state", "until") else each for field, each, last in zip(TERMS, said, now, strict=True)
        ]
    for check, wanted in ((Check.SPONSORSHIP_RECORD, True), (Check.SPONSORSHIP_CHANGED, False)):
        at = [position for position, field in enumerate(TERMS) if (field in for_ever) is wanted]
        fields, before, after = ([each[position] for position in at] for each in (TERMS, said, now))
        yield from _differences(check, region, where, fields, before, after)


def _ends(before: str | None, until: datetime.date | None, day: datetime.date) -> bool:
    """Whether a relation has been given an end, or an earlier one, after it was last used."""
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
