"""What the book says to a claim, as plain data and as people read it: the counts first, then day by day."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from mulaid.explain.spans import sourced, span_data, span_text
from mulaid.explain.statements import Asked, Statement
from mulaid.policy.book import Book
from mulaid.policy.chronicle import Contradiction
from mulaid.policy.claims.claim import Claim
from mulaid.policy.claims.evidence import meanwhile
from mulaid.policy.claims.truth import Answer, Truth, answers
from mulaid.policy.claims.verdict import Judged, Verdict
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.wording import claim_answers as words
from mulaid.wording.rules import RULE_NAMES, value_text


def disputes(book: Book, statement: Statement) -> list[Contradiction]:
    """The contradictions of the book about the rules a statement speaks of."""
    said = [each for asked in statement.asked for each in asked.reading.said]
    keys = {each.key for each in said} | {each.condition for each in said}
    against = {each.against for each in said}
    return [each for each in book.contradictions if keys & set(each.rules) or each.id in against]


def asked_data(
    book: Book, asked: Asked, places: tuple[str, ...], *, one_day: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A reading with its verdicts, and every claim of it with its answers."""
    reading = asked.reading
    told = {
        "text": reading.text,
        "places": reading.places,
        "some": reading.some,
        "question": reading.question,
        "asks": reading.asks or None,
        "meanings": [_judged_data(book, each) for each in asked.judged],
    }
    return told, [
        *(_claim_data(book, asked, each, claim, places, one_day) for each in asked.judged for claim in each.claims),
        *(_claim_data(book, asked, asked.judged[0], claim, places, one_day) for claim in asked.conditions),
    ]


def asked_lines(book: Book, asked: Asked, places: tuple[str, ...], *, one_day: bool) -> Iterator[str]:
    """A reading for people: what it is taken for, the counts, then where and since when on whose word."""
    reading = asked.reading
    if reading.asks:
        yield words.asked_back_line(reading.asks)
        return
    if len(asked.judged) > 1:
        yield words.BOTH_MEANT
    for judged in asked.judged:
        yield from _judged_lines(book, asked, judged, places, one_day)
    for claim in asked.conditions:
        yield f"{words.CONDITION}{told(claim)}"
        yield from _answer_lines(book, _answers(book, asked, asked.judged[0], claim, places, one_day))


def _judged_data(book: Book, judged: Judged) -> dict[str, Any]:
    return {
        "rule": judged.said.key,
        "topic": judged.said.topic,
        "comparison": judged.said.comparison,
        "value": judged.said.value,
        "item": judged.said.item or None,
        "day": judged.day,
        "verdict": judged.verdict,
        "counts": {each: judged.count(each) for each in Truth},
        "meanwhile": [{"shown": shown, "regions": number} for shown, number in _meanwhile(judged)],
        "regions": {region: truth for region, truth in judged.truths.items() if judged.counts(region)},
    }


def _claim_data(
    book: Book, asked: Asked, judged: Judged, claim: Claim, places: tuple[str, ...], one_day: bool
) -> dict[str, Any]:
    note = judged.said.note
    return {
        "rule": claim.key,
        "number": BY_KEY[claim.key].number,
        "name": RULE_NAMES[claim.key],
        "qualifier": claim.qualifier,
        "item": claim.item or None,
        "comparison": claim.comparison,
        "claim": told(claim),
        "note": words.note_text(note) if note else None,
        "answers": [_answer(book, each) for each in _answers(book, asked, judged, claim, places, one_day)],
    }


def _answer(book: Book, answer: Answer) -> dict[str, Any]:
    return {
        "regions": [{"region": region, "name": book.name(region)} for region in answer.regions],
        "periods": [
            {
                "from": period.first,
                "until": period.end,
                "verdict": period.truth,
                "held": [span_data(book, span) for span in period.spans],
            }
            for period in answer.periods
        ],
    }


def _answers(
    book: Book, asked: Asked, judged: Judged, claim: Claim, places: tuple[str, ...], one_day: bool
) -> tuple[Answer, ...]:
    """Over all days, unless one was asked for or the sentence names it."""
    day: datetime.date | None = judged.day if one_day or asked.reading.last else None
    return answers(book, claim, asked.reading.places or places or sorted(book.regions), day)


def told(claim: Claim) -> str:
    return words.claim_text(claim.key, claim.comparison, claim.value, claim.qualifier, claim.item)


def _judged_lines(book: Book, asked: Asked, judged: Judged, places: tuple[str, ...], one_day: bool) -> Iterator[str]:
    said = judged.said
    if not judged.claims:
        yield without_rule(book, judged)
        return
    yield (
        told(judged.claims[0])
        if len(judged.claims) == 1
        else told(msgspec.structs.replace(judged.claims[0], qualifier=()))
    )
    if said.unclear:
        yield f"  {words.UNCLEAR}"
    else:
        yield from (f"  {line}" for line in _counts(book, asked, judged, one_day))
    if said.note:
        yield f"  {words.note_text(said.note)}"
    for claim in judged.claims:
        if len(judged.claims) > 1:
            yield f"  {told(claim)}"
        yield from _answer_lines(book, _answers(book, asked, judged, claim, places, one_day))


def without_rule(book: Book, judged: Judged) -> str:
    said = judged.said
    if said.key in BY_KEY:
        return words.no_value_line(RULE_NAMES[said.key])
    if judged.verdict in (Verdict.AGAINST, Verdict.AGREED):
        resolution = next((each.resolution for each in book.contradictions if each.id == said.against), "")
        agreed = judged.verdict is Verdict.AGREED
        return words.settled_line(said.key, said.against, resolution, agreed=agreed)
    return words.no_rule_line(said.key)


def _counts(book: Book, asked: Asked, judged: Judged, one_day: bool) -> Iterator[str]:
    day = judged.day if one_day or asked.reading.last else None
    if asked.reading.some:
        yield {Verdict.HOLDS: words.SOME_HOLD, Verdict.FAILS: words.SOME_FAIL}.get(judged.verdict, words.SOME_UNKNOWN)
    if len(judged.truths) == 1:
        ((region, truth),) = judged.truths.items()
        used = next((shown for shown, _ in _meanwhile(judged)), "")
        yield words.one_place_line(book.name(region), truth, used, day=day)
        return
    yield words.counts_line(
        judged.count(Truth.HOLDS),
        judged.count(Truth.FAILS),
        judged.count(Truth.PERSON),
        judged.count(Truth.UNKNOWN, Truth.ABSENT),
        _meanwhile(judged),
        day=day,
    )


def _meanwhile(judged: Judged) -> Sequence[tuple[str, int]]:
    """What mulaid goes by where nobody knows, the most frequent first, and in how many regions."""
    used = Counter(
        value_text(judged.said.key, value) for region, value in judged.assumed.items() if judged.counts(region)
    )
    return used.most_common()


def _answer_lines(book: Book, found: Sequence[Answer]) -> Iterator[str]:
    """By verdict, every stretch of days with the regions it is the same in. What no file speaks of is left out."""
    for truth in Truth:
        rows: dict[Any, list[Span]] = {}
        for span in _spans(found, truth):
            row = (span.entry.first_day, span.end or datetime.date.max, _shown(span), sourced(span.entry))
            rows.setdefault(row, []).append(span)
        if not rows:
            continue
        yield f"  {words.truth_text(truth)}"
        for (first, _, shown, source), spans in sorted(rows.items(), key=lambda row: row[0]):
            late = spans[0].entry.no_later_than
            yield f"    {words.answer_line(first, spans[0].end, late, _places(book, spans), shown, source)}"


def _shown(span: Span) -> str:
    """What holds; where only mulaid's own assumption speaks, that nobody knows."""
    return span_text(span) if meanwhile(span.entry) is None else words.meanwhile_text(span_text(span))


def _spans(found: Iterable[Answer], truth: Truth) -> Iterator[Span]:
    for answer in found:
        for period in answer.periods:
            if period.truth is truth:
                for span in period.spans:
                    for region in answer.regions:
                        yield msgspec.structs.replace(span, region=region)


def _places(book: Book, spans: Sequence[Span]) -> str:
    """The regions by name; where the nation is one of them, those that merely follow it are counted."""
    follow = [span for span in spans if span.inherited] if any(span.region == NATIONAL for span in spans) else []
    return words.places_text((book.name(span.region) for span in spans if span not in follow), len(follow))
