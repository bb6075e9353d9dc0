"""From what a person wrote to claims about the book: regions named at the front, words, values and sums."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from mulaid.cli.asking import names_of, rules_of
from mulaid.cli.cannot import cannot
from mulaid.located import Fault, text_of
from mulaid.policy.book import Book
from mulaid.policy.claims import Claim, Comparison, papers_in, read_value
from mulaid.policy.entry import Source
from mulaid.policy.known_false import false_claims_in
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.policy.sums import Shares, Sum, SumFault, check_shares, check_sum
from mulaid.wording import claim_answers as words
from mulaid.wording.claims import Said, claims_in, regions_named, written_value
from mulaid.wording.files import fault_sentence
from mulaid.wording.rules import rule_name, value_text
from mulaid.wording.sums import Arithmetic

SHOWN_MAX = 5
"""So many values are shown when one cannot be read."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to be looked up, with the remark that belongs to its wording."""

    claim: Claim
    note: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement and all that is in it. `regions` are those it names itself; empty: it speaks of everywhere."""

    text: str
    said: bool = True
    """Somebody's own words; False when it was put together from a rule and a value."""
    regions: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    sums: tuple[Sum | Shares, ...] = ()
    false: tuple[str, ...] = ()
    """Claims in it that are known to be false, by name."""
    papers: tuple[Source, ...] = ()
    unmatched: tuple[str, ...] = ()


def read_statement(book: Book, text: str) -> Statement:
    """Read a sentence in plain words, or an equation. What cannot be read stands in `unmatched`."""
    regions: tuple[str, ...] = ()
    rest = text.strip()
    found, strange = claims_in(rest)
    if strange:
        regions, rest = regions_named(rest, names_of(book))
        found, strange = claims_in(rest)
    asked: list[Asked] = []
    sums: list[Sum | Shares] = []
    for each in found:
        try:
            if isinstance(each, Arithmetic):
                sums += check_sum(each.equation) if each.equation else [check_shares(each.shares)]
            else:
                asked += _asked(book, each)
        except (ShapeFault, SumFault):
            strange.append(rest)
    looked_up = [(part, false_claims_in(part), papers_in(book, part)) for part in strange]
    return Statement(
        text=text.strip(),
        regions=regions,
        asked=tuple(asked),
        sums=tuple(sums),
        false=tuple(claim for _, false, _ in looked_up for claim in false),
        papers=tuple(paper for _, false, papers in looked_up if not false for paper in papers),
        unmatched=tuple(part for part, false, papers in looked_up if not false and not papers),
    )


def structured(book: Book, named: str, comparison: Comparison, text: str) -> Statement:
    """A claim about one rule called by any of its names. Ends the command when the value cannot be read."""
    rules = rules_of([named])
    read = [(rule, value) for rule in rules for value in _values(book, rule, comparison, text)]
    if not read:
        known = [value_text(rule.key, value) for rule in rules for value in _stated(book, rule)]
        cannot(words.unreadable_value(rule_name(rules[0].key), text, list(dict.fromkeys(known))[:SHOWN_MAX]))
    rule, value = read[0]
    asked = tuple(
        Asked(claim=Claim(key=rule.key, comparison=comparison, value=value, qualifier=qualifier))
        for qualifier in _general(book, rule)
    )
    return Statement(text=words.claim_text(rule.key, comparison, value), said=False, asked=asked)


def statements_in(file: Path) -> list[str]:
    """The lines of a file that say something. Ends the command when it cannot be read."""
    try:
        lines = text_of(file).splitlines()
    except Fault as fault:
        cannot(fault_sentence(fault))
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _asked(book: Book, said: Said) -> Iterator[Asked]:
    comparison = Comparison(said.comparison)
    value = read_value(said.key, comparison, said.value, said.item)
    for qualifier in _general(book, BY_KEY[said.key]):
        if set(said.qualifier) <= set(qualifier):
            claim = Claim(key=said.key, comparison=comparison, value=value, qualifier=qualifier, item=said.item)
            yield Asked(claim=claim, note=said.note)


def _general(book: Book, rule: Rule) -> tuple[tuple[str, ...], ...]:
    """The qualifiers a statement is asked by: one that names no mechanism speaks of sharing in general."""
    return book.qualifiers(rule.key) or ((),) if rule.qualifiers else ((),)


def _values(book: Book, rule: Rule, comparison: Comparison, text: str) -> Iterator[Any]:
    """What a written value may mean: as in a policy file, in words, or as the book's own values are shown."""
    written: list[Any] = [text, written_value(rule.key, text)]
    with suppress(tomllib.TOMLDecodeError):
        written.insert(0, tomllib.loads(f"value = {text}")["value"])
    for value in filter(lambda each: each is not None, written):
        for form in (value, [value]):
            with suppress(ShapeFault):
                yield read_value(rule.key, comparison, form)
    if comparison in (Comparison.IS, Comparison.IS_NOT):
        yield from (value for value in _stated(book, rule) if value_text(rule.key, value) == text)


def _stated(book: Book, rule: Rule) -> Iterator[Any]:
    """Every value that the book states of a rule."""
    return (entry.value for entry in book.entries if entry.key == rule.key and entry.value is not None)


def unread(statements: Iterable[Statement]) -> bool:
    """Whether any part of any statement could not be read."""
    return any(each.unmatched for each in statements)
