"""From what a person wrote to claims about the book: sentences, sums, and a rule with a value written apart."""

import datetime
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from mulaid.cli.asking import rules_of
from mulaid.cli.cannot import cannot
from mulaid.located import Fault, text_of
from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Claim, Comparison, read_value
from mulaid.policy.claims.places import called
from mulaid.policy.claims.reader import Reading, read
from mulaid.policy.claims.readings import Said
from mulaid.policy.claims.truth import papers_in
from mulaid.policy.claims.verdict import Judged, judged
from mulaid.policy.entry import Source
from mulaid.policy.known_false import false_claims_in
from mulaid.policy.rules import Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.policy.sums import Shares, Sum, SumFault, check_shares, check_sum
from mulaid.wording import claim_answers as words
from mulaid.wording.claims import written_value
from mulaid.wording.files import fault_sentence
from mulaid.wording.rules import rule_name, value_text
from mulaid.wording.sums import arithmetic_in

SHOWN_MAX = 5
"""So many values are shown when one cannot be read."""
_SENTENCES = "[；;。]"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a statement claims, with what the book says to each of its meanings."""

    reading: Reading
    judged: tuple[Judged, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(claim for each in self.judged for claim in each.claims)

    @property
    def conditions(self) -> tuple[Claim, ...]:
        """Yes-or-no rules that have to hold as well."""
        keys = dict.fromkeys(said.condition for said in self.reading.said if said.condition)
        return tuple(Claim(key=key, comparison=Comparison.IS, value=True) for key in keys)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement and all that is in it."""

    text: str
    said: bool = True
    """Somebody's own words; False when it was put together from a rule and a value."""
    asked: tuple[Asked, ...] = ()
    sums: tuple[Sum | Shares, ...] = ()
    false: tuple[str, ...] = ()
    """Claims in it that are known to be false, by name."""
    papers: tuple[Source, ...] = ()
    no_rule: tuple[str, ...] = ()
    """Parts that state no rule."""
    unmatched: tuple[str, ...] = ()


def read_statement(book: Book, text: str, day: datetime.date, places: Iterable[str] = ()) -> Statement:
    """Read a sentence in plain words, or an equation, and judge it on a day. What cannot be read is in `unmatched`."""
    asked: list[Asked] = []
    sums: list[Sum | Shares] = []
    strange: list[str] = []
    no_rule: list[str] = []
    for sentence in _sentences(text.strip()):
        if found := _computed(sentence):
            sums += found
            continue
        understood = read(sentence, called(book))
        asked += [Asked(reading=each, judged=judged(book, each, day, places)) for each in understood.readings]
        for part in understood.unread:
            if found := _computed(part.text):
                sums += found
            else:
                (no_rule if part.no_rule and not _known(book, part.text) else strange).append(part.text)
    return Statement(
        text=text.strip(),
        asked=tuple(asked),
        sums=tuple(sums),
        false=tuple(claim for part in strange for claim in false_claims_in(part)),
        papers=tuple(paper for part in strange if not false_claims_in(part) for paper in papers_in(book, part)),
        no_rule=tuple(no_rule),
        unmatched=tuple(part for part in strange if not _known(book, part)),
    )


def structured(
    book: Book, named: str, comparison: Comparison, text: str, day: datetime.date, places: Iterable[str] = ()
) -> Statement:
    """A claim about one rule called by any of its names. Ends the command when the value cannot be read."""
    rules = rules_of([named])
    read_as = [(rule, value) for rule in rules for value in _values(book, rule, comparison, text)]
    if not read_as:
        known = [value_text(rule.key, value) for rule in rules for value in _stated(book, rule)]
        cannot(words.unreadable_value(rule_name(rules[0].key), text, list(dict.fromkeys(known))[:SHOWN_MAX]))
    rule, (written, value) = read_as[0]
    told = words.claim_text(rule.key, comparison, value)
    reading = Reading(text=told, said=(Said(key=rule.key, comparison=comparison, value=written),))
    return Statement(text=told, said=False, asked=(Asked(reading=reading, judged=judged(book, reading, day, places)),))


def statements_in(file: Path) -> list[str]:
    """The lines of a file that say something. Ends the command when it cannot be read."""
    return [line.strip() for line in lines_of(file) if line.strip() and not line.startswith("#")]


def lines_of(file: Path) -> list[str]:
    """All lines of a file. Ends the command when it cannot be read."""
    try:
        return text_of(file).splitlines()
    except Fault as fault:
        cannot(fault_sentence(fault))


def unread(statements: Iterable[Statement]) -> bool:
    """Whether any part of any statement could not be read."""
    return any(each.unmatched for each in statements)


def _sentences(text: str) -> list[str]:
    """A computation stays whole: what parts sentences may part its figures."""
    if _computed(text):
        return [text]
    return [sentence for sentence in re.split(_SENTENCES, text) if sentence.strip()]


def _computed(text: str) -> list[Sum | Shares]:
    arithmetic = arithmetic_in(re.sub(r"\s", "", text).strip("。！!？?；;，,"))
    if arithmetic is None:
        return []
    with suppress(SumFault):
        return [*check_sum(arithmetic.equation)] if arithmetic.equation else [check_shares(arithmetic.shares)]
    return []


def _known(book: Book, part: str) -> bool:
    """Whether something is known of a part that no rule is read from: that it is false, or that it names a document."""
    return bool(false_claims_in(part) or papers_in(book, part))


def _values(book: Book, rule: Rule, comparison: Comparison, text: str) -> Iterator[tuple[Any, Any]]:
    """What a written value may mean, as written and as read: as in a policy file, in words, or as it is shown."""
    written: list[Any] = [text, written_value(rule.key, text)]
    with suppress(tomllib.TOMLDecodeError):
        written.insert(0, tomllib.loads(f"value = {text}")["value"])
    for value in filter(lambda each: each is not None, written):
        for form in (value, [value]):
            with suppress(ShapeFault):
                yield form, read_value(rule.key, comparison, form)
    if comparison in (Comparison.IS, Comparison.IS_NOT):
        stated = [entry for entry in book.entries if entry.key == rule.key and entry.value is not None]
        yield from ((each.written, each.value) for each in stated if value_text(rule.key, each.value) == text)


def _stated(book: Book, rule: Rule) -> Iterator[Any]:
    """Every value that the book states of a rule."""
    return (entry.value for entry in book.entries if entry.key == rule.key and entry.value is not None)
