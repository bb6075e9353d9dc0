"""Loading a file twice changes nothing; loading a changed one changes what it should and never moves money back."""

import datetime
from collections.abc import Callable
from itertools import count

import msgspec
import pytest

from mulaid.store import catalogue, loading, people, registry
from mulaid.store.catalogue import EVERYWHERE
from mulaid.store.connect import Connection
from mulaid.store.ids import FIRST_MILLISECOND, Minter
from mulaid.store.loading import Accumulated, Counts, Opening, PlainPerson
from mulaid.store.rows import Enrolment, Institution, Pointer
from mulaid.store.seal import Seal
from mulaid.terms.charges import Item
from mulaid.terms.codes import CareGroup, InstitutionKind, RelationState, Scheme, Sex
from tests.records import made
from tests.records.made import BOUND_AT, DAY, OTHER_REGION, REGION

SEAL = Seal(bytes(32))
NUMBERS = ["NUMBER0", "NUMBER1"]
PLAIN = PlainPerson(person=1, number=NUMBERS[0], name="王小明", sex=Sex.MALE, born=datetime.date(1985, 3, 7))
HOSPITAL = Institution(institution="H99010000001", name="示例医院", kind=InstitutionKind.HOSPITAL, level=3)


def minter(worker: int = 1) -> Minter:
    ticks: Callable[[], int] = count(FIRST_MILLISECOND).__next__
    return Minter(worker, ticks)


async def test_an_identity_number_gets_one_person(connection: Connection) -> None:
    first = await loading.number_people(connection, SEAL, minter(1), REGION, NUMBERS)
    again = await loading.number_people(connection, SEAL, minter(2), OTHER_REGION, [*NUMBERS, NUMBERS[0].lower()])
    assert {number: again[number] for number in NUMBERS} == first
    assert len({person for _, person in first.values()}) == 2
    assert await people.find_person(connection, SEAL.blind_index(NUMBERS[1])) == first[NUMBERS[1]]
    assert await people.find_person(connection, SEAL.blind_index("nobody")) is None


async def test_people_are_sealed_and_loading_them_again_changes_nothing(connection: Connection) -> None:
    assert await loading.people(connection, SEAL, REGION, [PLAIN]) == Counts(inserted=1)
    assert await loading.people(connection, SEAL, REGION, [PLAIN]) == Counts(unchanged=1)
    renamed = msgspec.structs.replace(PLAIN, name="王大明")
    assert await loading.people(connection, SEAL, REGION, [renamed]) == Counts(changed=1)
    stored = await people.person(connection, REGION, 1)
    assert stored is not None
    assert (SEAL.open(stored.sealed_number), SEAL.open(stored.sealed_name)) == (NUMBERS[0], "王大明")
    assert stored.masked_name == "王*明"
    assert b"NUMBER" not in stored.sealed_number


async def test_institutions_keep_their_sealed_credentials(connection: Connection) -> None:
    secrets = {HOSPITAL.institution: '{"secret": "s"}'}
    assert await loading.institutions(connection, SEAL, REGION, [HOSPITAL], secrets) == Counts(inserted=1)
    assert await loading.institutions(connection, SEAL, REGION, [HOSPITAL], secrets) == Counts(unchanged=1)
    found = await people.find_institution(connection, HOSPITAL.institution)
    assert found is not None
    region, institution = found
    assert (region, institution.kind, institution.profile) == (REGION, InstitutionKind.HOSPITAL, "baseline")
    assert institution.auth is not None
    assert SEAL.open(institution.auth) == '{"secret": "s"}'
    assert await people.institution(connection, REGION, HOSPITAL.institution) == institution
    assert await people.institution(connection, OTHER_REGION, HOSPITAL.institution) is None


RECORDS: list[msgspec.Struct] = [
    Enrolment(person=1, from_day=DAY, scheme=Scheme.EMPLOYEE, account=True),
    made.sponsorship(5, 1),
    Pointer(1, 5, BOUND_AT, OTHER_REGION, "王*", None),
    Accumulated(1, 2026, CareGroup.OUTPATIENT, 1, 2, 3, 0),
    Item(
        code="X1",
        from_day=DAY,
        name="示例药",
        item_class=2,
        upfront_employee_bp=1_000,
        upfront_resident_bp=2_000,
        price_limit_micro=1_500_000,
        fee_kind="drug",
    ),
]


@pytest.mark.parametrize("record", RECORDS, ids=[type(record).__name__ for record in RECORDS])
async def test_every_kind_of_record_loads_once(connection: Connection, record: msgspec.Struct) -> None:
    assert await loading.load(connection, REGION, [record]) == Counts(inserted=1)
    assert await loading.load(connection, REGION, [record]) == Counts(unchanged=1)


async def test_nothing_to_load(connection: Connection) -> None:
    assert await loading.load(connection, REGION, []) == Counts()
    assert await loading.open_purses(connection, REGION, []) == set()


async def test_one_statement_tells_new_changed_and_same_apart(connection: Connection) -> None:
    same, changing, new = (made.sponsorship(5, beneficiary) for beneficiary in (1, 2, 3))
    await loading.load(connection, REGION, [same, changing])
    changed = msgspec.structs.replace(changing, state=RelationState.ENDED, until=DAY)
    assert await loading.load(connection, REGION, [same, changed, new]) == Counts(1, 1, 1)
    assert [each.state for each in await people.sponsorships(connection, REGION, 5)] == ["active", "ended", "active"]


async def test_loading_again_never_puts_money_back(connection: Connection) -> None:
    relation = made.sponsorship(5, 1, quota=500)
    totals = Accumulated(1, 2026, CareGroup.OUTPATIENT, 0, 0, 0, 0)
    for seq in (1, 2):
        opened = await loading.open_purses(connection, REGION, [Opening(5, 1_000), Opening(6)])
        await loading.load(connection, REGION, [relation])
        await loading.load(connection, REGION, [totals])
        await made.book(
            connection,
            seq=seq,
            purses=[(5, 10, 0, 0, 0, 0, 0, 0)],
            relations=[(5, 1, BOUND_AT, 7, 2, 1, 1, 1)],
            cases=[made.booked_case(seq)],
            years=[(1, 2026, CareGroup.OUTPATIENT, 5, 5, 5, 0)],
        )
    assert opened == set()
    await loading.load(connection, REGION, [relation])
    await loading.load(connection, REGION, [totals])
    assert (await registry.read_purses(connection, [(REGION, 5)]))[REGION, 5].current == 10
    [kept] = await people.sponsorships(connection, REGION, 5)
    assert (kept.quota, kept.used_year) == (7, 1)
    assert await connection.fetchval("select funds_fen from accumulator") == 5


async def test_the_catalogue_of_a_day_and_a_place(connection: Connection) -> None:
    item = RECORDS[-1]
    assert isinstance(item, Item)
    later = msgspec.structs.replace(item, from_day=datetime.date(2026, 7, 1), name="后来")
    own = msgspec.structs.replace(item, name="本地")
    await loading.load(connection, EVERYWHERE, [item, later])
    await loading.load(connection, REGION, [own])
    assert (await catalogue.items(connection, OTHER_REGION, ["X1", "X2"], DAY)) == {"X1": item}
    assert (await catalogue.items(connection, OTHER_REGION, ["X1"], later.from_day))["X1"].name == "后来"
    assert (await catalogue.items(connection, REGION, ["X1"], DAY))["X1"].name == "本地"
    assert await catalogue.items(connection, REGION, ["X1"], DAY - datetime.timedelta(days=1)) == {}
