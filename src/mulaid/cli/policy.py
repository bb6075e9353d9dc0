"""`mulaid policy show REGION --on DAY`: every rule that holds in a region on a day, and who says so."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mulaid.cli import policy_review
from mulaid.cli.asking import book_of, day_of, region_of
from mulaid.cli.citing import plain_value
from mulaid.policy.book import Book
from mulaid.policy.rules import RULES
from mulaid.wording import commands
from mulaid.wording.review import REVIEW
from mulaid.wording.rules import UNKNOWN_TEXT, rule_name, tier_name, value_text

app = typer.Typer(add_completion=False, no_args_is_help=True)


app.command("review", help=REVIEW)(policy_review.command)


@app.callback(help=commands.POLICY)
def policy() -> None:
    """Only holds the subcommands together."""


@app.command(help=commands.POLICY_SHOW)
def show(
    region: Annotated[str, typer.Argument(help=commands.REGION)],
    on: Annotated[str, typer.Option(help=commands.ON_DAY, show_default=False)] = "",
    policies: Annotated[list[Path] | None, typer.Option(help=commands.POLICIES, envvar="MULAID_POLICIES")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=commands.AS_JSON)] = False,
) -> None:
    """Exit 0; 2 when the region, the day or a policy file cannot be read."""
    book = book_of(policies)
    place, day = region_of(book, region), day_of(on)
    values = list(_values(book, place, day))
    if as_json:
        head = {"region": place, "name": book.name(place), "on": day, "digest": book.digest}
        print(msgspec.json.encode(head | {"values": values}).decode())
        return
    console = Console()
    console.print(commands.policy_heading(book.name(place), place, day))
    console.print(_table(values))


def _values(book: Book, region: str, day: datetime.date) -> Iterator[dict[str, Any]]:
    for rule in RULES:
        for qualifier in book.qualifiers(rule.key):
            entry = book.entry(region, rule.key, day, qualifier)
            if entry is None:
                continue
            ruling = book.ruling(region, rule.key, day, qualifier)
            yield {
                "rule": rule.key,
                "number": rule.number,
                "qualifier": list(qualifier),
                "from": entry.first_day,
                "value": plain_value(ruling.value) if ruling.known else None,
                "unknown": entry.unknown or (None if ruling.known else commands.MAY_HAVE_CHANGED),
                "maybe": sorted(ruling.maybe) or None,
                "shown": value_text(rule.key, ruling.value) if ruling.known else UNKNOWN_TEXT,
                "source": entry.source.id,
                "title": entry.source.title,
                "tier": entry.source.tier,
                "says": entry.says,
                "inherited_from": None if entry.region == region else entry.region,
                "checked_on": book.regions[entry.region].checked_on,
            }


def _table(values: list[dict[str, Any]]) -> Table:
    table = Table(show_lines=False, pad_edge=False)
    for heading in commands.POLICY_COLUMNS:
        table.add_column(heading, overflow="fold")
    for each in values:
        qualifier = " ".join(each["qualifier"])
        shown = each["shown"] if each["value"] is not None else f"{UNKNOWN_TEXT}：{each['unknown']}"
        source = f"{each['title']}（{tier_name(each['tier'])}）"
        table.add_row(f"{rule_name(each['rule'])} {qualifier}".strip(), shown, str(each["from"]), source)
    return table
