"""`mulaid policy coverage [REGION] --on DAY`: how much of each rule is known where, and on whose word."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Strict, book_of, day_of, region_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import coverage_sheet
from mulaid.policy.book import Book
from mulaid.policy.coverage import Cover, Status, coverage
from mulaid.policy.entry import Tier
from mulaid.policy.rules import BY_KEY, RULES
from mulaid.wording import book as words
from mulaid.wording import commands
from mulaid.wording.rules import rule_name, tier_name

app = Commands()

_KNOWN = (Status.VALUE, Status.INHERITED)


@app.command(help=commands.POLICY_COVERAGE)
def command(
    region: Annotated[str, typer.Argument(help=words.ONE_REGION, show_default=False)] = "",
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0; 2 when the region, the day, a policy file or a file to write cannot be read or written."""
    book = book_of(policies, strict=strict)
    day = day_of(on)
    covers = coverage(book, day, [region_of(book, region)] if region else sorted(book.regions))
    written = wrote([coverage_sheet(book, covers, day)], csv, xlsx, silent=as_json)
    if as_json:
        print_json([_data(book, cover) for cover in covers])
        return
    if written:
        return
    print_lines([words.coverage_heading(day, len(RULES))])
    if region:
        print_table(words.COVERED_COLUMNS, [_rule_row(book, cover) for cover in covers])
        return
    by_region: dict[str, list[Cover]] = {}
    for cover in covers:
        by_region.setdefault(cover.region, []).append(cover)
    tiers = [tier for tier in Tier if tier is not Tier.LOCAL or any(cover.tier is tier for cover in covers)]
    columns = list(words.COVERAGE_COLUMNS)
    if Tier.LOCAL in tiers:
        columns.insert(words.LOCAL_AFTER, words.LOCAL_COLUMN)
    rows = [_row(book.name(place), each, tiers) for place, each in by_region.items()]
    print_table(columns, [*rows, _row(words.TOTAL, covers, tiers)])
    print_lines(words.COVERAGE_LEGEND)


def _data(book: Book, cover: Cover) -> dict[str, object]:
    fields = msgspec.structs.asdict(cover)
    key = fields.pop("key")
    return {
        "region": fields.pop("region"),
        "name": book.name(cover.region),
        "rule": key,
        "number": BY_KEY[key].number,
    } | fields


def _row(name: str, covers: Sequence[Cover], tiers: Sequence[Tier]) -> list[str]:
    statuses = Counter(cover.status for cover in covers)
    known = Counter(cover.tier for cover in covers if cover.status in _KNOWN)
    counts = [*(statuses[status] for status in Status), *(known[tier] for tier in tiers)]
    return [name, *map(str, counts), str(sum(cover.entries for cover in covers))]


def _rule_row(book: Book, cover: Cover) -> list[str]:
    tier = tier_name(cover.tier) if cover.tier else ""
    origin = book.name(cover.inherited_from) if cover.inherited_from else ""
    return [rule_name(cover.key), words.STATUSES[cover.status], tier, origin, str(cover.entries or "")]
