"""`mulaid policy families [REGION] --on DAY`: what families are told everywhere, and whether the sources say so."""

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Strict, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.intake.families import Families, read_families
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law
from mulaid.simulate.answers import answer_data, answer_of, assumed_of, by_family, by_region, counts, sheets, wrong_line
from mulaid.simulate.families import Judged, Verdict, judge_all, shipped_families
from mulaid.wording import families as words
from mulaid.wording.files import fault_sentence

app = Commands()


@app.command(help=words.FAMILIES)
def command(
    region: Annotated[str, typer.Argument(help=words.REGION, show_default=False)] = "",
    on: OnDay = "",
    file: Annotated[Path | None, typer.Option("--file", help=words.FILE, show_default=False)] = None,
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0 when no answer is wrong, 1 when one is, 2 when a region, the day or a file cannot be read or written."""
    book, day, families = book_of(policies, strict=strict), day_of(on), families_of(file)
    places = [region_of(book, region)] if region else sorted(set(book.regions) - {NATIONAL})
    try:
        judged = list(judge_all(families, Law(book), places, day))
    except Fault as fault:
        cannot(fault_sentence(fault))
    written = wrote(sheets(book, judged, day), csv, xlsx, silent=as_json)
    if as_json:
        totals = dict(zip((*words.VERDICTS, "never"), counts(judged), strict=True))
        told = [answer_data(book, each) for each in judged]
        print_json({"on": day, "digest": book.digest, "counts": totals, "answers": told})
    elif not written:
        _print(book, families, judged, day, one=bool(region))
    raise typer.Exit(1 if any(each.verdict is Verdict.WRONG for each in judged) else 0)


def families_of(file: Path | None) -> Families:
    """The families of a file, or those that come with mulaid. Ends the command when they cannot be read."""
    try:
        return read_families(file) if file else shipped_families()
    except Fault as fault:
        cannot(fault_sentence(fault))


def _print(book: Book, families: Families, judged: Sequence[Judged], day: datetime.date, *, one: bool) -> None:
    """One region family by family; several as counts."""
    regions = by_region(book, judged)
    verdicts, never = Counter(str(each.verdict) for each in judged), sum(bool(each.never) for each in judged)
    print_lines([words.heading(day, len(regions), len(families.form.family), len(judged), verdicts, never)])
    if one:
        print_table(words.ONE_REGION_COLUMNS, [_row(each) for each in judged], roomy=True)
    else:
        print_table(words.REGIONS_COLUMNS, [(name, *map(str, counts(each))) for name, each in regions.items()])
        print_lines([""])
        families_ = by_family(judged).items()
        print_table(words.FAMILIES_COLUMNS, [(name, *map(str, counts(each))) for name, each in families_])
    print_lines(words.LEGEND)
    if wrong := [each for each in judged if each.verdict is Verdict.WRONG]:
        print_lines([words.WRONG_HEADING, *(f"  {wrong_line(book, each)}" for each in wrong)])


def _row(judged: Judged) -> tuple[str, str, str]:
    return judged.family.name, answer_of(judged), words.judged_text(judged.verdict, assumed_of(judged))
