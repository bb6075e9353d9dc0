"""What a procedure answers: a settlement as it was just made, or as it was recorded long ago."""

import datetime

import msgspec

from mulaid.policy.law import Law
from mulaid.procedures.act.answers import PassedOver, PatientSeen, Refused, Settled
from mulaid.procedures.act.records import BillRecord, decode_bill
from mulaid.store import cases, registry
from mulaid.store.connect import Connection
from mulaid.store.rows import Insured
from mulaid.terms.bill_case import Bill, BillCase
from mulaid.terms.outcome import PATIENT, Draw, Outcome


def patient_seen(insured: Insured, case: BillCase) -> PatientSeen:
    """The patient for the institution that treats them: who they are, and by what cover their bill was decided."""
    patient = case.patient
    return PatientSeen(
        region=case.region,
        person=insured.person,
        sealed_number=insured.sealed_number,
        sealed_name=insured.sealed_name,
        sex=insured.sex,
        born=insured.born,
        age=patient.age,
        scheme=patient.scheme,
        status=patient.status,
        category=patient.category,
        retired=patient.retired,
    )


def settled(
    case_id: int | None,
    patient: PatientSeen,
    record: BillRecord,
    visit: int | None,
    moment: datetime.datetime,
    policy: str,
) -> Settled:
    """A record as an answer; that of a reversal has every amount negative."""
    if record.undone is not None:
        record = _negative(record)
    return Settled(
        case_id=case_id,
        patient=patient,
        use=record.case.use,
        bill=record.case.bill,
        outcome=record.outcome,
        payers=record.payers,
        balance_after=record.balance_after,
        visit=visit,
        batch=record.batch,
        moment=moment,
        policy=policy,
        undone=record.undone,
        funds_by=record.funds_by,
        passed_over=_passed_over(record),
    )


def _passed_over(record: BillRecord) -> tuple[PassedOver, ...]:
    skipped = record.outcome.skipped
    if not skipped or record.undone is not None:
        return ()
    sponsors = record.case.sponsors
    return tuple([PassedOver(position + 1, sponsors[position].name, why) for position, why in skipped])


def _negative(record: BillRecord) -> BillRecord:
    """A reversal's bill, outcome and payers are those of the case it undoes, with the opposite sign."""
    bill, outcome = record.case.bill, record.outcome
    opposite = msgspec.structs.replace(
        outcome,
        total=-outcome.total,
        funds=tuple(-paid for paid in outcome.funds),
        own=-outcome.own,
        own_prior_years=-outcome.own_prior_years,
        mutual=-outcome.mutual,
        cash=-outcome.cash,
        institution=-outcome.institution,
        draws=tuple(Draw(draw.sponsor, -draw.amount, -draw.prior_years) for draw in outcome.draws),
        deductible_applied=-outcome.deductible_applied,
        over_ceiling=-outcome.over_ceiling,
    )
    undone = Bill(**{name: -amount for name, amount in msgspec.structs.asdict(bill).items()})
    return msgspec.structs.replace(
        record,
        case=msgspec.structs.replace(record.case, bill=undone),
        outcome=opposite,
        payers=tuple(msgspec.structs.replace(payer, amount=-payer.amount) for payer in record.payers),
    )


async def from_case(connection: Connection, case: cases.Case) -> Settled:
    """A recorded case as the answer it once was, and what has undone it since."""
    record = decode_bill(case.record)
    found = await registry.people(connection, case.region, [case.person], case.day)
    patient = patient_seen(found[case.person], record.case)
    undone_by = (await cases.reversals(connection, case.region, [case.case_id])).get(case.case_id)
    reply = settled(case.case_id, patient, record, case.visit, case.moment, case.policy)
    return msgspec.structs.replace(reply, undone_by=undone_by)


def refusal(outcome: Outcome, case: BillCase, law: Law) -> Refused:
    """A bill the rules refuse, with what the rule behind it says."""
    assert outcome.refused is not None
    step = next(step for step in reversed(outcome.steps) if step.who == PATIENT)
    detail = {}
    if step.rule >= 0:
        entry = law.book.entries[step.rule]
        detail = {"rule": entry.says, "key": entry.key, "source": entry.source.title, "tier": entry.source.tier}
    minutes = law.aid(case.region, case.settled_on).reswipe_minutes
    if minutes.known:
        detail["minutes"] = str(minutes.value)
    return Refused(code=outcome.refused.value, detail=detail)
