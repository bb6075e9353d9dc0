"""Relations made and ended on a real database: by whom, from which day, and beside bills of the same family."""

import asyncio
import datetime
import random
from collections.abc import AsyncIterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mulaid.counter.command import at_once, origin
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.sponsorship.requests import BindRequest, EndRequest
from mulaid.store import loading, people, policy_versions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection, connect
from mulaid.store.loading import Opening, PlainPerson
from mulaid.store.rows import Enrolment, Institution, Pointer, Sponsorship
from mulaid.terms.actor import Role
from mulaid.terms.codes import FundsGiven, InstitutionKind, Kinship, Mechanism, RelationState, Scheme, Sex
from mulaid.terms.reasons import EndRefusal, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import Asker
from tests.records import checks, made, world
from tests.rules.made import INVENTED

WUHAN, NANNING, TANGSHAN = "420100", "450100", "130200"
SHILI, YANGBAN = "990100", "990200"
"""Invented: in the one a relation holds 30 days and the sponsor ends it from the next day, in the other both must."""
BOUND = datetime.datetime(2026, 1, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
A_DAY = datetime.timedelta(days=1)
SON, MOTHER = 1, 2
DRAWN = 8_000


@cache
def bureau() -> Bureau:
    """The shipped law with the invented regions beside it."""
    shipped = world.bureau()
    return Bureau(Law(Book.load([shipped_folder(), INVENTED])), shipped.seal, shipped.minter)


async def enter(connection: Connection, region: str, person: int, **fields: Any) -> Key:
    """One person, an employee with 900.00 born in 1990 unless told otherwise."""
    born = fields.get("born", datetime.date(1990, 5, 1))
    scheme = fields.get("scheme", Scheme.EMPLOYEE)
    account = scheme is Scheme.EMPLOYEE
    money = 90_000 if account else 0
    number = f"99{region[:4]}{born:%Y%m%d}{person:03d}X"
    plain = PlainPerson(person=person, number=number, name="王小明", sex=fields.get("sex"), born=born)
    cover = Enrolment(person=person, from_day=datetime.date(2010, 1, 1), scheme=scheme, account=account, tier=2)
    await loading.people(connection, bureau().seal, region, [plain])
    await loading.open_purses(connection, region, [Opening(person, 0, money)])
    await loading.load(connection, region, [cover])
    return region, person


async def mother_and_son(connection: Connection, region: str, at: int = 0) -> tuple[Key, Key]:
    """The son and his mother, and the hospital of their city."""
    hospital = Institution(
        institution=world.hospital(region),
        name="医院",
        kind=InstitutionKind.HOSPITAL,
        level=3,
        funds_given=FundsGiven.CORE,
    )
    await loading.institutions(connection, bureau().seal, region, [hospital], {})
    born = datetime.date(1960, 5, 1)
    son = await enter(connection, region, at * 10 + SON, sex=Sex.MALE)
    mother = await enter(connection, region, at * 10 + MOTHER, born=born, scheme=Scheme.RESIDENT, sex=Sex.FEMALE)
    return son, mother


async def bound(connection: Connection, son: Key, mother: Key, at: datetime.datetime = BOUND, **fields: Any) -> Any:
    request = BindRequest(sponsor=son, beneficiary=mother, **({"kinship": Kinship.PARENT} | fields))
    [answer] = await world.carry(connection, world.clerk(son[0], request), moment=at, by=bureau())
    return answer


async def ended(connection: Connection, son: Key, mother: Key, at: datetime.datetime, by: Asker = Asker.SPONSOR) -> Any:
    request = EndRequest(sponsor=son, beneficiary=mother, by=by)
    [answer] = await world.carry(connection, world.clerk(son[0], request), moment=at, by=bureau())
    return answer


def refusal(answer: Any) -> str | None:
    """The code of a refusal, None for what was done."""
    return answer.code if isinstance(answer, Refused) else None


async def relation(connection: Connection, son: Key) -> Sponsorship:
    """The newest of the son's relations."""
    return (await people.sponsorships(connection, *son))[-1]


async def paid(connection: Connection, mother: Key, at: datetime.datetime) -> Settled:
    """A bill of 80.00 of the mother's, of which the funds pay nothing."""
    request = world.bill(
        0, DRAWN, region=mother[0], day=at.date(), at=mother[0], patient=mother[1] - world.number(0, 0)
    )
    (reply,) = await world.carry(connection, request, moment=at, by=bureau())
    assert isinstance(reply, Settled), reply
    return reply


def skipped(reply: Settled) -> list[Skip]:
    return [skip for _, skip in reply.outcome.skipped]


@pytest.mark.parametrize("by", Asker)
async def test_a_relation_holds_for_ninety_days_whoever_asks(connection: Connection, by: Asker) -> None:
    son, mother = await mother_and_son(connection, WUHAN)
    assert refusal(await bound(connection, son, mother)) is None
    first_day = BOUND.date() + 90 * A_DAY
    for days in (0, 1, 89):
        answer = await ended(connection, son, mother, BOUND + days * A_DAY, by)
        assert (refusal(answer), answer.day) == (EndRefusal.LOCKED_UNBIND, first_day)
        kept = await relation(connection, son)
        assert (kept.state, kept.until) == (RelationState.ACTIVE, None)
    answer = await ended(connection, son, mother, BOUND + 90 * A_DAY, by)
    assert (refusal(answer), answer.day) == (None, first_day)
    gone = await relation(connection, son)
    assert (gone.state, gone.until) == (RelationState.ENDED, first_day)
    assert refusal(await ended(connection, son, mother, BOUND + 91 * A_DAY, by)) == Fault.NOT_BOUND


@pytest.mark.parametrize("by", Asker)
async def test_where_nobody_knows_who_may_end_either_may_at_once(connection: Connection, by: Asker) -> None:
    """Not known is not a lock: what is assumed is named, and not who may end it where both ask."""
    son, mother = await mother_and_son(connection, NANNING)
    await bound(connection, son, mother)
    answer = await ended(connection, son, mother, BOUND, by)
    assert (refusal(answer), answer.day) == (None, BOUND.date())
    assumed = answer.outcome.assumed
    rules = ("min_bound_days", "unbind_by", "unbind_effect")
    assert assumed == tuple(rule for rule in rules if by is not Asker.BOTH or rule != "unbind_by")


async def test_only_the_sponsor_ends_where_the_rule_says_so(connection: Connection) -> None:
    son, mother = await mother_and_son(connection, TANGSHAN)
    day = datetime.datetime(2025, 12, 31, 9, 0, tzinfo=BOUND.tzinfo)
    await bound(connection, son, mother, day)
    for by in (Asker.BENEFICIARY, Asker.GUARDIAN):
        assert refusal(await ended(connection, son, mother, day, by)) == EndRefusal.UNBIND_NOT_YOURS
        assert (await relation(connection, son)).state is RelationState.ACTIVE
    assert refusal(await ended(connection, son, mother, day, Asker.SPONSOR)) is None


async def test_an_end_from_the_next_day_leaves_today_to_the_family(connection: Connection) -> None:
    await policy_versions.keep(connection, bureau().law.book.digest, bureau().law.book.body())
    son, mother = await mother_and_son(connection, SHILI, at=10)
    made_ = await bound(connection, son, mother)
    assert made_.day == BOUND.date() + A_DAY, "bound today, used from tomorrow"
    day = BOUND + 30 * A_DAY
    answer = await ended(connection, son, mother, day)
    assert (refusal(answer), answer.day) == (None, day.date() + A_DAY)
    kept = await relation(connection, son)
    assert (kept.state, kept.until) == (RelationState.ACTIVE, day.date() + A_DAY)
    assert (await ended(connection, son, mother, day)).day == day.date() + A_DAY, "asked again, the same answer"
    assert refusal(await bound(connection, son, mother, day)) == Fault.ALREADY_BOUND
    assert (await paid(connection, mother, day)).outcome.mutual == DRAWN
    after = await paid(connection, mother, day + A_DAY)
    assert (after.outcome.mutual, skipped(after)) == (0, [Skip.EXPIRED])
    assert refusal(await ended(connection, son, mother, day + A_DAY)) == Fault.NOT_BOUND


@pytest.mark.parametrize("first", [Asker.SPONSOR, Asker.BENEFICIARY, Asker.GUARDIAN])
async def test_one_sides_wish_waits_thirty_days_for_the_other(connection: Connection, first: Asker) -> None:
    son, mother = await mother_and_son(connection, YANGBAN)
    await bound(connection, son, mother)
    second = Asker.BENEFICIARY if first is Asker.SPONSOR else Asker.SPONSOR
    for days, by, refused in ((0, first, True), (30, second, True), (59, first, False)):
        answer = await ended(connection, son, mother, BOUND + days * A_DAY, by)
        assert (refusal(answer) == EndRefusal.OTHER_SIDE_MUST_AGREE) is refused
        kept = await connection.fetchval("select max(asked_on) from end_wish")
        assert kept == (BOUND.date() + days * A_DAY if refused else None)
    assert (await relation(connection, son)).state is RelationState.ENDED
    assert await connection.fetchval("select count(*) from end_wish") == 0


async def test_the_same_side_twice_is_still_one_side(connection: Connection) -> None:
    son, mother = await mother_and_son(connection, YANGBAN)
    await bound(connection, son, mother)
    for by in (Asker.BENEFICIARY, Asker.GUARDIAN, Asker.BENEFICIARY):
        assert refusal(await ended(connection, son, mother, BOUND, by)) == EndRefusal.OTHER_SIDE_MUST_AGREE
    assert refusal(await ended(connection, son, mother, BOUND, Asker.BOTH)) is None


@pytest.mark.parametrize("state", [RelationState.PROPOSED, RelationState.NOT_SUBMITTED])
async def test_what_was_only_proposed_is_withdrawn_by_no_rule(connection: Connection, state: RelationState) -> None:
    son, mother = await mother_and_son(connection, WUHAN)
    await placed(connection, son, mother, state=state)
    answer = await ended(connection, son, mother, BOUND, Asker.BENEFICIARY)
    assert (refusal(answer), answer.outcome, answer.day) == (None, None, BOUND.date())


async def placed(connection: Connection, son: Key, mother: Key, **fields: Any) -> None:
    """A relation as `mulaid load` would bring it."""
    day = BOUND - 400 * A_DAY
    usual: dict[str, Any] = {
        "bound_at": day,
        "bound_on": day.date(),
        "effective_on": day.date(),
        "beneficiary_region": mother[0],
        "kinship": Kinship.PARENT,
    }
    row = made.sponsorship(son[1], mother[1], **(usual | fields))
    await loading.load(connection, son[0], [row])
    await loading.load(connection, mother[0], [Pointer(mother[1], son[1], row.bound_at, son[0], "王*", None)])


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"state": RelationState.DISPLAY_ONLY}, None),
        ({"state": RelationState.NOT_SUBMITTED}, None),
        ({"state": RelationState.ENDED}, None),
        ({"until": BOUND.date()}, None),
        ({"until": BOUND.date() + A_DAY}, Fault.ALREADY_BOUND),
        ({"state": RelationState.PROPOSED}, None),
        ({"state": RelationState.PROPOSED, "bound_on": BOUND.date() - 6 * A_DAY}, Fault.ALREADY_BOUND),
        ({"state": RelationState.SUSPENDED}, Fault.ALREADY_BOUND),
    ],
)
async def test_only_a_relation_that_stands_is_in_the_way_of_a_new_one(
    connection: Connection, fields: dict[str, Any], refused: str | None
) -> None:
    """A family whose period ran out, or that only shows each other's codes, can bind."""
    son, mother = await mother_and_son(connection, NANNING)
    await placed(connection, son, mother, **fields)
    assert refusal(await bound(connection, son, mother)) == refused


async def test_who_no_longer_sponsors_takes_nobodys_place(connection: Connection) -> None:
    """In 示例市 two may sponsor the same person, and whoever sponsors is sponsored by nobody."""
    _, mother = await mother_and_son(connection, SHILI)
    gone: list[dict[str, Any]] = [{"until": datetime.date(2025, 11, 1)}, {"state": RelationState.DISPLAY_ONLY}]
    for at, fields in enumerate(gone, 5):
        other = await enter(connection, SHILI, at)
        await placed(connection, other, mother, **fields)
        assert refusal(await bound(connection, other, mother)) is None
    third = await enter(connection, SHILI, 8)
    assert refusal(await bound(connection, third, mother)) == RelationRefusal.ALREADY_BOUND_BY_OTHER


async def test_fathers_and_mothers_are_counted_apart(connection: Connection) -> None:
    """In 示例市 one father and one mother: the second mother is one too many, a first father is not."""
    son, mother = await mother_and_son(connection, SHILI)
    assert refusal(await bound(connection, son, mother)) is None
    born = datetime.date(1958, 1, 1)
    other = await enter(connection, SHILI, 5, born=born, scheme=Scheme.RESIDENT, sex=Sex.FEMALE)
    father = await enter(connection, SHILI, 6, born=born, scheme=Scheme.RESIDENT, sex=Sex.MALE)
    assert refusal(await bound(connection, son, other)) == RelationRefusal.RELATION_LIMIT
    assert refusal(await bound(connection, son, father)) is None


async def test_what_ended_on_no_day_has_ended(connection: Connection) -> None:
    """In 示例市 one mother: she who was loaded as ended, without a day, is none any more."""
    son, mother = await mother_and_son(connection, SHILI)
    other = await enter(connection, SHILI, 5, born=datetime.date(1958, 1, 1), sex=Sex.FEMALE)
    await placed(connection, son, other, state=RelationState.ENDED)
    assert refusal(await bound(connection, son, mother)) is None


async def test_only_what_has_ended_is_waited_for(connection: Connection) -> None:
    """In 示例市 the same person is bound again after 30 days; a quota that still runs is not waited for."""
    son, mother = await mother_and_son(connection, SHILI)
    later = BOUND.date() + 100 * A_DAY
    await placed(connection, son, mother, mechanism=Mechanism.WALLET_QUOTA, until=later)
    assert refusal(await bound(connection, son, mother)) is None


async def test_a_sponsor_with_two_covers_gives_from_the_account_of_one(connection: Connection) -> None:
    son, mother = await mother_and_son(connection, WUHAN)
    later = Enrolment(person=SON, from_day=datetime.date(2020, 1, 1), scheme=Scheme.RESIDENT, account=False)
    await loading.load(connection, WUHAN, [later])
    assert refusal(await bound(connection, son, mother)) is None
    assert (await paid(connection, mother, BOUND)).outcome.mutual == DRAWN


async def test_ages_are_taken_from_the_register(connection: Connection) -> None:
    son, mother = await mother_and_son(connection, NANNING)
    answer = await bound(connection, son, mother, kinship=Kinship.CHILD)
    assert refusal(answer) == RelationRefusal.KINSHIP_IMPLAUSIBLE
    assert await people.sponsorships(connection, *son) == []
    assert refusal(await bound(connection, son, mother, kinship=Kinship.CHILD, documents=True)) is None


async def test_whom_no_relation_joins(connection: Connection) -> None:
    son, mother = await mother_and_son(connection, NANNING)
    assert refusal(await bound(connection, son, son)) == Fault.SAME_PERSON
    assert refusal(await bound(connection, son, (NANNING, 77))) == Fault.UNKNOWN_PERSON
    assert refusal(await ended(connection, son, (NANNING, 77), BOUND)) == Fault.UNKNOWN_PERSON
    assert refusal(await ended(connection, son, mother, BOUND)) == Fault.NOT_BOUND
    await connection.execute("update person set moved_to = 440100 where person = $1", MOTHER)
    assert refusal(await bound(connection, son, mother)) == Fault.PERSON_MOVED


@pytest.fixture
async def two(emptied: str) -> AsyncIterator[tuple[Connection, Connection]]:
    """Two connections on one database that sees their commits."""
    one, other = await connect(emptied), await connect(emptied)
    await policy_versions.keep(one, bureau().law.book.digest, bureau().law.book.body())
    yield one, other
    await one.close()
    await other.close()


@pytest.mark.parametrize("end_first", [True, False])
async def test_a_bill_and_the_end_of_its_relation_wait_for_each_other(
    two: tuple[Connection, Connection], end_first: bool
) -> None:
    """Whoever comes second sees what the first did: never a bill paid by a relation that had ended."""
    one, other = two
    son, mother = await mother_and_son(one, NANNING, at=10)
    await bound(one, son, mother, BOUND - 10 * A_DAY)

    async def ending() -> Any:
        return await ended(one if end_first else other, son, mother, BOUND)

    async def paying() -> Settled:
        connection = other if end_first else one
        async with connection.transaction():
            return await paid(connection, mother, BOUND)

    first, second = (ending, paying) if end_first else (paying, ending)
    async with one.transaction():
        results: list[Any] = [await first()]
        waiting = asyncio.ensure_future(second())
        await asyncio.sleep(0.3)
        assert not waiting.done(), "the purse is still held"
    results.append(await waiting)
    bill = next(each for each in results if isinstance(each, Settled))
    assert (bill.outcome.mutual, skipped(bill)) == ((0, [Skip.EXPIRED]) if end_first else (DRAWN, []))
    assert (await relation(one, son)).state is RelationState.ENDED


async def test_bills_race_the_ends_of_their_relations(emptied: str) -> None:
    """Many families, each with a bill and an end at about the same time: no fen is drawn after the end."""
    tries, own = 120, 50_000
    families = list(range(tries))
    async with world.open_hall(emptied, lanes=2) as hall:
        one, other = await connect(emptied), await connect(emptied)
        family = world.Family(region=NANNING, sponsors=(world.Sponsoring(current=own),))
        opened = await world.build(one, [family] * tries)

        async def ends() -> list[Any]:
            """In the order of the families."""
            return [await ending(at) for at in families]

        async def ending(at: int) -> Any:
            son, mother = [(NANNING, world.number(at, role)) for role in (world.SPONSOR, world.PATIENT)]
            request = EndRequest(sponsor=son, beneficiary=mother, by=Asker.BENEFICIARY)
            [answer] = await world.carry(other, world.clerk(NANNING, request), on_lane=9)
            return answer

        async def bills() -> list[Settled]:
            """Six families at a time, here and there among them."""
            order, found = random.Random(7).sample(families, tries), []
            for six in [order[at : at + 6] for at in range(0, tries, 6)]:
                found += await asyncio.gather(*(hall.submit(*world.bill(at, DRAWN, region=NANNING)) for at in six))
            return [reply for reply in found if isinstance(reply, Settled)]

        answers, replies = await asyncio.gather(ends(), bills())
        assert {refusal(answer) for answer in answers} == {None}
        assert len(replies) == tries
        drawn = [reply for reply in replies if reply.outcome.mutual]
        print(f"{len(drawn)} of {tries} bills came before the end")
        assert all(skipped(reply) == [Skip.EXPIRED] for reply in replies if not reply.outcome.mutual)
        assert 0 < len(drawn) < tries
        assert [skipped(reply) for reply in await bills()] == [[Skip.EXPIRED]] * tries
        assert await checks.wrongs(one, opened) == []
        assert await checks.money(one) == opened - DRAWN * len(drawn)
        await one.close()
        await other.close()


async def test_a_family_that_is_held_too_long_is_busy(two: tuple[Connection, Connection]) -> None:
    one, other = two
    son, mother = await mother_and_son(one, NANNING)
    await other.execute("set lock_timeout = '50ms'")
    async with one.transaction():
        await one.execute("select 1 from purse where person = $1 for update", MOTHER)
        for request in (
            BindRequest(sponsor=son, beneficiary=mother, kinship=Kinship.PARENT),
            EndRequest(sponsor=son, beneficiary=mother, by=Asker.SPONSOR),
        ):
            clerk = origin(bureau(), request, Role.CLERK, region=son[0])
            assert refusal(await at_once(other, bureau(), request, clerk, BOUND)) == Fault.BUSY
    assert refusal(await bound(other, son, mother)) is None
