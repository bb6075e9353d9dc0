"""`mulaid policy rehearse DIR`: what a draft would change, in worked cases and in recorded settlements."""

import datetime
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid.cli.asking import AsJson, day_of
from mulaid.cli.cannot import cannot
from mulaid.cli.environment import no_strangers
from mulaid.cli.policy.rehearse_sheets import sheets
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.sheeting import AsCsv, AsXlsx, wrote
from mulaid.cli.usage import Commands
from mulaid.intake.cases import read_all_cases
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.simulate.rehearse import Change, Rehearsal
from mulaid.simulate.totals import Comparison, Side, Total
from mulaid.terms.money import Fen, yuan
from mulaid.wording import rehearse as words
from mulaid.wording.files import fault_sentence

app = Commands()

CHECKOUT_CASES = Path("tests/cases")
SHOWN_MAX = 50
"""Changes of a kind told one by one to people; JSON holds more."""


@app.command(help=words.REHEARSE)
def command(
    draft: Annotated[Path, typer.Argument(metavar="DIR", help=words.DRAFT, show_default=False)],
    cases: Annotated[list[Path] | None, typer.Option("--cases", help=words.CASES)] = None,
    recorded: Annotated[bool, typer.Option("--recorded", help=words.RECORDED)] = False,
    on: Annotated[str, typer.Option("--on", help=words.ON, show_default=False)] = "",
    policies: Annotated[
        list[Path] | None,
        typer.Option("--policies", help=words.LIVE, envvar="MULAID_POLICIES", callback=no_strangers),
    ] = None,
    as_json: AsJson = False,
    csv: AsCsv = None,
    xlsx: AsXlsx = None,
) -> None:
    """Exit 0 when nothing changes, 1 when something does, 2 when a file or the records cannot be read or written."""
    files = cases or ([CHECKOUT_CASES] if CHECKOUT_CASES.is_dir() else [])
    if not files and not recorded:
        cannot(words.NO_CASES)
    books = _Books(policies or [shipped_folder()], draft, day_of(on) if on else None)
    found: dict[str, Comparison] = {}
    try:
        rehearsal = books.rehearsal(())
        if files:
            found[words.CASES_KIND] = _worked(files, books)
    except Fault as fault:
        cannot("\n".join(map(fault_sentence, (fault, *fault.others))))
    if recorded:
        found[words.RECORDED_KIND] = _recorded(rehearsal)
    told = sheets(rehearsal.live.book, rehearsal.draft.book, found, day_of(on))
    written = wrote(told, csv, xlsx, silent=as_json)
    if as_json:
        print_json(_data(rehearsal, found))
    elif not written:
        _print(rehearsal, found)
    raise typer.Exit(1 if any(each.changed for each in found.values()) else 0)


class _Books:
    """The live book and the draft over it, each with the folders a case file brings along in between."""

    def __init__(self, live: Sequence[Path], draft: Path, on: datetime.date | None) -> None:
        self.live, self.draft, self.on = live, draft, on
        self.rehearsal = cache(self._rehearsal)

    def _rehearsal(self, extra: tuple[Path, ...]) -> Rehearsal:
        folders = [*self.live, *extra]
        return Rehearsal(Law(Book.load(folders)), Law(Book.load([*folders, self.draft])), self.on)


def _worked(files: Iterable[Path], books: _Books) -> Comparison:
    found = Comparison()
    for read in read_all_cases(files, lambda extra: books.rehearsal(extra).live.book.divisions.resolve):
        rehearsal = books.rehearsal(read.policies)
        for bill in read.bills:
            found.take(rehearsal.bill(bill.name, bill.case))
        for relation in read.relations:
            found.take(rehearsal.relation(relation.name, relation.case))
    return found


def _recorded(rehearsal: Rehearsal) -> Comparison:
    # Imported only here: a rehearsal of worked cases waits for no database driver.
    from mulaid.cli.reading_records import read_records, tell
    from mulaid.procedures.act import records
    from mulaid.simulate.recorded import rehearse_records

    def case_of(record: bytes) -> Any:
        return records.decode_bill(record).case

    return read_records(
        "mulaid policy rehearse", lambda connection: rehearse_records(connection, rehearsal, case_of, tell)
    )


def _data(rehearsal: Rehearsal, found: dict[str, Comparison]) -> dict[str, Any]:
    names = {words.CASES_KIND: "cases", words.RECORDED_KIND: "recorded"}
    head = {"live": rehearsal.live.book.digest, "draft": rehearsal.draft.book.digest, "on": rehearsal.on}
    return head | {names[kind]: _comparison(rehearsal.live.book, each) for kind, each in found.items()}


def _comparison(book: Book, found: Comparison) -> dict[str, Any]:
    return {
        "compared": found.number,
        "changed": found.changed,
        "unreadable": found.unreadable,
        "totals": [
            {
                "region": region,
                "name": book.name(region),
                "changed": total.changed,
                "refused_now": total.refused_now,
                "allowed_now": total.allowed_now,
                **{payer.value: yuan(amount) for payer, amount in total.by_payer.items()},
                "less_cash": _side_data(total.less_cash),
                "more_cash": _side_data(total.more_cash),
            }
            for region, total in sorted(found.by_region.items())
        ],
        "changes": [_change_data(change) for change in found.changes],
    }


def _side_data(side: Side) -> dict[str, Any]:
    return {"bills": side.bills, "people": len(side.people) or None, "amount": yuan(side.amount)}


def _change_data(change: Change) -> dict[str, Any]:
    parts = [
        msgspec.structs.asdict(part) | {"live": yuan(part.live), "draft": yuan(part.draft)} for part in change.parts
    ]
    return {
        "case": change.case,
        "region": change.region,
        "live_refused": change.live_refusal or None,
        "draft_refused": change.draft_refusal or None,
        "parts": parts,
    }


def _print(rehearsal: Rehearsal, found: dict[str, Comparison]) -> None:
    book = rehearsal.live.book
    if not rehearsal.touched:
        print_lines([words.SAME_BOOK])
    if rehearsal.on is not None:
        print_lines([words.shown_on(rehearsal.on)])
    for kind, each in found.items():
        print_lines(words.compared(kind, each.number, each.changed, each.unreadable))
        print_lines(line for change in each.changes[:SHOWN_MAX] for line in _told(book, change))
        if each.changed > SHOWN_MAX:
            print_lines([words.more(each.changed - SHOWN_MAX)])
        print_lines(_total(book.name(region), total) for region, total in sorted(each.by_region.items()))
        if each.changed and kind == words.RECORDED_KIND:
            print_lines([words.APART])


def _told(book: Book, change: Change) -> list[str]:
    return words.change_lines(
        name=change.case,
        place=book.name(change.region),
        live_refusal=change.live_refusal,
        draft_refusal=change.draft_refusal,
        parts=[
            (part.payer, part.name, (part.live, part.live_skip), (part.draft, part.draft_skip)) for part in change.parts
        ],
    )


def _total(place: str, total: Total) -> str:
    return words.total_line(
        place=place,
        changed=total.changed,
        refused_now=total.refused_now,
        allowed_now=total.allowed_now,
        amounts={payer.value: amount for payer, amount in total.by_payer.items()},
        less=_side(total.less_cash),
        more=_side(total.more_cash),
    )


def _side(side: Side) -> tuple[int, int, Fen]:
    return side.bills, len(side.people), side.amount
