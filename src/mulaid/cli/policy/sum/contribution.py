"""`mulaid policy sum contribution --wage … --average …`: a contribution base between its floor and its ceiling."""

from typing import Annotated

import typer

from mulaid.cli.asking import AsJson
from mulaid.cli.cannot import cannot
from mulaid.cli.policy.summands import money_of, percent_of
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.policy.reckoning import contribution_base
from mulaid.terms.money import yuan
from mulaid.wording import reckoning as words

app = Commands()


@app.command(help=words.BASE)
def command(
    wage: Annotated[str, typer.Option("--wage", help=words.WAGE)],
    average: Annotated[str, typer.Option("--average", help=words.AVERAGE)],
    low: Annotated[str, typer.Option("--low", help=words.LOW)],
    high: Annotated[str, typer.Option("--high", help=words.HIGH)],
    as_json: AsJson = False,
) -> None:
    """Exit 0; 2 when an amount or a ratio cannot be read."""
    try:
        found = contribution_base(money_of(wage), money_of(average), percent_of(low), percent_of(high))
    except ValueError:
        cannot(words.BOUNDS_REVERSED)
    if as_json:
        bounds = {"low": found.low.formula, "high": found.high.formula}
        print_json({"base": yuan(found.amount), "bound": found.bound or None, **bounds})
        return
    print_lines([*words.base_lines(found.amount, found.bound, found.low.formula, found.high.formula), words.GIVEN_ONLY])
