"""`mulaid do`: a clerk's acts on a loaded database, with numbers that never stand in the arguments."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from mulaid.cli import app
from tests.records.test_bind_command import AWAY_MOTHER, AWAY_SON, House, house

__all__ = ["house"]
TWO = f"{AWAY_SON}\n{AWAY_MOTHER}\n"


def do(house: House, *typed: str, numbers: str = TWO) -> Result:
    return CliRunner().invoke(app, ["do", *typed], env=house, input=numbers)


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_proposed_confirmed_changed_stopped_previewed_and_ended(house: House) -> None:
    proposed = told(do(house, "propose", "--kinship", "parent", "--json"))
    assert (proposed["accepted"], proposed["state"]) == (True, "proposed")
    early = do(house, "change", "--limit-payment", "50.00")
    assert early.exit_code == 1 and "NOT_ACTIVE" in early.stdout
    confirmed = do(house, "confirm")
    assert confirmed.exit_code == 0 and confirmed.stdout.startswith("办好了，现在的状态是：")
    assert do(house, "change", "--limit-payment", "50.00").exit_code == 0
    assert do(house, "suspend").exit_code == 0
    assert told(do(house, "resume", "--json"))["state"] == "active"
    seen = do(house, "end", "--preview")
    assert seen.exit_code == 0 and "如果现在解除" in seen.stdout
    assert told(do(house, "end", "--json"))["state"] == "ended", "a preview ends nothing"
    again = do(house, "end")
    assert again.exit_code == 1 and "（NOT_BOUND）" in again.stdout


def test_what_cannot_be_asked(house: House) -> None:
    for typed in (
        ("propose",),
        ("suspend", "--preview"),
        ("change", "--quota", "1"),
        ("change", "--until", "soon"),
        ("dance",),
        ("end", AWAY_SON, AWAY_MOTHER),
    ):
        asked = do(house, *typed)
        assert asked.exit_code == 2, typed
        assert AWAY_SON not in asked.output
