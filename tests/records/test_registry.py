"""The registry one by one, and the policies kept for cases."""

import datetime

from mulaid.store import loading, people, policy_versions
from mulaid.store.connect import Connection
from mulaid.store.ids import FIRST_MILLISECOND, Minter
from mulaid.store.rows import Enrolment
from mulaid.store.seal import Seal
from mulaid.terms.codes import Category, Scheme
from tests.records.made import DAY, OTHER_REGION, REGION


async def test_enrolments_in_order(connection: Connection) -> None:
    early = Enrolment(person=3, from_day=datetime.date(2020, 1, 1), until=DAY, scheme=Scheme.RESIDENT, account=False)
    late = Enrolment(
        person=3, from_day=DAY, scheme=Scheme.EMPLOYEE, category=Category.CIVIL_SERVANT, account=True, retired_on=DAY
    )
    await loading.load(connection, REGION, [late, early])
    assert await people.enrolments(connection, REGION, 3) == [early, late]
    assert await people.enrolments(connection, OTHER_REGION, 3) == []


async def test_a_mover_is_found_in_the_new_region(connection: Connection) -> None:
    seal = Seal(bytes(32))
    minter = Minter(1, lambda: FIRST_MILLISECOND)
    registered = await loading.number_people(connection, seal, minter, REGION, ["MOVER"])
    _, person = registered["MOVER"]
    await people.move_identity(connection, seal.blind_index("MOVER"), OTHER_REGION, person)
    assert await people.find_person(connection, seal.blind_index("MOVER")) == (OTHER_REGION, person)
    assert await people.person(connection, OTHER_REGION, person) is None


async def test_a_policy_is_kept_under_its_digest(connection: Connection) -> None:
    await policy_versions.keep(connection, "digest", b"body")
    await policy_versions.keep(connection, "digest", b"body")
    assert await policy_versions.body(connection, "digest") == b"body"
    assert await policy_versions.body(connection, "other") is None
