"""The sums of a rehearsal: who gains and who loses, region by region."""

import msgspec

from mulaid.simulate.rehearse import Change, Payer
from mulaid.terms.money import Fen

KEPT_MAX = 1_000
"""Changes kept one by one; the rest are only in the totals, so that memory has an end."""


class Side(msgspec.Struct):
    """Those for whom it changes one way: how many bills, how many people where they are recorded, how much money."""

    bills: int = 0
    amount: Fen = 0
    people: set[str] = msgspec.field(default_factory=set)


class Total(msgspec.Struct):
    """What changes in one region. Amounts are draft minus live; a refused bill has none and is only counted."""

    changed: int = 0
    refused_now: int = 0
    """Settled or made by the live book, refused by the draft."""
    allowed_now: int = 0
    by_payer: dict[Payer, Fen] = msgspec.field(default_factory=lambda: dict.fromkeys(Payer, 0))
    less_cash: Side = msgspec.field(default_factory=Side)
    """Patients who pay less cash, by how much together."""
    more_cash: Side = msgspec.field(default_factory=Side)

    def take(self, change: Change) -> None:
        self.changed += 1
        self.refused_now += bool(change.draft_refusal and not change.live_refusal)
        self.allowed_now += bool(change.live_refusal and not change.draft_refusal)
        for part in change.parts:
            more = part.draft - part.live
            self.by_payer[part.payer] += more
            if part.payer is Payer.CASH:
                side = self.more_cash if more > 0 else self.less_cash
                side.bills += 1
                side.amount += abs(more)
                if change.patient:
                    side.people.add(change.patient)


class Comparison(msgspec.Struct):
    """What was compared and what changes, filled while the rehearsal runs."""

    number: int = 0
    unreadable: int = 0
    changed: int = 0
    changes: list[Change] = []
    by_region: dict[str, Total] = {}

    def take(self, change: Change | None) -> None:
        """Count one case in; None is one that does not change."""
        self.number += 1
        if change is None:
            return
        self.changed += 1
        self.by_region.setdefault(change.region, Total()).take(change)
        if len(self.changes) < KEPT_MAX:
            self.changes.append(change)
