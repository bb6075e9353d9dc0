"""The audit finds every kind of damage made by hand in the database, and in a clean one nothing."""

import asyncio
import datetime
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mulaid.audit import balances
from mulaid.audit.findings import KEPT_MAX, NOTES, Check, Report, finding
from mulaid.audit.walk import audit
from mulaid.cli.audit import _as_text, app, replayer
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures import records
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.cancel import cancel
from mulaid.procedures.posting import Chain, Posting
from mulaid.procedures.records import Record
from mulaid.procedures.requests import CancelRequest, Sender, Settled, SettleRequest
from mulaid.procedures.settle import settle
from mulaid.store import loading, policy_versions, visits
from mulaid.store.connect import Connection, connect
from mulaid.store.ids import Minter
from mulaid.store.loading import Accumulated, Opening, PlainPerson
from mulaid.store.migrate import migrate
from mulaid.store.rows import Enrolment, Institution, Pointer
from mulaid.store.seal import Seal
from mulaid.store.visits import Visit
from mulaid.terms.bill_case import NOTHING_USED, Bill
from mulaid.terms.codes import CareGroup, FundsGiven, InstitutionKind, Kinship, LimitScope, Mechanism, Scheme, Use
from mulaid.terms.outcome import Outcome
from mulaid.wording import audit as wording
from tests.records import made
from tests.records.made import BOUND_AT

NEAR, FAR = "450600", "450100"
HOSPITAL = "H99060000001"
MOTHER, SON, DAUGHTER, AUNT = 1, 2, 3, 4
NUMBERS = {MOTHER: "990101195001010010", SON: "990101198203150023", DAUGHTER: "990101199006201033"}
MOMENT = datetime.datetime(2026, 3, 2, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TOMORROW = MOMENT + datetime.timedelta(days=1)
VISIT = 77


@pytest.fixture(scope="module")
def law() -> Law:
    return Law(Book.load())


@pytest.fixture
async def world(connection: Connection, law: Law) -> Connection:
    """A mother with her own account, a son in her region and a daughter in another: five cases, one undone."""
    await build(connection, law)
    return connection


async def build(connection: Connection, law: Law) -> None:
    bureau = Bureau(law, Seal(b"k" * 32), Minter(1, lambda: int(MOMENT.timestamp() * 1000)))
    await policy_versions.keep(connection, law.book.digest, law.book.body())
    await _people(connection, bureau.seal)
    chain = Chain(3)
    both = [_bill("m1", 9_000, 4_000), _bill("m2", 20_000, 5_000, visit=VISIT, batch="b1")]
    first, _ = await _settle(connection, bureau, chain, both, MOMENT)
    [third] = await _settle(connection, bureau, chain, [_bill("m3", 30_000, 0)], MOMENT)
    [fourth] = await _settle(connection, bureau, chain, [_bill("m4", 6_000, 1_000)], TOMORROW)
    posting = Posting(chain)
    sender = Sender(NEAR, HOSPITAL, "m5", "2208", b"5" * 32)
    assert third.case_id is not None
    undo = CancelRequest(sender=sender, case_region=NEAR, case_id=third.case_id, patient=MOTHER)
    assert isinstance(await cancel(connection, bureau, undo, TOMORROW, posting), Settled)
    assert [first.outcome.own, first.outcome.mutual, third.outcome.mutual] == [3_000, 2_000, 30_000]
    assert [draw.sponsor for draw in third.outcome.draws] == [0, 1]
    assert fourth.outcome.mutual == 5_000


async def _people(connection: Connection, seal: Seal) -> None:
    born, given = datetime.date(1960, 1, 1), FundsGiven.CORE
    place = Institution(institution=HOSPITAL, name="H", kind=InstitutionKind.HOSPITAL, level=3, funds_given=given)
    await loading.institutions(connection, seal, NEAR, [place], {})
    for region, people in ((NEAR, (MOTHER, SON)), (FAR, (DAUGHTER,))):
        known = [PlainPerson(person=each, number=NUMBERS[each], name="王小明", sex=None, born=born) for each in people]
        await loading.people(connection, seal, region, known)
        cover = [
            Enrolment(person=each, from_day=datetime.date(2020, 1, 1), scheme=Scheme.EMPLOYEE, account=True)
            for each in people
        ]
        await loading.load(connection, region, cover)
        for each in people:
            index = seal.blind_index(NUMBERS[each])
            await made.insert(connection, "identity", blind_index=index, region=int(region), person=each)
    await loading.open_purses(connection, NEAR, [Opening(MOTHER, 2_000, 1_000), Opening(SON, 18_000, 2_000)])
    await loading.open_purses(connection, FAR, [Opening(DAUGHTER, 60_000)])
    opening = Accumulated(MOTHER, 2026, CareGroup.OUTPATIENT, 500, 7_000, 6_000, 0)
    await loading.load(connection, NEAR, [opening])
    changes = {"beneficiary_region": NEAR, "kinship": Kinship.PARENT, "mechanism": Mechanism.INSTANT_DRAW}
    son = made.sponsorship(SON, MOTHER, **changes, rank=1, cap_day=100_000)
    daughter = made.sponsorship(DAUGHTER, MOTHER, **changes, rank=2, cap_day=100_000)
    await loading.load(connection, NEAR, [son])
    await loading.load(connection, FAR, [daughter])
    pointers = [
        Pointer(MOTHER, SON, BOUND_AT, NEAR, "王*", None),
        Pointer(MOTHER, DAUGHTER, BOUND_AT, FAR, "王*", None),
    ]
    await loading.load(connection, NEAR, pointers)
    visit = Visit(
        region=NEAR,
        visit=VISIT,
        person=MOTHER,
        institution_region=NEAR,
        institution=HOSPITAL,
        use=Use.OUTPATIENT,
        begun=MOMENT,
        number="1",
    )
    await visits.insert(connection, visit)
    await visits.insert_batch(connection, NEAR, VISIT, "b1", Bill(total=20_000, in_scope=20_000), b"")


def _bill(message: str, total: int, funds: int, visit: int | None = None, batch: str | None = None) -> SettleRequest:
    return SettleRequest(
        sender=Sender(NEAR, HOSPITAL, message, "2207", message.encode().ljust(32)),
        patient_region=NEAR,
        patient=MOTHER,
        use=Use.OUTPATIENT,
        day=MOMENT.date(),
        bill=None if visit else Bill(total=total, in_scope=total),
        visit=visit,
        batch=batch,
        funds_given=funds,
    )


async def _settle(
    connection: Connection, bureau: Bureau, chain: Chain, requests: list[SettleRequest], moment: datetime.datetime
) -> list[Settled]:
    posting = Posting(chain)
    replies = await settle(connection, bureau, requests, moment, posting)
    posting.committed()
    settled = [reply for reply in replies if isinstance(reply, Settled)]
    assert len(settled) == len(requests), replies
    return settled


async def _found(connection: Connection, *, replay: bool = True) -> Report:
    return await audit(connection, regions=[int(NEAR), int(FAR)], replay=replayer() if replay else None)


def _classes(report: Report) -> set[Check]:
    return set(report.found) - NOTES


async def test_a_clean_database_is_clean(world: Connection) -> None:
    report = await _found(world)
    assert report.found == {Check.ACCUMULATOR_OPENING: 1, Check.FUNDS_GIVEN: 1}
    assert report.damaged == 0
    assert (report.checked["cases"], report.checked["transfers"], report.checked["replays"]) == (5, 15, 4)
    assert report.checked["links"] == 4


C = Check
COPY = """insert into cases select region, case_id + 100, kind, person, institution_region, institution, visit, day,
    settled_on, moment, use, total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen, policy, record, lane,
    seq from cases where case_id = """
MOVE = "update transfer set "
ONE_MORE = "amount_fen = amount_fen + 1 where "
ROUND = """debit_kind = credit_kind, debit_id = credit_id, credit_kind = debit_kind, credit_id = debit_id where """
ALTERED = {C.TRANSFER_RECORD, C.CASE_TRANSFERS}
A_COPY = {C.CHAIN_CASES, C.CASE_WITHOUT_TRANSFERS, C.USAGE_SPONSORSHIP, C.USAGE_PURSE, C.ACCUMULATOR}

DAMAGE: dict[str, tuple[str, set[Check]]] = {
    "purse changed": ("update purse set current_fen = current_fen + 1 where person = 2", {C.BALANCE_PURSE}),
    "balance after changed": (MOVE + "balance_after_fen = 5 where case_id = {c3} and person = 2", {C.BALANCE_SEQUENCE}),
    "transfer of more": (MOVE + ONE_MORE + "case_id = {c3} and person = 2", ALTERED | {C.BALANCE_SEQUENCE}),
    "transfer to another": (MOVE + "credit_id = 4 where case_id = {c2} and person = 2", {C.TRANSFER_RECORD}),
    "transfer turned round": (MOVE + ROUND + "case_id = {c1} and person = 2", ALTERED | {C.BALANCE_OPENING}),
    "transfer gone elsewhere": (
        "delete from transfer where case_id = {c4} and person = 3",
        ALTERED | {C.CLEARING, C.BALANCE_SEQUENCE},
    ),
    "all transfers gone": ("delete from transfer where case_id = {c1}", {C.CASE_WITHOUT_TRANSFERS}),
    "transfer from nowhere": (
        "insert into transfer values (450600, 9, 0, 10, 0, 20, 3, 5, null, null, now())",
        {C.TRANSFER_WITHOUT_CASE},
    ),
    "transfer from nowhere, of a guest": (
        "insert into transfer values (450100, 9, 0, 4, 3, 30, 450600, 5, 3, 0, now())",
        {C.TRANSFER_WITHOUT_CASE, C.CLEARING},
    ),
    "transfer that no record names": (
        "insert into transfer values (450100, {c1}, 9, 4, 3, 30, 450600, 5, 3, 0, now())",
        {C.TRANSFER_RECORD, C.CLEARING},
    ),
    "clearing": (MOVE + ONE_MORE + "case_id = {c4} and debit_kind = 30", ALTERED | {C.CLEARING}),
    "purse gone": ("delete from purse where person = 2", {C.TRANSFER_WITHOUT_PURSE, C.USAGE_PURSE}),
    "negative purse": (
        "alter table purse drop constraint purse_current_fen_check; update purse set current_fen = -1 where person = 2",
        {C.BALANCE_NEGATIVE, C.BALANCE_PURSE},
    ),
    "parts without sum": (
        "alter table cases drop constraint cases_parts_sum; update cases set cash_fen = 1 where case_id = {c1}",
        {C.CASE_PARTS, C.CASE_RECORD},
    ),
    "parts moved": (
        "update cases set own_fen = own_fen - 1, mutual_fen = mutual_fen + 1 where case_id = {c1}",
        {C.CASE_RECORD, C.CASE_TRANSFERS},
    ),
    "day changed": ("update cases set settled_on = '2026-03-01' where case_id = {c1}", {C.CASE_RECORD}),
    "record lost": (
        "update cases set record = '' where case_id = {c4}",
        {C.RECORD_UNREADABLE, C.CHAIN_HASH, C.USAGE_SPONSORSHIP, C.USAGE_PURSE, C.ACCUMULATOR},
    ),
    "usage of a relation": ("update sponsorship set used_day_fen = 1 where sponsor = 3", {C.USAGE_SPONSORSHIP}),
    "usage of an earlier day": (
        "update sponsorship set used_on = '2026-03-01' where sponsor = 2",
        {C.USAGE_SPONSORSHIP},
    ),
    "usage of a purse": ("update purse set used_month_fen = 1 where person = 2", {C.USAGE_PURSE}),
    "accumulator too low": ("update accumulator set funds_fen = funds_fen - 6001", {C.ACCUMULATOR}),
    "accumulator too high": ("update accumulator set funds_fen = funds_fen + 1", {C.ACCUMULATOR}),
    "accumulator gone": ("delete from accumulator", {C.ACCUMULATOR}),
    "last hash changed": ("update chain set hash = decode(repeat('ab', 32), 'hex') where seq = 4", {C.CHAIN_HASH}),
    "hash changed": (
        "update chain set hash = decode(repeat('ab', 32), 'hex') where seq = 2",
        {C.CHAIN_HASH, C.CHAIN_PREVIOUS},
    ),
    "previous hash changed": ("update chain set previous = 'x' where seq = 2", {C.CHAIN_HASH, C.CHAIN_PREVIOUS}),
    "link gone": ("delete from chain where seq = 2", {C.CHAIN_GAP, C.CASE_UNCHAINED}),
    "count of a link": ("update chain set n = 3 where seq = 1", {C.CHAIN_CASES}),
    "first case of a link": ("update chain set first_case = 5 where seq = 1", {C.CHAIN_CASES}),
    "case in another link": ("update cases set seq = 9 where case_id = {c2}", {C.CASE_UNCHAINED, C.CHAIN_CASES}),
    "case gone": (
        "delete from cases where case_id = {c4}",
        {C.CHAIN_CASES, C.TRANSFER_WITHOUT_CASE, C.MESSAGE_WITHOUT_CASE}
        | {C.USAGE_SPONSORSHIP, C.USAGE_PURSE, C.ACCUMULATOR},
    ),
    "reversal not marked": ("delete from reversal", {C.REVERSAL_NOT_MARKED}),
    "reversal by nobody": ("update reversal set by_case = 9", {C.REVERSAL_WITHOUT_CASE, C.SECOND_REVERSAL}),
    "reversal of less": (
        "update cases set mutual_fen = mutual_fen + 1, cash_fen = -1 where case_id = {c5}",
        {C.REVERSAL_DIFFERS, C.CASE_RECORD, C.CASE_TRANSFERS},
    ),
    "second reversal": (COPY + "{c5}", A_COPY | {C.SECOND_REVERSAL}),
    "settled twice": (COPY + "{c2}", A_COPY | {C.SETTLED_TWICE, C.CASE_WITHOUT_MESSAGE}),
    "message of another case": (
        "update message set case_id = 9 where message_id = 'm1'",
        {C.MESSAGE_WITHOUT_CASE, C.CASE_WITHOUT_MESSAGE},
    ),
    "message gone": ("delete from message where message_id = 'm1'", {C.CASE_WITHOUT_MESSAGE}),
    "batch of no case": ("update charge_batch set settled_by = 9", {C.BATCH_WITHOUT_CASE}),
    "batch of another case": ("update charge_batch set settled_by = {c1}", {C.BATCH_OF_OTHER_CASE}),
    "batch of an undone case": ("update charge_batch set settled_by = {c3}", {C.BATCH_OF_REVERSED_CASE}),
    "batch not marked": ("update charge_batch set settled_by = null", {C.BATCH_NOT_MARKED}),
    "pointer gone": ("delete from sponsored_by where sponsor = 3", {C.SPONSORSHIP_WITHOUT_POINTER}),
    "sponsorship gone": (
        "delete from sponsorship where sponsor = 2",
        {C.POINTER_WITHOUT_SPONSORSHIP, C.USAGE_SPONSORSHIP},
    ),
    "person gone": ("delete from person where person = 2", {C.IDENTITY_WITHOUT_PERSON}),
    "policy gone": ("delete from policy_version", {C.POLICY_MISSING}),
    "policy replaced": ("update policy_version set body = 'x'", {C.POLICY_CHANGED}),
}


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage_is_found_and_classed(world: Connection, name: str) -> None:
    statements, expected = DAMAGE[name]
    numbers = [row[0] for row in await world.fetch("select case_id from cases order by case_id")]
    await world.execute(statements.format(**{f"c{at}": number for at, number in enumerate(numbers, 1)}))
    report = await _found(world)
    assert _classes(report) == expected, report.findings
    assert all(finding.independent for finding in report.findings)
    text = "\n".join(_as_text(report, True))
    assert all(check in text for check in expected)


async def test_a_decision_that_comes_out_otherwise_is_not_independent(world: Connection) -> None:
    await _rewrite(world, lambda record: msgspec.structs.replace(record, outcome=_one_step_less(record.outcome)))
    report = await _found(world)
    assert _classes(report) == {Check.CHAIN_HASH, Check.REPLAY}
    [replayed] = [finding for finding in report.findings if finding.check is Check.REPLAY]
    assert (replayed.where["field"], replayed.independent) == ("steps", False)
    assert _classes(await _found(world, replay=False)) == {Check.CHAIN_HASH}


@pytest.mark.parametrize(("name", "cap"), [("payment", 4_999), ("day", 4_999), ("month", 31_999), ("year", 31_999)])
@pytest.mark.parametrize("scope", list(LimitScope))
async def test_a_payment_above_a_recorded_cap(world: Connection, name: str, cap: int, scope: LimitScope) -> None:
    def lower(record: Record) -> Record:
        caps = msgspec.structs.replace(record.case.sponsors[1].caps, scope=scope, **{"day": None, name: cap})
        daughter = msgspec.structs.replace(record.case.sponsors[1], caps=caps)
        case = msgspec.structs.replace(record.case, sponsors=(record.case.sponsors[0], daughter))
        return msgspec.structs.replace(record, case=case)

    await _rewrite(world, lower)
    report = await _found(world, replay=False)
    assert _classes(report) == {Check.CHAIN_HASH, Check.OVER_CAP}
    assert {finding.where["cap"] for finding in report.findings if finding.check is Check.OVER_CAP} == {name}


async def test_more_in_a_day_than_any_case_was_allowed(world: Connection) -> None:
    """Each payment fits what its record says was used before; together they do not."""

    def forget(record: Record) -> Record:
        son, daughter = record.case.sponsors
        caps = msgspec.structs.replace(son.caps, day=16_900)
        son = msgspec.structs.replace(son, caps=caps, used=NOTHING_USED)
        return msgspec.structs.replace(record, case=msgspec.structs.replace(record.case, sponsors=(son, daughter)))

    for at in range(3):
        await _rewrite(world, forget, at)
    report = await _found(world, replay=False)
    assert _classes(report) == {Check.CHAIN_HASH, Check.OVER_CAP}
    [over] = [finding for finding in report.findings if finding.check is Check.OVER_CAP]
    assert (over.where["period"], over.expected, over.found) == ("2026-03-02", "169.00", "170.00")


async def _rewrite(connection: Connection, change: Callable[[Record], Record], at: int = 3) -> None:
    """Change the record of one case."""
    row = await connection.fetchrow("select case_id, record from cases order by case_id offset $1", at)
    assert row is not None
    changed = records.encode(change(records.decode(row["record"])))
    await connection.execute("update cases set record = $2 where case_id = $1", row["case_id"], changed)


def _one_step_less(outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, steps=outcome.steps[:-1])


@given(st.lists(st.integers(-3, 3).filter(bool), min_size=1, max_size=12), st.randoms())
def test_a_walk_is_found_in_any_order(moves: list[int], chance: random.Random) -> None:
    held = list(itertools.accumulate(moves, initial=50))
    steps = [(before, after, 0) for before, after in itertools.pairwise(held)]
    chance.shuffle(steps)
    assert balances.reordered(steps, held[-1]) == (held[0], held[-1])


def test_steps_that_make_no_walk() -> None:
    assert balances.reordered([(9, 5, 0), (4, 2, 0)], 2) is None
    assert balances.reordered([(9, 5, 0), (9, 4, 0)], 4) is None
    assert balances.reordered([(9, 5, 0), (5, 9, 0)], 7) == (9, 9)


def test_kept_findings_have_an_end() -> None:
    report = Report()
    report.take(finding(Check.REPLAY, 1, {"case": number}) for number in range(1_000))
    assert (report.damaged, len(report.findings)) == (1_000, KEPT_MAX)
    assert "还有 990 处没有列出。" in "\n".join(_as_text(report, True))


def test_every_class_has_its_words() -> None:
    assert all(map(wording.is_check, Check))


def test_the_command(server: str, law: Law, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Exit 0 when clean, 1 when damaged, 2 when there is nothing to audit or nobody answers."""
    dsn = server.replace("/mulaid?", "/audited?")
    asyncio.run(_committed(server, "create database audited"))
    migrate(dsn)
    asyncio.run(_committed(dsn, law))
    monkeypatch.setenv("MULAID_DSN", dsn)
    clean = CliRunner().invoke(app, [])
    assert clean.exit_code == 0, clean.output
    assert "账目相符，没有查出问题。" in clean.stdout
    assert "450600：查了 5 笔结算，一共 5 笔" in clean.stderr
    asyncio.run(_committed(dsn, "update purse set current_fen = 1 where person = 2"))
    damaged = CliRunner().invoke(app, ["--json", "--no-replay", "--region", NEAR])
    assert damaged.exit_code == 1
    told = json.loads(damaged.stdout)
    assert (told["ok"], told["replayed"], told["regions"]) == (False, False, [NEAR])
    assert [each["check"] for each in told["findings"] if each["severity"] == "damage"] == ["BALANCE_PURSE"]
    assert CliRunner().invoke(app, ["--region", FAR]).exit_code == 0
    assert CliRunner().invoke(app, ["--region", "990100"]).exit_code == 2
    monkeypatch.setenv("MULAID_DSN", server.replace("/mulaid?", "/nowhere?"))
    assert CliRunner().invoke(app, []).exit_code == 2
    monkeypatch.delenv("MULAID_DSN")
    monkeypatch.setenv("MULAID_HOME", str(tmp_path))
    nothing = CliRunner().invoke(app, [])
    assert (nothing.exit_code, list(tmp_path.iterdir())) == (2, [])
    monkeypatch.setenv("MULAID_PORT", "none")
    assert CliRunner().invoke(app, []).exit_code == 2


async def _committed(dsn: str, what: str | Law) -> None:
    connection = await connect(dsn)
    if isinstance(what, Law):
        async with connection.transaction():
            await build(connection, what)
    else:
        await connection.execute(what)
    await connection.close()
