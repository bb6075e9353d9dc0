"""`mulaid policy sum share REGION --cost …`: what the funds pay of a bill by the own plan, and what is left."""

from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, Strict, book_of, day_of, region_of
from mulaid.cli.policy.sum import UNKNOWN
from mulaid.cli.policy.summands import Age, Retired, money_of
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.decide.bill import decide
from mulaid.explain.citing import cite, step_data
from mulaid.policy.law import Law
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, YearSoFar
from mulaid.terms.codes import Accounts, InstitutionKind, Scheme, Use
from mulaid.terms.money import yuan
from mulaid.wording import reckoning as words
from mulaid.wording.outcome import step_lines

app = Commands()

_OF_PAYING = ("CASH",)
"""Steps of how a patient pays: here nobody pays yet."""


@app.command(help=words.SHARE)
def command(
    region: Region,
    cost: Annotated[str, typer.Option("--cost", help=words.IN_SCOPE)],
    scheme: Annotated[Scheme, typer.Option("--scheme", help=words.SCHEME)] = Scheme.EMPLOYEE,
    use: Annotated[Use, typer.Option("--use", help=words.USE)] = Use.OUTPATIENT,
    age: Age = 40,
    retired: Retired = False,
    level: Annotated[int, typer.Option("--level", min=0, max=3, help=words.LEVEL)] = 3,
    community: Annotated[bool, typer.Option("--community", help=words.COMMUNITY)] = False,
    met: Annotated[str, typer.Option("--met", help=words.DEDUCTIBLE_MET)] = "0.00",
    paid: Annotated[str, typer.Option("--paid", help=words.YEAR_PAID)] = "0.00",
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0 with the sum, 1 when nobody knows, 2 when something typed cannot be read."""
    book, day = book_of(policies, strict=strict), day_of(on)
    place, amount = region_of(book, region), money_of(cost)
    kind = InstitutionKind.COMMUNITY if community else InstitutionKind.HOSPITAL
    case = BillCase(
        region=place,
        day=day,
        settled_on=day,
        use=use,
        accounts=Accounts.NONE,
        prescription=use is Use.PHARMACY,
        patient=Patient(scheme=scheme, account=False, age=age, retired=retired),
        institution=Institution(region=place, kind=kind, level=level),
        bill=Bill(total=amount, in_scope=amount),
        year=YearSoFar(deductible_met=money_of(met), funds_paid=money_of(paid)),
    )
    outcome = decide(case, Law(book))
    steps = cite(book, outcome.steps, [])
    known = outcome.refused is None
    if as_json:
        amounts = (
            {"funds": yuan(outcome.funds_paid), "own": yuan(outcome.cash)} if known else {"funds": None, "own": None}
        )
        head = {"region": place, "on": day, "digest": book.digest}
        print_json(head | amounts | {"refused": outcome.refused, "steps": [step_data(each) for each in steps]})
    else:
        lines = [words.share_line(outcome.total, outcome.funds_paid, outcome.cash)] if known else []
        shown = [each for each in steps if each.code not in _OF_PAYING]
        print_lines([*lines, *step_lines((each.text, each.title, each.tier) for each in shown)])
    raise typer.Exit(0 if known else UNKNOWN)
