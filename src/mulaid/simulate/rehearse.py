"""One case decided by two books: what would change, for whom and by how much."""

import datetime
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry
from mulaid.policy.law import Law
from mulaid.terms.bill_case import BillCase
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome
from mulaid.terms.sponsorship_case import EndCase, SponsorshipCase


class Payer(StrEnum):
    """Who bears a part of a bill."""

    FUNDS = "funds"
    OWN = "own"
    SPONSOR = "sponsor"
    CASH = "cash"


class Part(msgspec.Struct, frozen=True):
    """What one payer pays by the live book and by the draft; `name` is a sponsor's, empty for the others."""

    payer: Payer
    name: str
    live: Fen
    draft: Fen
    live_skip: str = ""
    """Why the sponsor is passed over by the live book."""
    draft_skip: str = ""


class Change(msgspec.Struct, frozen=True):
    """A case that comes out otherwise. A side that is refused has no amounts, and then `parts` is empty."""

    case: str
    region: str
    """The patient's; for a relation the sponsor's."""
    live_refusal: str
    """Empty: settled, or the relation made."""
    draft_refusal: str
    parts: tuple[Part, ...] = ()
    """Only those that differ."""
    patient: str = ""
    """The same for all settlements of one patient; empty where nobody is recorded."""


class Rehearsal:
    """Two books and the regions and days on which they differ. `on`: decide every case as if it were that day."""

    def __init__(self, live: Law, draft: Law, on: datetime.date | None = None) -> None:
        self.live, self.draft, self.on = live, draft, on
        self.touched = touched(live.book, draft.book)

    def bill(self, name: str, case: BillCase, patient: str = "") -> Change | None:
        """What changes for a bill; None when nothing does."""
        if self.on is not None:
            case = msgspec.structs.replace(case, day=self.on, settled_on=self.on)
        regions = (case.region, *(sponsor.region for sponsor in case.sponsors))
        if not self._concerns(regions, max(case.day, case.settled_on)):
            return None
        live, draft = decide(case, self.live), decide(case, self.draft)
        parts = () if live.refused or draft.refused else tuple(_parts(case, live, draft))
        if live.refused == draft.refused and not parts:
            return None
        return Change(name, case.region, live.refused or "", draft.refused or "", parts, patient)

    def relation(self, name: str, case: SponsorshipCase | EndCase) -> Change | None:
        """What changes for a relation to make or to end; None when nothing does."""
        if isinstance(case, EndCase):
            return self._end(name, case)
        if self.on is not None:
            case = msgspec.structs.replace(case, day=self.on)
        if not self._concerns((case.sponsor.region, case.beneficiary.region), case.day):
            return None
        live, draft = (decide_relation(case, law).refused or "" for law in (self.live, self.draft))
        return None if live == draft else Change(name, case.sponsor.region, live, draft)

    def _end(self, name: str, case: EndCase) -> Change | None:
        """On another day a relation that has held as long is asked for."""
        if self.on is not None:
            later, asked = self.on - case.day, case.other_asked_on
            case = msgspec.structs.replace(
                case,
                day=self.on,
                bound_on=case.bound_on + later,
                other_asked_on=None if asked is None else asked + later,
            )
        if not self._concerns((case.region,), case.day):
            return None
        live, draft = (decide_end(case, law).refused or "" for law in (self.live, self.draft))
        return None if live == draft else Change(name, case.region, live, draft)

    def _concerns(self, regions: tuple[str, ...], day: datetime.date) -> bool:
        places = {place for region in regions for place in self.draft.book.divisions.chain(region)}
        return any(day >= self.touched[place] for place in places if place in self.touched)


def touched(live: Book, draft: Book) -> dict[str, datetime.date]:
    """The files that say something else in the draft, with the first day on which that could matter."""
    if live.divisions != draft.divisions:
        return {NATIONAL: datetime.date.min}
    found: dict[str, datetime.date] = {}
    old, new = _slots(live), _slots(draft)
    for slot in old.keys() | new.keys():
        before, after = old.get(slot), new.get(slot)
        if before != after:
            # An entry that may have begun earlier casts doubt on the days before it.
            vague = any(entry is not None and entry.no_later_than for entry in (before, after))
            region, *_, first_day = slot
            day = datetime.date.min if vague else first_day
            found[region] = min(day, found.get(region, datetime.date.max))
    return found


def _slots(book: Book) -> dict[tuple[str, str, tuple[str, ...], datetime.date], Entry]:
    """Every entry by what there may be only one for, without where it stands."""
    return {
        (entry.region, entry.key, entry.qualifier, entry.first_day): msgspec.structs.replace(
            entry, index=0, file="", line=0
        )
        for entry in book.entries
    }


def _parts(case: BillCase, live: Outcome, draft: Outcome) -> Iterator[Part]:
    for payer, one, other in (
        (Payer.FUNDS, live.funds_paid, draft.funds_paid),
        (Payer.OWN, live.own, draft.own),
        (Payer.CASH, live.cash, draft.cash),
    ):
        if one != other:
            yield Part(payer, "", one, other)
    paid = [{draw.sponsor: draw.amount for draw in outcome.draws} for outcome in (live, draft)]
    skipped = [dict(outcome.skipped) for outcome in (live, draft)]
    for at, sponsor in enumerate(case.sponsors):
        part = Part(
            Payer.SPONSOR,
            sponsor.name,
            paid[0].get(at, 0),
            paid[1].get(at, 0),
            skipped[0].get(at, ""),
            skipped[1].get(at, ""),
        )
        if (part.live, part.live_skip) != (part.draft, part.draft_skip):
            yield part
