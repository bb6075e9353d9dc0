"""`mulaid policy diff A [B…] --on DAY [--and DAY]`: only what differs, and who says so on every side."""

import datetime
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, Strict, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import diff_sheet
from mulaid.explain.spans import sourced, span_data, span_text
from mulaid.policy.book import Book
from mulaid.policy.difference import Place, differences
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.wording import book as words
from mulaid.wording import commands, readings
from mulaid.wording.rules import RULE_NAMES

app = Commands()

_ABSENT = dict.fromkeys(("value", "unknown", "source", "tier", "address"))


@app.command(help=commands.POLICY_DIFF)
def command(
    region: Region,
    others: Annotated[list[str] | None, typer.Argument(help=readings.OTHER_REGIONS, metavar="OTHERS")] = None,
    on: OnDay = "",
    and_day: Annotated[str, typer.Option("--and", help=words.OTHER_DAY, show_default=False)] = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0, whether anything differs or not; 2 when a region, a day or a file cannot be read or written."""
    if not others and not and_day:
        cannot(words.NOTHING_TO_COMPARE)
    book = book_of(policies, strict=strict)
    day = day_of(on)
    first = region_of(book, region), day
    other_day = day_of(and_day) if and_day else day
    places = [first, *((region_of(book, each), other_day) for each in others or [first[0]])]
    found = differences(book, places)
    written = wrote([diff_sheet(book, found, places)], csv, xlsx, silent=as_json)
    if as_json:
        told = [
            {
                "rule": each.key,
                "number": BY_KEY[each.key].number,
                "name": RULE_NAMES[each.key],
                "qualifier": each.qualifier,
                "sides": [_side(book, side) for side in each.sides],
            }
            for each in found
        ]
        print_json({"places": [_place(book, each) for each in places], "digest": book.digest, "differences": told})
        return
    if written:
        return
    named = [words.side_name(book.name(place), on_day) for place, on_day in places]
    print_lines([readings.compared(named, len(found))])
    if found:
        rows = [(words.qualified_name(each.key, each.qualifier), *map(_cell, each.sides)) for each in found]
        print_table((words.SHOW_COLUMNS[0], *named), rows, roomy=True)


def _place(book: Book, place: Place) -> dict[str, str | datetime.date]:
    region, day = place
    return {"region": region, "name": book.name(region), "on": day}


def _side(book: Book, span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"status": "absent", **_ABSENT}
    return {"status": "value" if span.ruling.known else "unknown", **span_data(book, span)}


def _cell(span: Span | None) -> str:
    return f"{span_text(span)}\n{sourced(span.entry)}" if span else words.ABSENT_TEXT
