"""Messages: each names what came of it, and what came of it was asked by exactly one, as its record says."""

import datetime
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import asyncpg
import msgspec

from mulaid.audit.acts import CHANGING, COMING, END, GOING, LOAD, MADE, OF_POWERS, sender_of
from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.institutions import Register, missing
from mulaid.audit.moments import ahead, of_id
from mulaid.audit.pages import Page
from mulaid.audit.reading import ActRecord, Origin, Unreadable, read_bill
from mulaid.audit.scratch import Connection, batches, by_place, groups, keep

MESSAGES_OF = """
select m.sender, m.message_id, m.case_region, m.case_id, m.transaction, m.content, m.voided, m.moment, m.answer
from unnest($2::text[], $3::text[]) as asked (sender, message_id)
join message m on m.region = $1 and m.sender = asked.sender and m.message_id = asked.message_id
"""

MESSAGES = """
select sender, message_id, case_region, case_id, content is null as empty, moment, answer from message
where region = $1 order by case_region, case_id, sender, message_id
"""

CASES = "select case_id from cases where region = $1 and case_id = any($2::bigint[])"

# A request that waits for a second person is kept where whoever made it belongs.
TASKS = "select task from task where region = $1 and task = any($2::bigint[])"

VISITS = "select visit from visit where region = $1 and visit = any($2::bigint[])"

RECORDS = """
select case_id, institution_region, institution, record from cases where region = $1 and case_id = any($2::bigint[])
"""

CLAIMS = "select place, name, case_id from claim where kind = 'message' order by place, name, case_id"

OTHERS = ":"
"""Stands in the name of every sender that is no institution: after a letter for what it is."""

Place = tuple[int, int]
"""Region and number of a case or visit."""

Sender = tuple[int, str, str]
"""Region, sender, message id."""

OF_ACTS = {
    **dict.fromkeys(MADE | COMING, "Bound"),
    **dict.fromkeys(GOING | {END, "leave"}, "Ended"),
    **dict.fromkeys(CHANGING | OF_POWERS | {"link", "contribute"}, "Related"),
}
"""What acts with a case of their own answer, where a message keeps it."""
CASE_ANSWERS, VISIT_ANSWERS = frozenset({None, *OF_ACTS.values()}), frozenset({None, "", "Registered"})
"""The answers that name a case or a visit; all others name nothing that was made. Without one it may be either: older
messages that opened a visit keep none."""


async def check_page(connection: Connection, page: Page, scratch: sqlite3.Connection) -> list[Finding]:
    """Every settlement and every cancellation of a page was asked by a message that still says the same.

    So was every other act but a load, which is asked by nobody's message.
    A voided message asks for no reversal of its own: the settlement it had led to is then undone, and it stays void.
    """
    asked = {number: sender for case in page.cases for number, sender in _asked(case, page)}
    known = await _messages_of(connection, asked.values())
    keep(scratch, "claim", _claims(page), 4)
    found: list[Finding] = []
    kept: dict[int, int] = {}
    for case in page.cases:
        number = case["case_id"]
        message = known.get(asked[number]) if number in asked else None
        if number not in asked or not asked[number][2]:
            continue
        if message is None or (message["case_region"], message["case_id"]) != (page.region, number):
            if case["kind"] == "settlement" or number in page.acts:
                where = {"case": number, "sender": asked[number][1], "message": asked[number][2]}
                found.append(finding(Check.CASE_WITHOUT_MESSAGE, page.region, where))
            continue
        found += _same(page, case, message)
        if case["kind"] == "settlement" and message["voided"] and number not in page.undone:
            found.append(finding(Check.MESSAGE_VOIDED, page.region, {"case": number, "message": asked[number][2]}))
        if not message["voided"] and number in page.undone:
            kept[page.undone[number]] = number
    return found + await _not_voided(connection, page.region, kept, asked)


async def check_region(
    connection: Connection,
    region: int,
    register: Register,
    across: sqlite3.Connection,
    now: datetime.datetime,
    report: Report,
) -> None:
    """Every message of a region's institutions, clerks and people."""
    before: Place | None = None
    async for rows in batches(connection, MESSAGES, region):
        report.count("messages", len(rows))
        places = await register.places(row["sender"] for row in rows if OTHERS not in row["sender"])
        for row in rows:
            if OTHERS not in row["sender"]:
                report.take(missing(region, {"message": row["message_id"]}, region, row["sender"], places))
            report.take(ahead(region, _where(row), row["moment"], now))
            if row["case_id"] is None:
                if not row["empty"]:
                    report.take([finding(Check.MESSAGE_WITHOUT_CASE, region, _where(row))])
                continue
            here = row["case_region"], row["case_id"]
            if here == before:
                report.take([finding(Check.MESSAGE_TWICE, region, {**_where(row), "case": row["case_id"]})])
            before = here
            report.take(of_id(region, _where(row), row["case_id"], row["moment"]))
        for place, naming in by_place([row for row in rows if row["case_id"] is not None], "case_region").items():
            report.take(await _leading(connection, region, place, naming, across))


def check_twice(region: int, scratch: sqlite3.Connection) -> Iterator[Finding]:
    """Messages that two living settlements say they answer."""
    for key, claimed in groups(scratch, CLAIMS, 2):
        if len(claimed) > 1:
            where = {"sender": key[0], "message": key[1]}
            yield finding(Check.SETTLED_TWICE, region, where, 1, " ".join(str(claim[0]) for claim in claimed))


def _asked(case: asyncpg.Record, page: Page) -> Iterator[tuple[int, Sender]]:
    """By which message a case was asked, if its record says so."""
    number = case["case_id"]
    if number in page.read and case["institution"] is not None:
        yield number, (case["institution_region"], case["institution"], page.read[number].message_id)
    elif number in page.acts and page.acts[number].act != LOAD:
        origin = _by(page.acts[number])
        yield number, (int(origin.actor.region or 0), sender_of(origin), origin.message_id)


def _by(record: ActRecord) -> Origin:
    """Whose message an act's case answers: of the second person, where it took two."""
    return record.released or record.origin


def _claims(page: Page) -> Iterator[tuple[object, ...]]:
    """Which messages the living settlements of a page answer."""
    for case, record in page.settled():
        if record.message_id:
            yield "message", case["institution"], record.message_id, case["case_id"]


async def _messages_of(connection: Connection, senders: Iterable[Sender]) -> dict[Sender, asyncpg.Record]:
    by_region: dict[int, list[Sender]] = {}
    for sender in senders:
        by_region.setdefault(sender[0], []).append(sender)
    found: dict[Sender, asyncpg.Record] = {}
    for region, keys in by_region.items():
        columns = [key[1] for key in keys], [key[2] for key in keys]
        for row in await connection.fetch(MESSAGES_OF, region, *columns):
            found[region, row["sender"], row["message_id"]] = row
    return found


def _same(page: Page, case: asyncpg.Record, message: asyncpg.Record) -> Iterator[Finding]:
    """A message that names its case says what was asked and when, as the case does."""
    number = case["case_id"]
    said, where = page.read.get(number) or _by(page.acts[number]), {"case": number, "message": message["message_id"]}
    if said.content and said.content != message["content"]:
        yield finding(Check.MESSAGE_RECORD, page.region, {**where, "field": "content"})
    if said.content and said.transaction != message["transaction"]:
        told = {**where, "field": "transaction"}
        yield finding(Check.MESSAGE_RECORD, page.region, told, said.transaction, message["transaction"])
    if _answer(message) != (OF_ACTS.get(page.acts[number].act) if number in page.acts else None):
        yield finding(Check.MESSAGE_ANSWER, page.region, where)
    if message["moment"] != case["moment"]:
        yield finding(Check.MOMENT, page.region, where, case["moment"], message["moment"])


async def _not_voided(
    connection: Connection, region: int, kept: dict[int, int], asked: dict[int, Sender]
) -> list[Finding]:
    """Settlements whose message is not void though they were undone; only a message that asked for it does that.

    `kept`: settlements by the case that undid them.
    """
    if not kept:
        return []
    undoing: dict[int, Sender] = {}
    for number, place, institution, data in await connection.fetch(RECORDS, region, sorted(kept)):
        try:
            undoing[number] = place, institution, read_bill(data).message_id
        except Unreadable:
            continue
    named = await _messages_of(connection, undoing.values())
    found = []
    for number, sender in undoing.items():
        message = named.get(sender)
        if message is None or (message["case_region"], message["case_id"]) != (region, number):
            settled = kept[number]
            where = {"case": settled, "reversal": number, "message": asked[settled][2]}
            found.append(finding(Check.MESSAGE_NOT_VOIDED, region, where))
    return found


async def _leading(
    connection: Connection, region: int, place: int, naming: list[asyncpg.Record], across: sqlite3.Connection
) -> list[Finding]:
    """Messages that lead nowhere. Which visits the others opened is put aside for all regions."""
    told = [(row["case_id"], _answer(row)) for row in naming]
    numbers = [number for number, answer in told if answer in CASE_ANSWERS]
    cases = {row[0] for row in await connection.fetch(CASES, place, numbers)}
    numbers = [number for number, answer in told if answer in VISIT_ANSWERS and number not in cases]
    visits = {row[0] for row in await connection.fetch(VISITS, place, numbers)}
    numbers = [number for number, answer in told if answer is None and number not in cases | visits]
    tasks = {row[0] for row in await connection.fetch(TASKS, region, numbers)}
    keep(across, "opened", ((place, visit) for visit in visits), 2)
    found = []
    for row, (number, answer) in zip(naming, told, strict=True):
        if answer == "":
            found.append(finding(Check.MESSAGE_ANSWER, region, _where(row)))
        elif answer in CASE_ANSWERS | VISIT_ANSWERS and number not in cases | visits | tasks:
            found.append(finding(Check.MESSAGE_WITHOUT_CASE, region, _where(row), f"{place:06d}{number}"))
    return found


def _answer(row: asyncpg.Record) -> str | None:
    """What kind of answer a message keeps; None for none, empty when it cannot be read or names another number."""
    if row["answer"] is None:
        return None
    try:
        kind, number, *_ = msgspec.msgpack.decode(row["answer"], type=list[Any])
    except (msgspec.DecodeError, ValueError):
        return ""
    return str(kind) if number == row["case_id"] else ""


def _where(row: asyncpg.Record) -> dict[str, object]:
    return {"sender": row["sender"], "message": row["message_id"]}
