"""Families with a question, without a script: by touch, and by keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser.conftest import looking, shown
from tests.web.browser.test_seen import tabbed

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("look", ["usual", "elder"])
def test_a_daughter_asks_whether_her_money_may_pay(browser: Browser, address: str, look: str) -> None:
    with looking(browser, address, look, java_script_enabled=False) as context:
        page = shown(context, "/")
        page.get_by_role("main").get_by_role("link", name="能不能" if look == "usual" else "问一问").first.click()
        page.get_by_label("看病的人在哪里参保").fill("防城港")
        page.get_by_role("button", name="看答案").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("能用")
        page.get_by_role("link", name="到哪里办").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("绑定家人怎么办")


def test_a_man_finds_all_reasons_and_who_can_pay(browser: Browser, address: str) -> None:
    with looking(browser, address, java_script_enabled=False) as context:
        page = shown(context, "/can")
        page.get_by_label("看病的人是出钱的人的").select_option("spouse_parent")
        page.get_by_label("看病的人在哪里参保").fill("贵州省遵义市")
        page.get_by_label("出钱的人在哪里参保").fill("防城港市")
        page.locator("summary", has_text="知道得更细").click()
        page.get_by_label("绑定办到哪一步了").select_option("display_only")
        page.get_by_role("button", name="看答案").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("现在不能用")
        expect(page.get_by_text("换个人付，就能用")).to_be_visible()
        assert page.locator("article.reason").count() >= 2
        question = page.url
        page.goto(question)
        expect(page.get_by_role("heading", level=1)).to_have_text("现在不能用")


def test_a_mistake_is_said_and_everything_typed_stays(browser: Browser, address: str) -> None:
    with looking(browser, address, java_script_enabled=False) as context:
        page = shown(context, "/try")
        page.get_by_label("看病的人在哪里参保").fill("防城港市")
        page.get_by_label("单子一共").fill("四百八")
        page.get_by_role("button", name="算一算").click()
        expect(page.get_by_role("alert")).to_contain_text("有 1 处要改")
        expect(page.get_by_label("看病的人在哪里参保")).to_have_value("防城港市")
        page.get_by_label("单子一共").fill("480")
        page.get_by_label("医保基金付").fill("300")
        page.get_by_label("看病的人是他的").first.select_option("parent")
        page.get_by_label("他账户里的钱").first.fill("5,000")
        page.get_by_role("button", name="算一算").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("付现金 0.00 元")
        expect(page.get_by_role("img")).to_have_attribute("aria-label", "医保基金 300.00 元，第 1 位子女 180.00 元")


def test_an_analyst_follows_a_rule_to_its_clause(browser: Browser, address: str) -> None:
    with looking(browser, address, width=1280, java_script_enabled=False) as context:
        page = shown(context, "/book")
        page.get_by_label("地区、规则、一句话、文号").fill("扣款顺序")
        page.get_by_role("button", name="查").click()
        page.get_by_role("main").get_by_role("link", name="扣款顺序").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("各地比较：扣款顺序")
        page.get_by_role("link", name="防城港市").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("扣款顺序：按排好的先后")
        page.locator("summary", has_text="引用").click()
        page.get_by_role("link", name="这一条的固定地址").click()
        assert page.url.endswith("/book/450600/sponsor_order_rule/2026-01-20")
        expect(page.locator(".cite")).to_contain_text("450600/sponsor_order_rule/2026-01-20，版本")


def test_the_look_is_chosen_in_one_tap_and_kept(browser: Browser, address: str) -> None:
    with looking(browser, address, java_script_enabled=False) as context:
        page = shown(context, "/four")
        page.get_by_role("button", name="长辈版").click()
        assert page.url.endswith("/four")
        assert page.locator("html").get_attribute("class") == "elder"
        page.goto("/look")
        page.get_by_text("黑底白字").click()
        page.get_by_role("button", name="就这样看").click()
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.get_by_role("button", name="普通版").click()
        assert page.locator("html").get_attribute("class") is None


def test_a_question_by_keyboard_alone(browser: Browser, address: str) -> None:
    with looking(browser, address) as context:
        page = shown(context, "/can")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        tabbed(page, "where")
        page.keyboard.type("防城港市")
        tabbed(page, "看答案")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("能用")
