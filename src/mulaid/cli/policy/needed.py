"""`mulaid policy needed [REGION]`: which missing answers stop how many families, and a file to fill them in."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.policy.families import families_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.explain.listings import sheet
from mulaid.explain.spans import entry_text
from mulaid.intake.families import Families
from mulaid.located import Fault
from mulaid.policy.address import address
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law
from mulaid.policy.rules import BY_KEY
from mulaid.policy.written import inline
from mulaid.sheets import Cell
from mulaid.simulate.families import Judged, Verdict, judge_all
from mulaid.simulate.needed import Lack, Need, needed, together
from mulaid.wording import commands
from mulaid.wording import families as words
from mulaid.wording.book import place_name, qualified_name, rule_title
from mulaid.wording.files import fault_sentence
from mulaid.wording.rules import RULE_NAMES

app = Commands()

SHOWN_MAX = 3
"""So many values of elsewhere are shown for one rule."""


@app.command(help=words.NEEDED)
def command(
    region: Annotated[str, typer.Argument(help=words.NEEDED_REGION, show_default=False)] = "",
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
    if write is not None and not region:
        cannot(words.WRITE_ONE_REGION)
    places = [region_of(book, region)] if region else sorted(set(book.regions) - {NATIONAL})
    asked = _Asked(book, families, places, day)
    names = {family.id: family.name for family in families.form.family}
    if write is not None:
        _write(write, "\n".join(_form(book, places[0], day, asked.found, names)))
    rows = (tuple(_cells(book, each, names)) for each in asked.found)
    written = wrote([sheet(book, "", words.NEEDED_SHEET, rows, day, words.SHEETS["needed"])], csv, xlsx, silent=as_json)
    if as_json:
        print_json(asked.data(one=bool(region)))
        return
    if not written:
        print_lines([asked.heading(one=bool(region))])
        if not asked.found:
            print_lines([words.NOTHING_NEEDED])
        elif region:
            print_table(words.NEEDED_COLUMNS, [_row(book, each) for each in asked.found], roomy=True)
        else:
            print_table(words.LACK_COLUMNS, [_lack_row(each) for each in together(asked.found)])
    if write is not None:
        print_lines([words.form_written(str(write), len(asked.found))])


class _Asked:
    """The families of some regions, and what they need."""

    def __init__(self, book: Book, families: Families, places: Sequence[str], day: datetime.date) -> None:
        self.book, self.places, self.day = book, places, day
        law = Law(book)
        self.judged: list[Judged] = []
        self.found: list[Need] = []
        try:
            for place in places:
                judged = list(judge_all(families, law, [place], day))
                self.judged += judged
                self.found += needed(families, judged, law, day)
        except Fault as fault:
            cannot(fault_sentence(fault))
        verdicts = [each.verdict for each in self.judged]
        self.asked, self.assumed = verdicts.count(Verdict.ASKED), verdicts.count(Verdict.ASSUMED)

    def heading(self, *, one: bool) -> str:
        name = (
            place_name(self.book.name(self.places[0]), self.places[0]) if one else words.regions_text(len(self.places))
        )
        return words.needed_heading(name, self.day, self.asked, self.assumed, len(self.judged))

    def data(self, *, one: bool) -> dict[str, Any]:
        head: dict[str, Any] = {"on": self.day, "digest": self.book.digest}
        if one:
            head = {"region": self.places[0], "name": self.book.name(self.places[0])} | head
        else:
            head["together"] = together(self.found)
        counts = {"families": len(self.judged), "asked": self.asked, "assumed": self.assumed}
        return head | counts | {"needed": [_data(self.book, each) for each in self.found]}


def _lack_row(lack: Lack) -> tuple[str, ...]:
    counts = (len(lack.regions), lack.unlocks, lack.stops, lack.assumed_by)
    return qualified_name(lack.key, lack.qualifier), *map(str, counts)


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
