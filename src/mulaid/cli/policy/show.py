"""`mulaid policy show REGION [RULES…] --on DAY`: every rule that holds in a region on a day, and who says so.

`mulaid policy show RULES… --everywhere`: the same rule in every region, those that say the same together.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, SomeRules, Strict, book_of, day_of, region_of, rules_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import everywhere_sheet, show_sheet
from mulaid.explain.spans import sourced, span_data, span_text
from mulaid.policy.book import Book
from mulaid.policy.difference import Alike, everywhere
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import Span, spans_on
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.topics import by_topic, topic_of
from mulaid.wording import book as words
from mulaid.wording import commands, readings
from mulaid.wording.rules import RULE_NAMES

app = Commands()


@app.command(help=commands.POLICY_SHOW)
def command(
    region: Region,
    rules: SomeRules = None,
    on: OnDay = "",
    every: Annotated[bool, typer.Option("--everywhere", help=readings.EVERYWHERE)] = False,
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0; 2 when the region, a rule, the day, a policy file or a file to write cannot be read or written."""
    book, day = book_of(policies, strict=strict), day_of(on)
    if every:
        _everywhere(book, rules_of([region, *(rules or ())]), day, as_json=as_json, csv=csv, xlsx=xlsx)
        return
    place, asked = region_of(book, region), rules_of(rules)
    grouped = [asked] if rules else [found for _, found in by_topic(asked)]
    spans = [span for group in grouped for span in spans_on(book, place, day, group)]
    written = wrote([show_sheet(book, spans, day)], csv, xlsx, silent=as_json)
    if as_json:
        head = {"region": place, "name": book.name(place), "on": day, "digest": book.digest}
        values = [{"topic": topic_of(BY_KEY[span.key]), **span_data(book, span)} for span in spans]
        print_json(head | {"values": values})
        return
    if written:
        return
    print_lines([words.heading(book.name(place), place, day)])
    said = {span.key for span in spans}
    silent = [rule.key for rule in asked if rule.key not in said] if rules else []
    rows = list(_rows(spans, topics=not rules))
    rows += [(words.qualified_name(key, ()), words.ABSENT_TEXT, "", "") for key in silent]
    print_table(words.SHOW_COLUMNS, rows, roomy=True)


def _rows(spans: Iterable[Span], *, topics: bool) -> Iterator[tuple[str, str, str, str]]:
    """A row a stretch, and before each topic its name."""
    above = None
    for span in spans:
        entry, topic = span.entry, topic_of(BY_KEY[span.key])
        if topics and topic != above:
            yield words.topic_row(readings.topic_name(topic)), "", "", ""
            above = topic
        first = words.from_text(entry.first_day, entry.no_later_than)
        yield words.qualified_name(span.key, span.qualifier), span_text(span), first, sourced(entry)


def _everywhere(
    book: Book, rules: Sequence[Rule], day: datetime.date, *, as_json: bool, csv: Path | None, xlsx: Path | None
) -> None:
    regions = sorted(set(book.regions) - {NATIONAL})
    asked = [(rule, qualifier) for rule in rules for qualifier in book.qualifiers(rule.key) or [()]]
    found = {(rule.key, qualifier): everywhere(book, rule.key, qualifier, day, regions) for rule, qualifier in asked}
    every = [alike for groups in found.values() for alike in groups]
    written = wrote([everywhere_sheet(book, every, day)], csv, xlsx, silent=as_json)
    if as_json:
        told = [_data(book, *name, groups) for name, groups in found.items()]
        print_json({"on": day, "digest": book.digest, "rules": told})
    elif not written:
        for (key, qualifier), groups in found.items():
            print_lines([readings.everywhere_heading(words.qualified_name(key, qualifier), day, len(regions))])
            print_table(readings.EVERYWHERE_COLUMNS, [_row(book, alike) for alike in groups], roomy=True)
            print_lines([""])


def _data(book: Book, key: str, qualifier: tuple[str, ...], groups: Iterable[Alike]) -> dict[str, Any]:
    return {
        "rule": key,
        "number": BY_KEY[key].number,
        "name": RULE_NAMES[key],
        "qualifier": qualifier,
        "groups": [
            {
                "shown": span_text(alike.spans[0]) if alike.spans[0] else None,
                "regions": [
                    {"region": region, "name": book.name(region), "holds": span_data(book, span) if span else None}
                    for region, span in zip(alike.regions, alike.spans, strict=True)
                ],
            }
            for alike in groups
        ],
    }


def _row(book: Book, alike: Alike) -> tuple[str, str, str]:
    shown = span_text(alike.spans[0]) if alike.spans[0] else words.ABSENT_TEXT
    return shown, words.names_text(map(book.name, alike.regions)), str(len(alike.regions))
