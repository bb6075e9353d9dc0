"""Steps as people read them: the sentence, the rule's key, the source and its tier, resolved from the book."""

from collections.abc import Iterable, Sequence

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import OWN_SOURCE, Tier
from mulaid.terms.outcome import PATIENT, Step
from mulaid.terms.reasons import RelationRefusal
from mulaid.wording.rules import rule_name
from mulaid.wording.steps import step_sentence

ARITHMETIC = "conservation"
"""The rule named by a step that follows from arithmetic alone: the parts of a bill add up to its total."""
_OWN = {RelationRefusal.KINSHIP_IMPLAUSIBLE.value: "ages_of_kin"}
"""The rules of mulaid's own that no book holds, by the code of the step they move."""


class Cited(msgspec.Struct, frozen=True):
    """One step with its sentence and citation. `source` is never empty."""

    code: str
    amount: int | None
    who: int
    text: str
    rule: str
    source: str
    title: str
    tier: str
    says: str


def cite(book: Book, steps: Iterable[Step], names: Sequence[str]) -> list[Cited]:
    """Resolve steps against the book they were decided by; `names` are the sponsors' by position."""
    return [_cited(book, step, names[step.who] if step.who != PATIENT else "") for step in steps]


def weak_rules(book: Book, used: Iterable[int], tier: Tier) -> list[str]:
    """The keys of the rules used whose source has this tier: C is unverified, own is assumed."""
    return sorted({book.entries[index].key for index in used if book.entries[index].source.tier is tier})


def _cited(book: Book, step: Step, name: str) -> Cited:
    entry = book.entries[step.rule] if step.rule >= 0 else None
    own = _OWN.get(step.code, ARITHMETIC), OWN_SOURCE, ""
    key, source, says = (entry.key, entry.source, entry.says) if entry else own
    named = rule_name(entry.key) if entry else ""
    text = step_sentence(step.code, step.amount, name, says, named)
    return Cited(step.code, step.amount, step.who, text, key, source.id, source.title, source.tier.value, says)
