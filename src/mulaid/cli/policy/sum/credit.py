"""`mulaid policy sum credit REGION`: what is paid into a personal account each month."""

from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, Strict, book_of, day_of, region_of
from mulaid.cli.policy.sum import UNKNOWN
from mulaid.cli.policy.summands import Age, Retired, clause_data, clause_lines, money_of
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.decide.sums import credit
from mulaid.terms.bill_case import Patient
from mulaid.terms.codes import Scheme
from mulaid.terms.money import yuan
from mulaid.wording import reckoning as words

app = Commands()


@app.command(help=words.CREDIT)
def command(
    region: Region,
    age: Age = 40,
    retired: Retired = False,
    tier: Annotated[int, typer.Option("--tier", min=1, help=words.TIER)] = 1,
    base: Annotated[str, typer.Option("--base", help=words.OWN_BASE, show_default=False)] = "",
    pension: Annotated[str, typer.Option("--pension", help=words.PENSION, show_default=False)] = "",
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0 with the sum, 1 when nobody knows or a base is not given, 2 when something typed cannot be read."""
    book, day = book_of(policies, strict=strict), day_of(on)
    place = region_of(book, region)
    person = Patient(scheme=Scheme.EMPLOYEE, account=True, age=age, retired=retired, tier=tier)
    given = [money_of(text) if text else None for text in (base, pension)]
    told = credit(book, place, day, person, *given)
    reckoned = told.reckoned
    if as_json:
        print_json(
            {
                "region": place,
                "on": day,
                "digest": book.digest,
                "monthly": yuan(reckoned.amount) if reckoned else None,
                "formula": reckoned.formula if reckoned else None,
                "unknown": None if reckoned or told.wanted else told.unknown,
                "wanted": told.wanted or None,
                "clause": clause_data(book, told.entry),
            }
        )
    elif reckoned:
        lines = [words.credit_line(reckoned.amount), words.formula_line(reckoned.formula)]
        print_lines([*lines, *clause_lines(book, told.entry)])
    else:
        line = words.wanted_line(told.wanted) if told.wanted else words.unknown_line(told.unknown)
        print_lines([line, *clause_lines(book, told.entry)])
    raise typer.Exit(0 if reckoned else UNKNOWN)
