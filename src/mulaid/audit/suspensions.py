"""暂停联网结算: every decision was entered by a record that says the same, and bills are told what is in force."""

import datetime
import sqlite3
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from mulaid.audit.acts import LIFT, SUSPEND
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.scratch import PREFETCH, Connection, beside, groups, keep
from mulaid.terms.calendar import CHINA

FIELDS = ("authority", "kind", "conduct", "article", "from_day", "until", "served_on")

SUSPENSIONS = f"""
select person, document, {", ".join(FIELDS)}, entered_by, ended_on, ended_by from suspension
where region = $1 order by person, document collate "C"
"""

# The spans in force or to come: at most one, or one that follows where another one ends.
SPANS = """
select p.person, p.suspended_from, p.suspended_until,
    array_agg(s.from_day order by s.from_day) filter (where s.document is not null) as begins,
    array_agg(coalesce(s.ended_on, s.until) order by s.from_day) filter (where s.document is not null) as ends
from person p
left join suspension s on s.region = $1 and s.person = p.person
    and (coalesce(s.ended_on, s.until) is null
        or (coalesce(s.ended_on, s.until) > $2 and coalesce(s.ended_on, s.until) > s.from_day))
where p.region = $1 and exists (select from suspension d where d.region = $1 and d.person = p.person)
group by p.person, p.suspended_from, p.suspended_until order by p.person
"""

DECIDED = "select person, document, said, case_id from decided order by person, document"
CHANGED = "select ended_on, ended_by from lifted where person = ? and document = ? order by case_id"

FOR_EVER = datetime.date.max


class _Decision(msgspec.Struct, frozen=True):
    """A request that enters a decision."""

    person: tuple[str, int]
    document: str
    authority: str
    kind: str
    conduct: str
    article: str
    from_day: datetime.date
    until: datetime.date | None
    served_on: datetime.date
    replaces: str | None = None


class _End(msgspec.Struct, frozen=True):
    """A request that ends one."""

    person: tuple[str, int]
    document: str
    by: str
    on: datetime.date


def keep_page(page: Page, scratch: sqlite3.Connection) -> None:
    """Put aside which decisions the acts of a page entered and ended. A request that is none is told elsewhere."""
    decided: list[tuple[object, ...]] = []
    lifted: list[tuple[object, ...]] = []
    for number, record in page.acts.items():
        try:
            if record.act == SUSPEND:
                made = msgspec.msgpack.decode(record.request, type=_Decision)
                said = msgspec.json.encode([getattr(made, field) for field in FIELDS])
                decided.append((made.person[1], made.document, said, number))
                if made.replaces is not None:
                    lifted.append((made.person[1], made.replaces, made.from_day.isoformat(), made.document, number))
            elif record.act == LIFT:
                end = msgspec.msgpack.decode(record.request, type=_End)
                lifted.append((end.person[1], end.document, end.on.isoformat(), end.by, number))
        except msgspec.DecodeError:
            continue
    keep(scratch, "decided", decided, 4)
    keep(scratch, "lifted", lifted, 5)


async def check_region(
    connection: Connection, region: int, scratch: sqlite3.Connection, now: datetime.datetime, report: Report
) -> None:
    """Every decision about a region's people, and what bills are told of them."""
    decided = groups(scratch, DECIDED, 2)
    async for key, row, said in beside(connection, SUSPENSIONS, region, lambda row: tuple(row)[:2], decided):
        report.count("suspensions")
        report.take(_decision(region, key, row, said, scratch))
    today = now.astimezone(CHINA).date()
    async for row in connection.cursor(SPANS, region, today, prefetch=PREFETCH):
        report.take(_in_force(region, row, today))


def _decision(
    region: int,
    key: tuple[Any, ...],
    row: asyncpg.Record | None,
    said: list[tuple[Any, ...]],
    scratch: sqlite3.Connection,
) -> Iterator[Finding]:
    where: dict[str, object] = {"person": key[0], "document": key[1]}
    if row is None or len(said) != 1:
        yield finding(Check.SUSPENSION, region, where, len(said), int(row is not None))
        return
    fields, case = said[0]
    now = msgspec.json.encode([row[field] for field in FIELDS])
    for field, due, has in zip(FIELDS, msgspec.json.decode(fields), msgspec.json.decode(now), strict=True):
        if due != has:
            yield finding(Check.SUSPENSION, region, {**where, "field": field}, due or "", has or "")
    if case != row["entered_by"]:
        yield finding(Check.SUSPENSION, region, {**where, "field": "entered_by"}, case, row["entered_by"])
    ends = scratch.execute(CHANGED, key).fetchall()
    due_end = ends[-1] if ends else ("", "")
    has_end = ("" if row["ended_on"] is None else row["ended_on"].isoformat(), row["ended_by"] or "")
    for field, due, has in zip(("ended_on", "ended_by"), due_end, has_end, strict=True):
        if due != has:
            yield finding(Check.SUSPENSION, region, {**where, "field": field}, due, has)


def _in_force(region: int, row: asyncpg.Record, today: datetime.date) -> Iterator[Finding]:
    """From today on, a person is suspended as the decisions say and not otherwise."""
    where = {"person": row["person"]}
    spans: list[tuple[datetime.date, datetime.date]] = []
    for begins, ends in zip(row["begins"] or (), row["ends"] or (), strict=True):
        begin, end = max(begins, today), ends or FOR_EVER
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((begin, end))
    begin, end = row["suspended_from"], row["suspended_until"] or FOR_EVER
    held = [] if begin is None or end <= today else [(max(begin, today), end)]
    if held != spans:
        yield finding(Check.PERSON_SUSPENDED, region, where, *(_shown(each) for each in (spans, held)))


def _shown(spans: list[tuple[datetime.date, datetime.date]]) -> str:
    return " ".join(f"{begin}/{'' if end == FOR_EVER else end}" for begin, end in spans)
