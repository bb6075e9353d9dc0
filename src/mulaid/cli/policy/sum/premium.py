"""`mulaid policy sum premium REGION`: what a resident pays, for which year and when."""

from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, Strict, book_of, day_of, region_of
from mulaid.cli.policy.sum import UNKNOWN
from mulaid.cli.policy.summands import clause_data, clause_lines
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.decide.sums import premium
from mulaid.explain.spans import span_text
from mulaid.policy.history import span_on
from mulaid.terms.money import yuan
from mulaid.wording import reckoning as words

app = Commands()


@app.command(help=words.PREMIUM)
def command(
    region: Region,
    year: Annotated[int | None, typer.Option("--year", min=1949, help=words.YEAR, show_default=False)] = None,
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0 with the sum, 1 when nobody knows, 2 when something typed cannot be read."""
    book, day = book_of(policies, strict=strict), day_of(on)
    place = region_of(book, region)
    told, season = premium(book, place, day, year), span_on(book, place, "premium_season", day)
    when = span_text(season) if season else ""
    if as_json:
        print_json(
            {
                "region": place,
                "on": day,
                "digest": book.digest,
                "year": told.premium.year if told.premium else None,
                "amount": yuan(told.premium.amount) if told.premium else None,
                "unknown": None if told.premium else told.unknown,
                "season": when or None,
                "clause": clause_data(book, told.entry),
                "season_clause": clause_data(book, season.entry if season else None),
            }
        )
    else:
        value = told.premium
        print_lines([words.premium_line(value.year, value.amount) if value else words.unknown_line(told.unknown)])
        print_lines(clause_lines(book, told.entry))
        if season:
            print_lines([words.season_line(when), *clause_lines(book, season.entry)])
    raise typer.Exit(0 if told.premium else UNKNOWN)
