"""A statement looked up in the book as pages show it: on the day asked, in how many regions it holds, and where."""

import datetime
from typing import Any

import msgspec

from mulaid.explain.statements import Asked, read_statement
from mulaid.explain.summing import sum_lines
from mulaid.explain.verdicts import told_without_rule
from mulaid.policy.claims.claim import Claim
from mulaid.policy.claims.truth import Answer, Truth, answers
from mulaid.policy.claims.verdict import Judged
from mulaid.policy.claims.verdict import Verdict as Outcome
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
    Truth.PERSON: ("tc", 1),
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
    statement = read_statement(library.book, text, day, library.regions)
    return Checked(
        text=text,
        verdicts=[verdict for asked in statement.asked for verdict in _verdicts(library, asked)],
        sums=[line for each in statement.sums for line in sum_lines(each)],
        false=[_false(library, name) for name in statement.false],
        papers=[{"title": each.title, "issuer": each.issuer, "tier": each.tier.value} for each in statement.papers],
        unread=[*statement.no_rule, *statement.unmatched],
    )


def _verdicts(library: Library, asked: Asked) -> list[Verdict]:
    """Every meaning of what was said; where something has to be asked back, that alone."""
    if asked.reading.asks:
        return [_without(claim_answers.asked_back_line(asked.reading.asks), "unk")]
    return [_verdict(library, asked, judged) for judged in asked.judged]


def _without(heading: str, kind: str) -> Verdict:
    return Verdict(claim="", note="", kind=kind, heading=heading, parts=[], bar="", found=[], more=0)


def _verdict(library: Library, asked: Asked, judged: Judged) -> Verdict:
    if not judged.claims:
        kind = {Outcome.AGAINST: "no", Outcome.AGREED: "ok"}.get(judged.verdict, "unk")
        return _without(told_without_rule(library.book, judged), kind)
    regions = tuple(judged.truths)
    found = tuple(answer for claim in judged.claims for answer in answers(library.book, claim, regions, judged.day))
    counts = {each: judged.count(each) for each in Truth}
    parts = telling.laid_out(
        Part(fill=_DRAWN[each][0], hatch=_DRAWN[each][1], name=words.COUNTED[each], count=counts[each])
        for each in Truth
        if counts[each] or each is not Truth.PERSON
    )
    told = {str(each): count for each, count in counts.items()}
    rows = [
        row for truth in (Truth.HOLDS, Truth.FAILS, Truth.PERSON, Truth.UNKNOWN) for row in _rows(library, found, truth)
    ]
    notes = [claim_answers.note_text(judged.said.note)] if judged.said.note else []
    notes += [claim_answers.UNCLEAR] if judged.said.unclear else []
    return Verdict(
        claim="；".join(dict.fromkeys(_named(each) for each in judged.claims)),
        note="".join(notes),
        kind="unk" if judged.said.unclear else words.kind(told),
        heading=words.heading(told, len(regions)),
        parts=parts,
        bar=words.bar_label((part.name, part.count) for part in parts),
        found=rows[:SHOWN_MAX],
        more=max(0, len(rows) - SHOWN_MAX),
    )


def _named(claim: Claim) -> str:
    return claim_answers.claim_text(claim.key, claim.comparison, claim.value, claim.qualifier, claim.item)


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
    return [
        Found(
            truth=words.COUNTED[truth],
            text=telling.told(members[0][1]),
            known=telling.known(members[0][1]),
            places=words.places([book.name(region) for region, _ in members]),
            title=members[0][1].entry.source.title,
            tier=members[0][1].entry.source.tier.value,
            since=telling.days_text(
                members[0][1].entry.first_day, members[0][1].end, members[0][1].entry.no_later_than
            ),
            href=addresses.of_entry(book, members[0][1].entry),
        )
        for members in grouped.values()
    ]


def _false(library: Library, name: str) -> dict[str, Any]:
    source = library.book.sources.get(RIGHT_BY.get(name, ""))
    said = book_words.source_text(source.title, source.tier) if source else ""
    return {"told": claim_answers.known_false_line(KNOWN_FALSE[name][0], said)}
