"""Debian's Chromium in front of a running site."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mulaid.policy.book import Book
from mulaid.web import site
from mulaid.web.library import Library
from tests.web.conftest import NOW

CHROMIUM = shutil.which("chromium")
SCREENS = Path(__file__).parents[3] / "build" / "screens"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's browser; none is downloaded.

    It ends with its module: while it runs, Playwright keeps an event loop running in this thread, in which no test of
    anything else could run one of its own.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site answers."""
    library = Library(book, corrections=tmp_path_factory.mktemp("corrections"))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(site.create(library, lambda: NOW), log_level="error", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def looking(browser: Browser, address: str, look: str = "usual", width: int = 360, **options: Any) -> BrowserContext:
    """A visitor with a screen of this width who has chosen a look."""
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address, **options)
    if look != "usual":
        context.add_cookies([{"name": "look", "value": look, "url": address}])
    return context


def shown(context: BrowserContext, path: str) -> Page:
    """A page in a tab of its own."""
    page = context.new_page()
    page.goto(path)
    return page
