"""The day of messages in examples/day/, played over HTTP against a real house: money is conserved in every answer."""

import asyncio
import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mulaid.app.serving import serving
from mulaid.cli.day import DayBroken, Expect, Played, found, headers, play, read_day
from mulaid.cli.load import load_into
from mulaid.clock import china_now, from_ten
from mulaid.gateway.credentials import Shown, new_nonces, unproven
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.settings import Settings
from mulaid.terms.money import fen
from tests.conftest import empty
from tests.journeys.times import Span, times, wrong_times

pytestmark = pytest.mark.xdist_group("day")

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = EXAMPLES / "day"
BY_CLASS = ("inscp_scp_amt", "preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt")
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hifdm_pay", "oth_pay")
ENVELOPE = """
    infno msgid mdtrtarea_admvs insuplc_admdvs recer_sys_code dev_no dev_safe_info cainfo signtype infver opter_type
    opter opter_name inf_time fixmedins_code fixmedins_name sign_no input
""".split()


async def whole_day(settings: Settings, dsn: str) -> list[tuple[Played, Span]]:
    clock, told = from_ten(), []
    async with serving(settings, dsn, clock=clock, sandbox=True) as (_, port):
        before = clock()
        async for played in play(port, DAY, clock):
            told.append((played, (before, before := clock())))
    return told


@pytest.fixture(scope="module")
def timed(dsn: str, home: Path) -> Iterator[list[tuple[Played, Span]]]:
    """Every message of the day with its answer and when it was asked, settled in processes as everybody has them."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0, processes=2)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    yield asyncio.run(whole_day(settings, dsn))
    asyncio.run(empty(dsn))


@pytest.fixture(scope="module")
def day(timed: list[tuple[Played, Span]]) -> dict[str, Played]:
    """The messages by their files' names without the number."""
    return {played.scene.name.partition("-")[2]: played for played, _ in timed}


def settlements(day: dict[str, Played]) -> list[Played]:
    return [played for played in day.values() if played.amounts is not None]


def info(played: Played) -> dict[str, Any]:
    """The settlement node, its amounts still as text."""
    node = played.answer["output"]["setlinfo"]
    assert isinstance(node, dict)
    return node


def test_every_answer_is_the_expected_one(day: dict[str, Played]) -> None:
    assert [(played.scene.name, played.surprises) for played in day.values() if played.surprises] == []


def test_the_day_has_everything_in_it(day: dict[str, Played]) -> None:
    numbers = {played.transaction for played in day.values()}
    assert numbers == set("9001 9002 1101 2001 2101 2102 2201 2203 2204 2206 2207 2208 2601 5203".split())
    assert sum(played.scene.demo.expect is Expect.REFUSED for played in day.values()) >= 5


def test_money_is_conserved_in_every_settlement(day: dict[str, Played]) -> None:
    assert len(settlements(day)) >= 12
    for played in settlements(day):
        node = info(played)
        amounts = played.amounts
        assert amounts is not None and amounts.add_up(), played.scene.name
        assert amounts.total == sum(fen(node[name]) for name in BY_CLASS), played.scene.name
        assert amounts.funds == sum(fen(node[name]) for name in FUNDS), played.scene.name
        assert amounts.mutual == sum(fen(payer.pay) for payer in played.payers), played.scene.name
        listed = sum(fen(row["fund_payamt"]) for row in played.answer["output"]["setldetail"])
        assert listed == amounts.funds + amounts.own + amounts.mutual + amounts.institution, played.scene.name


def test_the_personal_share_is_accounts_and_cash(day: dict[str, Played]) -> None:
    for played in settlements(day):
        amounts, node = played.amounts, info(played)
        assert amounts is not None
        share = fen(node["psn_part_amt"] if "psn_part_amt" in node else node["psn_pay"])
        assert share == amounts.own + amounts.mutual + amounts.cash, played.scene.name


def test_a_reversal_is_the_settlement_with_the_other_sign(day: dict[str, Played]) -> None:
    settled, undone = info(day["liang-settles"]), info(day["liang-cancels"])
    for name in (*BY_CLASS, *FUNDS, "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "acct_mulaid_pay", "psn_cash_pay"):
        assert fen(undone[name]) == -fen(settled[name]), name


def test_a_repeated_message_gets_the_first_answer(day: dict[str, Played]) -> None:
    assert day["mother-again"].answer["output"] == day["mother-settles"].answer["output"]


def test_an_enquiry_shows_the_settlement_and_its_day(day: dict[str, Played]) -> None:
    settled, asked = info(day["mother-settles"]), info(day["mother-enquiry"])
    for name in ("setl_id", "setl_time", "medfee_sumamt", "acct_pay", "acct_mulaid_pay", "exp_content"):
        assert asked[name] == settled[name], name
    assert asked["begndate"] == settled["setl_time"][:10]


def test_every_time_is_the_clocks(timed: list[tuple[Played, Span]]) -> None:
    """An answer shows the time in China at which it was made; one that shows an earlier settlement, that one's."""
    settled: dict[str, Span] = {}
    for played, span in timed:
        first = settled.setdefault(played.case, span) if played.case else span
        assert wrong_times(played.answer, span, first) == [], played.scene.name
    shown = [name for played, _ in timed for name, _ in times(played.answer)]
    assert shown.count("setl_time") >= 12 and shown.count("respond_time") == len(timed)


def test_whoever_could_not_pay_is_told_to_the_till(day: dict[str, Played]) -> None:
    for scene, name, code in (
        ("gu-settles", "沈*音", "CURRENT_YEAR_MONEY_ONLY"),
        ("wu-settles", "郝*军", "BELOW_FLOOR"),
    ):
        told = json.loads(info(day[scene])["exp_content"])
        (passed,) = told["passed_over"]
        assert (passed["name"], passed["code"]) == (name, code), scene
        assert passed["why"].startswith(name) and passed["why"].endswith("。")
        assert "balance" not in str(told) and passed["no"] not in {payer["no"] for payer in told["payers"]}


def test_every_message_has_the_whole_envelope() -> None:
    _, scenes = read_day(DAY)
    for scene in scenes:
        assert list(scene.message) == ENVELOPE, scene.name


def test_files_are_numbered_without_gaps() -> None:
    _, scenes = read_day(DAY)
    assert [scene.name.partition("-")[0] for scene in scenes] == [f"{at:02d}" for at in range(1, len(scenes) + 1)]


def test_a_placeholder_nobody_kept_is_told(tmp_path: Path) -> None:
    for name in ("fields", next(DAY.glob("*-mother-settles.json")).stem):
        shutil.copy(DAY / f"{name}.json", tmp_path)

    async def one() -> None:
        async for _ in play(0, tmp_path, china_now):
            pass

    with pytest.raises(DayBroken, match="前面的答复里没有留下它"):
        asyncio.run(one())


def test_a_direction_nobody_knows_is_told(tmp_path: Path) -> None:
    shutil.copy(DAY / "fields.json", tmp_path)
    (tmp_path / "01-a.json").write_text('{"demo": {"title": "", "expect": "ok", "mood": ""}, "message": {}}', "utf-8")
    with pytest.raises(DayBroken, match=r"01-a\.json"):
        read_day(tmp_path)


@pytest.mark.parametrize("kind", [ProofKind.API_KEY, ProofKind.TIF, ProofKind.HMAC_SHA1])
def test_credentials_are_the_ones_the_gateway_asks_for(kind: ProofKind) -> None:
    moment = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)
    proof = Proof(kind=kind, key="key", secret="secret")
    assert unproven(proof, Shown(headers=headers(proof, moment)), moment, False, new_nonces()) is None
    other = headers(Proof(kind=kind, key="key", secret="other"), moment)
    assert unproven(proof, Shown(headers=other), moment, False, new_nonces()) is not None


def test_paths() -> None:
    tree = {"a": [{"b": "c"}], "d": None}
    assert found(tree, ("a.0.b",)) == "c"
    assert found(tree, ("d", "a.1.b", "a.0.b")) == "c"
    assert found(tree, ("x.y", "a.b")) == ""
