"""What holds for a person before there is a bill, asked of a real database."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.cache import Remembered
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.till import benefit
from mulaid.procedures.till.benefit import NO_MONEY
from mulaid.procedures.till.requests import BenefitInquiry, BenefitSeen, Obstacle
from mulaid.store.connect import Connection, connect
from mulaid.terms.codes import Scheme
from mulaid.terms.reasons import BillRefusal, Skip
from tests.records import world
from tests.records.world import FANGCHENGGANG, MOMENT, hospital

EMPLOYEE, RESIDENT = Scheme.EMPLOYEE, Scheme.RESIDENT


@pytest.fixture
async def opened(emptied: str) -> AsyncIterator[Connection]:
    """The world, committed: what is asked opens a transaction of its own."""
    connection = await connect(emptied)
    await world.build(connection)
    yield connection
    await connection.close()


async def told(connection: Connection, **changes: Any) -> BenefitSeen | Refused:
    asked = world.bill(0, 0, None, bill=None, scheme=EMPLOYEE, **changes)
    bureau = msgspec.structs.replace(world.bureau(), tills=Remembered(10, 5))
    return await benefit.tell(connection, bureau, BenefitInquiry(asked.request), asked.origin, MOMENT)


async def test_a_plan_nobody_knows_is_missed_unless_a_core_computes_the_funds(opened: Connection) -> None:
    await opened.execute("update institution set funds_given = 'never'")
    seen = await told(opened)
    assert isinstance(seen, BenefitSeen) and seen.pooled is not None
    assert (seen.pooled.code, seen.accounts) == (BillRefusal.POLICY_UNKNOWN, None)
    await opened.execute("update institution set funds_given = 'core' where institution = $1", hospital(FANGCHENGGANG))
    assert await told(opened) == BenefitSeen(pooled=None, accounts=None, has_accounts=True)


async def test_accounts_are_the_own_one_and_those_of_relatives(opened: Connection) -> None:
    await opened.execute("update purse set current_fen = 0, prior_fen = 0 where person = $1", world.number(0, 0))
    seen = await told(opened)
    assert isinstance(seen, BenefitSeen) and seen.accounts is None
    await opened.execute("update sponsorship set until = bound_on + 1")
    seen = await told(opened)
    assert isinstance(seen, BenefitSeen)
    assert seen.accounts == Obstacle(code=Skip.EXPIRED, detail={"payer": "王*明"})
    await opened.execute("delete from sponsorship")
    seen = await told(opened)
    assert isinstance(seen, BenefitSeen) and seen.accounts == Obstacle(code=NO_MONEY)


async def test_an_institution_that_is_not_designated(opened: Connection) -> None:
    await opened.execute("update institution set designated = false")
    seen = await told(opened)
    assert isinstance(seen, BenefitSeen) and seen.pooled is not None and seen.accounts is not None
    assert {seen.pooled.code, seen.accounts.code} == {BillRefusal.INSTITUTION_NOT_DESIGNATED}


async def test_a_scheme_the_person_does_not_have_and_a_person_nobody_knows(opened: Connection) -> None:
    asked = world.bill(0, 0, None, bill=None, scheme=RESIDENT)
    assert await benefit.tell(opened, world.bureau(), BenefitInquiry(asked.request), asked.origin, MOMENT) == Refused(
        code=Fault.SCHEME_NOT_HELD
    )
    assert await told(opened, patient=5) == Refused(code=Fault.UNKNOWN_PERSON)
