"""A day that ends while a hospital works, settled in processes: every answer and every record has the day in China.

At this hour it is the day before in UTC, so nothing here would be right by that clock.
"""

import asyncio
import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.app.serving import serving
from mulaid.cli.day import Played, play
from mulaid.cli.load import load_into
from mulaid.clock import Clock, china_now
from mulaid.settings import Settings
from mulaid.store.connect import connect
from mulaid.store.seal import KEY_FILE
from mulaid.terms.calendar import CHINA
from tests.conftest import empty
from tests.journeys.times import Span, wrong_times
from tests.records import checks

pytestmark = pytest.mark.xdist_group("day")

EXAMPLES = Path(__file__).parents[2] / "examples"
LAST_SECONDS = datetime.datetime(2026, 11, 22, 23, 59, 50, tzinfo=CHINA)
FIRST_DAY, SECOND_DAY = LAST_SECONDS.date(), LAST_SECONDS.date() + datetime.timedelta(days=1)
BEFORE = (
    *(
        "01-sign-in",
        "03-who-is-mother",
        "04-mother-registers",
        "06-mother-fees",
        "07-mother-quote",
        "09-mother-settles",
    ),
    *("13-who-is-liang", "14-liang-registers", "15-liang-fees"),
)
AFTER = ("19-liang-settles", "20-liang-cancels", "28-who-is-student", "29-student-sale-quote", "30-student-buys")
"""Liang's visit began on the first day and is settled on the second."""
ENQUIRY, CANCELS, ENQUIRY_AFTER = "16-mother-enquiry", "31-mother-cancels", "32-mother-enquiry"
CASES = """
select kind, settled_on, (moment at time zone 'Asia/Shanghai')::date, day
from cases where kind in ('settlement', 'reversal') order by case_id
"""
USED = "select used_on, used_day_fen, used_month_fen from purse where used_on is not null order by used_on, 2"


def script(folder: Path) -> Path:
    """The messages of the day that matter here; the mother's settlement is looked at and cancelled the day after."""
    for name in ("fields", *BEFORE, *AFTER):
        shutil.copy(EXAMPLES / "day" / f"{name}.json", folder)
    enquiry = json.loads((EXAMPLES / "day" / "12-mother-enquiry.json").read_text("utf-8"))
    for name in (ENQUIRY, ENQUIRY_AFTER):
        (folder / f"{name}.json").write_text(json.dumps(enquiry), "utf-8")
    cancels = json.loads(json.dumps(enquiry))
    cancels["message"]["infno"] = "2208"
    cancels["demo"]["amounts"] = {"own": "-30.00", "mutual": "-570.00"}
    cancels["demo"]["keep"] = {"mother_undone": "output.setlinfo.setl_id"}
    (folder / f"{CANCELS}.json").write_text(json.dumps(cancels), "utf-8")
    return folder


def clock_from(moment: datetime.datetime) -> Clock:
    """A clock that shows this now, and runs."""
    ahead = moment - china_now()
    return lambda: china_now() + ahead


async def through_midnight(settings: Settings, dsn: str, folder: Path) -> list[tuple[Played, Span]]:
    told: list[tuple[Played, Span]] = []
    clock = clock_from(LAST_SECONDS)
    async with serving(settings, dsn, clock=clock, sandbox=True) as (_, port):
        before = clock()
        async for played in play(port, folder, clock):
            told.append((played, (before, clock())))
            while played.scene.name == BEFORE[-1] and clock().date() == FIRST_DAY:
                await asyncio.sleep(0.1)
            before = clock()
    return told


@pytest.fixture(scope="module")
def night(dsn: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Played, Span]]]:
    """The messages with their answers, and when each was asked and answered."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0, processes=2)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    yield asyncio.run(through_midnight(settings, dsn, script(tmp_path_factory.mktemp("night"))))
    asyncio.run(empty(dsn))


def test_every_answer_is_the_expected_one(night: list[tuple[Played, Span]]) -> None:
    assert [(played.scene.name, played.surprises) for played, _ in night if played.surprises] == []
    days = {played.scene.name: span[1].date() for played, span in night}
    assert (days[BEFORE[-1]], days[ENQUIRY]) == (FIRST_DAY, SECOND_DAY)


def test_every_time_is_the_clocks(night: list[tuple[Played, Span]]) -> None:
    settled: dict[str, Span] = {}
    for played, span in night:
        first = settled.setdefault(played.case, span) if played.case else span
        assert wrong_times(played.answer, span, first) == [], played.scene.name


async def test_every_record_has_the_day_it_was_made_on(night: list[tuple[Played, Span]], dsn: str, home: Path) -> None:
    eyes = await connect(dsn)
    try:
        assert [tuple(row) for row in await eyes.fetch(CASES)] == [
            ("settlement", FIRST_DAY, FIRST_DAY, FIRST_DAY),
            ("settlement", SECOND_DAY, SECOND_DAY, FIRST_DAY),
            ("reversal", SECOND_DAY, SECOND_DAY, FIRST_DAY),
            ("settlement", SECOND_DAY, SECOND_DAY, SECOND_DAY),
            ("reversal", SECOND_DAY, SECOND_DAY, FIRST_DAY),
        ]
        assert {row[0] for row in await eyes.fetch(USED)} == {SECOND_DAY}
        assert await checks.damage(eyes, (home / KEY_FILE).read_bytes()) == []
    finally:
        await eyes.close()
