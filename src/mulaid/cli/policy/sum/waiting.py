"""`mulaid policy sum waiting --from DAY --missed YEARS …`: how long somebody waits after a gap in cover."""

from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, day_of
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.policy.reckoning import waiting_period
from mulaid.wording import reckoning as words

app = Commands()

_NEVER = 1_000
"""A gap that nobody lives to see: where no long gap is given, none is longer."""


@app.command(help=words.WAITING)
def command(
    begins: Annotated[str, typer.Option("--from", help=words.BEGINS)],
    missed: Annotated[int, typer.Option("--missed", min=1, max=99, help=words.MISSED)],
    fixed: Annotated[int, typer.Option("--fixed", min=0, max=99, help=words.FIXED)],
    each_year: Annotated[int, typer.Option("--each-year", min=0, max=99, help=words.EACH_YEAR)] = 0,
    repaired: Annotated[int, typer.Option("--repaired", min=0, max=99, help=words.REPAIRED)] = 0,
    long_gap: Annotated[int, typer.Option("--long-gap", min=1, help=words.LONG_GAP, show_default=False)] = _NEVER,
    least: Annotated[int, typer.Option("--least", min=0, help=words.LONG_GAP_LEAST)] = 0,
    as_json: AsJson = False,
) -> None:
    """Exit 0; 2 when a day or a number cannot be read."""
    found = waiting_period(
        day_of(begins),
        fixed=fixed,
        missed_years=missed,
        each_year=each_year,
        repaired_years=repaired,
        long_gap_years=long_gap,
        long_gap_least=least,
    )
    if as_json:
        print_json({"months": found.months, "first_day": found.first_day, "formula": found.formula})
        return
    print_lines([*words.waiting_lines(found.months, found.first_day, found.formula), words.GIVEN_ONLY])
