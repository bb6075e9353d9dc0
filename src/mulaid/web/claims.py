"""A statement looked up in the book as pages show it: on the day asked, in how many regions it holds, and where."""

import datetime
from typing import Any

import msgspec

from mulaid.explain.statements import Asked, Statement, read_statement
from mulaid.explain.summing import sum_lines
from mulaid.policy.claims import Answer, Period, Truth, answers
from mulaid.policy.entry import Tier
from mulaid.policy.history import Span
from mulaid.policy.known_false import RIGHT_BY
from mulaid.web.book import addresses, telling
from mulaid.web.book.telling import Part
from mulaid.web.library import Library
from mulaid.wording import book as book_words
from mulaid.wording import claim_answers
from mulaid.wording.pages import check as words
from mulaid.wording.review import KNOWN_FALSE

_DRAWN = {Truth.HOLDS: ("a", 0), Truth.FAILS: ("b", 2), Truth.UNKNOWN: ("tu", 1), Truth.ABSENT: ("off", 0)}
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
    statement = read_statement(book, text)
    return Checked(
        text=text,
        verdicts=[_verdict(library, statement, asked, day) for asked in statement.asked],
        sums=[line for each in statement.sums for line in sum_lines(each)],
        false=[_false(library, name) for name in statement.false],
        papers=[{"title": each.title, "issuer": each.issuer, "tier": each.tier.value} for each in statement.papers],
        unread=list(statement.unmatched),
    )


def _verdict(library: Library, statement: Statement, asked: Asked, day: datetime.date) -> Verdict:
    claim = asked.claim
    regions = statement.regions or library.regions
    found = answers(library.book, claim, regions, day)
    counts = dict.fromkeys(Truth, 0)
    for answer in found:
        for period in answer.periods:
            counts[_evident(period)] += len(answer.regions)
    parts = telling.laid_out(
        Part(fill=_DRAWN[each][0], hatch=_DRAWN[each][1], name=words.COUNTED[each], count=counts[each])
        for each in Truth
    )
    told = {str(each): count for each, count in counts.items()}
    named = claim_answers.claim_text(claim.key, claim.comparison, claim.value, claim.qualifier, claim.item)
    rows = [row for truth in (Truth.HOLDS, Truth.FAILS, Truth.UNKNOWN) for row in _rows(library, found, truth)]
    return Verdict(
        claim=named,
        note=claim_answers.note_text(asked.note) if asked.note else "",
        kind=words.kind(told),
        heading=words.heading(told, len(regions)),
        parts=parts,
        bar=words.bar_label((part.name, part.count) for part in parts),
        found=rows[:SHOWN_MAX],
        more=max(0, len(rows) - SHOWN_MAX),
    )


def _evident(period: Period) -> Truth:
    """What a period says by sources: what mulaid itself assumes makes nothing true and nothing false."""
    assumed = bool(period.spans) and period.spans[-1].entry.source.tier is Tier.OWN
    return Truth.UNKNOWN if assumed and period.truth in (Truth.HOLDS, Truth.FAILS) else period.truth


def _rows(library: Library, found: tuple[Answer, ...], truth: Truth) -> list[Found]:
    """The values behind one verdict, each with the regions it is the same in."""
    book = library.book
    grouped: dict[int, list[tuple[str, Span]]] = {}
    for answer in found:
        for period in answer.periods:
            if _evident(period) is truth and period.spans:
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
