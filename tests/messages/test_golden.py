"""Whole requests kept as files: every one in valid/ is answered as written beside it, every one in broken/ is refused.

A new file in valid/ needs its answer in valid/answers/ and, where it is warned, the warning in valid/warnings.toml; one
in broken/ needs its sentence in broken/sentences.toml and its code in broken/codes.toml.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.messages.fake_offices import FakeOffices
from tests.messages.made import HERE, post

VALID = sorted((HERE / "valid").glob("*.json"))
BROKEN = sorted((HERE / "broken").glob("*.json"))
SENTENCES: dict[str, str] = tomllib.loads((HERE / "broken" / "sentences.toml").read_text(encoding="utf-8"))
CODES: dict[str, str] = tomllib.loads((HERE / "broken" / "codes.toml").read_text(encoding="utf-8"))
WARNINGS: dict[str, str] = tomllib.loads((HERE / "valid" / "warnings.toml").read_text(encoding="utf-8"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def state(offices: FakeOffices) -> Any:
    """Everything a request could have changed."""
    return repr((offices.messages, offices.visits, offices.batches, offices.cases, offices.undone))


def written_output(answer: dict[str, Any]) -> str:
    """The output node as a file; a number with decimals shows as text, to its last zero."""
    text = json.dumps(answer["output"], ensure_ascii=False, indent=2, default=str)
    return text.replace(answer["inf_refmsgid"], "REFERENCE") + "\n"


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid(file: Path, door: TestClient[Any]) -> None:
    answer = post(door, file.read_text(encoding="utf-8"))
    assert (answer["infcode"], answer["err_msg"], answer["exp_content"]) == (0, "", "")
    assert answer["warn_msg"] == WARNINGS.get(file.stem, "")
    assert re.fullmatch(r"990100[0-9]{24}", answer["inf_refmsgid"])
    assert answer["refmsg_time"] == answer["respond_time"] == "20260302101530123"
    assert written_output(answer) == (file.parent / "answers" / file.name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_broken(file: Path, door: TestClient[Any], offices: FakeOffices) -> None:
    before = state(offices)
    answer = post(door, file.read_text(encoding="utf-8"))
    assert (answer["infcode"], answer["output"]) == (-1, None)
    assert answer["err_msg"] == SENTENCES[file.stem]
    assert json.loads(answer["exp_content"])["code"] == CODES[file.stem]
    assert CHINESE.search(answer["err_msg"]) and answer["err_msg"].endswith("。")
    assert state(offices) == before


def test_every_sentence_and_code_has_its_file() -> None:
    assert set(SENTENCES) == set(CODES) == {file.stem for file in BROKEN}
    assert set(WARNINGS) <= {file.stem for file in VALID}
