"""People: every row of theirs leads to the others, and what is sealed says the same as what stands beside it.

Numbers, names and blind indexes need the installation's key. Without it only the rows are compared.
"""

import datetime
from collections.abc import AsyncIterator, Iterator

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import OF_ID, minted
from mulaid.audit.scratch import PREFETCH, Connection
from mulaid.audit.sealed import Opener, masked

PEOPLE = """
select p.person, p.sealed_number, p.sealed_name, p.masked_name, p.sex, p.born, p.moved_to, p.suspended_from,
    p.suspended_until, u.person is not null as has_purse, u.moved_to as purse_moved_to,
    m.person is not null as arrived
from person p
left join purse u on u.region = $1 and u.person = p.person
left join person m on m.region = p.moved_to and m.person = p.person
where p.region = $1 order by p.person
"""

# Identities are kept by blind index, not by region.
IDENTITIES = "select person, blind_index from identity where region = $1 order by person"

# A family pool is a purse of its own number; its sponsor's relations name it.
PURSES_OF_NOBODY = """
select u.person from purse u
where u.region = $1 and not exists (select from person p where p.region = $1 and p.person = u.person)
    and not exists (select from sponsorship s where s.region = $1 and s.pool = u.person)
order by u.person
"""

ENROLMENTS = """
select e.person, e.from_day, e.until, e.scheme, e.retired_on, p.born
from enrolment e left join person p on p.region = $1 and p.person = e.person
where e.region = $1 order by e.person, e.from_day
"""

YEARS_OF_NOBODY = """
select a.person, 'accumulator' as row from accumulator a
where a.region = $1 and not exists (select from person p where p.region = $1 and p.person = a.person)
group by a.person order by a.person
"""

CASES_OF_NOBODY = """
select c.person, c.case_id from cases c
where c.region = $1 and c.person is not null
    and not exists (select from person p where p.region = $1 and p.person = c.person)
order by c.case_id
"""

ODD = frozenset("13579")
CHECK_VALUE = "select check_value from seal_key"

ANYTHING_SEALED = "select exists (select from person) or exists (select from institution where auth is not null)"

_WOMAN, _MAN = "f", "m"


async def check_key(connection: Connection, opener: Opener, report: Report) -> None:
    """The database says which key it is sealed with: this one."""
    known = await connection.fetchval(CHECK_VALUE)
    if known != opener.check_value and (known is not None or await connection.fetchval(ANYTHING_SEALED)):
        report.take([finding(Check.SEAL_KEY, None, {})])


async def check_region(
    connection: Connection, region: int, opener: Opener | None, now: datetime.datetime, report: Report
) -> None:
    """Everybody registered in a region, with identities, purses and enrolments."""
    async for person, row, indexes in _beside(connection, region):
        if row is None:
            report.take([finding(Check.IDENTITY_WITHOUT_PERSON, region, {"person": person}) for _ in indexes])
            continue
        report.count("people")
        report.take(_person(region, row, indexes, now))
        if opener is not None:
            report.take(_opened(region, row, indexes, opener))
    async for (person,) in connection.cursor(PURSES_OF_NOBODY, region, prefetch=PREFETCH):
        report.take([finding(Check.PURSE_WITHOUT_PERSON, region, {"person": person})])
    await _enrolments(connection, region, report)
    async for person, row in connection.cursor(YEARS_OF_NOBODY, region, prefetch=PREFETCH):
        report.take([finding(Check.PERSON_MISSING, region, {"person": person, "row": row})])
    async for person, case in connection.cursor(CASES_OF_NOBODY, region, prefetch=PREFETCH):
        report.take([finding(Check.PERSON_MISSING, region, {"person": person, "case": case})])


async def _beside(connection: Connection, region: int) -> AsyncIterator[tuple[int, asyncpg.Record | None, list[bytes]]]:
    """People and identities side by side: (person, row or None, blind indexes that lead here)."""
    identities = aiter(connection.cursor(IDENTITIES, region, prefetch=PREFETCH))
    waiting = await anext(identities, None)
    async for row in connection.cursor(PEOPLE, region, prefetch=PREFETCH):
        person, indexes = row["person"], []
        while waiting is not None and waiting[0] <= person:
            if waiting[0] == person:
                indexes.append(waiting[1])
            else:
                yield waiting[0], None, [waiting[1]]
            waiting = await anext(identities, None)
        yield person, row, indexes
    while waiting is not None:
        yield waiting[0], None, [waiting[1]]
        waiting = await anext(identities, None)


def _person(region: int, row: asyncpg.Record, indexes: list[bytes], now: datetime.datetime) -> Iterator[Finding]:
    """What can be said of a person without the key."""
    where = {"person": row["person"]}
    if not indexes and not row["arrived"]:
        yield finding(Check.PERSON_WITHOUT_IDENTITY, region, where)
    elif len(indexes) > 1:
        yield finding(Check.IDENTITY_TWICE, region, where, 1, len(indexes))
    if not row["has_purse"]:
        yield finding(Check.PERSON_WITHOUT_PURSE, region, where)
    elif row["moved_to"] != row["purse_moved_to"] or (row["moved_to"] is not None and not row["arrived"]):
        places = (f"{each:06d}" if each is not None else "" for each in (row["moved_to"], row["purse_moved_to"]))
        yield finding(Check.PERSON_MOVED, region, where, *places)
    begins, ends = row["suspended_from"], row["suspended_until"]
    if ends is not None and (begins is None or ends <= begins):
        yield finding(Check.PERSON_SUSPENDED, region, where, begins or "", ends)
    if minted(row["person"]) > now + OF_ID:
        yield finding(Check.FUTURE, region, {**where, "field": "number"}, now, minted(row["person"]))


def _opened(region: int, row: asyncpg.Record, indexes: list[bytes], opener: Opener) -> Iterator[Finding]:
    """What the sealed number and name of a person say against what stands beside them."""
    where = {"person": row["person"]}
    name = opener.text(row["sealed_name"])
    if name is None:
        yield finding(Check.SEAL_BROKEN, region, {**where, "field": "name"})
    elif masked(name) != row["masked_name"]:
        yield finding(Check.PERSON_NAME, region, where, masked(name), row["masked_name"])
    number = opener.text(row["sealed_number"])
    if number is None:
        yield finding(Check.SEAL_BROKEN, region, {**where, "field": "number"})
        return
    if indexes and opener.blind_index(number) not in indexes:
        yield finding(Check.IDENTITY_NUMBER, region, where)
    if number[6:14] != f"{row['born']:%Y%m%d}":
        yield finding(Check.PERSON_BORN, region, where)
    elif row["sex"] is not None and row["sex"] != (_MAN if number[16] in ODD else _WOMAN):
        yield finding(Check.PERSON_SEX, region, where, found=row["sex"])


async def _enrolments(connection: Connection, region: int, report: Report) -> None:
    """Covers of one person begin before they end, and those of one scheme do not overlap."""
    before: dict[str, asyncpg.Record] = {}
    async for row in connection.cursor(ENROLMENTS, region, prefetch=PREFETCH):
        report.count("enrolments")
        before = {scheme: each for scheme, each in before.items() if each["person"] == row["person"]}
        report.take(_enrolment(region, row, before))
        before[row["scheme"]] = row


def _enrolment(region: int, row: asyncpg.Record, before: dict[str, asyncpg.Record]) -> Iterator[Finding]:
    """One cover, and the last one before it of each scheme of the same person."""
    where = {"person": row["person"], "from": row["from_day"]}
    if row["born"] is None:
        yield finding(Check.PERSON_MISSING, region, {**where, "row": "enrolment"})
    if row["until"] is not None and row["until"] <= row["from_day"]:
        yield finding(Check.ENROLMENT_DAYS, region, where, found=row["until"])
    if row["retired_on"] is not None and row["born"] is not None and row["retired_on"] <= row["born"]:
        yield finding(Check.ENROLMENT_DAYS, region, {**where, "field": "retired_on"}, found=row["retired_on"])
    for scheme, earlier in before.items():
        if earlier["until"] is None or earlier["until"] > row["from_day"]:
            check = Check.ENROLMENT_OVERLAP if scheme == row["scheme"] else Check.TWO_COVERS
            yield finding(check, region, where, found=earlier["until"] or "")
