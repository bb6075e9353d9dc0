"""`mulaid policy diff A [B] --on DAY [--and DAY]`: only what differs, and who says so on either side."""

import datetime
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, Strict, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.spans import sourced, span_data, span_text
from mulaid.cli.usage import Commands
from mulaid.policy.book import Book
from mulaid.policy.difference import Place, differences
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.wording import book as words
from mulaid.wording import commands
from mulaid.wording.rules import RULE_NAMES

app = Commands()

_ABSENT = dict.fromkeys(("value", "unknown", "source", "tier"))


@app.command(help=commands.POLICY_DIFF)
def command(
    region: Region,
    other: Annotated[str, typer.Argument(help=words.OTHER_REGION, show_default=False)] = "",
    on: OnDay = "",
    and_day: Annotated[str, typer.Option("--and", help=words.OTHER_DAY, show_default=False)] = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0, whether anything differs or not; 2 when a region, a day or a policy file cannot be read."""
    if not other and not and_day:
        cannot(words.NOTHING_TO_COMPARE)
    book = book_of(policies, strict=strict)
    day = day_of(on)
    left = region_of(book, region), day
    right = region_of(book, other) if other else left[0], day_of(and_day) if and_day else day
    found = differences(book, left, right)
    if as_json:
        told = [
            {
                "rule": each.key,
                "number": BY_KEY[each.key].number,
                "name": RULE_NAMES[each.key],
                "qualifier": each.qualifier,
                "left": _side(book, each.left),
                "right": _side(book, each.right),
            }
            for each in found
        ]
        print_json(
            {"left": _place(book, left), "right": _place(book, right), "digest": book.digest, "differences": told}
        )
        return
    one, two = (words.side_name(book.name(place), on_day) for place, on_day in (left, right))
    print_lines([words.compared(one, two, len(found))])
    if found:
        rows = [(words.qualified_name(each.key, each.qualifier), _cell(each.left), _cell(each.right)) for each in found]
        print_table((words.SHOW_COLUMNS[0], one, two), rows, roomy=True)


def _place(book: Book, place: Place) -> dict[str, str | datetime.date]:
    region, day = place
    return {"region": region, "name": book.name(region), "on": day}


def _side(book: Book, span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"status": "absent", **_ABSENT}
    return {"status": "value" if span.ruling.known else "unknown", **span_data(book, span)}


def _cell(span: Span | None) -> str:
    return f"{span_text(span)}\n{sourced(span.entry)}" if span else words.ABSENT_TEXT
