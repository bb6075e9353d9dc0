"""Requests that wait, or waited, for a second person: what was entered, by whom, and what became of it."""

import datetime
from collections.abc import Iterator, Sequence

import asyncpg
import msgspec

from mulaid.audit.acts import OF_TWO, About, digest_of, sender_of
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import ahead, of_id
from mulaid.audit.pages import Page
from mulaid.audit.reading import ActRecord, Origin, Unreadable, read, read_origin
from mulaid.audit.scratch import Connection, batches

TASKS = """
select t.task, t.act, t.person_region, t.person, t.request, t.origin, t.sender, t.made_at, t.state, t.decided_by,
    t.decided_at, t.reason, t.case_id, m.case_id as asked_by, m.case_region, m.moment as asked_at
from task t
left join message m on m.region = $1 and m.sender = t.sender and m.case_id = t.task
where t.region = $1 order by t.task
"""

CASES = """
select region, case_id, moment, record from cases
where (region, case_id) in (select * from unnest($1::integer[], $2::bigint[]))
"""

RELEASED = "select case_id from task where region = $1 and case_id = any($2::bigint[])"

Place = tuple[int, int]


async def check_page(connection: Connection, page: Page) -> list[Finding]:
    """Every act of a page that took two people has waited as a task, where whoever entered it belongs."""
    by_region: dict[int, list[int]] = {}
    for number, record in page.acts.items():
        if record.released is not None:
            by_region.setdefault(int(record.origin.actor.region or 0), []).append(number)
    found = []
    for region, numbers in by_region.items():
        known = {row[0] for row in await connection.fetch(RELEASED, region, numbers)}
        found += [finding(Check.TASK, page.region, {"case": each}) for each in numbers if each not in known]
    return found


async def check_region(connection: Connection, region: int, now: datetime.datetime, report: Report) -> None:
    """Every task of a region."""
    async for rows in batches(connection, TASKS, region):
        report.count("tasks", len(rows))
        decided = await _cases(connection, rows)
        for row in rows:
            where: dict[str, object] = {"task": row["task"]}
            report.take(_entered(region, where, row))
            report.take(_decided(region, where, row, decided.get((row["person_region"], row["case_id"]))))
            for moment in (row["made_at"], row["decided_at"]):
                report.take([] if moment is None else ahead(region, where, moment, now))
            report.take(of_id(region, where, row["task"], row["made_at"]))


async def _cases(connection: Connection, rows: Sequence[asyncpg.Record]) -> dict[Place, asyncpg.Record]:
    """The cases that tasks say they became; they are kept with the person they are about."""
    named = [(row["person_region"], row["case_id"]) for row in rows if row["case_id"] is not None]
    known = [each for each in named if each[0] is not None]
    columns = [each[0] for each in known], [each[1] for each in known]
    return {(row["region"], row["case_id"]): row for row in await connection.fetch(CASES, *columns)}


def _entered(region: int, where: dict[str, object], row: asyncpg.Record) -> Iterator[Finding]:
    """What was entered is what its message asked for."""
    try:
        origin = read_origin(row["origin"])
    except Unreadable as error:
        yield finding(Check.TASK, region, {**where, "field": "origin"}, found=str(error))
        return
    said: list[tuple[str, object, object]] = [
        ("sender", sender_of(origin), row["sender"]),
        ("region", origin.actor.region, f"{region:06d}"),
        ("act", True, row["act"] in OF_TWO),
        ("request", origin.content.hex(), digest_of(row["act"], row["request"]).hex()),
        ("message", row["task"], row["asked_by"]),
    ]
    try:
        about = msgspec.msgpack.decode(row["request"], type=About).person
        said.append(("person", about, (f"{row['person_region'] or 0:06d}", row["person"])))
    except msgspec.DecodeError:
        pass
    if row["asked_by"] is not None:
        said.append(("person_region", row["case_region"], row["person_region"]))
        said.append(("made_at", row["asked_at"], row["made_at"]))
    yield from _differ(region, where, said)


def _decided(
    region: int, where: dict[str, object], row: asyncpg.Record, case: asyncpg.Record | None
) -> Iterator[Finding]:
    """What became of it: nothing yet, a refusal, or the case of an act that another person released."""
    state, waits = row["state"], row["state"] == "open"
    said: list[tuple[str, object, object]] = [
        ("decided_by", waits, row["decided_by"] is None),
        ("decided_at", waits, row["decided_at"] is None),
        ("reason", state == "refused", row["reason"] is not None),
        ("case", state == "approved", row["case_id"] is not None),
    ]
    if row["decided_at"] is not None:
        said.append(("decided_at", True, row["decided_at"] >= row["made_at"]))
    yield from _differ(region, where, said)
    if row["case_id"] is None:
        return
    record = None if case is None else _act(case["record"])
    if case is None or record is None or record.released is None:
        yield finding(Check.TASK, region, {**where, "case": row["case_id"]})
        return
    yield from _differ(region, where, list(_released(row, case, record, record.released)))


def _released(
    row: asyncpg.Record, case: asyncpg.Record, record: ActRecord, released: Origin
) -> Iterator[tuple[str, object, object]]:
    yield "act", record.act, row["act"]
    yield "request", bytes(record.request).hex(), row["request"].hex()
    yield "sender", sender_of(record.origin), row["sender"]
    yield "decided_by", sender_of(released), row["decided_by"]
    yield "decided_at", case["moment"], row["decided_at"]


def _act(data: bytes) -> ActRecord | None:
    """The record of an act; None for a bill's, and for one that cannot be read, which is told where it is kept."""
    try:
        record = read(data)
    except Unreadable:
        return None
    return record if isinstance(record, ActRecord) else None


def _differ(region: int, where: dict[str, object], said: list[tuple[str, object, object]]) -> Iterator[Finding]:
    for field, due, has in said:
        if due != has:
            told = ("" if value is None or isinstance(value, bool) else value for value in (due, has))
            yield finding(Check.TASK, region, {**where, "field": field}, *told)
