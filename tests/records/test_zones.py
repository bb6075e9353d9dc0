"""Pipes and the database bring every moment back in UTC; whatever is shown of one is what China's clocks showed."""

import datetime
from typing import Any

from msgspec import inspect

from mulaid.counter import frames
from mulaid.counter.frames import Answered, Answers, Asked, Start
from mulaid.counter.tally import Tally
from mulaid.procedures.act import replies
from mulaid.procedures.act.answers import Settled
from mulaid.store import cases
from mulaid.store.connect import Connection
from mulaid.terms.calendar import CHINA
from tests.records import checks, world
from tests.records.world import bill, carry

JUST_AFTER_MIDNIGHT = datetime.datetime(2026, 11, 23, 0, 1, tzinfo=CHINA)
"""In UTC it is the day before."""
DAMAGED = "update sponsorship set used_day_fen = 1, used_on = date '2026-11-23'"
NO_POINTERS = "delete from sponsored_by"


def moments_in(kind: Any) -> set[str]:
    """Every field below a type that holds a moment."""
    found: set[str] = set()

    def look(at: Any, name: str) -> None:
        if isinstance(at, inspect.DateTimeType):
            found.add(name)
        elif isinstance(at, inspect.UnionType):
            for each in at.types:
                look(each, name)
        elif isinstance(at, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
            look(at.item_type, name)
        elif isinstance(at, inspect.TupleType):
            for each in at.item_types:
                look(each, name)
        elif isinstance(at, inspect.StructType):
            for field in at.fields:
                look(field.type, f"{at.cls.__name__}.{field.name}")

    look(inspect.type_info(kind), "")
    return found


def test_the_one_moment_that_passes_between_processes_is_known() -> None:
    """Another one would lose its zone: its type must see to it as `Settled` does."""
    assert moments_in(Answers) == {"Settled.moment"}
    assert moments_in(Start) | moments_in(Asked) == set()


async def test_a_settlement_keeps_its_day_between_processes_and_in_the_database(connection: Connection) -> None:
    await world.build(connection)
    [settled] = await carry(connection, bill(0, 100), moment=JUST_AFTER_MIDNIGHT)
    assert isinstance(settled, Settled) and settled.case_id is not None
    [answered] = frames.answers(frames.encode(Answers(Tally(), [Answered(1, settled)]))).answered
    kept = await cases.case(connection, settled.patient.region, settled.case_id)
    assert kept is not None
    for reply in (settled, answered.reply, await replies.from_case(connection, kept)):
        assert isinstance(reply, Settled)
        assert str(reply.moment) == "2026-11-23 00:01:00+08:00"


async def test_an_audit_names_a_relation_by_the_day_it_was_bound(connection: Connection) -> None:
    await world.build(connection)
    await connection.execute(DAMAGED)
    await connection.execute(NO_POINTERS)
    found = await checks.damage(connection)
    assert {each.check for each in found} >= {"USAGE_SPONSORSHIP", "SPONSORSHIP_WITHOUT_POINTER"}
    shown = {each.where["bound_at"] for each in found if "bound_at" in each.where}
    assert shown == {f"2026-02-{day:02d} 00:00:00+08:00" for day in (1, 2, 3)}
