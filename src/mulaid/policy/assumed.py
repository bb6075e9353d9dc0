"""Which rules an outcome owes to mulaid's own assumptions. Everybody who tells of assumptions asks here."""

import datetime
from functools import lru_cache

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry, Tier
from mulaid.terms.outcome import EndOutcome, Outcome, RelationOutcome

Decided = Outcome | RelationOutcome | EndOutcome

MAY_BE_ASSUMED = frozenset(
    """
    own_account_rule sponsor_order_rule tie_break order_set_by sponsors_per_settlement confirm_mode limits max_members
    max_sponsors_per_beneficiary counts_self unbind_by unbind_effect effective_timing min_bound_days
    max_changes_per_year rebind_cooldown_days evidence_mode authorisation_period premium_flow opening_balance
    """.split()
)
"""The closed list of rules that may be assumed where nobody knows. Never: what a fund pays, who is a relative, consent,
a reserve, a use, a place."""


def is_assumed(book: Book, entry: Entry) -> bool:
    """Whether an entry decides by nobody's word but mulaid's own: a value, or the one candidate it lists itself.

    In a strict book none does.
    """
    decides = not entry.wholly_unknown or len(entry.candidates) == 1
    return entry.source.tier is Tier.OWN and decides and not book.strict


def assumed_rules(book: Book, outcome: Decided) -> frozenset[str]:
    """The keys of the rules that an outcome took as mulaid assumes them: those it names, and those it used."""
    used = (book.entries[index] for index in outcome.used)
    named: tuple[str, ...] = getattr(outcome, "assumed", ())
    return frozenset(named) | {entry.key for entry in used if is_assumed(book, entry)}


@lru_cache(maxsize=1_000)
def given_anywhere(book: Book, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """One entry for each value that a source gives for a rule anywhere on that day, the most common first.

    They are what a rule nobody knows here could be: where all come to the same, not knowing is no matter.
    """
    said: dict[str, list[Entry]] = {}
    for region in sorted(book.regions):
        entry = book.entry(region, key, day, qualifier)
        if entry is not None and entry.value is not None and entry.source.tier is not Tier.OWN:
            said.setdefault(repr((entry.value, entry.maybe)), []).append(entry)
    return tuple(each[0] for each in sorted(said.values(), key=lambda each: -len(each)))
