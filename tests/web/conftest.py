"""The pages over the shipped policy book, on a day of their own."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from mulaid.policy.book import Book
from mulaid.terms.calendar import CHINA
from mulaid.web import site
from mulaid.web.library import Library

NOW = datetime.datetime(2026, 11, 28, 10, 0, tzinfo=CHINA)


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.load()


def _client(library: Library) -> TestClient[Any]:
    client = TestClient(site.create(library, lambda: NOW), base_url="http://pages.local")
    client.follow_redirects = False
    return client


@pytest.fixture(scope="session")
def shared(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    with _client(Library(book, corrections=tmp_path_factory.mktemp("corrections"))) as client:
        yield client


@pytest.fixture
def pages(shared: TestClient[Any]) -> TestClient[Any]:
    """The pages as somebody sees them who has never been here."""
    shared.cookies.clear()
    return shared


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """One that nobody has sent anything to."""
    return Library(book, corrections=tmp_path / "corrections")


@pytest.fixture
def sending(library: Library) -> Iterator[TestClient[Any]]:
    """The pages of `library`, to which nobody has sent anything."""
    with _client(library) as client:
        yield client
