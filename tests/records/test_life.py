"""The whole life of relations at random: people, days, acts, bills, undos, quotas and pools, in any order that comes.

After every step all money is there, what is frozen is what live quotas have left, and nothing stands in a state that
the rules forbid. Every end gives back exactly what was left, to the balance it came from.
"""

import asyncio
import datetime
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.sponsorship.requests import (
    ChangeRequest,
    ConfirmRequest,
    ContributeRequest,
    DeclineRequest,
    EndRequest,
    LeaveRequest,
    ProposeRequest,
    ResumeRequest,
    SuspendRequest,
)
from mulaid.procedures.till.requests import CancelRequest
from mulaid.store import people
from mulaid.store.connect import connect
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme
from mulaid.terms.sponsorship_case import Asker
from tests.records import checks, world
from tests.records.family import AT, XIELI, at_counter, bound, do, on_time, paid, person, region

HELD = {RelationState.ACTIVE, RelationState.SUSPENDED}
GIVERS, TAKERS = (201, 202), (203, 204)
MECHANISMS = st.sampled_from([Mechanism.INSTANT_DRAW, Mechanism.WALLET_QUOTA, Mechanism.POOL])
giver, taker = st.sampled_from(GIVERS), st.sampled_from(TAKERS)
amounts = st.integers(1, 8_000)


async def people_of(connection: Any) -> None:
    """Two brothers with both kinds of money, their mother, and a sister with money of her own."""
    await region(connection, XIELI)
    for at, number in enumerate(GIVERS):
        await person(connection, XIELI, number, current=20_000 + at, prior=15_000 + at)
    await person(connection, XIELI, TAKERS[0], born=1960, scheme=Scheme.RESIDENT)
    await person(connection, XIELI, TAKERS[1], born=1988, current=9_000, prior=500)


class Life(RuleBasedStateMachine):
    """One family over some weeks."""

    dsn = ""
    done: Counter[str]
    """What was not refused, in all lives together."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.connection = self.run(connect(self.dsn))
        self.outer = self.connection.transaction()
        self.run(self.outer.start())
        self.run(people_of(self.connection))
        self.opened = self.run(checks.money(self.connection))
        self.moment = AT
        self.bills: list[Settled] = []

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    def teardown(self) -> None:
        self.run(self.outer.rollback())
        self.run(self.connection.close())
        self.loop.close()

    def act(self, request: Any) -> Any:
        self.moment += datetime.timedelta(seconds=1)
        before = self.purses()
        answer = self.run(do(self.connection, at_counter(XIELI, request), self.moment))
        if isinstance(answer, Refused):
            assert self.purses() == before, "what is refused moves nothing"
        else:
            self.done[request.act] += 1
        return answer

    def purses(self) -> Any:
        rows = self.run(
            self.connection.fetch("select person, current_fen, prior_fen, frozen_fen from purse order by person")
        )
        return [tuple(row) for row in rows]

    def free(self, number: int) -> tuple[int, int]:
        [row] = [row for row in self.purses() if row[0] == number]
        return row[1], row[2]

    def relations(self) -> list[Any]:
        rows = [self.run(people.sponsorships(self.connection, XIELI, number)) for number in (*GIVERS, TAKERS[1])]
        return [row for each in rows for row in each]

    def two(self, one: int, other: int) -> dict[str, Any]:
        return {"sponsor": (XIELI, one), "beneficiary": (XIELI, other)}

    @initialize(quota=st.integers(5_000, 20_000), amount=st.integers(2_000, 12_000))
    def begin(self, quota: int, amount: int) -> None:
        """The one brother sets a quota apart for the mother, the other holds a pool with her and the sister."""
        one, other = ((XIELI, number) for number in GIVERS)
        mother, sister = ((XIELI, number) for number in TAKERS)
        set_apart: dict[str, Any] = {"mechanism": Mechanism.WALLET_QUOTA, "quota": quota}
        self.run(bound(self.connection, one, mother, self.moment, **set_apart))
        for member, kinship in ((mother, Kinship.PARENT), (sister, Kinship.SIBLING)):
            self.run(bound(self.connection, other, member, self.moment, mechanism=Mechanism.POOL, kinship=kinship))
        self.act(ContributeRequest(person=other, holder=other, amount=amount))

    @rule(one=giver, other=taker, mechanism=MECHANISMS, quota=amounts, at_once=st.booleans())
    def make(self, one: int, other: int, mechanism: Mechanism, quota: int, at_once: bool) -> None:
        kinship = Kinship.PARENT if other == TAKERS[0] else Kinship.SIBLING
        terms: dict[str, Any] = {"kinship": kinship, "mechanism": mechanism}
        if mechanism is Mechanism.WALLET_QUOTA:
            terms["quota"] = quota
        self.moment += datetime.timedelta(seconds=1)
        if at_once:
            self.run(bound(self.connection, (XIELI, one), (XIELI, other), self.moment, **terms))
        else:
            self.act(ProposeRequest(**self.two(one, other), **terms))

    @rule(one=giver, other=taker, yes=st.booleans())
    def answer(self, one: int, other: int, yes: bool) -> None:
        self.act((ConfirmRequest if yes else DeclineRequest)(**self.two(one, other)))

    @rule(one=giver, other=taker, size=amounts)
    def resize(self, one: int, other: int, size: int) -> None:
        self.act(ChangeRequest(**self.two(one, other), mechanism=Mechanism.WALLET_QUOTA, quota=size))

    @rule(one=giver, other=taker, go_on=st.booleans())
    def stop(self, one: int, other: int, go_on: bool) -> None:
        self.act((ResumeRequest if go_on else SuspendRequest)(**self.two(one, other)))

    @rule(one=giver, other=taker, mechanism=MECHANISMS, days=st.sampled_from([0, 1, 3]))
    def shorten(self, one: int, other: int, mechanism: Mechanism, days: int) -> None:
        until = self.moment.date() + datetime.timedelta(days=days)
        self.act(ChangeRequest(**self.two(one, other), mechanism=mechanism, until=until))

    @rule(one=giver, other=taker, mechanism=MECHANISMS)
    def end(self, one: int, other: int, mechanism: Mechanism) -> None:
        """What is left of a quota goes back to the balances it came from, and to no other."""
        held = [
            row
            for row in self.relations()
            if (row.sponsor, row.beneficiary, row.mechanism) == (one, other, mechanism) and row.state in HELD
        ]
        before = self.free(one)
        answer = self.act(EndRequest(**self.two(one, other), mechanism=mechanism, by=Asker.SPONSOR))
        if not isinstance(answer, Refused) and mechanism is Mechanism.WALLET_QUOTA and held:
            left, prior = held[-1].quota, held[-1].quota_prior
            assert answer.returned == left
            assert self.free(one) == (before[0] + left - prior, before[1] + prior)

    @rule(who=st.sampled_from([*GIVERS, TAKERS[1]]), holder=giver, amount=amounts)
    def pay_in(self, who: int, holder: int, amount: int) -> None:
        self.act(ContributeRequest(person=(XIELI, who), holder=(XIELI, holder), amount=amount))

    @rule(who=st.sampled_from([*GIVERS, *TAKERS]), holder=giver)
    def leave(self, who: int, holder: int) -> None:
        self.act(LeaveRequest(person=(XIELI, who), holder=(XIELI, holder)))

    @rule(patient=taker, total=amounts)
    def pay(self, patient: int, total: int) -> None:
        self.moment += datetime.timedelta(seconds=1)
        answer = self.run(paid(self.connection, (XIELI, patient), total, self.moment))
        assert isinstance(answer, Settled), answer
        self.bills.append(answer)

    @rule(data=st.data())
    def undo(self, data: Any) -> None:
        while len(self.bills) < 2:
            self.pay(data.draw(taker), data.draw(amounts))
        bill = self.bills.pop(data.draw(st.integers(0, len(self.bills) - 1)))
        before = sum(sum(row[1:]) for row in self.purses())
        self.moment += datetime.timedelta(seconds=1)
        assert bill.case_id is not None
        request = CancelRequest(case_region=XIELI, case_id=bill.case_id, patient=bill.patient.person)
        back = self.run(do(self.connection, world.Asked(request, world.origin(XIELI)), self.moment, on_lane=0))
        assert isinstance(back, Settled), back
        after = sum(sum(row[1:]) for row in self.purses())
        self.done["undo"] += bill.outcome.mutual > 0
        assert after - before == bill.outcome.own + bill.outcome.mutual, "every payer is found"

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.moment += datetime.timedelta(days=days)
        for answer in self.run(on_time(self.connection, self.moment)):
            assert not isinstance(answer, Refused), answer
            self.done["on time"] += 1

    @invariant()
    def all_money_is_there(self) -> None:
        assert self.run(checks.wrongs(self.connection, self.opened)) == []

    @invariant()
    def what_is_frozen_is_what_live_quotas_have_left(self) -> None:
        rows = self.relations()
        for number, _, _, frozen in self.purses():
            assert frozen == sum(row.quota for row in rows if row.sponsor == number)
        for row in rows:
            assert 0 <= row.quota_prior <= row.quota
            assert not row.quota or row.state in HELD, "money is set apart for what is in force only"

    @invariant()
    def of_two_people_one_relation_of_a_kind_holds(self) -> None:
        held: set[tuple[int, int, str]] = set()
        for row in self.relations():
            if row.state in HELD and (row.until is None or row.until > self.moment.date()):
                key = row.sponsor, row.beneficiary, row.mechanism
                assert key not in held
                held.add(key)


async def test_a_family_may_do_anything_in_any_order(emptied: str) -> None:
    done: Counter[str] = Counter()
    machine = type("LifeHere", (Life,), {"dsn": emptied, "done": done})
    few = settings(
        max_examples=25,
        stateful_step_count=40,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=few)
    print(dict(done))
    tried = {"propose", "confirm", "change", "end", "contribute", "leave", "undo", "on time"}
    assert {name for name in tried if not done[name]} == set(), "these never came about"
