"""What a decision reads about people, by the batch: pointers, purses, patients with their year, sponsors.

The order is part of the contract: `pointers`, then `lock_purses` over everybody they name, and only then the rest.
Whoever changes a relation, a cover or a balance takes the same purse lock first.

A batch may be of several regions: every row it asks for brings its own, and $1 is the region of all of them or null.
"""

import datetime
from collections.abc import Iterable, Sequence

from mulaid.store import regions, rows
from mulaid.store.arrays import Columns, Key, literal
from mulaid.store.connect import Connection
from mulaid.store.rows import Enrolment, Insured, Pointer, Purse, SponsorCover, Sponsorship
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import CareGroup, Scheme

PatientKey = tuple[str, int, datetime.date, int, CareGroup]
"""A person's region and number, a day of care, and the benefit year and care group it counts in."""

CoverKey = tuple[str, int, datetime.date, Scheme]
"""A person's region and number, a day, and the scheme."""

PairKey = tuple[str, int, int]
"""A sponsor's region and number, and a beneficiary's number."""

# Unlocked: it only says whose purses to lock. The relations themselves are read again under the lock.
_BENEFICIARIES = Columns(2, beneficiary="bigint")
POINTERS = f"""
select s.beneficiary, s.sponsor, s.bound_at, s.sponsor_region, s.masked_name, s.pool
from {_BENEFICIARIES} as asked
join sponsored_by s on s.region = coalesce($1, asked.region) and s.beneficiary = asked.beneficiary
"""

_OWNERS = Columns(2, person="bigint")
READ_PURSES = f"""
select p.region, p.person, p.current_fen, p.prior_fen, p.frozen_fen, p.wallet_fen, p.used_day_fen, p.used_month_fen,
    p.used_year_fen, p.used_on, p.moved_to, p.activated
from {_OWNERS} as asked
join purse p on p.region = coalesce($1, asked.region) and p.person = asked.person
order by p.region, p.person
"""

# Sorted before it locks, so that two batches with a family in common wait for each other and never deadlock.
# "No key update" is enough: nobody changes or refers to a purse's key.
LOCK_PURSES = READ_PURSES + "for no key update of p"

# For a batch: one bill whose purse somebody else holds must not keep all the others waiting.
LOCK_FREE_PURSES = LOCK_PURSES + " skip locked"

_PERSON = """
select p.person, p.sealed_number, p.sealed_name, p.masked_name, p.sex, p.born, p.moved_to,
    coalesce(p.suspended_from <= $2 and (p.suspended_until is null or $2 < p.suspended_until), false),
    e.scheme, e.status, e.tier, e.category, e.assistance, e.retired_on, e.account
"""

# One enrolment a person and day: the one that began last, should two overlap.
_ENROLMENT = """
left join lateral (
    select scheme, status, tier, category, assistance, retired_on, account
    from enrolment
    where region = {region} and person = {person} and from_day <= {day} and (until is null or {day} < until)
    order by from_day desc
    limit 1
) e on true
"""

PEOPLE = (
    _PERSON
    + "from person p"
    + _ENROLMENT.format(region="$1", person="p.person", day="$2")
    + "where p.region = $1 and p.person = any($3::text::bigint[])"
)

_ASKED_REGION = "coalesce($1, asked.region)"

_PATIENTS = Columns(3, person="bigint", day="date", benefit_year="smallint", care_group="text", n="integer")
# Cover as of the day of care, suspension as of today ($2), and what the benefit year holds so far.
PATIENTS = (
    _PERSON
    + f""", asked.n, a.deductible_fen, a.in_scope_fen, a.funds_fen, a.admissions
from {_PATIENTS} as asked
join person p on p.region = coalesce($1, asked.region) and p.person = asked.person
"""
    + _ENROLMENT.format(region=_ASKED_REGION, person="asked.person", day="asked.day")
    + """left join accumulator a on a.region = coalesce($1, asked.region) and a.person = asked.person
    and a.benefit_year = asked.benefit_year and a.care_group = asked.care_group
"""
)

_COVERS = Columns(2, person="bigint", day="date", scheme="text", n="integer")
# Of a person with two covers the one asked for, where `_ENROLMENT` would take the one that began last.
COVERS = f"""
select e.person, e.from_day, e.until, e.scheme, e.status, e.tier, e.category, e.assistance, e.retired_on, e.account,
    asked.n
from {_COVERS} as asked
join enrolment e on e.region = {_ASKED_REGION} and e.person = asked.person and e.scheme = asked.scheme
    and e.from_day <= asked.day and (e.until is null or asked.day < e.until)
order by e.from_day
"""

_PAIRS = Columns(3, sponsor="bigint", beneficiary="bigint")
# A relation with its sponsor's cover on the day of settlement ($2).
SPONSORS = (
    f"""
select {rows.sponsorship_columns("s")},
    e.scheme, e.status, e.tier, e.category, e.account, s.region
from {_PAIRS} as asked
join sponsorship s on s.region = coalesce($1, asked.region) and s.sponsor = asked.sponsor
    and s.beneficiary = asked.beneficiary
"""
    + _ENROLMENT.format(region=_ASKED_REGION, person="asked.sponsor", day="$2")
    + "order by s.bound_at, s.sponsor"
)


async def pointers(connection: Connection, beneficiaries: Sequence[Key]) -> list[Pointer]:
    """Whose sponsorships to look for. Ended relations are pointed to as well."""
    return [rows.pointer(row) for row in await connection.fetch(POINTERS, *_BENEFICIARIES.given(beneficiaries))]


async def lock_purses(connection: Connection, keys: Iterable[Key]) -> dict[Key, Purse]:
    """Lock these people until the transaction ends, by region and number, and return their purses in that order.

    Unknown people are missing. A transaction that locks in several steps goes through the regions in ascending order.
    """
    return await _purses(connection, LOCK_PURSES, keys)


async def lock_free_purses(connection: Connection, keys: Iterable[Key]) -> tuple[dict[Key, Purse], set[Key]]:
    """The same without waiting: the purses that could be locked, and whose purse somebody else holds."""
    asked = list(keys)
    free = await _purses(connection, LOCK_FREE_PURSES, asked)
    missing = [key for key in asked if key not in free]
    return free, set(await read_purses(connection, missing)) if missing else set()


async def read_purses(connection: Connection, keys: Iterable[Key]) -> dict[Key, Purse]:
    """The same without a lock, for quotes and pages."""
    return await _purses(connection, READ_PURSES, keys)


async def people(connection: Connection, region: str, persons: Iterable[int], day: datetime.date) -> dict[int, Insured]:
    """These people as insured on one day; unknown people are missing."""
    found = await connection.fetch(PEOPLE, regions.number(region), day, literal(list(persons)))
    return {row[0]: rows.insured(row) for row in found}


async def patients(
    connection: Connection, keys: Sequence[PatientKey], today: datetime.date
) -> dict[PatientKey, tuple[Insured, YearSoFar]]:
    """Patients as insured on their days of care, with what their benefit years hold; unknown people are missing."""
    only, *columns = _PATIENTS.given((*key, at) for at, key in enumerate(keys))
    found = await connection.fetch(PATIENTS, only, today, *columns)
    return {keys[row[15]]: (rows.insured(row), rows.year(row[16:])) for row in found}


async def covers(connection: Connection, keys: Sequence[CoverKey]) -> dict[CoverKey, Enrolment]:
    """The covers asked for, whatever else these people have; who does not have one is missing."""
    found = await connection.fetch(COVERS, *_COVERS.given((*key, at) for at, key in enumerate(keys)))
    return {keys[row["n"]]: rows.enrolment(row) for row in found}


async def sponsors(
    connection: Connection, pairs: Sequence[PairKey], today: datetime.date
) -> list[tuple[str, Sponsorship, SponsorCover]]:
    """Every sponsorship, ended ones included, between the pairs asked for (each once), in the order bound.

    With each its region and the sponsor's cover today.
    """
    only, *columns = _PAIRS.given(pairs)
    found = await connection.fetch(SPONSORS, only, today, *columns)
    return [(regions.text(row[-1]), rows.sponsorship(row), rows.sponsor_cover(row[-6:-1])) for row in found]


async def _purses(connection: Connection, statement: str, keys: Iterable[Key]) -> dict[Key, Purse]:
    found = await connection.fetch(statement, *_OWNERS.given(keys))
    return {(regions.text(row[0]), row[1]): rows.purse(row[1:]) for row in found}
