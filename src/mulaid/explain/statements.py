"""From what a person wrote to claims about the book: sentences, sums, and what is judged of them on a day."""

import datetime
import re
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Claim, Comparison
from mulaid.policy.claims.places import called
from mulaid.policy.claims.reader import Reading, read
from mulaid.policy.claims.truth import papers_in
from mulaid.policy.claims.verdict import Judged, judged
from mulaid.policy.entry import Source
from mulaid.policy.known_false import false_claims_in
from mulaid.policy.sums import Shares, Sum, SumFault, check_shares, check_sum
from mulaid.wording.sums import arithmetic_in

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
