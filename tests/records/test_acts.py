"""Every act of the table, whatever it does: asked again, asked by others, crashed, raced, and kept from a purse."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from mulaid.procedures.act import transaction
from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.table import ACTS, act_of
from mulaid.store.connect import Connection, connect
from mulaid.terms.actor import Origin, Role, content
from tests.records import acts, world
from tests.records.acts import PATIENT, SAMPLES, from_, sample
from tests.records.world import Asked, carry

KEPT = [act for act in ACTS if act.kept is not Kept.NOTHING]
ABOUT_NOBODY = ("load", "note", "repair_clock", "approve", "refuse_task")
ABOUT_PEOPLE = [act for act in ACTS if act.name not in ABOUT_NOBODY]
"""Acts about a person, whose purse they lock."""
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> all($1)"
FORGOTTEN = ["attempt", "schema_migrations", "policy_version"]
HOLD = "select from purse where region = 450100 for update"


def by_name(acts_: list[Act] | tuple[Act, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("act", acts_, ids=lambda act: act.name)


@pytest.fixture
async def opened(connection: Connection) -> Connection:
    await world.build(connection)
    return connection


@pytest.fixture
async def committed(emptied: str) -> AsyncIterator[Connection]:
    connection = await connect(emptied)
    await world.build(connection)
    yield connection
    await connection.close()


async def contents(connection: Connection) -> dict[str, str]:
    """A digest of every table, but of what refusals leave behind."""
    tables = [row[0] for row in await connection.fetch(TABLES, FORGOTTEN)]
    query = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    return {table: await connection.fetchval(query.format(table)) for table in sorted(tables)}


def test_every_act_has_a_sample() -> None:
    assert sorted(act.name for act in ACTS) == sorted(SAMPLES)
    assert len({act.request for act in ACTS}) == len(ACTS) == len({act.name for act in ACTS})


@by_name(ACTS)
async def test_it_succeeds(opened: Connection, act: Act) -> None:
    before = await contents(opened)
    asked = await sample(opened, act.name)
    assert act_of(asked.request) is act
    [answer] = await carry(opened, asked)
    assert not isinstance(answer, Refused)
    assert await contents(opened) != before


@by_name(KEPT)
async def test_asked_again_it_gives_the_same_answer_and_changes_nothing(opened: Connection, act: Act) -> None:
    asked = await sample(opened, act.name)
    [first] = await carry(opened, asked)
    before = await contents(opened)
    [again] = await carry(opened, asked)
    assert again.replayed and again == msgspec.structs.replace(first, replayed=True)
    assert await contents(opened) == before


@by_name(KEPT)
async def test_the_same_id_with_another_content_is_refused(opened: Connection, act: Act) -> None:
    asked = await sample(opened, act.name)
    await carry(opened, asked)
    before = await contents(opened)
    other = _but(asked.origin, content=content(act.name, "other"))
    assert await carry(opened, Asked(asked.request, other)) == [Refused(code=Fault.MESSAGE_ID_REUSED)]
    assert await contents(opened) == before


@by_name(ACTS)
async def test_a_crash_between_commit_and_answer_is_no_second_time(
    opened: Connection, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash() -> None:
        raise Crash

    asked = await sample(opened, act.name)
    monkeypatch.setattr(transaction, "failpoint", crash)
    with pytest.raises(Crash):
        await carry(opened, asked)
    monkeypatch.undo()
    before = await contents(opened)
    [answer] = await carry(opened, asked)
    assert not isinstance(answer, Refused)
    if act.kept is not Kept.NOTHING:
        assert answer.replayed
    if act.name != "note":
        assert await contents(opened) == before


@by_name(KEPT)
async def test_two_at_a_time_there_is_one(committed: Connection, emptied: str, act: Act) -> None:
    asked = await sample(committed, act.name)
    before = await committed.fetchval("select count(*) from cases")
    async with world.open_hall(emptied, lanes=4) as hall:
        answers = await asyncio.gather(*(hall.submit(*asked) for _ in range(4)))
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]  # type: ignore[union-attr]
    assert len({answer.case_id for answer in answers}) == 1  # type: ignore[union-attr]
    made = await committed.fetchval("select count(*) from cases") - before
    assert made == (act.kept is Kept.CASE and not act.approved_by)


@pytest.mark.parametrize(
    ("act", "role"),
    [(act, role) for act in ACTS for role in Role if role not in act.roles],
    ids=lambda each: getattr(each, "name", str(each)),
)
async def test_whoever_may_not_is_refused(opened: Connection, act: Act, role: Role) -> None:
    asked = from_(role, (await sample(opened, act.name)).request)
    before = await contents(opened)
    assert await carry(opened, asked) == [Refused(code=Fault.NOT_PERMITTED)]
    assert await contents(opened) == before
    about = act.about(asked.request)
    tried = await opened.fetch("select person, act, code, sender, n from attempt where code = 'NOT_PERMITTED'")
    expected = [] if about is None else [(about[1], act.name, "NOT_PERMITTED", asked.origin.sender, 1)]
    assert [tuple(row) for row in tried] == expected


@by_name(ABOUT_PEOPLE)
async def test_a_person_nobody_knows(opened: Connection, act: Act) -> None:
    asked = await sample(opened, act.name, patient=acts.NOBODY[1])
    before = await contents(opened)
    [answer] = await carry(opened, asked)
    assert isinstance(answer, Refused)
    assert answer.code in (Fault.UNKNOWN_PERSON, Fault.CASE_OF_OTHER_PERSON, Fault.VISIT_OF_OTHER_PERSON)
    assert await contents(opened) == before


@by_name(ABOUT_PEOPLE)
async def test_a_held_purse_is_waited_for_and_then_told(
    committed: Connection, emptied: str, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await sample(committed, act.name)
    before = await contents(committed)
    monkeypatch.setattr("mulaid.store.connect.LOCK_SECONDS", 0.04)
    async with world.open_hall(emptied, lanes=2) as hall:
        async with committed.transaction():
            await committed.execute(HOLD)
            assert await hall.submit(*asked) == Refused(code=Fault.BUSY)
            # A bill that comes alone waits at once; it would only be put back for those behind it.
            assert (hall.tally.put_back >= 1) is (act.batch == 1)
        assert await contents(committed) == before
        answer = await hall.submit(*asked)
    assert not isinstance(answer, Refused) and not answer.replayed
    assert await contents(committed) != before


def _but(origin: Origin, **changes: object) -> Origin:
    return msgspec.structs.replace(origin, **changes)


def test_people_of_the_samples_are_of_one_family() -> None:
    assert PATIENT[0] == acts.GIVER[0] == acts.NOBODY[0]
