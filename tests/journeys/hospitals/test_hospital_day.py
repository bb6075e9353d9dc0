"""A day over HTTP at `mulaid serve` as an operator starts it, settling processes and all, for each client's habits.

Every transaction that is offered is in it, and every time that is answered is held against the clock.
"""

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mulaid.clock import china_now
from mulaid.gateway.routes import ROUTES, plain
from mulaid.terms.money import fen
from mulaid.wording import commands
from tests.journeys.hospitals.clients import CLIENTS, Client
from tests.journeys.hospitals.family import HOSPITAL, PHARMACY, family, write
from tests.journeys.hospitals.service import ROOT, Service, mulaid, serving
from tests.journeys.hospitals.till import Exchange, Refused, Till
from tests.journeys.till import IDENTITY_NUMBER
from tests.journeys.times import SHOWN, times, wrong_times
from tests.places import database_place

pytestmark = [pytest.mark.xdist_group("hospitals"), pytest.mark.timeout(300)]

CATALOGUE = ROOT / "examples" / "catalogue.toml"
FAMILIES = {client.name: family(at) for at, client in enumerate(CLIENTS, 1)}
PARTS = ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt")
CLASSES = ("inscp_scp_amt", "preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt")
SIGNED = (*PARTS, *CLASSES, "medfee_sumamt", "acct_mulaid_pay", "psn_part_amt")
LOOKS_LIKE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|20[0-9]{15}|20[0-9]{12}")
REFERENCE_TIME = re.compile(r"[0-9]{6}([0-9]{14})[0-9]{10}")


class Day(msgspec.Struct):
    """What one client did, in order, and what it needs to be judged by; `stopped` says why it ended early."""

    exchanges: list[Exchange] = []
    named: dict[str, Exchange] = {}
    stopped: str = ""


def a_day(hospital: Till, pharmacy: Till, named: dict[str, Exchange]) -> None:
    """Every transaction once and some more often. Raises `Refused` at the first that should have been carried out."""
    sign_number = hospital.sign_in().output["signinoutb"]["sign_no"]
    hospital.look_up()
    named["benefit"] = hospital.check_benefit()
    visit = hospital.register("MZ1")
    assert hospital.describe(visit).output is not None
    _settles_and_cancels(hospital, visit, named)
    _loses_an_answer(hospital, visit, named)
    other = hospital.register("MZ2")
    assert hospital.withdraw(other, "MZ2").output is not None
    pharmacy.person = hospital.person
    named["sale quoted"] = pharmacy.quote_sale()
    named["sold"] = pharmacy.sell()
    named["sale shown"] = pharmacy.enquire(named["sold"])
    named["sale undone"] = pharmacy.cancel_sale(named["sold"])
    assert hospital.sign_out(sign_number).output["sign_time"]


def _settles_and_cancels(till: Till, visit: str, named: dict[str, Exchange]) -> None:
    assert till.upload(visit, "A").output["result"]
    assert till.remove(visit).output is not None
    assert till.upload(visit, "B").output["result"]
    named["quoted"] = till.quote(visit, "B")
    message = till.fresh_id()
    named["settled"] = till.settle(visit, "B", message_id=message)
    named["repeated"] = till.settle(visit, "B", message_id=message)
    named["shown"] = till.enquire(named["settled"])
    named["undone"] = till.cancel(named["settled"])
    named["shown undone"] = till.enquire(named["settled"])
    named["settled again"] = till.settle(visit, "B")


def _loses_an_answer(till: Till, visit: str, named: dict[str, Exchange]) -> None:
    assert till.upload(visit, "C").output["result"]
    lost = till.fresh_id()
    till.settle(visit, "C", message_id=lost)
    assert till.void(lost).output is not None
    named["late"] = till.settle(visit, "C", message_id=lost)
    named["settled at last"] = till.settle(visit, "C")


def played(service: Service, client: Client) -> Day:
    """The whole day of one client."""
    day = Day()
    till = Till(
        client=client,
        port=service.port,
        institution=HOSPITAL,
        patient=FAMILIES[client.name].patient,
        clock=china_now,
        serial=100 * CLIENTS.index(client),
        exchanges=day.exchanges,
    )
    pharmacy = msgspec.structs.replace(till, institution=PHARMACY)
    try:
        a_day(till, pharmacy, day.named)
    except (AssertionError, Refused, KeyError) as error:
        day.stopped = f"{type(error).__name__} {error}"
    return day


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home as somebody makes it: loaded by the command. Not among pytest's own, where the server may not go."""
    with database_place() as folder:
        file = write(folder / "families.jsonl", list(FAMILIES.values()))
        loaded = mulaid(folder / "home", "load", str(file), str(CATALOGUE))
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        yield folder / "home"


class Served(msgspec.Struct):
    """What was left when the service had been stopped."""

    days: dict[str, Day]
    children: list[int]
    pages: dict[str, int]
    exit_code: int
    log: str


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    """The days of all clients, one after the other, and the end of the service."""
    with serving(home) as service:
        days = {client.name: played(service, client) for client in CLIENTS}
        yield Served(
            days=days,
            children=service.settling(),
            pages={page: service.status(page) for page in ("/health", "/ready", "/metrics")},
            exit_code=service.stop(),
            log=service.log.read_text("utf-8"),
        )


@pytest.fixture(params=FAMILIES)
def day(served: Served, request: pytest.FixtureRequest) -> Day:
    """One client's day, which must have come to its end."""
    day = served.days[request.param]
    assert not day.stopped, day.stopped
    return day


def settlements(day: Day) -> Iterator[tuple[Exchange, dict[str, Any]]]:
    """Every answer that shows amounts, with their texts."""
    for exchange in day.exchanges:
        info = ((exchange.answer.get("output") or {}).get("setlinfo")) if not exchange.refused else None
        if info:
            yield exchange, info


def test_the_day_goes_through(day: Day) -> None:
    assert [each.infno for each in day.exchanges if each.refused] == [day.named["late"].infno]


def test_every_transaction_offered_is_in_it(day: Day) -> None:
    done = {plain(each.infno) for each in day.exchanges if not each.refused}
    assert done == set(ROUTES)


def test_every_time_is_the_clocks(day: Day) -> None:
    for exchange in day.exchanges:
        assert wrong_times(exchange.answer, exchange.span, exchange.settled) == [], exchange.infno
        reference = REFERENCE_TIME.fullmatch(exchange.answer["inf_refmsgid"])
        before, after = (f"{moment:%Y%m%d%H%M%S}" for moment in exchange.span)
        assert reference is not None and before <= reference[1] <= after, exchange.infno
    shown = {name for exchange in day.exchanges for name, _ in times(exchange.answer)}
    assert shown == set(SHOWN)


def test_no_other_time_is_shown(day: Day) -> None:
    """A new field with a time in it is held against the clock too, or is a person's own day."""
    texts = [pair for exchange in day.exchanges for pair in _texts(exchange.answer)]
    looks = {field for field, text in texts if LOOKS_LIKE_TIME.fullmatch(text)}
    assert looks == set(SHOWN) | {"brdy", "psn_insu_date"}


def _texts(answer: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an answer, with the name it stands under."""
    if isinstance(answer, str):
        yield field, answer
    for name, value in answer.items() if isinstance(answer, dict) else ():
        yield from _texts(value, name)
    for value in answer if isinstance(answer, list) else ():
        yield from _texts(value, field)


def test_every_settlement_adds_up_and_a_spouse_pays(day: Day) -> None:
    assert len(list(settlements(day))) >= 13
    for exchange, info in settlements(day):
        whole = {"psn_cash_pay": info.get("cash_payamt"), **info}
        total = fen(whole["medfee_sumamt"])
        assert sum(fen(whole[part]) for part in PARTS) == total, exchange.infno
        assert sum(fen(whole[part]) for part in CLASSES) == total, exchange.infno
        payers = json.loads(info["exp_content"], parse_float=str)["payers"]
        assert sum(fen(payer["pay"]) for payer in payers) == fen(info["acct_mulaid_pay"]), exchange.infno
        assert abs(fen(info["acct_mulaid_pay"])) == (fen("37.00") if total in (3700, -3700) else fen("80.00"))


def test_a_settlement_is_as_it_was_quoted_and_repeats_itself(day: Day) -> None:
    named = day.named
    for quoted, settled in (("quoted", "settled"), ("sale quoted", "sold")):
        for amount in SIGNED:
            assert named[quoted].info[amount] == named[settled].info[amount], amount
    assert named["repeated"].output == named["settled"].output
    assert "没有重复扣款" in named["repeated"].answer["warn_msg"]
    moment = named["settled"].info["setl_time"]
    assert (named["shown"].info["setl_time"], named["shown"].info["year"]) == (moment, moment[:4])
    assert named["late"].refused and "冲正作废" in named["late"].answer["err_msg"]


def test_what_is_undone_says_so(day: Day) -> None:
    named = day.named
    for settled, undone in (("settled", "undone"), ("sold", "sale undone")):
        for amount in SIGNED:
            assert fen(named[undone].info[amount]) == -fen(named[settled].info[amount]), amount
        assert named[undone].info["pdn_cash_pay"] == named[undone].info["psn_cash_pay"]
    assert named["shown"].info["refd_setl_flag"] == "0"
    assert named["shown undone"].info["refd_setl_flag"] == "1"
    assert named["undone"].info["setl_id"] in named["shown undone"].info["exp_content"]


def test_processes_settled_and_every_page_answered(served: Served) -> None:
    assert len(served.children) == 2
    assert served.pages == {"/health": 200, "/ready": 200, "/metrics": 200}


def test_the_service_ends_well_and_kept_quiet_about_people(served: Served) -> None:
    assert served.exit_code == 0
    assert commands.STOPPED in served.log
    assert "Traceback" not in served.log
    assert not IDENTITY_NUMBER.search(served.log)


def test_the_records_are_clean_afterwards(served: Served, home: Path) -> None:
    done = mulaid(home, "audit", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert served.exit_code == 0


def test_a_settlement_is_explained_with_its_time(served: Served, home: Path) -> None:
    settled = served.days[CLIENTS[0].name].named["settled"].info
    done = mulaid(home, "explain", settled["setl_id"])
    assert done.returncode == 0, done.stderr
    day = datetime.date.fromisoformat(settled["setl_time"][:10])
    assert f"{day.year}年{day.month}月{day.day}日" in done.stdout
