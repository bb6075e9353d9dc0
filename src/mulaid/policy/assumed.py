"""Which rules an outcome owes to mulaid's own assumptions. Everybody who tells of assumptions asks here."""

from collections.abc import Iterable

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry, Tier

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
    """Whether an entry decides by assumption: nobody's word but mulaid's own. In a strict book none does."""
    return entry.source.tier is Tier.OWN and not entry.wholly_unknown and not book.strict


def assumed_rules(book: Book, used: Iterable[int]) -> frozenset[str]:
    """The keys of the rules that were taken as mulaid assumes them, by the entries an outcome used."""
    return frozenset(book.entries[index].key for index in used if is_assumed(book, book.entries[index]))
