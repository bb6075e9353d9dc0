"""A correction is kept once as a file that can be read, and nobody can flood the folder."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from litestar.testing import TestClient

from mulaid.web.book import correction
from mulaid.web.library import Library

GOOD = {
    "region": "防城港市",
    "rule": "floor",
    "quote": "余额 1000 元以上部分",
    "where": "防医保发 1 号",
    "from": "2026-03-01",
}


def kept(library: Library) -> list[Path]:
    assert library.corrections is not None
    return sorted(library.corrections.glob("*"))


def test_a_correction_is_kept_once(sending: TestClient[Any], library: Library) -> None:
    first, again = sending.post("/book/correct", data=GOOD), sending.post("/book/correct", data=GOOD)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "收到了" in first.text and first.text == again.text
    (file,) = kept(library)
    told = tomllib.loads(file.read_text("utf-8"))["correction"]
    assert told["region"] == "450600" and told["rule"] == "floor"
    assert told["received_on"] == datetime.date(2026, 11, 28)
    assert told["quote"] == GOOD["quote"]
    assert told["book"] == library.book.digest


def test_what_is_wrong_is_said_and_everything_typed_stays(sending: TestClient[Any], library: Library) -> None:
    answer = sending.post("/book/correct", data=GOOD | {"region": "防城岗", "quote": ""})
    assert answer.status_code == 422
    assert "有 2 处要改：" in answer.text
    assert 'href="#region"' in answer.text and 'href="#quote"' in answer.text
    assert GOOD["where"] in answer.text and "防城岗" in answer.text
    assert kept(library) == []


def test_marks_are_kept_as_text(sending: TestClient[Any], library: Library) -> None:
    hostile = 'x"\n[other]\na = 1 </script> \\u0000'
    assert sending.post("/book/correct", data=GOOD | {"note": hostile}).status_code == 200
    (file,) = kept(library)
    told = tomllib.loads(file.read_text("utf-8"))
    assert set(told) == {"correction"} and told["correction"]["note"] == hostile


def test_one_address_may_send_only_so_many(sending: TestClient[Any], library: Library) -> None:
    answers = [sending.post("/book/correct", data=GOOD | {"note": str(at)}).status_code for at in range(8)]
    assert answers == [200] * 6 + [429] * 2
    assert len(kept(library)) == 6


def test_the_folder_does_not_grow_for_ever(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 28)
    for at in range(correction.KEPT_MAX):
        (tmp_path / f"{at}.toml").touch()
    assert correction.keep(tmp_path, {"quote": "one more"}, day) is None
