"""`mulaid policy calendar [REGION] --from DAY --until DAY`: what begins, opens, closes and happens on which day."""

import datetime
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, Policies, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import calendar_sheet, occasion_source, occasion_text
from mulaid.explain.spans import entry_data
from mulaid.policy.book import Book
from mulaid.policy.calendar import Occasion, occasions
from mulaid.wording import book as book_words
from mulaid.wording import readings as words

app = Commands()

A_DAY, A_YEAR = datetime.timedelta(days=1), datetime.timedelta(days=365)


@app.command(help=words.CALENDAR)
def command(
    region: Annotated[str, typer.Argument(help=words.CALENDAR_REGION, show_default=False)] = "",
    begin: Annotated[str, typer.Option("--from", help=words.FROM_DAY, show_default=False)] = "",
    until: Annotated[str, typer.Option("--until", help=words.UNTIL_DAY, show_default=False)] = "",
    policies: Policies = None,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0; 2 when the region, a day, a policy file or a file to write cannot be read or written."""
    book = book_of(policies)
    place = region_of(book, region) if region else None
    first = day_of(begin)
    last = day_of(until) if until else first + A_YEAR
    if last < first:
        cannot(words.DAYS_REVERSED)
    found = occasions(book, place, first, last + A_DAY)
    written = wrote([calendar_sheet(book, found, first)], csv, xlsx, silent=as_json)
    if as_json:
        head = {"region": place, "from": first, "until": last, "digest": book.digest}
        print_json(head | {"occasions": [_data(book, each) for each in found]})
        return
    if written:
        return
    named = book_words.place_name(book.name(place), place) if place else words.ALL_REGIONS
    print_lines([words.calendar_heading(named, first, last, len(found))])
    if found:
        print_table(words.CALENDAR_COLUMNS, [_row(book, each) for each in found], roomy=True, grouped=True)


def _data(book: Book, occasion: Occasion) -> dict[str, Any]:
    return {
        "day": occasion.day,
        "region": occasion.region,
        "name": book.name(occasion.region),
        "kind": occasion.kind,
        "text": occasion_text(occasion),
        "approximate": occasion.event.approximate if occasion.event else False,
        "source": (occasion.entry or occasion.event).source.id,  # type: ignore[union-attr]
        "entry": entry_data(book, occasion.entry) if occasion.entry else None,
    }


def _row(book: Book, occasion: Occasion) -> tuple[str, ...]:
    return (
        book_words.event_day(occasion.day, bool(occasion.event and occasion.event.approximate)),
        book.name(occasion.region),
        words.occasion_name(occasion.kind),
        occasion_text(occasion),
        occasion_source(occasion),
    )
