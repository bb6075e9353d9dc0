"""What the sums have in common: amounts and ratios as typed, and the clause that a sum rests on."""

from typing import Annotated, Any

import typer

from mulaid.cli.cannot import cannot
from mulaid.explain.spans import sourced
from mulaid.policy.address import address
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.terms.money import BasisPoints, Fen, MoneyError, unsigned_fen
from mulaid.wording import reckoning as words

Age = Annotated[int, typer.Option("--age", min=0, max=150, help=words.AGE)]
Retired = Annotated[bool, typer.Option("--retired", help=words.RETIRED)]


def money_of(text: str) -> Fen:
    """An amount as typed: yuan with two decimals, or without any. Ends the command when it is none."""
    try:
        return unsigned_fen(text if "." in text else f"{text}.00")
    except MoneyError:
        cannot(words.not_money(text))


def percent_of(text: str) -> BasisPoints:
    """A percentage as typed, of any size: a ceiling may be 300 %. Ends the command when it is none."""
    number = text.removesuffix("%")
    try:
        return unsigned_fen(f"{number}.00" if "." not in number else f"{number}00"[: number.index(".") + 3])
    except MoneyError:
        cannot(words.not_percent(text))


def clause_lines(book: Book, entry: Entry | None) -> list[str]:
    """What a sum rests on."""
    return [words.clause_line(entry.says, sourced(entry), address(book, entry))] if entry else []


def clause_data(book: Book, entry: Entry | None) -> dict[str, Any] | None:
    """The same as plain data."""
    if entry is None:
        return None
    told = {"region": entry.region, "rule": entry.key, "from": entry.first_day, "says": entry.says}
    return told | {"source": entry.source.id, "tier": entry.source.tier, "address": address(book, entry)}
