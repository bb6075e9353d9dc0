"""Bills and relations made from the book, rich enough that every value a decision asks for can show itself.

Not what people bring to a counter: whatever sits just on either side of a number the book states. An entry is probed
on the first and on the last day it holds, in its own region; the nation's in a region that says nothing of its own.
"""

import datetime
from collections.abc import Iterator

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry
from mulaid.terms.bill_case import BillCase
from mulaid.terms.sponsorship_case import EndCase, SponsorshipCase
from tests.policy.aid_probes import A_DAY, Made, silent_region
from tests.policy.mutants import OWN_PLAN
from tests.policy.own_plan_probes import cost_class_probes, own_plan_probes

Probe = BillCase | SponsorshipCase | EndCase
LAST_DAY = datetime.date(2026, 12, 31)
"""When an entry that nothing follows is probed a second time."""


def probes(book: Book, entry: Entry, day: datetime.date) -> Iterator[Probe]:
    """Everything that might notice a change of this entry on a day it holds."""
    place = silent_region(book) if entry.region == NATIONAL else entry.region
    if entry.key in OWN_PLAN:
        for each in (place, *_inheriting(book, entry, day)):
            yield from own_plan_probes(book, entry, _made(book, each, day))
        return
    made = _made(book, place, day)
    yield from made.bills(entry)
    yield from made.relations(entry)
    yield from made.ends(entry)
    if entry.key == "eligible_cost_classes":
        for each in (place, *_inheriting(book, entry, day)):
            yield from cost_class_probes(_made(book, each, day))


def _made(book: Book, place: str, day: datetime.date) -> Made:
    return Made(place, near=f"{place[:2]}9900", far=silent_region(book, besides=place), day=day)


def _inheriting(book: Book, entry: Entry, day: datetime.date) -> list[str]:
    """The regions that take this entry from a file above theirs: a fund above needs a fund below to show itself."""
    below = [region for region in sorted(book.regions) if region != entry.region]
    return [region for region in below if book.entry(region, entry.key, day, entry.qualifier) is entry]


def days_to_probe(book: Book, entry: Entry) -> list[datetime.date]:
    """The first day an entry holds, and the last: another rule may have made it matter in between."""
    later = [each.first_day for each in book.timeline(entry.region, entry.key, entry.qualifier)]
    ends = [day - A_DAY for day in later if day > entry.first_day]
    return sorted({entry.first_day, min(ends, default=max(LAST_DAY, entry.first_day))})


def moved(probe: Probe, day: datetime.date) -> Probe:
    """The same probe on another day."""
    if isinstance(probe, BillCase):
        return msgspec.structs.replace(probe, day=day, settled_on=day)
    return msgspec.structs.replace(probe, day=day)
