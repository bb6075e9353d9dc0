"""`mulaid policy check-claim STATEMENT…`: whether what people say is so, where, since when and on whose word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, Policies, Strict, book_of, day_of, region_of
from mulaid.cli.cannot import cannot
from mulaid.cli.claiming import lines_of, statements_in, structured
from mulaid.cli.gold import tell_gold
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.claim_answers import asked_data, asked_lines, disputes
from mulaid.explain.statements import Statement, read_statement, unread
from mulaid.explain.summing import sum_data, sum_lines
from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Comparison
from mulaid.policy.claims.frames import FRAMES
from mulaid.policy.known_false import RIGHT_BY
from mulaid.wording import book as book_words
from mulaid.wording import claim_answers as words
from mulaid.wording import commands
from mulaid.wording.review import KNOWN_FALSE
from mulaid.wording.rules import RULE_NAMES

app = Commands()

UNREAD = 1
"""The exit code when a part of a statement could not be read."""

_CHECKED = tuple(dict.fromkeys(frame.key for frame in FRAMES if frame.form.rule))


@app.command(help=commands.POLICY_CHECK_CLAIM)
def command(
    statements: Annotated[list[str] | None, typer.Argument(help=words.STATEMENTS, metavar="STATEMENTS")] = None,
    file: Annotated[Path | None, typer.Option("--file", help=words.FILE, show_default=False)] = None,
    gold: Annotated[Path | None, typer.Option("--gold", help=words.GOLD, show_default=False)] = None,
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
    """Exit 0 when everything was answered, whatever the answer; 1 when a part could not be read as a claim, or a gold
    file finds a wrong reading; 2 when a region, a rule, a value, the day or a file cannot be read."""
    book = book_of(policies, strict=strict)
    today = day_of(on)
    compared = dict(zip(Comparison, (is_, is_not, has, lacks, at_most, at_least), strict=True))
    given = {comparison: text for comparison, text in compared.items() if text}
    if gold is not None:
        if statements or file or rule or given or region:
            cannot(words.GOLD_ALONE)
        raise typer.Exit(tell_gold(book, lines_of(gold), today if on else None, as_json=as_json))
    places = tuple(dict.fromkeys(region_of(book, each) for each in region or ()))
    texts = [*(statements or ()), *(statements_in(file) if file else ())]
    if bool(rule) != (len(given) == 1):
        cannot(words.ONE_COMPARISON)
    asked = [read_statement(book, text, today, places) for text in texts]
    if rule:
        ((comparison, text),) = given.items()
        asked.append(structured(book, rule, comparison, text, today, places))
    if not asked:
        cannot(words.NOTHING_ASKED)
    day = today if on else None
    if as_json:
        told = [_data(book, each, places, bool(on)) for each in asked]
        print_json({"digest": book.digest, "on": day, "rules": _CHECKED, "statements": told})
    else:
        for each in asked:
            print_lines([*_lines(book, each, places, bool(on)), ""])
        if unread(asked):
            print_lines([words.rules_line(RULE_NAMES[key] for key in _CHECKED)])
    if unread(asked):
        raise typer.Exit(UNREAD)


def _data(book: Book, statement: Statement, places: tuple[str, ...], one_day: bool) -> dict[str, Any]:
    told = [asked_data(book, each, places, one_day=one_day) for each in statement.asked]
    return {
        "statement": statement.text,
        "readings": [reading for reading, _ in told],
        "claims": [claim for _, claims in told for claim in claims],
        "sums": [sum_data(each) for each in statement.sums],
        "known_false": [
            {"code": name, "right": KNOWN_FALSE[name][0], "source": RIGHT_BY.get(name)} for name in statement.false
        ],
        "papers": [source.id for source in statement.papers],
        "contradictions": [
            {"id": each.id, "about": each.about, "resolution": each.resolution, "source": each.source.id}
            for each in disputes(book, statement)
        ],
        "no_rule": statement.no_rule,
        "unmatched": statement.unmatched,
    }


def _lines(book: Book, statement: Statement, places: tuple[str, ...], one_day: bool) -> Iterator[str]:
    if statement.said:
        yield f"“{statement.text}”"
    for asked in statement.asked:
        yield from asked_lines(book, asked, places, one_day=one_day)
    for each in statement.sums:
        yield from (f"  {line}" for line in sum_lines(each))
    for false in statement.false:
        source = book.sources.get(RIGHT_BY.get(false, ""))
        said = book_words.source_text(source.title, source.tier) if source else ""
        yield f"  {words.known_false_line(KNOWN_FALSE[false][0], said)}"
    for paper in statement.papers:
        yield f"  {words.paper_line(book_words.source_text(paper.title, paper.tier), paper.issuer)}"
    yield from (f"  {words.no_rule_part(part)}" for part in statement.no_rule)
    yield from (f"  {words.unmatched_line(part)}" for part in statement.unmatched)
    if found := disputes(book, statement):
        yield f"  {words.DISPUTES}"
        for dispute in found:
            said = book_words.source_text(dispute.source.title, dispute.source.tier)
            yield f"    {book_words.dispute_text(dispute.id, dispute.about, dispute.resolution, said)}"
