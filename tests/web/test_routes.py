"""From the route table: every page answers, has one heading, and shows nothing that is ours alone."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from litestar.testing import TestClient

from mulaid.web import routes
from tests.web.addresses import EVERY, EXAMPLES, PAGES, untold

PAGE_MAX = 60 * 1024
STYLE_MAX = 30 * 1024
LOOKS = ["usual", "elder", "dark", "elder.dark"]
_FEN = re.compile(r"\d{3,} ?分(?![钟之])")


class Read(HTMLParser):
    """What stands on a page: its text, headings, links, and the ids in it."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.h1, self.links, self.ids = "", 0, list[str](), list[str]()
        self.labelled, self.controls = set[str](), list[str]()
        self.inline = list[str]()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.h1 += tag == "h1"
        self._hidden += tag in ("script", "style")
        self.ids += [each for name, each in attrs if name == "id" and each]
        self.links += [each for name, each in attrs if name in ("href", "action") and each]
        self.inline += [name for name in told if name == "style" or name.startswith("on")]
        if tag == "script" and told.get("type") != "application/ld+json":
            self.inline.append("script")
        if tag == "label" and told.get("for"):
            self.labelled.add(str(told["for"]))
        if tag in ("input", "select", "textarea") and told.get("type") not in ("hidden", "radio", "checkbox"):
            self.controls.append(str(told.get("id")))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def read(body: str) -> Read:
    parser = Read()
    parser.feed(body)
    return parser


def test_every_route_has_an_example() -> None:
    assert untold() == set()
    assert set(EXAMPLES) <= set(routes.SHOWN)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole(pages: TestClient[Any], address: str, look: str) -> None:
    answer = pages.get(address, headers={"cookie": f"look={look}"})
    assert answer.status_code == 200, address
    page = read(answer.text)
    assert page.h1 == 1
    assert len(page.ids) == len(set(page.ids))
    assert "None" not in page.text and "UNKNOWN" not in page.text and not _FEN.search(page.text)
    assert page.inline == []
    assert set(page.controls) <= page.labelled
    assert len(answer.content) <= PAGE_MAX, len(answer.content)
    assert ('class="elder' in answer.text.partition(">")[2].partition(">")[0]) == look.startswith("elder")


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_leads_to_a_page(pages: TestClient[Any], address: str) -> None:
    for link in sorted(set(read(pages.get(address).text).links)):
        if link.startswith("/"):
            assert pages.get(link).status_code in (200, 303), (address, link)


@pytest.mark.parametrize("address", [address for address in EVERY if ".json" in address])
def test_data_is_json(pages: TestClient[Any], address: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == 200
    assert json.loads(answer.content)
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    "address", ["/nothing", "/book/999999", "/book/450600/nothing", "/book/450600/floor/1900-01-01"]
)
def test_no_page_has_a_page(pages: TestClient[Any], address: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == 404
    assert read(answer.text).h1 == 1
    assert "没有这一页" in answer.text


def test_the_stylesheet_is_kept_for_ever_and_small(pages: TestClient[Any]) -> None:
    style = next(link for link in re.findall(r'href="(/static/[^"]+)"', pages.get("/book").text) if ".css" in link)
    answer = pages.get(style)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) <= STYLE_MAX
    assert pages.get("/static/style.000000000000.css").status_code == 404


def test_headers_forbid_what_no_page_needs(pages: TestClient[Any]) -> None:
    for address in ("/book", "/nothing", "/book.json"):
        headers = pages.get(address).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers
