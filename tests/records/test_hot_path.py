"""The path of a settled batch through the records: claim, look, lock, write, post, record; and what it reads back."""

import datetime

import msgspec

from mulaid.store import cases, chain, loading, registry
from mulaid.store.connect import Connection
from mulaid.store.loading import Opening
from mulaid.store.refused import Released
from mulaid.store.rows import Enrolment, Person, Pointer
from mulaid.terms.bill_case import YearSoFar
from mulaid.terms.codes import CareGroup, Cover, Scheme, Sex, SponsorUse
from tests.records import made
from tests.records.made import BOUND_AT, DAY, MOMENT, OTHER_REGION, REGION

NEXT_DAY = DAY + datetime.timedelta(days=1)
CONTENT = bytes(32)


async def test_the_purses_of_a_family(connection: Connection) -> None:
    await loading.open_purses(connection, REGION, [Opening(9, 100, 200, 30, 4), Opening(8)])
    await loading.open_purses(connection, OTHER_REGION, [Opening(1, 5)])
    eight, nine, elsewhere = (REGION, 8), (REGION, 9), (OTHER_REGION, 1)
    locked = await registry.lock_purses(connection, [nine, elsewhere, eight, (REGION, 404), (OTHER_REGION, 9)])
    assert list(locked) == [eight, nine, elsewhere]
    assert locked[nine].balance == 330
    assert locked[nine].wallet == 4
    await made.book(connection, purses=[(8, 1, 0, 0, 0, 0, 0, 0), (9, 90, 180, 30, 4, 30, 30, 30)])
    read = await registry.read_purses(connection, [nine, eight])
    assert (read[nine].current, read[nine].prior, read[nine].used_month, read[nine].used_on) == (90, 180, 30, DAY)
    assert (read[eight].current, read[eight].used_year, read[eight].moved_to) == (1, 0, None)


async def test_cover_is_of_the_day_asked(connection: Connection) -> None:
    await loading.load(connection, REGION, [_person(1), _person(2, suspended_from=DAY, suspended_until=NEXT_DAY)])
    await loading.load(
        connection,
        REGION,
        [
            Enrolment(person=1, from_day=datetime.date(2020, 1, 1), until=DAY, scheme=Scheme.RESIDENT, account=False),
            Enrolment(person=1, from_day=DAY, scheme=Scheme.EMPLOYEE, tier=2, account=True),
        ],
    )
    today = await registry.people(connection, REGION, [1, 2, 404], DAY)
    assert set(today) == {1, 2}
    assert (today[1].scheme, today[1].status, today[1].tier, today[1].account) == (Scheme.EMPLOYEE, "active", 2, True)
    assert today[1].sex is Sex.FEMALE
    assert (today[2].status, today[2].account, today[2].suspended) == (Cover.ENDED, False, True)
    before = DAY - datetime.timedelta(days=1)
    keys = [
        (REGION, person, day, 2026, CareGroup.OUTPATIENT)
        for person, day in ((1, before), (1, DAY), (2, before), (404, DAY))
    ]
    keys.append((OTHER_REGION, 1, DAY, 2026, CareGroup.OUTPATIENT))
    asked = await registry.patients(connection, keys, DAY)
    assert set(asked) == set(keys[:3])
    assert asked[keys[0]][0].scheme is Scheme.RESIDENT
    assert asked[keys[1]][0].scheme is Scheme.EMPLOYEE
    # Cover is of the day of care, suspension of today.
    assert asked[keys[2]][0].suspended
    later = await registry.patients(connection, keys[2:3], NEXT_DAY)
    assert not later[keys[2]][0].suspended


async def test_a_relation_and_its_pointer_in_two_regions(connection: Connection) -> None:
    relation = made.sponsorship(5, 1, quota=700)
    await loading.load(connection, OTHER_REGION, [relation])
    await loading.load(connection, REGION, [Pointer(1, 5, BOUND_AT, OTHER_REGION, "王*", None)])
    asked = [(REGION, 1), (REGION, 2), (OTHER_REGION, 1)]
    assert await registry.pointers(connection, asked) == [Pointer(1, 5, BOUND_AT, OTHER_REGION, "王*", None)]
    pairs = [(OTHER_REGION, 5, 1), (OTHER_REGION, 5, 2), (REGION, 5, 1)]
    [(region, stored, unregistered)] = await registry.sponsors(connection, pairs, DAY)
    assert (region, stored) == (OTHER_REGION, relation)
    assert (unregistered.status, unregistered.account) == (Cover.ENDED, False)
    assert relation.uses == {SponsorUse.CARE}
    await made.book(connection, OTHER_REGION, relations=[(5, 1, BOUND_AT, 600, 200, 1, 2, 3)])
    [(_, used, _)] = await registry.sponsors(connection, pairs, DAY)
    assert (used.quota, used.used_day, used.used_month, used.used_year, used.used_on) == (600, 1, 2, 3, DAY)
    assert used.cap_day == 20_000


async def test_a_relation_comes_with_its_sponsors_cover_today(connection: Connection) -> None:
    await loading.load(connection, REGION, [made.sponsorship(5, 1), made.sponsorship(6, 1)])
    await loading.load(connection, REGION, [_person(5), _person(6)])
    await loading.load(connection, REGION, [Enrolment(person=5, from_day=DAY, scheme=Scheme.EMPLOYEE, account=True)])
    [(*_, insured), (*_, ended)] = await registry.sponsors(connection, [(REGION, 5, 1), (REGION, 6, 1)], DAY)
    assert (insured.scheme, insured.status, insured.account) == (Scheme.EMPLOYEE, Cover.ACTIVE, True)
    assert (ended.status, ended.account) == (Cover.ENDED, False)


async def test_accumulators_are_written_and_written_again(connection: Connection) -> None:
    await loading.load(connection, REGION, [_person(1)])
    for seq, funds in enumerate((400, 900), start=1):
        years = [(1, 2026, CareGroup.OUTPATIENT, 100, 500, funds, 0), (1, 2026, CareGroup.INPATIENT, 0, 0, 0, 2)]
        await made.book(connection, seq=seq, cases=[made.booked_case(seq)], years=years)
    keys = [(REGION, 1, DAY, 2026, group) for group in CareGroup] + [(REGION, 1, DAY, 2025, CareGroup.INPATIENT)]
    found = await registry.patients(connection, keys, DAY)
    assert {key: year for key, (_, year) in found.items()} == {
        keys[0]: YearSoFar(deductible_met=100, in_scope=500, funds_paid=900),
        keys[1]: YearSoFar(admissions=2),
        keys[2]: YearSoFar(),
    }


async def release(connection: Connection, claims: list[cases.Claim]) -> None:
    """Free the ids of refused requests."""
    released = Released()
    released.claims = claims
    await released.write(connection, MOMENT)


async def test_a_message_id_is_claimed_once(connection: Connection) -> None:
    claims = [made.claim("H2", "m", 10), made.claim("H1", "m", 11), made.claim("H1", "m", 12, content=b"1" * 32)]
    assert await cases.claim_messages(connection, claims, MOMENT) == {10, 11}
    again = [msgspec.structs.replace(each, case_id=each.case_id + 10) for each in claims]
    assert await cases.claim_messages(connection, again, MOMENT) == set()
    elsewhere = msgspec.structs.replace(claims[0], region=OTHER_REGION, case_id=30)
    assert await cases.claim_messages(connection, [again[0], elsewhere], MOMENT) == {30}
    stored = await cases.messages(connection, REGION, ["H1", "H2", "H3"], ["m", "m", "m"])
    assert {key: (row.case_region, row.case_id, row.voided) for key, row in stored.items()} == {
        ("H1", "m"): (REGION, 11, False),
        ("H2", "m"): (REGION, 10, False),
    }
    assert stored["H1", "m"].content == CONTENT
    await release(connection, [again[1], elsewhere])
    assert await cases.claim_messages(connection, [*again, elsewhere], MOMENT) == {30}
    await release(connection, claims)
    assert await cases.claim_messages(connection, again, MOMENT) == {20, 21}


async def test_a_voided_id_stays_voided(connection: Connection) -> None:
    await cases.claim_messages(connection, [made.claim("H1", "lost", 5)], MOMENT)
    await cases.VOID_CLAIMS.run(connection, [(int(REGION), "H1", "lost", 5)])
    unseen = (await cases.messages(connection, REGION, ["H1"], ["lost"]))["H1", "lost"]
    assert (unseen.case_id, unseen.content, unseen.voided) == (None, None, True)
    late = made.claim("H1", "lost", 1)
    assert await cases.claim_messages(connection, [late], MOMENT) == set()
    await release(connection, [late])
    assert (await cases.messages(connection, REGION, ["H1"], ["lost"]))["H1", "lost"].voided
    await cases.claim_messages(connection, [made.claim("H1", "seen", 7)], MOMENT)
    await cases.VOID_MESSAGES.run(connection, [(int(REGION), "H1", "seen")])
    seen = (await cases.messages(connection, REGION, ["H1"], ["seen"]))["H1", "seen"]
    assert (seen.case_region, seen.case_id, seen.content, seen.voided) == (REGION, 7, CONTENT, True)


async def test_a_case_with_its_transfers_is_found_again(connection: Connection) -> None:
    await cases.claim_messages(connection, [made.claim("H1", "m", 10, OTHER_REGION)], MOMENT)
    moved = [(10, 0, 10, 0, 20, 3, 50, None, None), (10, 1, 1, 1, 20, 3, 20, 1, 0)]
    await made.book(connection, OTHER_REGION, hash=CONTENT, cases=[made.booked_case(10)], transfers=moved)
    undone = made.booked_case(
        11, visit=4, total=-100, funds=-50, own=-20, mutual=-20, cash=-9, institution_paid=-1, record=b"two"
    )
    second = {"kind": "reversal", "seq": 2, "hash": b"1" * 32, "previous": CONTENT}
    await made.book(connection, OTHER_REGION, cases=[undone], **second)
    found = await cases.case_of_message(connection, REGION, "H1", "m")
    assert found is not None
    assert (found.region, found.case_id, found.record, found.visit) == (OTHER_REGION, 10, b"one", None)
    assert await cases.case_of_message(connection, REGION, "H1", "other") is None
    assert set(await cases.cases(connection, OTHER_REGION, [10, 11, 12])) == {10, 11}
    posted = await cases.transfers(connection, OTHER_REGION, 10)
    assert [(row["n"], row["amount_fen"], row["person"], row["balance_after_fen"]) for row in posted] == [
        (0, 50, None, None),
        (1, 20, 1, 0),
    ]
    links = await chain.links(connection, OTHER_REGION, 2, 0, 10)
    assert [(row["seq"], row["first_case"], row["n"], row["previous"]) for row in links] == [
        (1, 10, 1, b""),
        (2, 11, 1, CONTENT),
    ]


def _person(number: int, **changes: datetime.date) -> Person:
    born = datetime.date(1985, 3, 7)
    return Person(
        person=number,
        sealed_number=b"n",
        sealed_name=b"s",
        masked_name="王*",
        sex=Sex.FEMALE,
        born=born,
        **changes,  # type: ignore[arg-type]
    )
