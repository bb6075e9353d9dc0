"""Regions by what people call them: a code, any division of it, a name, or a beginning that only one name has."""

from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches

from mulaid.policy.book import Book
from mulaid.policy.divisions import UnknownDivision

NEAR_MAX = 5


class NoSuchRegion(ValueError):
    """Nothing is called so; `near` are the names that come close."""

    def __init__(self, text: str, near: Iterable[str]) -> None:
        super().__init__(text)
        self.text, self.near = text, tuple(near)


def region_named(book: Book, text: str) -> str:
    """The pooling region that a text means. Raises `NoSuchRegion`."""
    if text in book.regions:
        return text
    with suppress(UnknownDivision):
        return book.divisions.resolve(text)
    named = names_of(book)
    if text in named:
        return named[text]
    begins = [name for name in named if name.startswith(text)] if text else []
    if len(begins) == 1:
        return named[begins[0]]
    if (inside := _within(book, text)) is not None:
        return inside
    raise NoSuchRegion(text, begins or near(text, named))


def _within(book: Book, text: str) -> str | None:
    """An area called by its province's name and its own; the province where nobody has listed the area."""
    for number, name in book.divisions.provinces.items():
        if text.startswith(name) and len(text) > len(name):
            return names_of(book).get(text.removeprefix(name), f"{number}0000")
    return None


def names_of(book: Book) -> dict[str, str]:
    """Every name of a region with its code; what a file calls itself comes before the table of divisions."""
    table = book.divisions
    provinces = {name: f"{number}0000" for number, name in table.provinces.items()}
    return (
        provinces
        | {name: region for region, name in table.names.items()}
        | {head.name: region for region, head in book.regions.items()}
    )


def near(text: str, known: Iterable[str]) -> list[str]:
    """Those of the known words that come close to a text."""
    return get_close_matches(text, sorted(known), n=NEAR_MAX, cutoff=0.4)
