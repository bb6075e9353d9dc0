"""`mulaid policy why REGION RULE --on DAY`: which entry holds and why, or what it would take to know.

`mulaid policy why ADDRESS`: the same for one entry by its address, on the day it began.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Strict, book_of, day_of, entry_of, region_of, rules_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.spans import entry_data, entry_text, sourced, span_data, span_text
from mulaid.policy.address import address, is_address
from mulaid.policy.book import Book
from mulaid.policy.grounds import Grounds, Level, grounds
from mulaid.policy.rules import BY_KEY
from mulaid.wording import book as words
from mulaid.wording import commands, readings
from mulaid.wording.rules import RULE_NAMES

app = Commands()


@app.command(help=commands.POLICY_WHY)
def command(
    region: Annotated[str, typer.Argument(help=readings.ADDRESS_OR_REGION)],
    rule: Annotated[str, typer.Argument(help=words.RULE_ASKED, show_default=False)] = "",
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0, known or not; 2 when the region, the rule, the day or a policy file cannot be read."""
    book = book_of(policies, strict=strict)
    if is_address(region):
        entry = entry_of(book, region)
        place, day = entry.region, day_of(on) if on else entry.first_day
        found = [grounds(book, place, entry.key, day, entry.qualifier)]
    else:
        if not rule:
            cannot(readings.RULE_WANTED)
        place, asked, day = region_of(book, region), rules_of([rule]), day_of(on)
        named = [(each.key, qualifier) for each in asked for qualifier in book.qualifiers(each.key) or [()]]
        found = [grounds(book, place, key, day, qualifier) for key, qualifier in named]
    if as_json:
        head = {"region": place, "name": book.name(place), "on": day, "digest": book.digest}
        print_json(head | {"rules": [_data(book, each) for each in found]})
        return
    for each in found:
        print_lines([*_lines(book, each), ""])


def _data(book: Book, found: Grounds) -> dict[str, Any]:
    known = found.span is not None and found.span.ruling.known
    doubt = found.span.doubt if found.span else None
    return {
        "rule": found.key,
        "number": BY_KEY[found.key].number,
        "name": RULE_NAMES[found.key],
        "qualifier": found.qualifier,
        "status": "absent" if found.span is None else "value" if known else "unknown",
        "holds": span_data(book, found.span) if found.span else None,
        "wanted": None if known and doubt is None else words.wanted_text(doubt),
        "before": entry_data(book, found.before) if found.before else None,
        "chain": [
            {
                "region": level.region,
                "name": book.name(level.region),
                "entries": [
                    {
                        **entry_data(book, each.entry),
                        "verdict": each.verdict,
                        "because": words.verdict_text(each.verdict),
                    }
                    for each in level.looked
                ],
            }
            for level in found.chain
        ],
        "contradictions": [
            {
                "id": each.id,
                "about": each.about,
                "between": each.between,
                "resolution": each.resolution,
                "source": each.source.id,
                "tier": each.source.tier,
            }
            for each in found.disputes
        ],
    }


def _lines(book: Book, found: Grounds) -> list[str]:
    span, before = found.span, found.before
    return words.why_lines(
        named=words.rule_title(words.qualified_name(found.key, found.qualifier), BY_KEY[found.key].number, found.key),
        place=words.place_name(book.name(found.region), found.region),
        day=found.day,
        holds=span_text(span) if span else "",
        doubt=span.doubt if span else None,
        known=span is not None and span.doubt is None,
        says=span.entry.says if span else "",
        source=sourced(span.entry) if span else "",
        address=readings.address_line(address(book, span.entry)) if span else "",
        before=words.before_text(before.first_day, entry_text(before)) if before else "",
        levels=[
            (words.place_name(book.name(level.region), level.region), list(_looked(level))) for level in found.chain
        ],
        disputes=[
            words.dispute_text(
                each.id, each.about, each.resolution, words.source_text(each.source.title, each.source.tier)
            )
            for each in found.disputes
        ],
    )


def _looked(level: Level) -> Iterator[str]:
    for each in reversed(level.looked):
        entry = each.entry
        yield words.looked_text(
            entry.first_day, entry.no_later_than, entry_text(entry), sourced(entry), entry.quote, each.verdict
        )
