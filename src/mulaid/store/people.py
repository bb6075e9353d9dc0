"""The registry one by one, for doors and desks: who has this number, who is this, where is that institution."""

from collections.abc import Sequence

from mulaid.store import regions, rows
from mulaid.store.connect import Connection
from mulaid.store.rows import Enrolment, Institution, Person, Place, Sponsorship

# Distributed by its own key, the one table that is not by region: the number comes first, the region is the answer.
FIND_PERSONS = "select blind_index, region, person from identity where blind_index = any($1::bytea[])"

MOVE_IDENTITY = "update identity set region = $2, person = $3 where blind_index = $1"

PERSON = """
select person, sealed_number, sealed_name, masked_name, sex, born, moved_to, suspended_from, suspended_until
from person where region = $1 and person = $2
"""

ENROLMENTS = """
select person, from_day, until, scheme, status, tier, category, assistance, retired_on, account
from enrolment where region = $1 and person = $2 order by from_day
"""

_INSTITUTION = """
select i.institution, i.name, i.kind, i.level, i.designated, i.wallet_ready, i.profile, i.auth, i.funds_given, i.region,
    coalesce(s.funds_given, 'never') as region_funds_given
from institution i left join region_setting s on s.region = i.region
"""

INSTITUTION = _INSTITUTION + "where i.region = $1 and i.institution = $2"

# Reference tables, whole on every node, so they may be asked without a region.
FIND_INSTITUTIONS = _INSTITUTION + "where i.institution = any($1::text[])"

CREDENTIALS = "select institution, auth from institution where auth is not null"

SPONSORSHIPS = f"""
select {rows.sponsorship_columns("s")} from sponsorship s
where s.region = $1 and s.sponsor = $2 order by s.bound_at, s.beneficiary
"""


async def find_person(connection: Connection, blind_index: bytes) -> tuple[str, int] | None:
    """The (region, person) who has an identity number, by `seal.Seal.blind_index`; None when nobody has."""
    return (await find_persons(connection, [blind_index])).get(blind_index)


async def find_persons(connection: Connection, blind_indexes: Sequence[bytes]) -> dict[bytes, tuple[str, int]]:
    """The same for many numbers at once; numbers nobody has are missing."""
    found = await connection.fetch(FIND_PERSONS, blind_indexes)
    return {row[0]: (regions.text(row[1]), row[2]) for row in found}


async def move_identity(connection: Connection, blind_index: bytes, region: str, person: int) -> None:
    """Point an identity number to the person's new region."""
    await connection.execute(MOVE_IDENTITY, blind_index, regions.number(region), person)


async def person(connection: Connection, region: str, number: int) -> Person | None:
    """One person, or None. The identity number is sealed in the row."""
    row = await connection.fetchrow(PERSON, regions.number(region), number)
    return None if row is None else rows.person(row)


async def enrolments(connection: Connection, region: str, number: int) -> list[Enrolment]:
    """A person's enrolments, the oldest first."""
    return [rows.enrolment(row) for row in await connection.fetch(ENROLMENTS, regions.number(region), number)]


async def institution(connection: Connection, region: str, code: str) -> Institution | None:
    """One institution of a region, or None."""
    row = await connection.fetchrow(INSTITUTION, regions.number(region), code)
    return None if row is None else rows.place(row).institution


async def find_places(connection: Connection, codes: Sequence[str]) -> dict[str, Place]:
    """Institutions by their codes alone, each with its region; unknown codes are missing."""
    return {row[0]: rows.place(row) for row in await connection.fetch(FIND_INSTITUTIONS, codes)}


async def find_institutions(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[str, Institution]]:
    """The same without what holds for their regions."""
    found = await find_places(connection, codes)
    return {code: (place.region, place.institution) for code, place in found.items()}


async def find_institution(connection: Connection, code: str) -> tuple[str, Institution] | None:
    """One institution by its code alone, with its region; None when there is none."""
    return (await find_institutions(connection, [code])).get(code)


async def credentials(connection: Connection) -> list[tuple[str, bytes]]:
    """Every institution that has a credential, with the credential as it is sealed."""
    return [(row[0], row[1]) for row in await connection.fetch(CREDENTIALS)]


async def sponsorships(connection: Connection, region: str, sponsor: int) -> list[Sponsorship]:
    """Everything a person sponsors or has sponsored, in the order bound."""
    return [rows.sponsorship(row) for row in await connection.fetch(SPONSORSHIPS, regions.number(region), sponsor)]
