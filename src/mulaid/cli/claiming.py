"""Statements that a command is given: a rule with a value written apart, and the lines of a file."""

import datetime
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mulaid.cli.asking import rules_of
from mulaid.cli.cannot import cannot
from mulaid.explain.statements import Asked, Statement
from mulaid.located import Fault, text_of
from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Comparison, read_value
from mulaid.policy.claims.reader import Reading
from mulaid.policy.claims.readings import Said
from mulaid.policy.claims.verdict import judged
from mulaid.policy.rules import Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.wording import claim_answers as words
from mulaid.wording.claims import written_value
from mulaid.wording.files import fault_sentence
from mulaid.wording.rules import rule_name, value_text

SHOWN_MAX = 5
"""So many values are shown when one cannot be read."""


def structured(
    book: Book, named: str, comparison: Comparison, text: str, day: datetime.date, places: Iterable[str] = ()
) -> Statement:
    """A claim about one rule called by any of its names. Ends the command when the value cannot be read."""
    rules = rules_of([named])
    read_as = [(rule, value) for rule in rules for value in _values(book, rule, comparison, text)]
    if not read_as:
        known = [value_text(rule.key, value) for rule in rules for value in _stated(book, rule)]
        cannot(words.unreadable_value(rule_name(rules[0].key), text, list(dict.fromkeys(known))[:SHOWN_MAX]))
    rule, (written, value) = read_as[0]
    told = words.claim_text(rule.key, comparison, value)
    reading = Reading(text=told, said=(Said(key=rule.key, comparison=comparison, value=written),))
    return Statement(text=told, said=False, asked=(Asked(reading=reading, judged=judged(book, reading, day, places)),))


def statements_in(file: Path) -> list[str]:
    """The lines of a file that say something. Ends the command when it cannot be read."""
    return [line.strip() for line in lines_of(file) if line.strip() and not line.startswith("#")]


def lines_of(file: Path) -> list[str]:
    """All lines of a file. Ends the command when it cannot be read."""
    try:
        return text_of(file).splitlines()
    except Fault as fault:
        cannot(fault_sentence(fault))


def _values(book: Book, rule: Rule, comparison: Comparison, text: str) -> Iterator[tuple[Any, Any]]:
    """What a written value may mean, as written and as read: as in a policy file, in words, or as it is shown."""
    written: list[Any] = [text, written_value(rule.key, text)]
    with suppress(tomllib.TOMLDecodeError):
        written.insert(0, tomllib.loads(f"value = {text}")["value"])
    for value in filter(lambda each: each is not None, written):
        for form in (value, [value]):
            with suppress(ShapeFault):
                yield form, read_value(rule.key, comparison, form)
    if comparison in (Comparison.IS, Comparison.IS_NOT):
        stated = [entry for entry in book.entries if entry.key == rule.key and entry.value is not None]
        yield from ((each.written, each.value) for each in stated if value_text(rule.key, each.value) == text)


def _stated(book: Book, rule: Rule) -> Iterator[Any]:
    """Every value that the book states of a rule."""
    return (entry.value for entry in book.entries if entry.key == rule.key and entry.value is not None)
