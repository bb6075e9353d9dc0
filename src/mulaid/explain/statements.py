"""From what a person wrote to claims about the book: regions named at the front, words, values and sums."""

from collections.abc import Iterable, Iterator

import msgspec

from mulaid.explain.names import names_of
from mulaid.policy.book import Book
from mulaid.policy.claims import Claim, Comparison, papers_in, read_value
from mulaid.policy.entry import Source
from mulaid.policy.known_false import false_claims_in
from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.policy.sums import Shares, Sum, SumFault, check_shares, check_sum
from mulaid.wording.claims import Said, claims_in, regions_named
from mulaid.wording.sums import Arithmetic


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


def _asked(book: Book, said: Said) -> Iterator[Asked]:
    comparison = Comparison(said.comparison)
    value = read_value(said.key, comparison, said.value, said.item)
    for qualifier in general(book, BY_KEY[said.key]):
        if set(said.qualifier) <= set(qualifier):
            claim = Claim(key=said.key, comparison=comparison, value=value, qualifier=qualifier, item=said.item)
            yield Asked(claim=claim, note=said.note)


def general(book: Book, rule: Rule) -> tuple[tuple[str, ...], ...]:
    """The qualifiers a statement is asked by: one that names no mechanism speaks of sharing in general."""
    return book.qualifiers(rule.key) or ((),) if rule.qualifiers else ((),)


def unread(statements: Iterable[Statement]) -> bool:
    """Whether any part of any statement could not be read."""
    return any(each.unmatched for each in statements)
