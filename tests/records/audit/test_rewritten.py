"""Records rewritten by a program: other decisions, caps that were passed over, lines that do not add up.

Every change breaks the chain, which is said too.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from mulaid.audit.findings import Check
from mulaid.ledger.journal import Account, move
from mulaid.ledger.journal import AccountKind as Kind
from mulaid.procedures.act import records
from mulaid.procedures.act.records import ActRecord, BillRecord, Record
from mulaid.procedures.sponsorship.requests import BindRequest
from mulaid.terms.bill_case import NOTHING_USED, Caps
from mulaid.terms.codes import Kinship, LimitScope
from mulaid.terms.outcome import Outcome
from tests.records.audit.conftest import Subject, counted


async def rewrite(subject: Subject, name: str, change: Callable[[BillRecord], BillRecord]) -> None:
    """Change the record of one bill."""
    await _rewrite(subject, name, lambda data: change(records.decode_bill(data)))


async def rewrite_act(subject: Subject, name: str, **changes: Any) -> None:
    """Change the record of one other act."""

    def change(data: bytes) -> Record:
        record = records.decode(data)
        assert isinstance(record, ActRecord)
        return msgspec.structs.replace(record, **changes)

    await _rewrite(subject, name, change)


async def _rewrite(subject: Subject, name: str, change: Callable[[bytes], Record]) -> None:
    data = await subject.connection.fetchval("select record from cases where case_id = $1", subject.names[name])
    changed = records.encode(change(data))
    await subject.connection.execute("update cases set record = $2 where case_id = $1", subject.names[name], changed)


async def test_a_decision_that_comes_out_otherwise_is_not_independent(subject: Subject) -> None:
    await rewrite(subject, "m1", lambda record: msgspec.structs.replace(record, outcome=_one_step_less(record.outcome)))
    report = await subject.audit()
    assert set(counted(report)) == {Check.CHAIN_HASH, Check.REPLAY}
    [replayed] = [finding for finding in report.findings if finding.check is Check.REPLAY]
    assert (replayed.where["field"], replayed.independent) == ("steps", False)
    assert set(counted(await subject.audit(replay=False))) == {Check.CHAIN_HASH}


@pytest.mark.parametrize("name", ["payment", "day", "month", "year"])
@pytest.mark.parametrize("scope", list(LimitScope))
async def test_a_payment_above_a_recorded_cap(subject: Subject, name: str, scope: LimitScope) -> None:
    def lower(record: BillRecord) -> BillRecord:
        """The cap of the last to pay, a fen below what was paid."""
        draw = record.outcome.draws[-1]
        sponsor = record.case.sponsors[draw.sponsor]
        before = {"payment": 0} | {
            period: getattr(sponsor.used, f"all_{period}" if scope is LimitScope.ALL else period)
            for period in ("day", "month", "year")
        }
        caps = Caps(**{name: before[name] + draw.amount - 1}, scope=scope)
        sponsors = list(record.case.sponsors)
        sponsors[draw.sponsor] = msgspec.structs.replace(sponsor, caps=caps)
        return msgspec.structs.replace(record, case=msgspec.structs.replace(record.case, sponsors=tuple(sponsors)))

    await rewrite(subject, "m8", lower)
    report = await subject.audit(replay=False)
    assert set(counted(report)) == {Check.CHAIN_HASH, Check.OVER_CAP, Check.SPONSORSHIP_CHANGED}
    assert {finding.where["cap"] for finding in report.findings if finding.check is Check.OVER_CAP} == {name}


async def test_more_in_a_day_than_any_case_was_allowed(subject: Subject) -> None:
    """Each payment fits what its record says was used before; together they do not."""

    def forget(record: BillRecord) -> BillRecord:
        sponsors = list(record.case.sponsors)
        at = next(draw.sponsor for draw in record.outcome.draws if sponsors[draw.sponsor].caps.day)
        caps = msgspec.structs.replace(sponsors[at].caps, day=40_000)
        sponsors[at] = msgspec.structs.replace(sponsors[at], caps=caps, used=NOTHING_USED)
        return msgspec.structs.replace(record, case=msgspec.structs.replace(record.case, sponsors=tuple(sponsors)))

    for name in ("m1", "m2", "m3", "m4"):
        await rewrite(subject, name, forget)
    report = await subject.audit(replay=False)
    assert {Check.CHAIN_HASH, Check.OVER_CAP} <= set(counted(report))
    [over] = [finding for finding in report.findings if finding.check is Check.OVER_CAP]
    assert (over.where["period"], over.expected) == ("2026-11-20", "400.00")


@pytest.mark.parametrize(
    ("change", "serial"),
    [
        (lambda lines: lines[:-1], ""),
        (lambda lines: [[*lines[0][:2], lines[0][2] * 2, *lines[0][3:]]], "m3-0"),
        (lambda lines: [*lines, *lines], "m3-0"),
        (lambda lines: 7, ""),
    ],
    ids=["one less", "twice the quantity", "twice the line", "no lines"],
)
async def test_lines_that_do_not_make_the_bill(
    subject: Subject, change: Callable[[list[list[object]]], object], serial: str
) -> None:
    def change_lines(record: BillRecord) -> BillRecord:
        lines = msgspec.msgpack.encode(change(msgspec.msgpack.decode(record.lines)))
        return msgspec.structs.replace(record, lines=lines)

    await rewrite(subject, "m3", change_lines)
    report = await subject.audit(replay=False)
    assert set(counted(report)) == {Check.CHAIN_HASH, Check.CASE_LINES}
    [found] = [finding for finding in report.findings if finding.check is Check.CASE_LINES]
    assert found.where.get("line", "") == serial


async def test_a_message_is_compared_with_records_that_do_not_hold_it(subject: Subject) -> None:
    """Records of before hold no digest of their message: nothing is said of them."""
    await rewrite(subject, "m1", lambda record: msgspec.structs.replace(record, transaction="", content=b""))
    await subject.damage("update message set transaction = 'x' where message_id = 'm1'")
    assert set(counted(await subject.audit())) == {Check.CHAIN_HASH}


@pytest.mark.parametrize("name", ["bound", "ended"])
async def test_a_relation_that_the_rules_say_otherwise_of_now(subject: Subject, name: str) -> None:
    await rewrite_act(subject, name, used=(1, 2, 3))
    report = await subject.audit()
    assert set(counted(report)) == {Check.CHAIN_HASH, Check.REPLAY}
    [replayed] = [finding for finding in report.findings if finding.check is Check.REPLAY]
    assert (replayed.where["field"], replayed.found) == ("used", "[1,2,3]")


async def test_an_act_whose_request_is_not_the_one_that_was_sent(subject: Subject) -> None:
    key = "450600", subject.names["cousin"]
    other = BindRequest(sponsor=key, beneficiary=("450600", subject.names["uncle"]), kinship=Kinship.CHILD)
    await rewrite_act(subject, "bound", request=records.raw(other))
    expected = {Check.CHAIN_HASH, Check.ACT_REQUEST, Check.SPONSORSHIP_CHANGED}
    assert set(counted(await subject.audit())) == expected


async def test_an_act_that_may_not_move_money(subject: Subject) -> None:
    """What nobody can move by it is found though the transfers are posted as the record says."""
    aunt = subject.names["aunt"]
    stolen = move(int(subject.names["near"]), Account(Kind.CURRENT_YEAR, aunt), Account(Kind.PRIOR_YEARS, aunt), 5)
    await rewrite_act(subject, "suspended", transfers=tuple(stolen))
    await subject.damage(
        "insert into transfer select region, case_id, 0, 1, {aunt}, 70, 0, 5, {aunt}, 995, moment from cases "
        "where case_id = {suspended};"
        "insert into transfer select region, case_id, 1, 70, 0, 2, {aunt}, 5, {aunt}, 505, moment from cases "
        "where case_id = {suspended}; update purse set current_fen = 995, prior_fen = 505 where person = {aunt}"
    )
    assert set(counted(await subject.audit())) == {Check.CHAIN_HASH, Check.TRANSFER_RECORD}


def _one_step_less(outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, steps=outcome.steps[:-1])
