"""The last seconds of a year at `mulaid serve`, settled in processes: times, days and caps are right on both sides.

At this hour it is still the day before in UTC, so nothing here would be right by that clock.
"""

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mulaid.clock import Clock, china_now
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded
from mulaid.store.seal import KEY_FILE
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import Fen, fen
from tests.journeys.hospitals.clients import CLIENTS
from tests.journeys.hospitals.family import HOSPITAL, PHARMACY, family, write
from tests.journeys.hospitals.service import ROOT, Service, mulaid, serving
from tests.journeys.hospitals.till import Exchange, Line, Till
from tests.journeys.times import wrong_times
from tests.places import database_place
from tests.records import checks

pytestmark = [pytest.mark.xdist_group("hospitals"), pytest.mark.timeout(400)]

CATALOGUE = ROOT / "examples" / "catalogue.toml"
MIDNIGHT = datetime.datetime(2027, 1, 1, tzinfo=CHINA)
OLD_DAY, NEW_DAY = datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)
LEADS = (20, 60, 180)
"""Seconds before midnight at which the service is started: more when the machine is too busy for less."""
BEFORE_SECONDS = 8
"""What is done on the old day takes less."""
STREAM_SECONDS = 2
TEN: tuple[Line, ...] = (("XJ0000001", "10.00", "1", "10.00"),)
CAP = "50.00"
CAPPED = {name: family(20 + at, **{name: CAP}) for at, name in enumerate(("limit_day", "limit_month", "limit_year"))}
UNCAPPED = family(30)
CASES = """
select (moment at time zone 'Asia/Shanghai')::date as day, settled_on, kind, count(*)
from cases where kind in ('settlement', 'reversal') group by 1, 2, 3 order by 1, 3
"""


class Night(msgspec.Struct):
    """What was sent; sales by the cap of the relation."""

    exchanges: list[Exchange] = []
    named: dict[str, Exchange] = {}
    sales: dict[str, list[Exchange]] = {}
    too_late: bool = False
    exit_code: int | None = None


def till(service: Service, clock: Clock, night: Night, place: str, patient: str) -> Till:
    at = len(night.sales) + (place == HOSPITAL)
    return Till(
        client=CLIENTS[0],
        port=service.port,
        institution=place,
        patient=patient,
        clock=clock,
        exchanges=night.exchanges,
        serial=at * 1000,
    )


def through_midnight(service: Service, clock: Clock) -> Night:
    """A visit that spans midnight, and small sales before, through and after it."""
    night = Night()
    hospital = till(service, clock, night, HOSPITAL, UNCAPPED.patient)
    pharmacies = {}
    for name, each in CAPPED.items():
        night.sales[name] = []
        pharmacies[name] = till(service, clock, night, PHARMACY, each.patient)
    visits = _old_day(hospital, pharmacies, night)
    if clock() > MIDNIGHT - datetime.timedelta(seconds=STREAM_SECONDS):
        night.too_late = True
        return night
    time.sleep((MIDNIGHT - clock()).total_seconds() - STREAM_SECONDS)
    while clock() < MIDNIGHT + datetime.timedelta(seconds=STREAM_SECONDS):
        _sell(pharmacies, night)
    for _ in range(fen(CAP) // fen("10.00") + 1):
        _sell(pharmacies, night)
    _new_day(hospital, visits, night)
    return night


def _sell(pharmacies: dict[str, Till], night: Night) -> None:
    for name, pharmacy in pharmacies.items():
        night.sales[name].append(pharmacy.sell(TEN))


def _old_day(hospital: Till, pharmacies: dict[str, Till], night: Night) -> tuple[str, str]:
    """Two visits: one is settled on the old day, the other is not."""
    night.named["sign in"] = hospital.sign_in()
    for each in (hospital, *pharmacies.values()):
        each.look_up()
    settled, open_visit = hospital.register("MZ1"), hospital.register("MZ2")
    for visit, batch in ((settled, "A"), (open_visit, "B")):
        assert hospital.upload(visit, batch).output["result"]
    night.named["settled"] = hospital.settle(settled, "A")
    night.named["quoted"] = hospital.quote(open_visit, "B")
    for _ in range(fen(CAP) // fen("10.00") + 1):
        _sell(pharmacies, night)
    return settled, open_visit


def _new_day(hospital: Till, visits: tuple[str, str], night: Night) -> None:
    named = night.named
    named["shown"] = hospital.enquire(named["settled"])
    named["settled late"] = hospital.settle(visits[1], "B")
    named["undone"] = hospital.cancel(named["settled"])
    named["shown undone"] = hospital.enquire(named["settled"])
    named["sign out"] = hospital.sign_out(named["sign in"].output["signinoutb"]["sign_no"])


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with families, its database kept running so that the service starts quickly."""
    with database_place() as folder, Embedded(folder / "home"):
        file = write(folder / "families.jsonl", [UNCAPPED, *CAPPED.values()])
        loaded = mulaid(folder / "home", "load", str(file), str(CATALOGUE))
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        yield folder / "home"


@pytest.fixture(scope="module")
def night(home: Path) -> Night:
    """The whole night, after as many starts as it took to be early enough."""
    for lead in LEADS:
        ahead = MIDNIGHT - datetime.timedelta(seconds=lead) - china_now()

        def clock(ahead: datetime.timedelta = ahead) -> datetime.datetime:
            return china_now() + ahead

        with serving(home, program=("-m", "tests.journeys.hospitals.shifted", str(ahead.total_seconds()))) as service:
            if clock() > MIDNIGHT - datetime.timedelta(seconds=BEFORE_SECONDS + STREAM_SECONDS):
                continue
            night = through_midnight(service, clock)
            night.exit_code = service.stop()
            assert not night.too_late, "the machine was too busy for the last seconds of the year"
            return night
    raise AssertionError("the service never started in time")


def day_of(exchange: Exchange) -> datetime.date:
    return datetime.date.fromisoformat(exchange.info["setl_time"][:10])


def test_every_message_is_answered_well(night: Night) -> None:
    assert [(each.infno, each.answer["err_msg"]) for each in night.exchanges if each.refused] == []
    assert night.exit_code == 0


def test_every_time_is_the_clocks(night: Night) -> None:
    for exchange in night.exchanges:
        assert wrong_times(exchange.answer, exchange.span, exchange.settled) == [], exchange.infno


@pytest.mark.parametrize("cap", CAPPED)
def test_a_cap_is_used_up_on_each_side_and_never_more(night: Night, cap: str) -> None:
    paid: dict[datetime.date, Fen] = {OLD_DAY: 0, NEW_DAY: 0}
    for sale in night.sales[cap]:
        mutual, cash = fen(sale.info["acct_mulaid_pay"]), fen(sale.info["psn_cash_pay"])
        assert mutual + cash == fen("10.00")
        paid[day_of(sale)] += mutual
    assert paid == {OLD_DAY: fen(CAP), NEW_DAY: fen(CAP)}


def test_sales_went_through_midnight_in_order(night: Night) -> None:
    for sales in night.sales.values():
        moments = [sale.info["setl_time"] for sale in sales]
        assert moments == sorted(moments)
        around = [text[11:] for text in moments if text[11:] >= "23:59:58" or text[11:] < "00:00:02"]
        assert any(text.startswith("23") for text in around) and any(text.startswith("00") for text in around)


def test_a_visit_spans_midnight(night: Night) -> None:
    named = night.named
    assert (day_of(named["settled"]), day_of(named["settled late"]), day_of(named["undone"])) == (
        OLD_DAY,
        NEW_DAY,
        NEW_DAY,
    )
    assert named["settled late"].info["acct_mulaid_pay"] == named["quoted"].info["acct_mulaid_pay"]
    for name in ("shown", "shown undone"):
        info = named[name].info
        assert (info["setl_time"], info["year"]) == (named["settled"].info["setl_time"], "2026")
    assert named["sign in"].output["signinoutb"]["sign_time"] == str(OLD_DAY)
    assert named["sign out"].output["sign_time"] == str(NEW_DAY)


async def test_every_record_has_the_day_it_was_made_on(night: Night, home: Path) -> None:
    with Embedded(home) as dsn:
        eyes = await connect(dsn)
        try:
            rows = [tuple(row) for row in await eyes.fetch(CASES)]
            assert all(day == settled_on for day, settled_on, _, _ in rows)
            assert [(day, kind) for day, _, kind, _ in rows] == [
                (OLD_DAY, "settlement"),
                (NEW_DAY, "reversal"),
                (NEW_DAY, "settlement"),
            ]
            assert await checks.damage(eyes, (home / KEY_FILE).read_bytes()) == []
        finally:
            await eyes.close()
