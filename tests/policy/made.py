"""What the tests of the policy commands go through: every region, rule and day on which something could change."""

import datetime
from collections.abc import Iterator

from typer.testing import CliRunner, Result

from mulaid.cli import app
from mulaid.policy.book import Book, shipped_folder
from tests.rules.made import BOOK, INVENTED, REGIONS

A_DAY = datetime.timedelta(days=1)
STRICT = Book.load([shipped_folder(), INVENTED], strict=True)
BOOKS = {"as it is": BOOK, "strict": STRICT}
PLACES = (*REGIONS, "000000")
FAR = (datetime.date(1999, 1, 1), datetime.date(2099, 1, 1))

Asked = tuple[str, str, tuple[str, ...]]


def questions(book: Book) -> Iterator[Asked]:
    """Every region with every rule and qualifier that any file states."""
    for key, qualifier in sorted({(entry.key, entry.qualifier) for entry in book.entries}):
        for region in PLACES:
            yield region, key, qualifier


def boundary_days(book: Book, region: str, key: str, qualifier: tuple[str, ...]) -> set[datetime.date]:
    """The first day of every entry that could matter, the day before it, and days far away on either side."""
    chain = book.divisions.chain(region)
    firsts = [entry.first_day for place in chain for entry in book.timeline(place, key, qualifier)]
    return {*firsts, *(day - A_DAY for day in firsts), *FAR}


def policy(*arguments: str, **environment: str) -> Result:
    """A policy command as it is typed, on the shipped book unless `MULAID_POLICIES` says otherwise."""
    return CliRunner().invoke(app, ["policy", *arguments], env={"MULAID_POLICIES": None, **environment})
