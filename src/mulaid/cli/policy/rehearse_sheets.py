"""A rehearsal as sheets: every change with what either book gives, and the sums by region."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

from mulaid.explain.listings import sheet
from mulaid.policy.book import Book
from mulaid.sheets import Cell, Sheet, Yuan
from mulaid.simulate.rehearse import Change
from mulaid.simulate.totals import Comparison, Total
from mulaid.wording import rehearse as words


def sheets(live: Book, draft: Book, found: Mapping[str, Comparison], day: datetime.date) -> list[Sheet]:
    """The changes that were kept, and the sums, which count all."""
    changes = (
        row for kind, each in found.items() for change in each.changes for row in _changes(live, draft, kind, change)
    )
    totals = (
        (kind, region, live.name(region), *_total(total), draft.digest)
        for kind, each in found.items()
        for region, total in sorted(each.by_region.items())
    )
    return [
        sheet(live, "", words.CHANGES_SHEET, changes, day, words.SHEETS["changes"]),
        sheet(live, "", words.TOTALS_SHEET, totals, day, words.SHEETS["totals"]),
    ]


def _changes(live: Book, draft: Book, kind: str, change: Change) -> Iterator[tuple[Cell, ...]]:
    """A row a payer; one without a payer where a side is refused."""
    head = (kind, change.case, change.region, live.name(change.region))
    refused = (change.live_refusal or None, change.draft_refusal or None)
    for part in change.parts:
        who = words.payer_name(part.payer, part.name)
        yield *head, *refused, who, *_both(part.live, part.draft), *_apart(part.draft - part.live), draft.digest
    if not change.parts:
        yield *head, *refused, *(None,) * 5, draft.digest


def _total(total: Total) -> Iterable[Cell]:
    yield from (total.changed, total.refused_now, total.allowed_now)
    for amount in total.by_payer.values():
        yield from _apart(amount)


def _both(live: int, draft: int) -> tuple[Yuan, Yuan]:
    return Yuan(live), Yuan(draft)


def _apart(more: int) -> tuple[Yuan | None, Yuan | None]:
    """More and less in columns of their own: no cell begins with a sign."""
    return (Yuan(more), None) if more > 0 else (None, Yuan(-more)) if more < 0 else (None, None)
