"""A statement looked up in the book as pages show it: on the day asked, in how many regions it holds, and where."""

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from mulaid.explain.claim_answers import told, without_rule
from mulaid.explain.statements import Asked, read_statement
from mulaid.explain.summing import sum_lines
from mulaid.policy.claims.truth import Answer, Truth, answers
from mulaid.policy.claims.verdict import Judged
from mulaid.policy.history import Span
from mulaid.policy.known_false import RIGHT_BY
from mulaid.web.book import addresses, telling
from mulaid.web.book.telling import Part
from mulaid.web.library import Library
from mulaid.wording import book as book_words
from mulaid.wording import claim_answers
from mulaid.wording.pages import check as words
from mulaid.wording.review import KNOWN_FALSE

_DRAWN = {
    Truth.HOLDS: ("a", 0),
    Truth.FAILS: ("b", 2),
    Truth.PERSON: ("own", 3),
    Truth.UNKNOWN: ("tu", 1),
    Truth.ABSENT: ("off", 0),
}
SHOWN_MAX = 24


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One value that makes a claim true, false or undecided, with the regions it stands in."""

    truth: str
    text: str
    known: bool
    places: str
    title: str
    tier: str
    since: str
    href: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One claim of a statement, answered."""

    claim: str
    note: str
    kind: str
    """How it is shown: ok, no, unk."""
    heading: str
    parts: list[Part]
    bar: str
    found: list[Found]
    more: int


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A statement with everything that could be said about it."""

    text: str
    verdicts: list[Verdict]
    sums: list[str]
    false: list[dict[str, str]]
    papers: list[dict[str, str]]
    unread: list[str]

    @property
    def empty(self) -> bool:
        """Nothing in it could be read."""
        return not (self.verdicts or self.sums or self.false or self.papers)


def check(library: Library, text: str, day: datetime.date) -> Checked:
    """Look a statement up."""
    book = library.book
    statement = read_statement(book, text, day)
    return Checked(
        text=text,
        verdicts=[each for asked in statement.asked for each in _verdicts(library, asked)],
        sums=[line for each in statement.sums for line in sum_lines(each)],
        false=[_false(library, name) for name in statement.false],
        papers=[{"title": each.title, "issuer": each.issuer, "tier": each.tier.value} for each in statement.papers],
        unread=[*statement.no_rule, *statement.unmatched],
    )


def _verdicts(library: Library, asked: Asked) -> Iterator[Verdict]:
    """One verdict for each meaning of what is claimed; none is given where something has to be said first."""
    if asked.reading.asks:
        yield _unanswered(asked.reading.text, claim_answers.asked_back_line(asked.reading.asks))
        return
    for each in asked.judged:
        if not each.claims:
            yield _unanswered(asked.reading.text, without_rule(library.book, each))
        elif each.said.unclear:
            yield _unanswered(told(each.claims[0]), claim_answers.UNCLEAR)
        else:
            yield _verdict(library, asked, each)


def _unanswered(claim: str, why: str) -> Verdict:
    return Verdict(claim=claim, note="", kind="unk", heading=why, parts=[], bar="", found=[], more=0)


def _verdict(library: Library, asked: Asked, judged: Judged) -> Verdict:
    counts = {truth: judged.count(truth) for truth in Truth}
    parts = telling.laid_out(
        Part(fill=_DRAWN[each][0], hatch=_DRAWN[each][1], name=words.COUNTED[each], count=counts[each])
        for each in Truth
    )
    claim = judged.claims[0]
    named = told(claim if len(judged.claims) == 1 else msgspec.structs.replace(claim, qualifier=()))
    regions = asked.reading.places or tuple(region for region in judged.truths if judged.counts(region))
    found = answers(library.book, claim, regions, judged.day)
    rows = [row for truth in Truth if truth is not Truth.ABSENT for row in _rows(library, found, truth)]
    return Verdict(
        claim=named,
        note=claim_answers.note_text(judged.said.note) if judged.said.note else "",
        kind=words.kind({str(each): count for each, count in counts.items()}),
        heading=words.heading({str(each): count for each, count in counts.items()}, sum(counts.values())),
        parts=parts,
        bar=words.bar_label((part.name, part.count) for part in parts),
        found=rows[:SHOWN_MAX],
        more=max(0, len(rows) - SHOWN_MAX),
    )


def _rows(library: Library, found: tuple[Answer, ...], truth: Truth) -> list[Found]:
    """The values behind one verdict, each with the regions it is the same in."""
    book = library.book
    grouped: dict[int, list[tuple[str, Span]]] = {}
    for answer in found:
        for period in answer.periods:
            if period.truth is truth and period.spans:
                span = period.spans[-1]
                for region in answer.regions:
                    grouped.setdefault(span.entry.index, []).append((region, span))
    return [_found(library, truth, [book.name(region) for region, _ in each], each[0][1]) for each in grouped.values()]


def _found(library: Library, truth: Truth, names: list[str], span: Span) -> Found:
    entry = span.entry
    return Found(
        truth=words.COUNTED[truth],
        text=telling.told(span),
        known=telling.known(span),
        places=words.places(names),
        title=entry.source.title,
        tier=entry.source.tier.value,
        since=telling.days_text(entry.first_day, span.end, entry.no_later_than),
        href=addresses.of_entry(library.book, entry),
    )


def _false(library: Library, name: str) -> dict[str, Any]:
    source = library.book.sources.get(RIGHT_BY.get(name, ""))
    said = book_words.source_text(source.title, source.tier) if source else ""
    return {"told": claim_answers.known_false_line(KNOWN_FALSE[name][0], said)}
