"""Money set apart for relatives on a real database: quotas and pools, to the fen and back to where it came from."""

import datetime
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mulaid.procedures.act.faults import Fault
from mulaid.procedures.sponsorship.due import due
from mulaid.procedures.sponsorship.end import Preview, preview
from mulaid.procedures.sponsorship.requests import (
    ChangeRequest,
    ContributeRequest,
    EndRequest,
    LeaveRequest,
)
from mulaid.procedures.till.requests import CancelRequest
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection, connect
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme
from mulaid.terms.reasons import (
    ChangeRefusal,
    EndRefusal,
    PoolRefusal,
    RelationRefusal,
)
from mulaid.terms.sponsorship_case import Asker
from tests.records import checks, world
from tests.records.family import (
    A_DAY,
    AT,
    MOTHER,
    SHILI,
    XIELI,
    bound,
    bureau,
    clean,
    code,
    confirmed,
    do,
    ended,
    family,
    newest,
    on_time,
    paid,
    person,
    proposed,
    purse,
    region,
    signed_in,
)

CHILD, SISTER = 103, 104
ACTIVE, PROPOSED, ENDED = RelationState.ACTIVE, RelationState.PROPOSED, RelationState.ENDED


async def test_a_quota_is_set_apart_when_it_comes_into_force_and_what_is_left_returns_where_it_came_from(
    connection: Connection,
) -> None:
    son, mother = await family(connection)
    opened = await checks.money(connection)
    quota: dict[str, Any] = {"mechanism": Mechanism.WALLET_QUOTA}
    answer = await proposed(connection, son, mother, quota=48_001, **quota)
    assert code(answer) == RelationRefusal.BALANCE_TOO_LOW, "20.00 stay on the account"
    await proposed(connection, son, mother, quota=25_000, **quota)
    assert await purse(connection, son) == (30_000, 20_000, 0), "a proposal sets nothing apart"
    await confirmed(connection, son, mother)
    assert await purse(connection, son) == (25_000, 0, 25_000), "earlier years' money goes first"
    first = await paid(connection, mother, 8_000, AT)
    assert first.outcome.mutual == 8_000
    row = await newest(connection, son)
    assert (row.quota, row.quota_prior) == (17_000, 12_000)
    cancel = CancelRequest(case_region=XIELI, case_id=first.case_id, patient=MOTHER)
    second = await paid(connection, mother, 4_000, AT)
    answer = await ended(connection, son, mother)
    assert (code(answer), answer.returned) == (None, 13_000)
    assert await purse(connection, son) == (30_000, 8_000, 0)
    back = await do(connection, world.Asked(cancel, world.origin(XIELI)), AT, on_lane=0)
    assert code(back) is None
    assert await purse(connection, son) == (30_000, 16_000, 0), "undone after the end: to the balance it came from"
    assert second.outcome.mutual == 4_000
    await clean(connection, opened)


async def test_a_quota_grows_and_shrinks_but_never_below_what_was_used(connection: Connection) -> None:
    son, mother = await family(connection)
    opened = await checks.money(connection)
    await bound(connection, son, mother, mechanism=Mechanism.WALLET_QUOTA, quota=25_000)
    await paid(connection, mother, 8_000, AT)
    two: dict[str, Any] = {"sponsor": son, "beneficiary": mother}
    steps = [
        (7_999, ChangeRefusal.QUOTA_BELOW_USED, (25_000, 0, 17_000)),
        (22_000, None, (28_000, 0, 14_000)),
        (15_000, None, (30_000, 5_000, 7_000)),
        (60_000, ChangeRefusal.BALANCE_TOO_LOW, (30_000, 5_000, 7_000)),
        (30_000, None, (20_000, 0, 22_000)),
        (8_000, None, (30_000, 12_000, 0)),
        (8_000, None, (30_000, 12_000, 0)),
    ]
    for size, refused, left in steps:
        answer = await do(connection, signed_in(son, ChangeRequest(**two, quota=size)))
        assert (code(answer), await purse(connection, son)) == (refused, left), size
    await clean(connection, opened)


async def test_quotas_are_many_to_many_and_reach_another_region(connection: Connection) -> None:
    """Two children set quotas apart for two parents, one of whom lives in another city: each pays from its own."""
    son, mother = await family(connection)
    await region(connection, SHILI)
    sister = await person(connection, XIELI, SISTER, current=10_000)
    father = await person(connection, SHILI, 105, born=1958, scheme=Scheme.RESIDENT)
    opened = await checks.money(connection)
    for giver, sizes in ((son, (6_000, 9_000)), (sister, (2_000, 3_000))):
        for taker, size in zip((mother, father), sizes, strict=True):
            answer = await bound(connection, giver, taker, mechanism=Mechanism.WALLET_QUOTA, quota=size)
            assert code(answer) is None
    assert await purse(connection, son) == (30_000, 5_000, 15_000)
    # In 示例市 a payer gives up to 300.00 a bill, so both are asked in the order of rank and binding.
    assert (await paid(connection, father, 10_000, AT)).outcome.mutual == 10_000
    assert (await paid(connection, mother, 7_000, AT)).outcome.mutual == 7_000
    answers = [await ended(connection, giver, mother) for giver in (son,)]
    assert [each.returned for each in answers] == [0]
    await clean(connection, opened)


@pytest.fixture
async def apart(emptied: str) -> AsyncIterator[Connection]:
    """A connection outside any transaction: what is only asked opens one of its own."""
    opened = await connect(emptied)
    yield opened
    await opened.close()


async def test_an_end_from_tomorrow_returns_the_quota_tomorrow(apart: Connection) -> None:
    son, mother = await family(apart, SHILI)
    opened = await checks.money(apart)
    await bound(apart, son, mother, mechanism=Mechanism.WALLET_QUOTA, quota=25_000)
    day = AT + 30 * A_DAY
    request = EndRequest(sponsor=son, beneficiary=mother, by=Asker.SPONSOR)
    seen = await preview(apart, bureau(), request, signed_in(son, request).origin, day)
    assert isinstance(seen, Preview)
    assert (seen.ends_on, seen.returned, seen.rebind_from) == (
        day.date() + A_DAY,
        25_000,
        day.date() + 31 * A_DAY,
    )
    answer = await ended(apart, son, mother, day)
    assert (answer.day, answer.state, answer.returned) == (day.date() + A_DAY, ACTIVE, 0)
    assert await purse(apart, son) == (25_000, 0, 25_000)
    assert await due(apart, day) == []
    [expired] = await on_time(apart, day + A_DAY)
    assert (code(expired), expired.returned) == (None, 25_000)
    assert await purse(apart, son) == (30_000, 20_000, 0)
    assert await due(apart, day + A_DAY) == []
    assert (await newest(apart, son)).state is ENDED
    await clean(apart, opened)


async def test_a_preview_refuses_as_the_end_would(apart: Connection) -> None:
    son, mother = await family(apart, SHILI)
    await bound(apart, son, mother)
    request = EndRequest(sponsor=son, beneficiary=mother, by=Asker.SPONSOR)
    seen = await preview(apart, bureau(), request, signed_in(son, request).origin, AT)
    assert code(seen) == EndRefusal.LOCKED_UNBIND
    seen = await preview(apart, bureau(), request, signed_in(mother, request).origin, AT)
    assert code(seen) == Fault.NOT_PERMITTED


async def test_a_new_relation_goes_on_with_what_the_earlier_one_used(connection: Connection) -> None:
    son, mother = await family(connection)
    await bound(connection, son, mother, caps=Caps(month=6_000))
    await paid(connection, mother, 5_000, AT)
    await ended(connection, son, mother)
    later = AT + datetime.timedelta(hours=1)
    await proposed(connection, son, mother, later, caps=Caps(month=6_000))
    await confirmed(connection, son, mother, later)
    assert (await paid(connection, mother, 5_000, later)).outcome.mutual == 1_000


async def pooled(connection: Connection) -> tuple[Key, Key, Key]:
    """A holder, a sister with money of her own, and a mother without an account; one pool."""
    son, mother = await family(connection)
    sister = await person(connection, XIELI, SISTER, born=1988, current=10_000, prior=1_000)
    for member, kinship in ((mother, Kinship.PARENT), (sister, Kinship.SIBLING)):
        assert code(await bound(connection, son, member, kinship=kinship, mechanism=Mechanism.POOL)) is None
    return son, mother, sister


async def test_a_pool_pays_for_its_members_and_gives_back_what_is_left(connection: Connection) -> None:
    son, mother, sister = await pooled(connection)
    opened = await checks.money(connection)
    for who, amount, minutes in ((son, 22_000, 1), (sister, 5_000, 2)):
        moment = AT + datetime.timedelta(minutes=minutes)
        request = ContributeRequest(person=who, holder=son, amount=amount)
        assert code(await do(connection, signed_in(who, request), moment)) is None
    assert await purse(connection, son) == (28_000, 0, 0)
    assert await purse(connection, sister) == (6_000, 0, 0)
    bill = await paid(connection, mother, 21_000, AT)
    assert (bill.outcome.mutual, bill.payers[0].mechanism) == (21_000, Mechanism.POOL)
    leave = LeaveRequest(person=sister, holder=son)
    answer = await do(connection, signed_in(sister, leave), AT)
    assert (code(answer), answer.returned) == (None, 5_000), "what was paid in first was spent first"
    assert await purse(connection, sister) == (10_000, 1_000, 0)
    assert code(await do(connection, signed_in(sister, leave), AT)) == Fault.NOT_BOUND
    answer = await do(
        connection,
        signed_in(mother, EndRequest(sponsor=son, beneficiary=mother, by=Asker.BENEFICIARY)),
        AT,
    )
    assert answer.returned == 1_000, "with its last member the pool closes"
    assert await purse(connection, son) == (29_000, 0, 0)
    await clean(connection, opened)


async def test_who_may_not_pay_into_a_pool(connection: Connection) -> None:
    son, mother, sister = await pooled(connection)
    other = await person(connection, XIELI, 106, born=1985, current=2_000)
    stranger = await person(connection, XIELI, 107, born=1985, current=50_000)

    async def pays(who: Key, holder: Key, amount: int) -> str | None:
        return code(await do(connection, signed_in(who, ContributeRequest(person=who, holder=holder, amount=amount))))

    assert await pays(stranger, son, 100) == Fault.NOT_BOUND
    assert code(await bound(connection, sister, other, kinship=Kinship.SIBLING, mechanism=Mechanism.POOL)) == (
        PoolRefusal.IN_OTHER_POOL
    ), "one family at a time"
    assert code(await bound(connection, son, other, kinship=Kinship.SIBLING, mechanism=Mechanism.POOL)) is None
    assert await pays(other, son, 100) == PoolRefusal.BELOW_FLOOR
    assert await pays(sister, son, 9_001) == PoolRefusal.BALANCE_TOO_LOW
    assert await pays(sister, son, 9_000) is None
    assert await pays(mother, son, 1) in (PoolRefusal.BELOW_FLOOR, PoolRefusal.BALANCE_TOO_LOW)


async def test_the_holders_leaving_closes_the_pool(connection: Connection) -> None:
    son, mother, sister = await pooled(connection)
    opened = await checks.money(connection)
    await do(connection, signed_in(sister, ContributeRequest(person=sister, holder=son, amount=5_000)))
    answer = await do(connection, signed_in(son, LeaveRequest(person=son, holder=son)))
    assert answer.returned == 5_000
    assert await purse(connection, sister) == (10_000, 1_000, 0)
    states = {row.state for row in [await newest(connection, son)]}
    assert states == {ENDED}
    assert (await paid(connection, mother, 1_000, AT)).outcome.mutual == 0
    await clean(connection, opened)
