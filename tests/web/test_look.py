"""Light or dark, 长辈版 or the usual one: chosen once, kept by the server, and the way back stays on this site."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.web.look import back_to


def test_a_look_is_kept_and_leads_back(pages: TestClient[Any]) -> None:
    answer = pages.post("/look", data={"version": "elder", "back": "/book/450600?on=2026-01-01"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/book/450600?on=2026-01-01")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("look=elder;") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert '<html lang="zh-CN" class="elder">' in pages.get("/book/450600").text
    answer = pages.post("/look", data={"theme": "dark", "back": "/book"})
    assert answer.headers["set-cookie"].startswith("look=elder.dark;")
    assert 'class="elder" data-theme="dark"' in pages.get("/book/450600").text
    pages.post("/look", data={"version": "usual", "theme": "device"})
    assert '<html lang="zh-CN">' in pages.get("/book/450600").text


def test_an_encrypted_connection_gets_a_secure_cookie(pages: TestClient[Any]) -> None:
    answer = pages.post("https://pages.local/look", data={"version": "elder"})
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["//evil.test", "https://evil.test", "/\\evil.test", "evil", "", "/a b", "/a\n/b"])
def test_no_way_leads_elsewhere(pages: TestClient[Any], path: str) -> None:
    answer = pages.post("/look", data={"version": "elder", "back": path})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/") and not answer.headers["location"].startswith("//")


@given(st.text(max_size=40))
def test_back_is_always_on_this_site(path: str) -> None:
    assert back_to(path).startswith("/") and not back_to(path).startswith("//")
    assert "\\" not in back_to(path)


def test_what_is_no_look_changes_nothing(pages: TestClient[Any]) -> None:
    answer = pages.post("/look", data={"version": "<x>", "theme": "pink"})
    assert answer.headers["set-cookie"].startswith("look=usual;")
