"""Bills settled and quoted on a real database: who pays, what is written down, what happens on asking again."""

import asyncio
import datetime
from typing import Any

import msgspec
import pytest

from mulaid.ledger.journal import AccountKind
from mulaid.procedures.act import records
from mulaid.procedures.act.answers import Refused, Reply, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import DayPassed
from mulaid.procedures.till.payment import institution_number
from mulaid.procedures.till.quote import quote
from mulaid.procedures.till.requests import Claimed, QuoteInquiry
from mulaid.store import cases, registry, swipes
from mulaid.store.connect import Connection, connect
from mulaid.store.ids import wire
from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import LimitScope
from mulaid.terms.reasons import BillRefusal, Skip
from tests.records import checks, world
from tests.records.world import DAY, FANGCHENGGANG, JINAN, MOMENT, NANNING, SHANGHAI, SPONSOR, bill, carry, number

FULL = bill(0, 100_000, 40_000)
"""Of 1000.00 the funds pay 400.00; own account 50.00, sponsor at home 100.00, next city 300.00, wallet 150.00."""


@pytest.fixture
async def opened(connection: Connection) -> int:
    """The world in the test's own transaction; all the money in it."""
    return await world.build(connection)


async def _case(connection: Connection, reply: Settled) -> cases.Case:
    assert reply.case_id is not None
    case = await cases.case(connection, reply.patient.region, reply.case_id)
    assert case is not None
    return case


async def test_everybody_pays_their_part(connection: Connection, opened: int) -> None:
    [reply] = await carry(connection, FULL)
    outcome = reply.outcome
    assert (outcome.total, outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash) == (
        100_000,
        40_000,
        5_000,
        55_000,
        0,
    )
    assert [(draw.sponsor, draw.amount, draw.prior_years) for draw in outcome.draws] == [
        (0, 10_000, 2_000),
        (1, 30_000, 0),
        (2, 15_000, 0),
    ]
    assert [(payer.number, payer.amount) for payer in reply.payers] == [(1, 10_000), (2, 30_000), (3, 15_000)]
    assert (reply.balance_after, reply.replayed, reply.undone) == (0, False, None)
    assert await checks.wrongs(connection, opened) == []
    assert await checks.damage(connection) == []


async def test_what_purses_relations_and_the_year_hold_afterwards(connection: Connection, opened: int) -> None:
    for total in (100_000, 10_000):
        await carry(connection, bill(0, total, total * 4 // 10))
    keys = [(region, who) for region in (FANGCHENGGANG, NANNING, SHANGHAI) for who in range(world.STRIDE * 2)]
    purses = {
        who: (purse.current, purse.prior, purse.frozen, purse.used_day, purse.used_month, purse.used_year)
        for (_, who), purse in (await registry.read_purses(connection, keys)).items()
    }
    assert purses[number(0, 0)] == (0, 0, 0, 0, 0, 0)
    assert purses[number(0, SPONSOR)] == (0, 0, 0, 10_000, 10_000, 10_000)
    assert purses[number(0, SPONSOR + 1)] == (0, 0, 0, 30_000, 30_000, 30_000)
    assert purses[number(0, SPONSOR + 2)] == (500, 0, 40_000 - 21_000, 21_000, 21_000, 21_000)
    [(_, quota, _)] = await registry.sponsors(connection, [(SHANGHAI, number(0, SPONSOR + 2), number(0, 0))], DAY)
    assert (quota.quota, quota.used_day, quota.used_on) == (19_000, 21_000, DAY)
    assert [tuple(row) for row in await connection.fetch("select * from accumulator")] == [
        (450600, number(0, 0), 2026, "outpatient", 0, 110_000, 44_000, 0)
    ]


async def test_every_transfer_is_one_debit_and_one_credit_where_its_purse_is(
    connection: Connection, opened: int
) -> None:
    [reply] = await carry(connection, FULL)
    earned = (AccountKind.INSTITUTION, institution_number(world.hospital(FANGCHENGGANG)))
    here, next_city, far = 450600, 450100, 310000
    patient, near, other, wallet = (number(0, role) for role in (0, SPONSOR, SPONSOR + 1, SPONSOR + 2))
    clearing, current, prior = AccountKind.CLEARING, AccountKind.CURRENT_YEAR, AccountKind.PRIOR_YEARS
    rows = await connection.fetch("select * from transfer order by n")
    assert [tuple(row)[:10] for row in rows] == [
        (here, reply.case_id, 0, AccountKind.FUND, 0, *earned, 40_000, None, None),
        (here, reply.case_id, 1, prior, patient, *earned, 2_000, patient, 0),
        (here, reply.case_id, 2, current, patient, *earned, 3_000, patient, 0),
        (here, reply.case_id, 3, prior, near, *earned, 2_000, near, 0),
        (here, reply.case_id, 4, current, near, *earned, 8_000, near, 0),
        (next_city, reply.case_id, 5, current, other, clearing, here, 30_000, other, 0),
        (here, reply.case_id, 6, clearing, next_city, *earned, 30_000, None, None),
        (far, reply.case_id, 7, AccountKind.FROZEN, wallet, clearing, here, 15_000, wallet, 25_000),
        (here, reply.case_id, 8, clearing, far, *earned, 15_000, None, None),
    ]


async def test_the_case_and_its_record_say_the_same_as_the_reply(connection: Connection, opened: int) -> None:
    [reply] = await carry(connection, FULL)
    case = await _case(connection, reply)
    assert (case.kind, case.day, case.settled_on, case.moment) == ("settlement", DAY, DAY, MOMENT)
    assert (case.total_fen, case.funds_fen, case.own_fen, case.mutual_fen, case.cash_fen) == (
        100_000,
        40_000,
        5_000,
        55_000,
        0,
    )
    record = records.decode_bill(case.record)
    assert records.encode(record) == case.record
    assert (record.outcome, record.payers, record.message_id) == (reply.outcome, reply.payers, FULL.origin.message_id)
    assert record.case.patient.own_balance == 5_000
    assert [key.person for key in record.sponsors] == [number(0, SPONSOR + at) for at in range(3)]
    assert [sponsor.region for sponsor in record.case.sponsors] == [FANGCHENGGANG, NANNING, SHANGHAI]


async def test_one_link_of_the_chain_a_batch(connection: Connection, opened: int) -> None:
    batches = [[bill(0, 1_000), bill(0, 2_000)], [bill(0, 3_000)]]
    replies = [await carry(connection, *batch) for batch in batches]
    encoded = [[(await _case(connection, reply)).record for reply in batch] for batch in replies]
    first, second = await connection.fetch("select * from chain order by seq")
    assert (first["lane"], first["seq"], first["n"], first["first_case"]) == (world.lane(), 1, 2, replies[0][0].case_id)
    assert (first["previous"], first["hash"]) == (b"", records.link(b"", encoded[0]))
    assert (second["seq"], second["n"], second["previous"]) == (2, 1, first["hash"])
    assert second["hash"] == records.link(first["hash"], encoded[1])


@pytest.mark.parametrize("place", range(len(world.FAMILIES)))
@pytest.mark.parametrize("funds", [0, 30_000, None])
async def test_a_quote_says_what_settling_then_does(emptied: str, place: int, funds: int | None) -> None:
    connection = await connect(emptied)
    opened = await world.build(connection)
    chosen = (2, 1) if world.FAMILIES[place].region == "510100" else None
    request = bill(place, 50_000, funds, chosen=chosen)
    before = await checks.state(connection, DAY)
    quoted = await quote(connection, world.bureau(), QuoteInquiry(request.request), request.origin, MOMENT)
    assert await checks.state(connection, DAY) == before
    assert await connection.fetchval("select count(*) from message") == 0
    [settled] = await carry(connection, request)
    if isinstance(settled, Settled):
        assert isinstance(quoted, Settled)
        assert quoted.case_id is None
        settled = msgspec.structs.replace(settled, case_id=None)
    assert quoted == settled
    assert await checks.wrongs(connection, opened) == []
    await connection.close()


async def test_the_same_message_again_is_answered_from_the_records(connection: Connection, opened: int) -> None:
    [first] = await carry(connection, FULL)
    later = MOMENT + datetime.timedelta(days=3)
    [again, other] = await carry(connection, FULL, bill(0, 700), moment=later)
    assert again == msgspec.structs.replace(first, replayed=True)
    assert other.case_id != first.case_id
    assert await connection.fetchval("select count(*) from cases") == 2
    assert await checks.wrongs(connection, opened) == []


async def test_the_same_message_twice_in_one_batch_is_one_case(connection: Connection, opened: int) -> None:
    first, again, other = await carry(connection, FULL, FULL, bill(0, 5_000))
    assert again == msgspec.structs.replace(first, replayed=True)
    assert other.outcome.mutual == 5_000
    assert await connection.fetchval("select count(*) from cases") == 2


@pytest.mark.parametrize("together", [False, True])
async def test_the_same_id_with_other_content_is_refused(connection: Connection, opened: int, together: bool) -> None:
    one = bill(0, 1_000, message_id="same", content="one")
    other = bill(0, 2_000, message_id="same", content="other")
    replies = await carry(connection, one, other) if together else [*await carry(connection, one)]
    if not together:
        replies += await carry(connection, other)
    assert isinstance(replies[0], Settled)
    assert replies[1] == Refused(code=Fault.MESSAGE_ID_REUSED)
    assert await connection.fetchval("select count(*) from cases") == 1


@pytest.mark.parametrize("wrong", ["total", "in_scope", "upfront_share", "over_price_limit", "excluded", "funds_given"])
async def test_amounts_that_differ_are_refused_and_may_be_sent_again(
    connection: Connection, opened: int, wrong: str
) -> None:
    asked = bill(0, 1_000, message_id="again", content="same")
    if wrong == "funds_given":
        refused = asked.but(funds_given=1_001)
    else:
        claimed = msgspec.structs.replace(Claimed(total=1_000), **{wrong: 999})
        refused = asked.but(claimed=claimed)
    before = await checks.state(connection, DAY)
    [reply, other] = await carry(connection, refused, bill(1, 500, region=FANGCHENGGANG, patient=0))
    code = Fault.FUNDS_ABOVE_SCOPE if wrong == "funds_given" else Fault.AMOUNT_DIFFERS
    assert (reply.code, reply.field) == (code, wrong)
    assert (other.code, await checks.state(connection, DAY)) == (Fault.UNKNOWN_PERSON, before)
    for table in ("message", "cases", "transfer", "chain"):
        assert await connection.fetchval(f"select count(*) from {table}") == 0
    [settled] = await carry(connection, asked)
    assert isinstance(settled, Settled) and not settled.replayed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": "999999"}, Fault.UNKNOWN_INSTITUTION),
        ({"patient": 5}, Fault.UNKNOWN_PERSON),
        ({"bill": None}, Fault.UNKNOWN_BATCH),
        ({"visit": 1, "batch": "1", "bill": None}, Fault.UNKNOWN_VISIT),
        ({"chosen": (4,)}, Fault.CHOICE_UNKNOWN),
        ({"funds": None}, BillRefusal.POLICY_UNKNOWN),
        ({"agent_papers": False}, BillRefusal.PROXY_PAPERS_MISSING),
    ],
)
async def test_a_refusal_leaves_nothing_and_spoils_nothing(
    connection: Connection, opened: int, changes: dict[str, Any], code: str
) -> None:
    refused, settled = await carry(connection, bill(0, 1_000, **changes), bill(0, 2_000))
    assert refused.code == code
    assert settled.outcome.own == 2_000
    assert await connection.fetchval("select count(*) from message") == 1
    assert await checks.wrongs(connection, opened) == []


async def test_a_charge_batch_is_settled_once_whatever_the_message(connection: Connection, opened: int) -> None:
    visit = await world.charge(connection, FANGCHENGGANG, number(0, 0), "b1", 20_000)
    charges: dict[str, Any] = {"visit": visit, "batch": "b1", "bill": None}
    first, in_batch = await carry(connection, bill(0, 0, **charges), bill(0, 0, **charges))
    [later] = await carry(connection, bill(0, 0, **charges))
    assert (first.outcome.total, first.visit, first.batch) == (20_000, visit, "b1")
    told = Refused(code=Fault.BATCH_ALREADY_SETTLED, detail={"case": wire(FANGCHENGGANG, first.case_id)})
    assert in_batch == later == told
    assert await connection.fetchval("select settled_by from charge_batch") == first.case_id
    assert await checks.damage(connection) == []


async def test_charges_of_another_visit_person_or_place(connection: Connection, opened: int) -> None:
    visit = await world.charge(connection, FANGCHENGGANG, number(0, 0), "b1", 20_000)
    charges: dict[str, Any] = {"visit": visit, "batch": "b1", "bill": None}
    replies = await carry(
        connection,
        bill(0, 0, **{**charges, "batch": "b2"}),
        bill(0, 0, at=NANNING, **charges),
        bill(0, 0, **charges, claimed=Claimed(total=20_000, in_scope=1)),
    )
    assert [reply.code for reply in replies] == [
        Fault.UNKNOWN_BATCH,
        Fault.VISIT_OF_OTHER_INSTITUTION,
        Fault.AMOUNT_DIFFERS,
    ]
    assert await connection.fetchval("select count(settled_by) from charge_batch") == 0


async def test_bills_of_one_family_see_each_other(connection: Connection) -> None:
    shared = world.Sponsoring(current=10_000, prior=500, cap_day=9_000, scope=LimitScope.ALL)
    family = world.Family(region=FANGCHENGGANG, own=1_000, sponsors=(shared,), patients=2)
    opened = await world.build(connection, [family])
    one, other, third = await carry(
        connection, *(bill(0, 6_000, patient=who, region=FANGCHENGGANG) for who in (0, 1, 0))
    )
    assert [(each.outcome.own, each.outcome.mutual, each.outcome.cash) for each in (one, other, third)] == [
        (1_000, 5_000, 0),
        (1_000, 4_000, 1_000),
        (0, 0, 6_000),
    ]
    assert third.outcome.skipped == ((0, Skip.OVER_LIMIT),)
    assert await checks.damage(connection) == []
    assert await checks.wrongs(connection, opened) == []


@pytest.mark.parametrize(("cap", "paid"), [(60_000, [7_000, 50_000]), (9_000, [7_000, 2_000]), (6_000, [6_000])])
async def test_two_mechanisms_of_one_sponsor_share_a_cap_over_all_members(
    connection: Connection, cap: int, paid: list[int]
) -> None:
    """What the sponsor's account pays of a bill counts before the same sponsor's wallet quota is asked."""
    account = world.Sponsoring(current=7_000, cap_day=cap, scope=LimitScope.ALL)
    wallet = world.Sponsoring(mechanism=world.QUOTA, quota=50_000, cap_day=cap, scope=LimitScope.ALL)
    opened = await world.build(connection, [world.Family(region=FANGCHENGGANG, sponsors=(account, wallet))])
    one, other = (world.number(0, world.SPONSOR + at) for at in (0, 1))
    for table in ("sponsorship", "sponsored_by"):
        await connection.execute(f"update {table} set sponsor = $1 where sponsor = $2", one, other)
    await connection.execute("update purse set frozen_fen = 50000 - frozen_fen where person in ($1, $2)", one, other)
    await world.bring_forward(connection)
    [settled] = await carry(connection, bill(0, 100_000, region=FANGCHENGGANG))
    assert [draw.amount for draw in settled.outcome.draws] == paid
    assert settled.outcome.skipped == (((1, Skip.OVER_LIMIT),) if len(paid) == 1 else ())
    assert await checks.damage(connection) == []
    assert await checks.wrongs(connection, opened) == []


async def test_a_batch_of_many_is_many_batches_of_one(emptied: str) -> None:
    """The same world twice, the same bills in the same order: outcomes and everything kept come out the same."""
    connection = await connect(emptied)
    ends = []
    for size in (64, 1):
        transaction = connection.transaction()
        await transaction.start()
        opened = await world.build(connection)
        bills = [
            bill(
                0,
                700 * (at % 9) + at,
                (at * 113) % 300,
                message_id=f"bulk-{at % 60}",
                at=(FANGCHENGGANG, NANNING)[at % 2],
            )
            for at in range(64)
        ]
        replies: list[Reply] = []
        for begin in range(0, len(bills), size):
            replies += await carry(connection, *bills[begin : begin + size])
        outcomes = [reply.outcome if isinstance(reply, Settled) else reply.code for reply in replies]
        ends.append((outcomes, await checks.state(connection, DAY)))
        assert await checks.wrongs(connection, opened) == []
        await transaction.rollback()
    assert ends[0] == ends[1]
    await connection.close()


@pytest.mark.parametrize(("minutes", "passes"), [(0, True), (5, True), (6, False)])
async def test_the_second_swipe_within_five_minutes(
    connection: Connection, opened: int, minutes: int, passes: bool
) -> None:
    swipe = bill(7, 9_000, message_id="swipe")
    assert world.FAMILIES[7].region == JINAN
    [told] = await carry(connection, swipe)
    assert (told.code, told.detail["minutes"]) == (BillRefusal.SECOND_SWIPE_NEEDED, "5")
    who = (JINAN, number(7, 0))
    assert await swipes.read(connection, [who]) == {(*who, world.hospital(JINAN)): MOMENT}
    assert await connection.fetchval("select count(*) from message") == 0
    [second] = await carry(connection, swipe, moment=MOMENT + datetime.timedelta(minutes=minutes))
    assert isinstance(second, Settled) is passes
    if not passes:
        again = MOMENT + datetime.timedelta(minutes=minutes + 5)
        [third] = await carry(connection, swipe, moment=again)
        assert third.outcome.mutual == 9_000
    assert await swipes.read(connection, [who]) == {}


async def test_a_second_swipe_is_for_one_bill(connection: Connection, opened: int) -> None:
    """Neither in the same batch nor a minute later does it serve another."""
    [_] = await carry(connection, bill(7, 900))
    soon = MOMENT + datetime.timedelta(minutes=1)
    one, other = await carry(connection, bill(7, 900), bill(7, 800), moment=soon)
    assert (one.outcome.mutual, other.code) == (900, BillRefusal.SECOND_SWIPE_NEEDED)
    [other] = await carry(connection, bill(7, 800), moment=soon)
    assert other.outcome.mutual == 800
    [third] = await carry(connection, bill(7, 700), moment=soon)
    assert third.code == BillRefusal.SECOND_SWIPE_NEEDED


async def test_usage_never_runs_backwards(connection: Connection) -> None:
    """Lanes read their clocks before they wait for locks: the moment of a day that is over has to be taken again."""
    capped = world.Family(region=FANGCHENGGANG, sponsors=(world.Sponsoring(current=90_000, cap_day=10_000),))
    await world.build(connection, [capped])
    tomorrow = datetime.datetime.combine(DAY + datetime.timedelta(days=1), datetime.time(), CHINA)
    [first] = await carry(connection, bill(0, 8_000), moment=tomorrow)
    with pytest.raises(DayPassed):
        await carry(connection, bill(0, 8_000), moment=tomorrow - datetime.timedelta(seconds=1))
    [second] = await carry(connection, bill(0, 8_000), moment=tomorrow)
    assert (first.outcome.mutual, second.outcome.mutual) == (8_000, 2_000)


async def test_a_settlement_that_waits_for_the_same_message_answers_as_the_first(emptied: str) -> None:
    """Two connections, one id: the second waits on the key, then tells what the first did."""
    one, other = await connect(emptied), await connect(emptied)
    await world.build(one)
    first = one.transaction()
    await first.start()
    [settled] = await carry(one, FULL)
    assert isinstance(settled, Settled)
    waiting = asyncio.create_task(carry(other, FULL))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await first.commit()
    assert await waiting == [msgspec.structs.replace(settled, replayed=True)]
    await one.close()
    await other.close()


async def test_an_empty_bill_and_one_all_paid_by_funds(connection: Connection, opened: int) -> None:
    nothing, all_funds = await carry(connection, bill(0, 0), bill(0, 900, 900))
    assert (nothing.outcome.total, all_funds.outcome.cash, all_funds.outcome.own) == (0, 0, 0)
    assert await checks.wrongs(connection, opened) == []


async def test_barred_items_are_paid_in_cash(connection: Connection, opened: int) -> None:
    given = Bill(total=10_000, in_scope=6_000, excluded=4_000, barred=3_000)
    [reply] = await carry(connection, bill(0, 10_000).but(bill=given))
    assert (reply.outcome.own, reply.outcome.mutual, reply.outcome.cash) == (5_000, 2_000, 3_000)
