"""What families are told: every answer is the rules', every yuan has its payer, nothing assumed counts as known."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.policy.book import Book
from mulaid.web.people.question import _born
from tests.web.addresses import EXAMPLES
from tests.web.test_routes import read

SENTENCE_MAX = 25
ELDER_PAGES = ["/", "/can", "/try", "/four", "/guide", "/bereavement"]


def can(pages: TestClient[Any], **asked: str) -> str:
    return pages.get("/can?" + urlencode({"kin": "parent", "where": "450600"} | asked)).text


def test_all_reasons_and_who_could_pay_instead(pages: TestClient[Any]) -> None:
    told = can(pages, kin="spouse_parent", mine="450600", where="520000", state="display_only")
    assert "现在不能用" in told
    assert told.count('<article class="reason">') == 2
    assert "亲情账户，它只能出示医保码" in told and "请看病人的配偶、子女" in told
    assert "现在不能用" not in can(pages, kin="child")


def test_one_reason_hides_no_other(pages: TestClient[Any]) -> None:
    told = can(pages, pay="resident", mycover="ended", kin="spouse_parent")
    for reason in ("出钱的人没有职工医保个人账户", "有一方没有医保", "这种亲戚不在可以共济的亲属里"):
        assert reason in told


def test_a_wallet_that_is_not_open_on_one_side(pages: TestClient[Any]) -> None:
    told = can(pages, where="440900", mine="450600")
    assert "有一边还没有开通医保钱包" in told and "也可以付，要有职工医保" in told


def test_an_empty_second_place_is_the_first(pages: TestClient[Any]) -> None:
    assert can(pages, mine="") != can(pages, mine="440900")
    assert "出钱的在防城港市参保" in can(pages, mine="")


def test_a_city_that_nobody_listed_takes_its_province(pages: TestClient[Any]) -> None:
    assert "在贵州省参保" in can(pages, where="贵州省无名市", mine="450600")
    assert "在防城港市参保" in can(pages, where="广西壮族自治区防城港市", mine="440900")
    assert "没有找到地区" in can(pages, where="亚特兰蒂斯")


@pytest.mark.parametrize(("payer", "child", "likely"), [(45, 40, False), (30, 18, True), (30, 19, False)])
def test_ages_are_a_year_long(pages: TestClient[Any], payer: int, child: int, likely: bool) -> None:
    told = can(pages, kin="child", myage=str(payer), age=str(child))
    assert ("年龄和关系对不上" not in told) == likely


@given(age=st.integers(0, 120), day=st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 12, 31)))
def test_a_day_of_birth_fits_the_age(age: int, day: datetime.date) -> None:
    for eldest in (True, False):
        born = _born(age, day, eldest=eldest)
        assert born is not None
        full = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        assert full == age


_SUM = re.compile(r'<span class="amount">([\d,]+\.\d\d)<small>')


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    total=st.integers(1, 10_000_000),
    share=st.integers(0, 100),
    own=st.integers(0, 100_000),
    balances=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=3),
)
def test_every_fen_has_its_payer(pages: TestClient[Any], total: int, share: int, own: int, balances: list[int]) -> None:
    def yuan(fen: int) -> str:
        return f"{fen // 100}.{fen % 100:02d}"

    asked = {"place": "450600", "total": yuan(total), "funds": yuan(total * share // 100), "own": yuan(own)}
    for at, balance in enumerate(balances, 1):
        asked |= {f"kin{at}": "parent", f"bal{at}": yuan(balance)}
    answer = pages.get("/try?" + urlencode(asked))
    assert answer.status_code == 200
    *parts, whole = [int(each.replace(",", "").replace(".", "")) for each in _SUM.findall(answer.text)]
    assert sum(parts) == whole == total


def test_what_would_change_it_is_tried_and_not_guessed(pages: TestClient[Any]) -> None:
    asked = "place=450600&total=300&funds=100&kin1=parent&bal1=5000&cap1=50"
    told = pages.get(f"/try?{asked}").text
    assert "付现金 150.00 元" in told and "请第 1 位子女不设每次最多" in told and "现金变成 0.00 元" in told
    assert "付现金 0.00 元" in pages.get(f"/try?{asked.replace('&cap1=50', '')}").text


def test_a_second_swipe_is_told_and_the_sums_shown(pages: TestClient[Any]) -> None:
    told = pages.get("/try?place=370100&total=300&funds=100&kin1=parent&bal1=5000").text
    assert "当地要再刷一次码" in told and "付现金 0.00 元" in told


def test_an_own_plan_that_nobody_knows_asks_for_the_slip(pages: TestClient[Any]) -> None:
    told = pages.get("/try?place=450600&total=300&kin1=parent&bal1=5000").text
    assert "现在算不出来" in told and "把收费单上“基金支付”的数写进来" in told


def test_an_assumption_makes_nothing_true_or_false(pages: TestClient[Any], book: Book) -> None:
    told = pages.get("/check?q=个人账户余额满500元才能共济").text
    assert "没有一个地方查到是这样" in told and "都有来源" not in told
    region = pages.get("/book/450600").text
    assert "本系统暂按“自动扣，不用确认”办" in region
    entry = pages.get("/book/000000/confirm_mode/2000-01-01").text
    assert "据“mulaid”" not in entry and "本系统暂按“自动扣，不用确认”办" in entry


def test_an_equation_is_computed_again(pages: TestClient[Any]) -> None:
    assert "算式重新算一遍" in pages.get("/check", params={"q": "(3000-1300)*90%=1530"}).text


@pytest.mark.parametrize("path", [path for route in ELDER_PAGES for path in EXAMPLES[route]])
def test_sentences_in_the_elder_version_are_short(pages: TestClient[Any], path: str) -> None:
    body = pages.get(path, headers={"cookie": "look=elder"}).text
    main = body.partition("<main")[2].partition("</main>")[0].partition("</p>")[2]
    main = re.sub(r"<select.*?</select>|<datalist.*?</datalist>", "", main, flags=re.DOTALL)
    for block in re.split(r"</?(?:p|li|h1|h2|label|button|a|div|span|strong|dt|dd)\b[^>]*>", main):
        for sentence in re.split("[。！？]", read(block).text.strip()):
            assert len(sentence.strip()) <= SENTENCE_MAX, sentence
    assert main.count('class="btn') <= 3
