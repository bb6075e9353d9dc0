"""The day of messages in examples/day/, played over HTTP against a real house: money is conserved in every answer."""

import asyncio
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mulaid.app.serving import serving
from mulaid.cli.day import DayBroken, Expect, Played, found, headers, play, read_day
from mulaid.cli.load import load_into
from mulaid.clock import china_now, from_ten
from mulaid.gateway.credentials import new_nonces, unproven
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.settings import Settings
from mulaid.terms.money import fen
from tests.conftest import empty

pytestmark = pytest.mark.xdist_group("day")

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = EXAMPLES / "day"
BY_CLASS = ("inscp_scp_amt", "preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt")
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hifdm_pay", "oth_pay")
ENVELOPE = """
    infno msgid mdtrtarea_admvs insuplc_admdvs recer_sys_code dev_no dev_safe_info cainfo signtype infver opter_type
    opter opter_name inf_time fixmedins_code fixmedins_name sign_no input
""".split()


async def whole_day(settings: Settings, dsn: str) -> list[Played]:
    clock = from_ten()
    async with serving(settings, dsn, clock=clock, sandbox=True) as (_, port):
        return [played async for played in play(port, DAY, clock)]


@pytest.fixture(scope="module")
def day(dsn: str, home: Path) -> Iterator[dict[str, Played]]:
    """Every message of the day with its answer, by the file's name without its number."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0, processes=0)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    played = asyncio.run(whole_day(settings, dsn))
    yield {each.scene.name.partition("-")[2]: each for each in played}
    asyncio.run(empty(dsn))


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
    assert unproven(proof, headers(proof, moment), moment, False, new_nonces()) is None
    other = headers(Proof(kind=kind, key="key", secret="other"), moment)
    assert unproven(proof, other, moment, False, new_nonces()) is not None


def test_paths() -> None:
    tree = {"a": [{"b": "c"}], "d": None}
    assert found(tree, ("a.0.b",)) == "c"
    assert found(tree, ("d", "a.1.b", "a.0.b")) == "c"
    assert found(tree, ("x.y", "a.b")) == ""
