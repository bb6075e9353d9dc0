"""What regions are called: by their full name and by the name without what they are, as people do."""

from collections.abc import Mapping

from mulaid.policy.book import Book
from mulaid.policy.claims.lexicon import LEXICON


def called(book: Book) -> Mapping[str, str]:
    """Every name of a region with its code. Where a city and its province share a short name, the province has it."""
    table = book.divisions
    full = {name: f"{number}0000" for number, name in table.provinces.items()}
    full |= {name: region for region, name in table.names.items()}
    full |= {head.name: region for region, head in book.regions.items()}
    short: dict[str, str] = {}
    for name, region in sorted(full.items(), key=lambda item: item[1]):
        brief = _brief(name)
        if brief != name and (brief not in short or not short[brief].endswith("0000")):
            short[brief] = region
    return short | full


def _brief(name: str) -> str:
    for end in LEXICON.endings:
        if name.endswith(end):
            return name.removesuffix(end)
    return name
