"""Steps as people read them: the sentence, the rule's key, the source and its tier, resolved from the book."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import OWN_SOURCE, Entry, Source, Tier
from mulaid.policy.history import Doubt
from mulaid.policy.rules import BY_KEY
from mulaid.terms.money import yuan
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, Step
from mulaid.terms.reasons import RelationRefusal, Skip
from mulaid.wording.amounts import percent_text
from mulaid.wording.book import doubt_text
from mulaid.wording.rules import rule_name
from mulaid.wording.steps import ASSUMED, IN_POINTS, step_sentence

ARITHMETIC = "conservation"
"""The rule named by a step that follows from arithmetic alone: the parts of a bill add up to its total."""
_OWN = {RelationRefusal.KINSHIP_IMPLAUSIBLE.value: "ages_of_kin"}
"""The rules of mulaid's own that no book holds, by the code of the step they move."""


class Cited(msgspec.Struct, frozen=True):
    """One step with its sentence and citation. `source` is never empty."""

    code: str
    amount: int | None
    """In fen; for a code of `IN_POINTS` in basis points."""
    who: int
    told: str
    """The sentence without what it rests on."""
    text: str
    """The sentence with it."""
    rule: str
    source: str
    title: str
    """The source as people call it; empty for arithmetic, which needs none."""
    tier: str
    says: str

    @property
    def rule_name(self) -> str:
        """The rule as people call it; what no book holds has no name."""
        return rule_name(self.rule) if self.rule in BY_KEY else ""


def cite(book: Book, steps: Iterable[Step], names: Sequence[str]) -> list[Cited]:
    """Resolve steps against the book they were decided by; `names` are the sponsors' by position."""
    return [_cited(book, step, names[step.who] if step.who != PATIENT else "") for step in steps]


def step_data(cited: Cited) -> dict[str, Any]:
    """A step as JSON holds it: an amount is yuan as text, a difference between ratios a percentage beside it."""
    fields = {name: getattr(cited, name) for name in ("code", "text", "rule", "source", "tier")}
    if cited.code in IN_POINTS:
        return fields | {"amount": None, "points": percent_text(cited.amount or 0)}
    return fields | {"amount": None if cited.amount is None else yuan(cited.amount)}


def unverified_rules(book: Book, used: Iterable[int]) -> list[str]:
    """The keys of the rules that decided and whose source is tier C.

    What says that nobody knows, and not even how many at least, decides nothing. In a strict book no such rule does: it
    was looked up and taken as unknown.
    """
    if book.strict:
        return []
    told = (book.entries[index] for index in used)
    return sorted(
        {each.key for each in told if each.source.tier is Tier.C and (not each.wholly_unknown or each.at_least)}
    )


def indifferent_rules(book: Book, used: Iterable[int], steps: Iterable[Step], assumed: Iterable[str]) -> list[str]:
    """The keys of the rules nobody knows that made no difference: all they could be comes to the same."""
    if book.strict:
        return []
    open_still = {step.rule for step in steps if step.code == Skip.POLICY_UNKNOWN} - {ENGINE_RULE}
    told = {book.entries[index].key for index in used if book.entries[index].wholly_unknown and index not in open_still}
    return sorted(told - set(assumed))


def _cited(book: Book, step: Step, name: str) -> Cited:
    entry, says = _grounds(book, step)
    key, source, title = (entry.key, entry.source, entry.source.title) if entry else _own(step)
    named = rule_name(entry.key) if entry else ""
    told, text = (step_sentence(step.code, step.amount, name, said, named) for said in ("", says))
    return Cited(step.code, step.amount, step.who, told, text, key, source.id, title, source.tier.value, says)


def _grounds(book: Book, step: Step) -> tuple[Entry | None, str]:
    """The entry a step rests on, and what it says.

    What a strict book takes as unknown is only ever the reason why something stays open. A step that holds whatever
    the entry says (the own account pays nothing where nothing is left) rests on nothing else than the amounts.
    """
    if step.rule < 0:
        return None, ""
    entry = book.entries[step.rule]
    if not (book.strict and entry.weak):
        return entry, entry.says
    left_open = step.code == Skip.POLICY_UNKNOWN or step.code.endswith(ASSUMED)
    return (entry, doubt_text(Doubt.STRICT, "") or "") if left_open else (None, "")


def _own(step: Step) -> tuple[str, Source, str]:
    """The rule, source and title of a step that rests on no book: a rule of mulaid's own, or arithmetic."""
    key = _OWN.get(step.code, ARITHMETIC)
    return key, OWN_SOURCE, "" if key == ARITHMETIC else OWN_SOURCE.title
