"""`mulaid policy check-claim STATEMENT…`: whether what people say is so, where, since when and on whose word."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid.cli.asking import AsJson, Policies, Strict, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.claiming import statements_in, structured
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.spans import sourced, span_data, span_text
from mulaid.explain.statements import Asked, Statement, read_statement, unread
from mulaid.explain.summing import sum_data, sum_lines
from mulaid.policy.book import Book
from mulaid.policy.chronicle import Contradiction
from mulaid.policy.claims import Answer, Comparison, Truth, answers
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import Span
from mulaid.policy.known_false import RIGHT_BY
from mulaid.policy.rules import BY_KEY
from mulaid.wording import book as book_words
from mulaid.wording import claim_answers as words
from mulaid.wording import commands
from mulaid.wording.claim_patterns import TABLES
from mulaid.wording.review import KNOWN_FALSE
from mulaid.wording.rules import RULE_NAMES

app = Commands()

UNREAD = 1
"""The exit code when a part of a statement could not be read."""

_CHECKED = tuple(dict.fromkeys(each.rule for each in TABLES.wordings))


@app.command(help=commands.POLICY_CHECK_CLAIM)
def command(
    statements: Annotated[list[str] | None, typer.Argument(help=words.STATEMENTS, metavar="STATEMENTS")] = None,
    file: Annotated[Path | None, typer.Option("--file", help=words.FILE, show_default=False)] = None,
    rule: Annotated[str, typer.Option("--rule", help=words.RULE, show_default=False)] = "",
    is_: Annotated[str, typer.Option("--is", help=words.IS, show_default=False)] = "",
    is_not: Annotated[str, typer.Option("--is-not", help=words.IS_NOT, show_default=False)] = "",
    has: Annotated[str, typer.Option("--has", help=words.HAS, show_default=False)] = "",
    lacks: Annotated[str, typer.Option("--lacks", help=words.LACKS, show_default=False)] = "",
    at_most: Annotated[str, typer.Option("--at-most", help=words.AT_MOST, show_default=False)] = "",
    at_least: Annotated[str, typer.Option("--at-least", help=words.AT_LEAST, show_default=False)] = "",
    region: Annotated[list[str] | None, typer.Option("--region", help=words.REGIONS)] = None,
    on: Annotated[str, typer.Option("--on", help=words.ON_DAY, show_default=False)] = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when everything was answered, whatever the answer; 1 when a part could not be read as a claim; 2 when a
    region, a rule, a value, the day or a file cannot be read."""
    book = book_of(policies, strict=strict)
    day = day_of(on) if on else None
    places = tuple(dict.fromkeys(region_of(book, each) for each in region or ()))
    asked = [read_statement(book, text) for text in [*(statements or ()), *(statements_in(file) if file else ())]]
    compared = dict(zip(Comparison, (is_, is_not, has, lacks, at_most, at_least), strict=True))
    given = {comparison: text for comparison, text in compared.items() if text}
    if bool(rule) != (len(given) == 1):
        cannot(words.ONE_COMPARISON)
    if rule:
        ((comparison, text),) = given.items()
        asked.append(structured(book, rule, comparison, text))
    if not asked:
        cannot(words.NOTHING_ASKED)
    if as_json:
        told = [_data(book, each, places, day) for each in asked]
        print_json({"digest": book.digest, "on": day, "rules": _CHECKED, "statements": told})
    else:
        for each in asked:
            print_lines([*_lines(book, each, places, day), ""])
        if unread(asked):
            print_lines([words.rules_line(RULE_NAMES[key] for key in _CHECKED)])
    if unread(asked):
        raise typer.Exit(UNREAD)


def _answers(
    book: Book, statement: Statement, asked: Asked, places: tuple[str, ...], day: datetime.date | None
) -> tuple[Answer, ...]:
    return answers(book, asked.claim, statement.regions or places or sorted(book.regions), day)


def _disputes(book: Book, statement: Statement) -> list[Contradiction]:
    keys = {asked.claim.key for asked in statement.asked}
    return [each for each in book.contradictions if keys & set(each.rules)]


def _data(book: Book, statement: Statement, places: tuple[str, ...], day: datetime.date | None) -> dict[str, Any]:
    return {
        "statement": statement.text,
        "claims": [
            {
                "rule": asked.claim.key,
                "number": BY_KEY[asked.claim.key].number,
                "name": RULE_NAMES[asked.claim.key],
                "qualifier": asked.claim.qualifier,
                "item": asked.claim.item or None,
                "comparison": asked.claim.comparison,
                "claim": _told(asked),
                "note": words.note_text(asked.note) if asked.note else None,
                "answers": [_answer(book, each) for each in _answers(book, statement, asked, places, day)],
            }
            for asked in statement.asked
        ],
        "sums": [sum_data(each) for each in statement.sums],
        "known_false": [
            {"code": name, "right": KNOWN_FALSE[name][0], "source": RIGHT_BY.get(name)} for name in statement.false
        ],
        "papers": [source.id for source in statement.papers],
        "contradictions": [
            {"id": each.id, "about": each.about, "resolution": each.resolution, "source": each.source.id}
            for each in _disputes(book, statement)
        ],
        "unmatched": statement.unmatched,
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


def _told(asked: Asked) -> str:
    claim = asked.claim
    return words.claim_text(claim.key, claim.comparison, claim.value, claim.qualifier, claim.item)


def _lines(book: Book, statement: Statement, places: tuple[str, ...], day: datetime.date | None) -> Iterator[str]:
    if statement.said:
        yield f"“{statement.text}”"
    for asked in statement.asked:
        yield _told(asked)
        if asked.note:
            yield f"  {words.note_text(asked.note)}"
        yield from _answer_lines(book, _answers(book, statement, asked, places, day))
    for each in statement.sums:
        yield from (f"  {line}" for line in sum_lines(each))
    for false in statement.false:
        source = book.sources.get(RIGHT_BY.get(false, ""))
        said = book_words.source_text(source.title, source.tier) if source else ""
        yield f"  {words.known_false_line(KNOWN_FALSE[false][0], said)}"
    for paper in statement.papers:
        yield f"  {words.paper_line(book_words.source_text(paper.title, paper.tier), paper.issuer)}"
    yield from (f"  {words.unmatched_line(part)}" for part in statement.unmatched)
    if disputes := _disputes(book, statement):
        yield f"  {words.DISPUTES}"
        for dispute in disputes:
            said = book_words.source_text(dispute.source.title, dispute.source.tier)
            yield f"    {book_words.dispute_text(dispute.id, dispute.about, dispute.resolution, said)}"


def _answer_lines(book: Book, found: Sequence[Answer]) -> Iterator[str]:
    """By verdict, every stretch of days with the regions it is the same in. What no file speaks of is left out."""
    for truth in Truth:
        rows: dict[Any, list[Span]] = {}
        for span in _spans(found, truth):
            row = (span.entry.first_day, span.end or datetime.date.max, span_text(span), sourced(span.entry))
            rows.setdefault(row, []).append(span)
        if not rows:
            continue
        yield f"  {words.truth_text(truth)}"
        for (first, _, shown, source), spans in sorted(rows.items(), key=lambda row: row[0]):
            late = spans[0].entry.no_later_than
            yield f"    {words.answer_line(first, spans[0].end, late, _places(book, spans), shown, source)}"


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
