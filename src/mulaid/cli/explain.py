"""`mulaid explain NUMBER`: who paid what of one settlement and why, clause by clause."""

import asyncio
from typing import Annotated, Any

import msgspec
import typer

from mulaid.cli.act_explained import ActExplained
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.citing import cite, step_data, unverified_rules
from mulaid.policy.book import Book
from mulaid.procedures.act import records
from mulaid.procedures.act.records import ActRecord, BillRecord
from mulaid.settings import Settings
from mulaid.store import cases, people, policy_versions, registry
from mulaid.store.cases import Case
from mulaid.store.connect import Connection, connect
from mulaid.store.ids import WireIdFault, parse_wire
from mulaid.store.keys import unlock_to_read
from mulaid.terms.money import yuan
from mulaid.wording import commands
from mulaid.wording.explain import explain_lines
from mulaid.wording.refusals import refusal_sentence
from mulaid.wording.rules import rule_name

app = Commands()


class Explained(msgspec.Struct, frozen=True):
    """A case with everything needed to tell it: the book it was decided by, and whom and where it was about."""

    case: Case
    record: BillRecord
    book: Book
    patient: str
    institution: str
    undone_by: str


@app.command(help=commands.EXPLAIN)
def command(
    number: Annotated[str, typer.Argument(help=commands.CASE_NUMBER, metavar="NUMBER")],
    as_json: Annotated[bool, typer.Option("--json", help=commands.AS_JSON)] = False,
) -> None:
    """Exit 0, or 2 when there is no such settlement."""
    try:
        region, case_id = parse_wire(number)
    except WireIdFault:
        cannot(commands.no_such_case(number))
    with open_database() as (settings, dsn):
        explained = asyncio.run(_find(settings, dsn, region, case_id))
    if explained is None:
        cannot(commands.no_such_case(number))
    elif isinstance(explained, ActExplained):
        print_json(explained.data()) if as_json else print_lines(explained.lines())
    elif as_json:
        print_json(as_data(explained))
    else:
        print_lines(as_lines(explained))


async def _find(settings: Settings, dsn: str, region: str, case_id: int) -> Explained | ActExplained | None:
    connection = await connect(dsn, purpose="mulaid explain")
    try:
        await unlock_to_read(connection, settings.home)
        act = await cases.act_case(connection, region, case_id)
        if act is None:
            return await explained_case(connection, region, case_id)
        record = records.decode(act.record)
        assert isinstance(record, ActRecord), "an act that is no bill has a record of its own shape"
        return ActExplained(act, record, await _book(connection, act.policy))
    finally:
        await connection.close()


async def explained_case(connection: Connection, region: str, case_id: int) -> Explained | None:
    """Everything about one case, by the book of its own digest; None when there is no such case."""
    case = await cases.case(connection, region, case_id)
    if case is None:
        return None
    book = await _book(connection, case.policy)
    insured = (await registry.people(connection, region, [case.person], case.day)).get(case.person)
    place = (await people.find_institutions(connection, [case.institution])).get(case.institution)
    undone = await cases.reversals(connection, region, [case_id])
    return Explained(
        case=case,
        record=records.decode_bill(case.record),
        book=book,
        patient=insured.masked_name if insured else "",
        institution=place[1].name if place else case.institution,
        undone_by=f"{region}{undone[case_id]}" if undone else "",
    )


async def _book(connection: Connection, digest: str) -> Book:
    body = await policy_versions.body(connection, digest)
    assert body is not None, "a case was decided by a policy that was not kept"
    return Book.from_body(body)


def as_lines(told: Explained) -> list[str]:
    """The explanation in Chinese, for people."""
    record, outcome, names = told.record, told.record.outcome, _names(told.record)
    lines = explain_lines(
        patient=told.patient,
        institution=told.institution,
        day=told.case.day,
        amounts={
            "total": outcome.total,
            "funds": outcome.funds_paid,
            "own": outcome.own,
            "mutual": outcome.mutual,
            "cash": outcome.cash,
            "institution": outcome.institution,
        },
        payers=[(payer.name, payer.kinship, payer.amount) for payer in record.payers],
        passed_over=[(names[at], refusal_sentence(skip, {"payer": names[at]})) for at, skip in outcome.skipped],
        steps=[(each.told, each.says, each.title, each.tier) for each in cite(told.book, outcome.steps, names)],
        unverified=map(rule_name, unverified_rules(told.book, outcome.used)),
        assumed=map(rule_name, outcome.assumed),
        policy=told.case.policy,
        funds_by=record.funds_by or "",
    )
    if record.undone is not None:
        lines.insert(1, commands.undoes(f"{told.case.region}{record.undone}"))
    if told.undone_by:
        lines.insert(1, commands.undone_by(told.undone_by))
    return lines


def as_data(told: Explained) -> dict[str, Any]:
    """The same as data."""
    outcome, names = told.record.outcome, _names(told.record)
    return {
        "case": f"{told.case.region}{told.case.case_id}",
        "kind": told.case.kind,
        "day": told.case.day,
        "settled_on": told.case.settled_on,
        "policy": told.case.policy,
        "total": yuan(outcome.total),
        "funds": yuan(outcome.funds_paid),
        "funds_given_by": told.record.funds_by,
        "own": yuan(outcome.own),
        "mutual": yuan(outcome.mutual),
        "cash": yuan(outcome.cash),
        "institution": yuan(outcome.institution),
        "payers": [
            {"name": payer.name, "kinship": payer.kinship, "mechanism": payer.mechanism, "amount": yuan(payer.amount)}
            for payer in told.record.payers
        ],
        "skipped": {names[at]: skip for at, skip in outcome.skipped},
        "unverified": unverified_rules(told.book, outcome.used),
        "assumed": list(outcome.assumed),
        "steps": [step_data(each) for each in cite(told.book, outcome.steps, names)],
        "undone_by": told.undone_by or None,
    }


def _names(record: BillRecord) -> list[str]:
    return [sponsor.name for sponsor in record.case.sponsors]
