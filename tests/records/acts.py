"""For each act of the table a request that succeeds in the world of `tests.records.world`, and who asks it there.

A new act without a sample turns `test_acts` red.
"""

import datetime
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import msgspec

from mulaid.intake.load_records import load_files
from mulaid.intake.loads import read_loads
from mulaid.procedures.account.clock_repair import requests
from mulaid.procedures.act.approval import ApproveRequest, RefuseTaskRequest
from mulaid.procedures.inquiry.notes import Look, NoteRequest
from mulaid.procedures.life.suspension import LiftRequest, SuspendRequest
from mulaid.procedures.load.load import LoadRequest
from mulaid.procedures.sponsorship.requests import (
    BindRequest,
    ChangeRequest,
    ConfirmRequest,
    ContributeRequest,
    DeclineRequest,
    EndPowerRequest,
    EndRequest,
    ExpireRequest,
    GivePowerRequest,
    LapseRequest,
    LeaveRequest,
    LinkRequest,
    ProposeRequest,
    ResumeRequest,
    SubmitRequest,
    WithdrawProposalRequest,
)
from mulaid.procedures.sponsorship.requests import SuspendRequest as SuspendRelationRequest
from mulaid.procedures.table import act_of
from mulaid.procedures.till.requests import CancelRequest, VoidRequest
from mulaid.procedures.visit.requests import (
    ChargeBatch,
    ChargesRequest,
    DescribeRequest,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store.connect import Connection
from mulaid.store.suspensions import SuspensionKind
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.charges import Approval, Line
from mulaid.terms.codes import Credential, Kinship, Mechanism, Scheme, Use
from mulaid.terms.sponsorship_case import Asker
from tests.records import world
from tests.records.test_load import CATALOGUE
from tests.records.world import DAY, MOMENT, NANNING, SPONSOR, Asked, bill, carry, number

FAMILY = 1
REGION = NANNING
PATIENT = REGION, number(FAMILY, 0)
GIVER = REGION, number(FAMILY, SPONSOR)
NOBODY = REGION, 999_999
_numbers = count(1)


def from_(role: Role, request: object) -> Asked:
    """The request as somebody in this role makes it, under a new id; its content says what is asked."""
    actor, act = _actor(role), act_of(request).name
    origin = Origin(actor, Channel.COUNTER, f"a{next(_numbers)}", act, content(act, repr(request)))
    return Asked(request, origin)


def _actor(role: Role) -> Actor:
    if role is Role.INSTITUTION:
        return Actor(role, REGION, world.hospital(REGION))
    if role in (Role.INSURED, Role.GUARDIAN, Role.DELEGATE):
        return Actor(role, REGION, person=GIVER)
    return Actor(role, REGION, f"some {role}")


def _institution(request: object) -> Asked:
    return from_(Role.INSTITUTION, request)


async def settle(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return _institution(bill(FAMILY, 1_500).but(patient=patient).request)


async def cancel(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    [settled] = await carry(connection, await settle(connection))
    return _institution(CancelRequest(case_region=REGION, case_id=settled.case_id, patient=patient))


async def void(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    asked = await settle(connection)
    await carry(connection, asked)
    return _institution(
        VoidRequest(
            original_message_id=asked.origin.message_id,
            original_transaction=asked.origin.transaction,
            patient_region=REGION,
            patient=patient,
        )
    )


async def bind(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await connection.execute("delete from sponsorship where sponsor = $1", GIVER[1])
    request = BindRequest(sponsor=GIVER, beneficiary=(REGION, patient), kinship=Kinship.SPOUSE, documents=True)
    return from_(Role.CLERK, request)


async def end(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, EndRequest(sponsor=GIVER, beneficiary=(REGION, patient), by=Asker.SPONSOR))


def _two(patient: int) -> dict[str, Any]:
    return {"sponsor": GIVER, "beneficiary": (REGION, patient)}


async def propose(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await connection.execute("delete from sponsorship where sponsor = $1", GIVER[1])
    return from_(Role.CLERK, ProposeRequest(**_two(patient), kinship=Kinship.SPOUSE, documents=True))


async def _proposed(connection: Connection, **fields: Any) -> None:
    asked = await propose(connection)
    await carry(connection, asked.but(**fields))


async def submit(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _proposed(connection, submit=False)
    return from_(Role.CLERK, SubmitRequest(**_two(patient)))


async def withdraw_proposal(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _proposed(connection)
    return from_(Role.CLERK, WithdrawProposalRequest(**_two(patient)))


async def confirm(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _proposed(connection)
    return from_(Role.CLERK, ConfirmRequest(**_two(patient)))


async def decline(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _proposed(connection)
    return from_(Role.CLERK, DeclineRequest(**_two(patient)))


async def _backdated(connection: Connection, change: str) -> datetime.datetime:
    """The giver's newest relation as if it had been made long ago, and the moment it was made."""
    await connection.execute(f"update sponsorship set {change} where sponsor = $1", GIVER[1])
    bound_at: datetime.datetime = await connection.fetchval(
        "select bound_at from sponsorship where sponsor = $1 order by bound_at desc limit 1", GIVER[1]
    )
    return bound_at


async def lapse(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _proposed(connection)
    bound_at = await _backdated(connection, "bound_on = '2026-11-01', effective_on = '2026-11-01'")
    return from_(Role.TIMER, LapseRequest(**_two(patient), bound_at=bound_at))


async def expire(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    bound_at = await _backdated(connection, "until = '2026-11-20'")
    return from_(Role.TIMER, ExpireRequest(**_two(patient), bound_at=bound_at))


async def change(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, ChangeRequest(**_two(patient), until=DAY.replace(year=2028)))


async def suspend_relation(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, SuspendRelationRequest(**_two(patient)))


async def resume_relation(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await carry(connection, await suspend_relation(connection))
    return from_(Role.CLERK, ResumeRequest(**_two(patient)))


async def link(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, LinkRequest(**_two(patient)))


async def _pooled(connection: Connection) -> None:
    """The giver's relation goes by a family pool, in a city where nobody has opened pools but this test."""
    law, pool = world.bureau().law, 7_777
    rules = law.aid(REGION, DAY)
    offered = msgspec.structs.replace(rules.mechanisms, value=rules.mechanisms.value | {Mechanism.POOL})
    law._kept[REGION, DAY, True] = msgspec.structs.replace(rules, mechanisms=offered)
    await connection.execute("insert into purse (region, person) values ($1, $2)", int(REGION), pool)
    await connection.execute("update sponsorship set mechanism = 'pool', pool = $1 where sponsor = $2", pool, GIVER[1])
    await connection.execute("update sponsored_by set pool = $1 where sponsor = $2", pool, GIVER[1])


async def contribute(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _pooled(connection)
    member = GIVER if patient == PATIENT[1] else (REGION, patient)
    return from_(Role.CLERK, ContributeRequest(person=member, holder=GIVER, amount=100))


async def leave(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await _pooled(connection)
    return from_(Role.CLERK, LeaveRequest(person=(REGION, patient), holder=GIVER))


async def give_power(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, GivePowerRequest(person=(REGION, patient), holder=GIVER))


async def end_power(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await carry(connection, await give_power(connection))
    return from_(Role.CLERK, EndPowerRequest(person=(REGION, patient), holder=GIVER))


async def load(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    divisions = world.bureau().law.book.divisions
    loads = read_loads(load_files([CATALOGUE]), divisions.resolve, lambda *words: None)
    return from_(Role.OPERATOR, LoadRequest(loads=loads, progress=lambda *words: None))


async def register_visit(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return _institution(
        VisitRequest(
            patient_region=REGION,
            patient=patient,
            scheme=Scheme.EMPLOYEE,
            use=Use.OUTPATIENT,
            begun=MOMENT,
            number="1",
            credential=Credential.OWN,
            details=b"",
        )
    )


async def _visit(connection: Connection) -> int:
    [opened] = await carry(connection, await register_visit(connection))
    number: int = opened.case_id
    return number


async def describe_visit(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    visit = await _visit(connection)
    return _institution(
        DescribeRequest(visit_region=REGION, visit=visit, patient=patient, use=Use.OUTPATIENT, details=b"{}")
    )


async def withdraw_visit(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    visit = await _visit(connection)
    return _institution(WithdrawRequest(visit_region=REGION, visit=visit, patient=patient, number="1"))


def _charges(visit: int, patient: int) -> Asked:
    line = Line("s1", "X", 10_000, 10**7, 1_000, Approval.NOT_NEEDED, DAY)
    batches = (ChargeBatch(batch="b", lines=(line,)),)
    return _institution(ChargesRequest(visit_region=REGION, visit=visit, patient=patient, batches=batches))


async def add_charges(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return _charges(await _visit(connection), patient)


async def remove_charges(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    visit = await _visit(connection)
    await carry(connection, _charges(visit, PATIENT[1]))
    return _institution(RemoveChargesRequest(visit_region=REGION, visit=visit, patient=patient, batch="b"))


async def repair_clock(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await connection.execute("update purse set used_on = $1 where person = $2", DAY.replace(year=2028), GIVER[1])
    [request] = await requests(connection, MOMENT)
    return from_(Role.OPERATOR, request)


def _document(patient: int, **changes: Any) -> SuspendRequest:
    fields: dict[str, Any] = {
        "person": (REGION, patient),
        "document": "示医保罚〔2026〕1号",
        "authority": "示例市医疗保障局",
        "kind": SuspensionKind.PENALTY,
        "conduct": "将本人的医疗保障凭证交由他人冒名使用",
        "article": "第四十一条",
        "from_day": DAY,
        "until": datetime.date(2027, 3, 22),
        "served_on": DAY,
    }
    return SuspendRequest(**{**fields, **changes})


async def suspend(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.CLERK, _document(patient))


async def _entered(connection: Connection, patient: int) -> int:
    [waiting] = await carry(connection, await suspend(connection, patient))
    task: int = waiting.case_id
    return task


async def approve(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    return from_(Role.REVIEWER, ApproveRequest(region=REGION, task=await _entered(connection, patient)))


async def refuse_task(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    task = await _entered(connection, patient)
    return from_(Role.REVIEWER, RefuseTaskRequest(region=REGION, task=task, reason="文书号不对"))


async def lift_suspension(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    await carry(connection, await approve(connection))
    request = LiftRequest(person=(REGION, patient), document="示医保罚〔2026〕1号", by="示医保撤〔2026〕1号", on=DAY)
    return from_(Role.CLERK, request)


async def note(connection: Connection, patient: int = PATIENT[1]) -> Asked:
    look = Look(REGION, patient, "statement", Role.CLERK, "c:jingban")
    moment = datetime.datetime.combine(DAY, datetime.time(9), MOMENT.tzinfo)
    return from_(Role.TIMER, NoteRequest(((look, 2),), moment))


Sample = Callable[..., Awaitable[Asked]]
SAMPLES: dict[str, Sample] = {
    each.__name__: each
    for each in (
        settle,
        cancel,
        void,
        bind,
        end,
        propose,
        submit,
        withdraw_proposal,
        confirm,
        decline,
        lapse,
        expire,
        change,
        suspend_relation,
        resume_relation,
        link,
        contribute,
        leave,
        give_power,
        end_power,
        load,
        register_visit,
        describe_visit,
        withdraw_visit,
        add_charges,
        remove_charges,
        note,
        repair_clock,
        suspend,
        approve,
        refuse_task,
        lift_suspension,
    )
}


async def sample(connection: Connection, name: str, **changes: Any) -> Asked:
    """What makes the request of an act: everything it needs first has been done and committed."""
    return await SAMPLES[name](connection, **changes)
