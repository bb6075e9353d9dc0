"""Whatever stands in an address or a form, it is shown as text and breaks nothing."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.web import routes
from tests.web.addresses import EXAMPLES

PARAMETERS = ("q", "on", "a", "b", "c", "d", "and", "topic", "region", "from", "rule", "book", "quote", "where", "note")
MARKS = "<b>x</b>\"'><script>alert(1)</script></script><svg onload=x>{{{7*7}}}javascript:alert(1)%00\u202e"
BARE = [
    *sorted(route for route in routes.SHOWN if "{" not in route),
    "/book/450600",
    "/book/450600/floor",
    "/book/rule/floor",
]


@pytest.mark.parametrize("route", BARE)
def test_marks_in_every_parameter_are_text(pages: TestClient[Any], route: str) -> None:
    for parameter in PARAMETERS:
        answer = pages.get(f"{route}?{parameter}={quote(MARKS)}")
        assert answer.status_code in (200, 303, 400), (route, parameter)
        if answer.headers["content-type"].startswith("application/json"):
            continue
        assert "<b>x" not in answer.text and "<script>alert" not in answer.text and "<svg onload" not in answer.text
        assert "{49}" not in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from(sorted(EXAMPLES)),
    asked=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=60), max_size=4),
)
def test_no_question_breaks_a_page(pages: TestClient[Any], route: str, asked: dict[str, str]) -> None:
    address = EXAMPLES[route][0].partition("?")[0]
    query = "&".join(f"{name}={quote(text)}" for name, text in asked.items())
    assert pages.get(f"{address}?{query}").status_code in (200, 303, 400, 404)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4))
def test_no_address_breaks_a_page(pages: TestClient[Any], parts: list[str]) -> None:
    assert pages.get("/book/" + "/".join(map(quote, parts))).status_code in (200, 303, 400, 404)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=500), max_size=6))
def test_no_form_breaks_a_page(pages: TestClient[Any], form: dict[str, str]) -> None:
    for route in routes.SENT:
        assert pages.post(route, data=form).status_code in (200, 303, 422, 429)


def test_a_form_that_is_too_large_is_not_read(sending: TestClient[Any]) -> None:
    assert sending.post("/book/correct", data={"quote": "x" * 100_000}).status_code == 413
