"""What a browser shows: nothing wider than the screen, nothing axe objects to, 长辈版 large, a guide on one sheet."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.addresses import PAGES
from tests.web.browser.conftest import SCREENS, looking, shown

pytestmark = pytest.mark.xdist_group("browser")

LOOKS = ["usual", "elder"]
THEMES = ["light", "dark"]
MAIN = {
    "home": "/",
    "can": "/can?kin=parent&where=450600&mine=450600&pay=employee&use=outpatient",
    "try": "/try?place=450600&total=480.00&funds=300.00&own=20&kin1=parent&bal1=5000&cap1=100&kin2=parent&bal2=5000",
    "guide": "/guide?region=450600&task=bind",
    "region": "/book/450600",
    "rule": "/book/rule/max_members",
}
"""The six main pages, whose pictures are kept."""
NARROWEST, TARGET, TEXT_MIN = 320, 60, 18
_TO_PRESS = "main a.btn, main button, main input.input, main select, .tiles a, .tabs a, .top .pill"
_SMALL = """() => [...document.querySelectorAll('%s')]
  .map(each => [each.textContent.trim() || each.name, Math.round(each.getBoundingClientRect().height)])
  .filter(([, height]) => height < %d)"""
_TINY = """() => [...document.querySelectorAll('main *')].filter(each => [...each.childNodes]
  .some(node => node.nodeType === 3 && node.textContent.trim()) && each.getBoundingClientRect().width > 1)
  .map(each => [each.textContent.trim().slice(0, 12), parseFloat(getComputedStyle(each).fontSize),
    parseFloat(getComputedStyle(each).lineHeight) / parseFloat(getComputedStyle(each).fontSize)])
  .filter(([, size, line]) => size < %d || line < 1.19)"""


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_is_wider_than_the_narrowest_screen(browser: Browser, address: str, look: str) -> None:
    with looking(browser, address, look, NARROWEST) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(path)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, (path, over)


@pytest.mark.parametrize("look", [f"{version}.{theme}" for version in LOOKS for theme in THEMES])
def test_axe_objects_to_nothing(browser: Browser, address: str, look: str) -> None:
    axe, found = Axe(), dict[str, Any]()
    with looking(browser, address, look) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(path)
            violations = axe.run(page).response["violations"]
            if violations:
                found[path] = [(each["id"], [node["html"][:160] for node in each["nodes"][:2]]) for each in violations]
    assert found == {}


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/book")])
def test_everything_is_large_in_the_elder_version(browser: Browser, address: str, path: str) -> None:
    with looking(browser, address, "elder") as context:
        page = shown(context, path)
        assert page.evaluate(_SMALL % (_TO_PRESS, TARGET)) == []
        assert page.evaluate(_TINY % TEXT_MIN) == []


def test_nothing_comes_from_elsewhere(browser: Browser, address: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    with looking(browser, address) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        for path in MAIN.values():
            page.goto(path)
    assert asked and all(url.startswith(address) for url in asked)
    assert complaints == []


@pytest.mark.parametrize("task", ["bind", "end", "pay", "premium", "wallet", "claim", "agent"])
def test_a_guide_fits_one_sheet(browser: Browser, address: str, task: str) -> None:
    with looking(browser, address) as context:
        sheet = shown(context, f"/guide?region=450600&task={task}").pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_pictures_of_the_main_pages(browser: Browser, address: str, width: int) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for look in ("usual.light", "usual.dark", "elder.light"):
        with looking(browser, address, look, width) as context:
            for name, path in MAIN.items():
                picture = shown(context, path).screenshot(path=SCREENS / f"{name}-{width}-{look}.png", full_page=True)
                assert len(picture) > 5_000


def tabbed(page: Page, text: str) -> None:
    """Walk by keyboard until the focus is on something called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        named = page.evaluate("() => { const on = document.activeElement; return on.innerText || on.name || '' }")
        if text in named:
            return
    raise AssertionError(f"no way to {text} by keyboard")
