"""What every policy command does first: load the book, find region, rules and day, or say why it cannot."""

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.cannot import cannot
from mulaid.cli.environment import no_strangers
from mulaid.clock import china_now
from mulaid.explain.names import NoSuchRegion, near, region_named
from mulaid.located import Fault
from mulaid.policy.address import AddressFault, entry_at
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.rules import RULES, Rule
from mulaid.wording import book as words
from mulaid.wording import commands, readings
from mulaid.wording.files import fault_sentence
from mulaid.wording.rules import RULE_NAMES

Region = Annotated[str, typer.Argument(help=commands.REGION)]
SomeRules = Annotated[list[str] | None, typer.Argument(help=words.RULES_ASKED, metavar="RULES")]
OnDay = Annotated[str, typer.Option("--on", help=commands.ON_DAY, show_default=False)]
Policies = Annotated[
    list[Path] | None,
    typer.Option("--policies", help=commands.POLICIES, envvar="MULAID_POLICIES", callback=no_strangers),
]
Strict = Annotated[bool, typer.Option("--strict", help=words.STRICT)]
AsJson = Annotated[bool, typer.Option("--json", help=commands.AS_JSON)]


def book_of(folders: Sequence[Path] | None, *, strict: bool = False) -> Book:
    """The book to look in."""
    try:
        return Book.load(folders or (), strict=strict)
    except Fault as fault:
        cannot(fault_sentence(fault))


def region_of(book: Book, text: str) -> str:
    """A region by its code, any division of it, its name, or a beginning of the name that only it has."""
    try:
        return region_named(book, text)
    except NoSuchRegion as unknown:
        cannot(words.no_such_region(text, unknown.near))


def entry_of(book: Book, text: str) -> Entry:
    """The entry an address names."""
    try:
        return entry_at(book, text)
    except AddressFault as fault:
        cannot(readings.address_fault(fault.reason, text, book.digest))


def rules_of(texts: Iterable[str] | None) -> tuple[Rule, ...]:
    """The rules called by number, key or Chinese name, each once and in the order asked; all when none is named."""
    found = [rule for text in texts or () for rule in _called(text)]
    return tuple(dict.fromkeys(found)) or RULES


def day_of(text: str) -> datetime.date:
    """A day as written, or today in Asia/Shanghai."""
    try:
        return datetime.date.fromisoformat(text) if text else china_now().date()
    except ValueError:
        cannot(commands.no_such_day(text))


def _called(text: str) -> list[Rule]:
    asked = text.strip().lower()
    number = f"P{asked[1:].zfill(2)}" if asked.startswith("p") else ""
    called = [rule for rule in RULES if rule.number == number or asked in (rule.key, RULE_NAMES[rule.key])]
    return called or cannot(words.no_such_rule(text, near(asked, words.rule_words({rule.number for rule in RULES}))))
