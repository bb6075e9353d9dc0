"""The book as files: every link leads to a file of the site, nothing comes from elsewhere, twice the same bytes."""

import datetime
import hashlib
import posixpath
import re
from pathlib import Path

import pytest

from mulaid.policy.book import Book
from mulaid.web.book import static
from mulaid.web.library import Library
from tests.web.test_routes import read

DAY = datetime.date(2026, 11, 28)
INVENTED = Path(__file__).parents[1] / "invented"
_OUTSIDE = re.compile(r"(https?|tel):")


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    """A small book: the links of the shipped one are made by the same templates."""
    return dict(static.contents(Library(Book.load([INVENTED])), DAY))


def test_every_link_leads_to_a_file(written: dict[str, bytes]) -> None:
    checked = 0
    for name, content in written.items():
        if not name.endswith(".html"):
            continue
        page = read(content.decode())
        assert page.h1 == 1 and page.inline == [], name
        for link in page.links:
            if _OUTSIDE.match(link):
                continue
            target = link.partition("#")[0]
            assert not link.startswith("/"), (name, link)
            found = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
            assert found in written, (name, link)
            checked += 1
    assert checked > 1000


def test_a_file_of_the_site_sends_nothing(written: dict[str, bytes]) -> None:
    pages = [content.decode() for name, content in written.items() if name.endswith(".html")]
    assert not any("<form" in page or "/book/correct" in page or "?" in "".join(read(page).links) for page in pages)


def test_twice_the_same_bytes(written: dict[str, bytes]) -> None:
    again = dict(static.contents(Library(Book.load([INVENTED])), DAY))
    assert list(again) == list(written)
    assert {name: hashlib.sha256(content).digest() for name, content in again.items()} == {
        name: hashlib.sha256(content).digest() for name, content in written.items()
    }


def test_the_shipped_book_is_written_whole(book: Book, tmp_path: Path) -> None:
    library = Library(book)
    names = {static.file_of(path) for path, _, _ in static._pages(library)}
    assert {f"{region}.html" for region in library.regions} < names
    assert len(names) == len(list(static._pages(library)))
    assert static.relative("/book/450600/floor", "/book") == "../index.html"
    assert static.relative("/book", "/book/450600/floor/2026-01-01") == "450600/floor/2026-01-01.html"
    assert static.relative("/book/rule/floor", "/static/style.css") == "../static/style.css"
