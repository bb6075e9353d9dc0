"""Two ledgers, one of them real: whatever is settled, undone, repeated or paid in, both must hold the same money."""

import asyncio
import datetime
import os
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.store.connect import Connection, connect
from tests.conftest import empty
from tests.model.ledger import CAPS, Bill, Family, Sponsor
from tests.records import checks, world
from tests.records.test_undo import lost, undo
from tests.records.world import FANGCHENGGANG, MOMENT, SHENZHEN, SPONSOR, Asked, bill, carry, number

AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, 60_000), st.sampled_from([1, 5_000, 10_000, 400_000]))
CAP = st.one_of(st.none(), st.integers(0, 40_000))
PLACES = (FANGCHENGGANG, SHENZHEN)


class Ledgers(RuleBasedStateMachine):
    """Two families in two regions, settled by mulaid on PostgreSQL and by the second ledger side by side."""

    dsn = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.moment = MOMENT
        self.settled: list[tuple[int, Asked, Settled, Bill]] = []
        self.opened = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @property
    def today(self) -> datetime.date:
        return self.moment.date()

    @initialize(
        own=st.tuples(AMOUNTS, AMOUNTS),
        money=st.lists(st.tuples(AMOUNTS, AMOUNTS, CAP, CAP, CAP), min_size=2, max_size=3),
    )
    def open(self, own: tuple[int, int], money: list[tuple[Any, ...]]) -> None:
        self.run(empty(self.dsn))
        self.connection: Connection = self.run(connect(self.dsn))
        sponsors = tuple(
            world.Sponsoring(current=current, prior=prior, cap_day=day, cap_month=month, cap_year=year)
            for current, prior, day, month, year in money
        )
        families = [world.Family(region=region, own=own[0], prior=own[1], sponsors=sponsors) for region in PLACES]
        self.opened = self.run(world.build(self.connection, families))
        self.families = [
            Family(
                list(own),
                [Sponsor(each[0], each[1], dict(zip(CAPS, each[2:], strict=True))) for each in money],
                by_balance=region == SHENZHEN,
                own_bars=region == SHENZHEN,
            )
            for region in PLACES
        ]

    @rule(place=st.integers(0, 1), who=st.integers(-1, 2), amount=AMOUNTS)
    def pay_in(self, place: int, who: int, amount: int) -> None:
        """An employer's contribution reaches a purse."""
        family = self.families[place]
        if who >= len(family.sponsors):
            return
        person = number(place, SPONSOR + who if who >= 0 else 0)
        if who >= 0:
            family.sponsors[who].current += amount
        else:
            family.own[0] += amount
        self.opened += amount
        paid_in = "update purse set current_fen = current_fen + $2 where person = $1"
        self.run(self.connection.execute(paid_in, person, amount))

    @rule(place=st.integers(0, 1), bills=st.lists(st.tuples(AMOUNTS, st.integers(0, 100)), min_size=1, max_size=4))
    def settle(self, place: int, bills: list[tuple[int, int]]) -> None:
        """One batch: the later bills must see what the earlier ones took."""
        family, region = self.families[place], PLACES[place]
        given = [total * share // 100 if region == FANGCHENGGANG else None for total, share in bills]
        requests = [
            bill(place, total, funds, region=region, day=self.today)
            for (total, _), funds in zip(bills, given, strict=True)
        ]
        replies = self.run(carry(self.connection, *requests, moment=self.moment))
        for request, funds, reply in zip(requests, given, replies, strict=True):
            total = request.request.bill.total
            mine = family.settle(total, family.plan(total, self.today) if funds is None else funds, self.today)
            outcome = reply.outcome
            told = (outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash)
            assert told == (mine.funds, sum(mine.own), mine.mutual, mine.cash)
            assert {draw.sponsor: draw.amount for draw in outcome.draws} == {
                at: sum(p) for at, p in mine.sponsors.items()
            }
            assert reply.balance_after == sum(family.own)
            self.settled.append((place, request, reply, mine))

    @precondition(lambda self: self.settled)
    @rule(data=st.data(), by_void=st.booleans())
    def undo(self, data: st.DataObject, by_void: bool) -> None:
        """Cancel or void any bill, also of a day or year that is over; a second time changes nothing."""
        place, request, reply, mine = data.draw(st.sampled_from(self.settled))
        asked = undo(reply)
        if by_void:
            message_id, patient = request.origin.message_id, request.request.patient
            asked = lost(message_id, at=PLACES[place], patient_region=PLACES[place], patient=patient)
        [answer] = self.run(carry(self.connection, asked, moment=self.moment))
        if not mine.undone:
            assert isinstance(answer, Done if by_void else Settled)
            self.families[place].undo(mine)
        elif not by_void:
            assert answer == Refused(code=Fault.ALREADY_CANCELLED)
        else:
            assert answer == Done(replayed=True)

    @precondition(lambda self: self.settled)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A message again, on any later day: the same answer, or that it was voided; nothing moves."""
        _, request, reply, _ = data.draw(st.sampled_from(self.settled))
        [again] = self.run(carry(self.connection, request, moment=self.moment))
        if isinstance(again, Refused):
            assert again.code == Fault.MESSAGE_VOIDED
        else:
            assert (again.case_id, again.outcome, again.replayed) == (reply.case_id, reply.outcome, True)

    @rule(days=st.sampled_from([1, 1, 1, 9, 40]))
    def next_day(self, days: int) -> None:
        """Days pass, over months and into a new year."""
        self.moment += datetime.timedelta(days=days)

    @invariant()
    def both_hold_the_same(self) -> None:
        state = self.run(checks.state(self.connection, self.today))
        years = {}
        for place, family in enumerate(self.families):
            region = int(PLACES[place])
            purses, relations = [], []
            for at, each in enumerate(family.sponsors):
                used = tuple(each.used(self.today).values())
                purses.append((region, number(place, SPONSOR + at), each.current, each.prior, 0, 0, *used))
                relations.append((number(place, SPONSOR + at), *used))
            purses.append((region, number(place, 0), *family.own, 0, 0, 0, 0, 0))
            assert {row for row in state["purses"] if row[0] == region} == set(purses)
            assert {(row[1], *row[5:]) for row in state["relations"] if row[0] == region} == set(relations)
            for year in {each.day.year for each in family.bills}:
                in_scope, funds = family.year(year)
                if in_scope or funds:
                    years[region, number(place, 0), year, "outpatient"] = (0, in_scope, funds, 0)
        assert {row[:4]: row[4:] for row in state["years"]} == years
        assert self.run(checks.wrongs(self.connection, self.opened)) == []

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.run(self.connection.close())
        self.loop.close()


@pytest.mark.timeout(300)
def test_two_ledgers_agree(dsn: str) -> None:
    Ledgers.dsn = dsn
    searching = settings(
        max_examples=int(os.environ.get("MODEL_RUNS", "100")),
        stateful_step_count=30,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        # Making a failure smaller on a real database takes longer than reading it.
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Ledgers, settings=searching)
    finally:
        asyncio.run(empty(dsn))
