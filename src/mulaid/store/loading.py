"""Bulk loading, as `mulaid load` does it: one statement a table, and loading the same file twice changes nothing.

What the file says about people, institutions and relations is brought up to date. What settlements move afterwards
(money, usage, quota, accumulators) is taken from the file once, when the row is new, and never put back.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from mulaid.store import regions, rows
from mulaid.store.connect import Connection
from mulaid.store.ids import Minter
from mulaid.store.rows import Enrolment, Institution, Person, Pointer, Sponsorship
from mulaid.store.seal import Seal, SealBroken, mask_name
from mulaid.terms.charges import Item
from mulaid.terms.codes import CareGroup, FundsGiven, Sex
from mulaid.terms.money import Fen


class Counts(msgspec.Struct, frozen=True):
    """How many rows were new, how many were brought up to date, how many already said the same."""

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0


class PlainPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person in clear, as a file names them, with the number `number_people` gave them."""

    person: int
    number: str
    """Identity number."""
    name: str
    sex: Sex | None
    born: datetime.date
    suspended_from: datetime.date | None = None
    suspended_until: datetime.date | None = None


class Accumulated(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a person's benefit year held before mulaid began to count."""

    person: int
    benefit_year: int
    care_group: CareGroup
    deductible: Fen
    in_scope: Fen
    funds: Fen
    admissions: int


class Opening(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A purse as it opens, in fen. Everybody needs one, with or without an account: it is the person's lock."""

    person: int
    current: Fen = 0
    prior: Fen = 0
    frozen: Fen = 0
    wallet: Fen = 0
    activated: bool = True
    """医保电子凭证 activated."""


class _Table(msgspec.Struct, frozen=True):
    """A table's columns with their types, in the order of a record's fields; the key comes first."""

    name: str
    columns: str
    key: int
    """How many leading columns are the key after the region."""
    once: tuple[str, ...] = ()
    """Columns a file fills only when the row is new."""
    unless: Mapping[str, str] = {}
    """By column, when the row keeps its own value: an act has said otherwise."""

    def upsert(self) -> str:
        """One statement for any number of rows. An update happens only where something differs, and says so."""
        names, types = zip(*(column.split() for column in self.columns.split(",")), strict=True)
        arrays = ", ".join(f"${position}::{type}[]" for position, type in enumerate(types, 2))
        changing = [name for name in names[self.key :] if name not in self.once]
        action = "nothing"
        if changing:
            old = ", ".join(f"old.{name}" for name in changing)
            becomes = [self._becomes(name) for name in changing]
            sets = ", ".join(f"{name} = {value}" for name, value in zip(changing, becomes, strict=True))
            action = f"update set {sets} where ({old}) is distinct from ({', '.join(becomes)})"
        return (
            f"insert into {self.name} as old (region, {', '.join(names)}) select $1, * from unnest({arrays}) "
            f"on conflict (region, {', '.join(names[: self.key])}) do {action} returning (xmax = 0)"
        )

    def _becomes(self, name: str) -> str:
        """What a column is after a file that has the row."""
        condition = self.unless.get(name)
        return (
            f"excluded.{name}"
            if condition is None
            else f"case when {condition} then old.{name} else excluded.{name} end"
        )


_DECIDED = "exists (select from suspension s where s.region = old.region and s.person = old.person)"
"""Decisions about the person are entered here: a file does not know them."""


def _named(types: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in types.items())


_TABLES: Mapping[type[msgspec.Struct], _Table] = {
    Institution: _Table(
        "institution",
        """
        institution text, name text, kind text, level smallint, designated boolean, wallet_ready boolean,
        profile text, auth bytea, funds_given text
        """,
        key=1,
    ),
    Person: _Table(
        "person",
        """
        person bigint, sealed_number bytea, sealed_name bytea, masked_name text, sex text, born date,
        moved_to integer, suspended_from date, suspended_until date
        """,
        key=1,
        once=("moved_to",),
        unless={"suspended_from": _DECIDED, "suspended_until": _DECIDED},
    ),
    Enrolment: _Table(
        "enrolment",
        """
        person bigint, from_day date, until date, scheme text, status text, tier smallint, category text,
        assistance text, retired_on date, account boolean
        """,
        key=2,
    ),
    Sponsorship: _Table(
        "sponsorship",
        _named(rows.SPONSORSHIP),
        key=3,
        once=("quota_fen", "quota_prior_fen", "used_day_fen", "used_month_fen", "used_year_fen", "used_on"),
        # An ended relation stays ended: bound again it is another row.
        unless=dict.fromkeys(("state", "until"), "old.state = 'ended'"),
    ),
    Pointer: _Table("sponsored_by", _named(rows.POINTER), key=3),
    Accumulated: _Table(
        "accumulator",
        """
        person bigint, benefit_year smallint, care_group text, deductible_fen bigint, in_scope_fen bigint,
        funds_fen bigint, admissions smallint
        """,
        key=3,
        once=("deductible_fen", "in_scope_fen", "funds_fen", "admissions"),
    ),
    Item: _Table(
        "catalogue",
        """
        code text, from_day date, name text, item_class smallint, upfront_employee_bp smallint,
        upfront_resident_bp smallint, price_limit_micro bigint, restricted boolean, barred boolean, fee_kind text
        """,
        key=2,
    ),
}

_UPSERTS = {row: table.upsert() for row, table in _TABLES.items()}

_REGION_FIELDS = frozenset({"moved_to", "beneficiary_region", "sponsor_region"})

# The blind index is the key: of two loaders with the same new person one is first, and both then read the same number.
CLAIM_IDENTITIES = """
insert into identity (blind_index, region, person) select blind_index, $1, person
from unnest($2::bytea[], $3::bigint[]) as new (blind_index, person)
order by blind_index
on conflict do nothing
"""

IDENTITIES = "select blind_index, region, person from identity where blind_index = any($1::bytea[])"

SEALED = "select person, sealed_number, sealed_name from person where region = $1 and person = any($2::bigint[])"

SEALED_AUTH = "select institution, auth from institution where region = $1 and institution = any($2::text[])"

# Money that has begun to move is never reset by loading a file again.
OPEN_PURSES = """
insert into purse (region, person, current_fen, prior_fen, frozen_fen, wallet_fen, activated)
select $1, * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[])
on conflict do nothing
returning person
"""

SET_REGIONS = """
insert into region_setting as old (region, funds_given) select * from unnest($1::integer[], $2::text[])
on conflict (region) do update set funds_given = excluded.funds_given
    where old.funds_given is distinct from excluded.funds_given
returning (xmax = 0)
"""


async def load(connection: Connection, region: str, records: Sequence[msgspec.Struct]) -> Counts:
    """Insert or bring up to date records of one kind, each key once, in one region.

    Kinds: Enrolment, Sponsorship (the sponsor's region), Pointer (the beneficiary's), Accumulated, Item; Person and
    Institution by `people` and `institutions`. For relations of people who may be settling, lock their purses first.
    """
    if not records:
        return Counts()
    kind = type(records[0])
    columns = [_column(name, records) for name in kind.__struct_fields__]
    touched = await connection.fetch(_UPSERTS[kind], regions.number(region), *columns)
    return _counts(touched, len(records))


async def number_people(
    connection: Connection, seal: Seal, minter: Minter, region: str, numbers: Sequence[str]
) -> dict[str, tuple[str, int]]:
    """Identity number to (region, person): the one already registered, else a new one in `region`.

    A person registered in another region keeps it: moving somebody is a procedure, not a load.
    """
    index = {number: seal.blind_index(number) for number in numbers}
    known = await _identities(connection, list(index.values()))
    new = [blind for blind in dict.fromkeys(index.values()) if blind not in known]
    await connection.execute(CLAIM_IDENTITIES, regions.number(region), new, [minter.mint() for _ in new])
    known |= await _identities(connection, new)
    return {number: known[blind] for number, blind in index.items()}


async def people(connection: Connection, seal: Seal, region: str, plain: Sequence[PlainPerson]) -> Counts:
    """Insert or bring up to date people, sealing their numbers and names. They still need enrolments and purses."""
    found = await connection.fetch(SEALED, regions.number(region), [person.person for person in plain])
    before = {row[0]: (row[1], row[2]) for row in found}
    records = []
    for person in plain:
        number, name = before.get(person.person, (None, None))
        records.append(
            Person(
                person=person.person,
                sealed_number=_sealed(seal, person.number, number),
                sealed_name=_sealed(seal, person.name, name),
                masked_name=mask_name(person.name),
                sex=person.sex,
                born=person.born,
                suspended_from=person.suspended_from,
                suspended_until=person.suspended_until,
            )
        )
    return await load(connection, region, records)


async def institutions(
    connection: Connection, seal: Seal, region: str, records: Sequence[Institution], credentials: Mapping[str, str]
) -> Counts:
    """Insert or bring up to date institutions; `credentials` is the JSON text of each code that has any."""
    found = await connection.fetch(SEALED_AUTH, regions.number(region), list(credentials))
    before = {row[0]: row[1] for row in found}
    sealed = {code: _sealed(seal, text, before.get(code)) for code, text in credentials.items()}
    return await load(
        connection,
        region,
        [msgspec.structs.replace(record, auth=sealed.get(record.institution)) for record in records],
    )


async def region_settings(connection: Connection, given: Mapping[str, FundsGiven]) -> Counts:
    """Insert or bring up to date what is said of whole regions."""
    numbers = [regions.number(region) for region in given]
    return _counts(await connection.fetch(SET_REGIONS, numbers, list(given.values())), len(given))


async def open_purses(connection: Connection, region: str, openings: Sequence[Opening]) -> set[int]:
    """Open purses and return whose are new; the caller posts the opening transfers of those."""
    if not openings:
        return set()
    columns = zip(*map(msgspec.structs.astuple, openings), strict=True)
    return {row[0] for row in await connection.fetch(OPEN_PURSES, regions.number(region), *columns)}


def _counts(touched: Sequence[Any], asked: int) -> Counts:
    """From the rows an upsert touched, each saying whether it is new."""
    inserted = sum(1 for row in touched if row[0])
    return Counts(inserted, len(touched) - inserted, asked - len(touched))


def _column(field: str, records: Sequence[msgspec.Struct]) -> list[Any]:
    values = [getattr(record, field) for record in records]
    if field in _REGION_FIELDS:
        return [None if value is None else regions.number(value) for value in values]
    if field == "uses":
        return [",".join(sorted(value)) for value in values]
    return values


async def _identities(connection: Connection, blind: Sequence[bytes]) -> dict[bytes, tuple[str, int]]:
    return {row[0]: (regions.text(row[1]), row[2]) for row in await connection.fetch(IDENTITIES, blind)}


def _sealed(seal: Seal, text: str, before: bytes | None) -> bytes:
    """The bytes already stored when they say the same, so that sealing anew does not look like a change."""
    if before is not None:
        try:
            if seal.open(before) == text:
                return before
        except SealBroken:
            pass
    return seal.seal(text)


async def copy(connection: Connection, table: str, columns: Sequence[str], records: Iterable[Sequence[object]]) -> None:
    """Fill an empty table as fast as the database takes it. Nothing is checked but what the table itself refuses."""
    await connection.copy_records_to_table(table, columns=list(columns), records=records)
