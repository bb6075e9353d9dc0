"""`mulaid policy needed REGION`: which missing answers stop how many families, and a file to fill them in."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.policy.families import families_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import sheet
from mulaid.explain.spans import entry_text
from mulaid.policy.address import address
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.policy.rules import BY_KEY
from mulaid.policy.written import inline
from mulaid.sheets import Cell
from mulaid.simulate.families import Verdict, judge_all
from mulaid.simulate.needed import Need, needed
from mulaid.wording import commands
from mulaid.wording import families as words
from mulaid.wording.book import place_name, qualified_name, rule_title
from mulaid.wording.rules import RULE_NAMES

app = Commands()

SHOWN_MAX = 3
"""So many values of elsewhere are shown for one rule."""


@app.command(help=words.NEEDED)
def command(
    region: Region,
    on: OnDay = "",
    file: Annotated[Path | None, typer.Option("--file", help=words.FILE, show_default=False)] = None,
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help=words.WRITE, show_default=False)] = None,
    policies: Policies = None,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0; 2 when the region, the day or a file cannot be read, or a file not be written."""
    book, day, families = book_of(policies), day_of(on), families_of(file)
    place, law = region_of(book, region), Law(book)
    judged = list(judge_all(families, law, [place], day))
    found = needed(families, judged, law, day)
    names = {family.id: family.name for family in families.form.family}
    if write is not None:
        _write(write, "\n".join(_form(book, place, day, found, names)))
    rows = (tuple(_cells(book, each, names)) for each in found)
    written = wrote([sheet(book, "", words.NEEDED_SHEET, rows, day, words.SHEETS["needed"])], csv, xlsx, silent=as_json)
    verdicts = [each.verdict for each in judged]
    asked, assumed = verdicts.count(Verdict.ASKED), verdicts.count(Verdict.ASSUMED)
    if as_json:
        head = {"region": place, "name": book.name(place), "on": day, "digest": book.digest}
        counts = {"families": len(judged), "asked": asked, "assumed": assumed}
        print_json(head | counts | {"needed": [_data(book, each) for each in found]})
        return
    if not written:
        print_lines([words.needed_heading(place_name(book.name(place), place), day, asked, assumed, len(judged))])
        if found:
            print_table(words.NEEDED_COLUMNS, [_row(book, each) for each in found], roomy=True)
        else:
            print_lines([words.NOTHING_NEEDED])
    if write is not None:
        print_lines([words.form_written(str(write), len(found))])


def _write(file: Path, text: str) -> None:
    """A new file; one that is there is somebody's work and stays."""
    try:
        with file.open("x", encoding="utf-8") as form:
            form.write(text)
    except FileExistsError:
        cannot(commands.file_exists(str(file)))
    except OSError as error:
        cannot(commands.cannot_write(str(file), error.strerror or ""))


def _form(book: Book, region: str, day: datetime.date, found: Iterable[Need], names: dict[str, str]) -> Iterator[str]:
    """An amending file with every answer commented out; a region without a file of its own gets a whole one."""
    yield from words.form_head(book.name(region), day)
    yield ""
    if region in book.regions:
        yield f"amends = {inline(region)}"
    else:
        yield from (f"region = {inline(region)}", f"name = {inline(book.name(region))}", f"checked_on = {day}")
    for need in found:
        key, qualifier = need.missing.key, need.missing.qualifier
        waiting = [names[family] for family in dict.fromkeys((*need.stops, *need.assumed_by))]
        title = rule_title(qualified_name(key, qualifier), BY_KEY[key].number, key)
        example = inline(need.elsewhere[0].written) if need.elsewhere else ""
        yield from words.form_lines(title, waiting, _elsewhere(book, need), example)
        yield f"#[[{key}]]"
        yield f"#from = {day}"
        yield from (f"#{name} = {inline(value)}" for name, value in BY_KEY[key].qualified(qualifier).items())
        # Left open: another region's value, taken over in haste, would be a wrong rule. It is no TOML until filled.
        yield "#value ="
        yield f"#source = {inline(words.FORM_SOURCE)}"
        yield f"#says = {inline(words.FORM_SAYS)}"
    yield ""


def _elsewhere(book: Book, need: Need) -> str:
    return words.elsewhere_text((entry_text(each), book.name(each.region)) for each in need.elsewhere[:SHOWN_MAX])


def _row(book: Book, need: Need) -> tuple[str, ...]:
    named = qualified_name(need.missing.key, need.missing.qualifier)
    counts = (len(each) for each in (need.unlocks, need.stops, need.assumed_by))
    return named, *map(str, counts), _elsewhere(book, need)


def _cells(book: Book, need: Need, names: dict[str, str]) -> Iterator[Cell]:
    key, qualifier = need.missing.key, need.missing.qualifier
    yield from (need.missing.region, BY_KEY[key].number, key, RULE_NAMES[key])
    yield "、".join(qualifier) or None
    yield from (len(each) for each in (need.unlocks, need.stops, need.assumed_by))
    yield "；".join(names[family] for family in _waiting(need))
    yield _elsewhere(book, need)


def _waiting(need: Need) -> Sequence[str]:
    return tuple(dict.fromkeys((*need.stops, *need.assumed_by)))


def _data(book: Book, need: Need) -> dict[str, Any]:
    key = need.missing.key
    return {
        "region": need.missing.region,
        "rule": key,
        "number": BY_KEY[key].number,
        "name": RULE_NAMES[key],
        "qualifier": need.missing.qualifier,
        "unlocks": need.unlocks,
        "stops": need.stops,
        "assumed_by": need.assumed_by,
        "elsewhere": [
            {"region": each.region, "value": each.written, "shown": entry_text(each), "address": address(book, each)}
            for each in need.elsewhere
        ],
    }
