"""Whether the sources of an entry speak of what it claims: its region, its mechanism, its scheme and its days.

A source says so in its own words (`scope`). One that does not covers the one region whose file cites it first, not what
lies below it unless that is the nation, and no mechanism. An unknown claims nothing, and what mulaid itself assumes has
no source to hold it to.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import OWN_SOURCE, Entry, Source, Tier, covers
from mulaid.policy.finding import Finding, about
from mulaid.policy.rules import BY_KEY
from mulaid.terms.codes import WALLET_MECHANISMS

_BY_WAY = frozenset(("mechanisms", "territory"))
"""Rules whose value itself names mechanisms."""
_WALLET = frozenset(str(each) for each in WALLET_MECHANISMS)

FirstCited = Mapping[str, str]
"""The region whose file cites a source first, by the source's id."""


def first_cited(book: Book) -> FirstCited:
    """Files in the order nation, provinces, areas; of each only what it claims."""
    found: dict[str, str] = {}
    for entry in sorted(book.entries, key=lambda each: (each.region != NATIONAL, each.region[2:] != "0000")):
        if _claims(entry):
            for source in _cited(book, entry):
                found.setdefault(source.id, entry.region)
    return found


def uncovered(book: Book, entry: Entry, first: FirstCited) -> Iterator[Finding]:
    """What the entry claims and a source it cites does not speak of."""
    if not _claims(entry):
        return
    cited, scheme = _cited(book, entry), BY_KEY[entry.key].qualified(entry.qualifier).get("scheme")
    for source in cited:
        if not _speaks_of(source, entry.region, first):
            yield about(entry, "region_not_covered", source=source.id, place=book.name(entry.region))
        if scheme and source.schemes and scheme not in source.schemes:
            yield about(entry, "scheme_not_covered", source=source.id, scheme=scheme)
    yield from _mechanisms(entry, cited)
    yield from _days(book, entry, cited)


def copied_from_above(book: Book, entry: Entry) -> Iterator[Finding]:
    """A value that no source of the entry says of this region: it stands in the file of whom they speak of.

    What ends a rule of the region's own has to be written here all the same; a tier C value is not inherited, and a
    region that wants its province's states it itself.
    """
    if not _claims(entry) or entry.wholly_unknown or entry.region == NATIONAL or entry.source.tier is Tier.C:
        return
    cited = _cited(book, entry)
    if any(entry.region in source.regions or not covers(source.regions, entry.region) for source in cited):
        return
    earlier = [each for each in book.timeline(entry.region, entry.key, entry.qualifier) if each.index < entry.index]
    if not earlier or (earlier[-1].value, earlier[-1].maybe) == (entry.value, entry.maybe):
        above = NATIONAL if all(covers(source.regions, NATIONAL) for source in cited) else f"{entry.region[:2]}0000"
        yield about(entry, "copied_from_above", sources=[source.id for source in cited], above=book.name(above))


def scope_without_words(book: Book) -> Iterator[Finding]:
    """A source whose reach is written without the words it rests on."""
    for source in book.sources.values():
        limited = source.regions or source.mechanisms or source.schemes or source.first_day or source.until
        if (limited or source.every_area) and not source.scope:
            file, line = book.source_places[source.id]
            yield Finding(file=file, line=line, code="scope_without_words", details={"source": source.id})


def _claims(entry: Entry) -> bool:
    return entry.value is not None or entry.at_least > 0


def _cited(book: Book, entry: Entry) -> list[Source]:
    every = (book.sources[id_] for id_ in (entry.source.id, *entry.also))
    return [source for source in every if source is not OWN_SOURCE]


def _speaks_of(source: Source, region: str, first: FirstCited) -> bool:
    own = first[source.id]
    return covers(source.regions, region) if source.regions else own in (region, NATIONAL)


def _mechanisms(entry: Entry, cited: list[Source]) -> Iterator[Finding]:
    rule, named = BY_KEY[entry.key], {word for source in cited for word in source.mechanisms}
    if entry.key in _BY_WAY:
        if lacking := sorted(set(_ways(entry.value)) - named):
            yield about(entry, "mechanism_not_covered", sources=[each.id for each in cited], mechanisms=lacking)
        return
    for source in cited:
        if lacking := _unnamed(entry, rule.sharing, source):
            yield about(entry, "mechanism_not_covered", sources=[source.id], mechanisms=lacking)


def _unnamed(entry: Entry, sharing: bool, source: Source) -> list[str]:
    """The mechanisms the entry is about and the source does not name.

    What is said of the wallet alone is not said of sharing in general; every other source speaks of sharing as its
    region has it.
    """
    named = set(source.mechanisms)
    if sharing and entry.qualifier:
        return sorted(set(entry.qualifier) - named)
    if entry.key.startswith("wallet_"):
        return [] if named & _WALLET else sorted(_WALLET)
    return ["instant_draw"] if sharing and named and named <= _WALLET else []


def _ways(value: Any) -> Iterator[str]:
    """The mechanisms a set or a table names."""
    yield from (str(word) for word in value or () if word != "premium")


def _days(book: Book, entry: Entry, cited: list[Source]) -> Iterator[Finding]:
    """Every source speaks of the first day, and one of them as long as the entry holds."""
    for source in cited:
        early = source.first_day is not None and entry.first_day < source.first_day
        if early or (source.until is not None and entry.first_day >= source.until):
            yield about(entry, "day_not_covered", source=source.id, day=entry.first_day)
            return
    later = [each for each in book.timeline(entry.region, entry.key, entry.qualifier) if each.index > entry.index]
    end = later[0].first_day if later else datetime.date.max
    until = [source.until for source in cited]
    if until and None not in until and (last := max(day for day in until if day)) < end:
        yield about(entry, "day_not_covered", source=entry.source.id, day=last)
