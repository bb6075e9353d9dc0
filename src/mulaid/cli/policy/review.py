"""`mulaid policy review`: read the whole book the way a careful colleague would."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer

from mulaid.cli.asking import AsJson, Policies, day_of
from mulaid.cli.cannot import CANNOT
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.located import Fault, Faults
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.finding import Finding
from mulaid.policy.review import STALE_AFTER, review
from mulaid.policy.rules import BY_KEY
from mulaid.wording import review as wording
from mulaid.wording.files import fault_sentence, fault_sentences

app = Commands()

UNREADABLE = frozenset(("unreadable", "not_utf8", "not_toml", "no_such_folder"))
"""Faults of a file as a whole; all others are findings in it."""


@app.command(help=wording.REVIEW)
def command(
    policies: Policies = None,
    on: Annotated[str, typer.Option(help=wording.STALE_ON, show_default=False)] = "",
    stale_after: Annotated[int, typer.Option(min=0, help=wording.STALE_AFTER)] = STALE_AFTER,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when the book is clean, 1 when there is something to put right, 2 when a file cannot be read at all."""
    day, faults = day_of(on), Faults()
    try:
        book = Book.load(policies or (), faults=faults)
    except Fault as fault:
        _no_book((fault, *fault.others), as_json)
    if any(fault.reason in UNREADABLE for fault in faults.found):
        _no_book(faults.found, as_json)
    whole = not faults.found
    findings = [_of_fault(fault, _region_of(book, fault)) for fault in faults.found]
    findings += [_told(finding) for finding in review(book, day, stale_after, whole=whole)]
    counts = _counts(book)
    if as_json:
        print_json({"digest": book.digest, **counts, "findings": findings})
    else:
        for each in findings:
            place = book.name(each["region"]) if each["region"] else ""
            parts = (each["file"], each["line"], place, each["rule"], each["text"], each["remedy"])
            print_lines([wording.finding_line(*parts)])
        print_lines([wording.review_tally(**counts, findings=len(findings))])
    raise typer.Exit(1 if findings else 0)


def _counts(book: Book) -> dict[str, int]:
    """Files of regions, the national one apart; entries with a value, and those that say why there is none."""
    unknown = sum(entry.wholly_unknown for entry in book.entries)
    return {
        "regions": len(set(book.regions) - {NATIONAL}),
        "values": len(book.entries) - unknown,
        "unknown": unknown,
    }


def _told(finding: Finding) -> dict[str, Any]:
    text, remedy = wording.finding_sentences(finding.code, finding.details)
    place = {name: getattr(finding, name) for name in ("file", "line", "region", "rule", "code")}
    return place | {"text": text, "remedy": remedy}


def _no_book(faults: Sequence[Fault], as_json: bool) -> NoReturn:
    """What is wrong where no book comes of the files: one cannot be read, or its divisions or sources are wrong."""
    code = CANNOT if any(fault.reason in UNREADABLE for fault in faults) else 1
    if as_json:
        head = {"digest": None, "regions": 0, "values": 0, "unknown": 0}
        print_json(head | {"findings": [_of_fault(fault, "") for fault in faults]})
    else:
        print_lines(map(fault_sentence, faults), sys.stderr if code == CANNOT else sys.stdout)
    raise typer.Exit(code)


def _region_of(book: Book, fault: Fault) -> str:
    """The region whose file a fault stands in; empty when its head is what is wrong."""
    return next((region for region, head in book.regions.items() if head.file == str(fault.file)), "")


def _of_fault(fault: Fault, region: str) -> dict[str, Any]:
    text, remedy = fault_sentences(fault)
    key = fault.field.partition("[")[0]
    return {
        "file": str(fault.file),
        "line": fault.entry_line,
        "region": region,
        "rule": key if key in BY_KEY else "",
        "code": fault.reason,
        "text": text,
        "remedy": remedy,
    }
