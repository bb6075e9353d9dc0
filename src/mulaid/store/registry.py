"""What a decision reads about people, by the batch: pointers, purses, patients with their year, sponsors.

The order is part of the contract: `pointers`, then `lock_purses` over everybody they name (regions ascending, persons
sorted), and only then the rest. Whoever changes a relation, a cover or a balance takes the same purse lock first.
"""

import datetime
from collections.abc import Iterable, Sequence

from mulaid.store import regions, rows
from mulaid.store.arrays import literal, texts
from mulaid.store.connect import Connection
from mulaid.store.rows import Insured, Pointer, Purse, SponsorCover, Sponsorship
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import CareGroup

PatientKey = tuple[int, datetime.date, int, CareGroup]
"""A person, a day of care, and the benefit year and care group it counts in."""

# Unlocked: it only says whose purses to lock. The relations themselves are read again under the lock.
POINTERS = """
select beneficiary, sponsor, bound_at, sponsor_region, masked_name, pool
from sponsored_by
where region = $1 and beneficiary = any($2::text::bigint[])
order by beneficiary, sponsor, bound_at
"""

READ_PURSES = """
select person, current_fen, prior_fen, frozen_fen, wallet_fen, used_day_fen, used_month_fen, used_year_fen, used_on,
    moved_to
from purse
where region = $1 and person = any($2::text::bigint[])
order by person
"""

# Sorted before it locks, so that two batches with a family in common wait for each other and never deadlock.
# "No key update" is enough: nobody changes or refers to a purse's key.
LOCK_PURSES = READ_PURSES + "for no key update"

_PERSON = """
select p.person, p.sealed_number, p.sealed_name, p.masked_name, p.sex, p.born, p.activated, p.moved_to,
    coalesce(p.suspended_from <= $3 and (p.suspended_until is null or $3 < p.suspended_until), false),
    e.scheme, e.status, e.tier, e.category, e.assistance, e.retired_on, e.account
"""

# One enrolment a person and day: the one that began last, should two overlap.
_ENROLMENT = """
left join lateral (
    select scheme, status, tier, category, assistance, retired_on, account
    from enrolment
    where region = $1 and person = {person} and from_day <= {day} and (until is null or {day} < until)
    order by from_day desc
    limit 1
) e on true
"""

PEOPLE = (
    _PERSON
    + "from person p"
    + _ENROLMENT.format(person="p.person", day="$3")
    + "where p.region = $1 and p.person = any($2::text::bigint[])"
)

# Cover as of the day of care, suspension as of today ($3), and what the benefit year holds so far.
PATIENTS = (
    _PERSON
    + """, asked.n, a.deductible_fen, a.in_scope_fen, a.funds_fen, a.admissions
from unnest($2::text::bigint[], $4::date[], $5::text::smallint[], $6::text::text[]) with ordinality
    as asked (person, day, benefit_year, care_group, n)
join person p on p.region = $1 and p.person = asked.person
"""
    + _ENROLMENT.format(person="asked.person", day="asked.day")
    + """left join accumulator a on a.region = $1 and a.person = asked.person and a.benefit_year = asked.benefit_year
    and a.care_group = asked.care_group
"""
)

# A relation with its sponsor's cover on the day of settlement ($4).
SPONSORS = (
    """
select s.sponsor, s.beneficiary, s.bound_at, s.beneficiary_region, s.kinship, s.mechanism, s.state, s.bound_on,
    s.effective_on, s.until, s.rank, s.cap_payment_fen, s.cap_day_fen, s.cap_month_fen, s.cap_year_fen, s.cap_scope,
    s.uses, s.quota_fen, s.used_day_fen, s.used_month_fen, s.used_year_fen, s.used_on, s.wallet_open, s.pool,
    p.sex, p.born, p.activated, e.scheme, e.status, e.tier, e.category, e.account
from unnest($2::text::bigint[], $3::text::bigint[]) as asked (sponsor, beneficiary)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
left join person p on p.region = $1 and p.person = asked.sponsor
"""
    + _ENROLMENT.format(person="asked.sponsor", day="$4")
    + "order by s.beneficiary, s.bound_at, s.sponsor"
)


async def pointers(connection: Connection, region: str, persons: Iterable[int]) -> list[Pointer]:
    """Whose sponsorships to look for, by beneficiary. Ended relations are pointed to as well."""
    found = await connection.fetch(POINTERS, regions.number(region), literal(list(persons)))
    return [rows.pointer(row) for row in found]


async def lock_purses(connection: Connection, region: str, persons: Iterable[int]) -> dict[int, Purse]:
    """Lock these people until the transaction ends and return their purses; unknown people are missing.

    Regions must be locked in ascending order; within one the persons are sorted here.
    """
    found = await connection.fetch(LOCK_PURSES, regions.number(region), literal(list(persons)))
    return {row[0]: rows.purse(row) for row in found}


async def read_purses(connection: Connection, region: str, persons: Iterable[int]) -> dict[int, Purse]:
    """The same without a lock, for quotes and pages."""
    found = await connection.fetch(READ_PURSES, regions.number(region), literal(list(persons)))
    return {row[0]: rows.purse(row) for row in found}


async def people(connection: Connection, region: str, persons: Iterable[int], day: datetime.date) -> dict[int, Insured]:
    """These people as insured on one day; unknown people are missing."""
    found = await connection.fetch(PEOPLE, regions.number(region), literal(list(persons)), day)
    return {row[0]: rows.insured(row) for row in found}


async def patients(
    connection: Connection, region: str, keys: Sequence[PatientKey], today: datetime.date
) -> dict[PatientKey, tuple[Insured, YearSoFar]]:
    """Patients as insured on their days of care, with what their benefit years hold; unknown people are missing."""
    found = await connection.fetch(
        PATIENTS,
        regions.number(region),
        literal([key[0] for key in keys]),
        today,
        [key[1] for key in keys],
        literal([key[2] for key in keys]),
        texts([key[3] for key in keys]),
    )
    return {keys[row[16] - 1]: (rows.insured(row), rows.year(row[17:])) for row in found}


async def sponsors(
    connection: Connection,
    sponsor_region: str,
    sponsors: Sequence[int],
    beneficiaries: Sequence[int],
    today: datetime.date,
) -> list[tuple[Sponsorship, SponsorCover | None]]:
    """Every sponsorship, ended ones included, between the pairs asked for (each pair once), in the order bound.

    With each the sponsor's cover today; None for a sponsor who is not registered.
    """
    found = await connection.fetch(
        SPONSORS, regions.number(sponsor_region), literal(sponsors), literal(beneficiaries), today
    )
    return [(rows.sponsorship(row), rows.sponsor_cover(row[24:])) for row in found]
