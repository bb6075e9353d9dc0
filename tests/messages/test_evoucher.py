"""E-vouchers that are not ours: asked of a decoder over HTTP, which may be slow, broken or away; and the sandbox's."""

import asyncio
import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from mulaid.outside.evoucher import Asker, Decoded, Undecoded
from mulaid.outside.evoucher_http import HttpDecoder
from mulaid.outside.evoucher_sandbox import SandboxDecoder, voucher_for
from tests.messages.conftest import bill
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import LI, NUMBERS, WANG, post, request

Door = TestClient[Any]
ASKER = Asker(institution="H99010000001", pharmacy=False)
VOUCHER = "990100ecsandboxtoken00000001"


class Centre(http.server.ThreadingHTTPServer):
    """Somebody's decoder: answers what it is told to, one thing after another, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[Any] = []
        self.answers: list[tuple[int, bytes, float]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/localcfc/api/hsecfc/localQrCodeQuery"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Centre

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        status, body, wait = self.server.answers.pop(0)
        time.sleep(wait)
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def centre() -> Iterator[Centre]:
    with Centre() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def said(code: Any = 0, **data: Any) -> bytes:
    return json.dumps({"code": code, "message": "", "data": data or None, "orgId": "x"}).encode()


WANG_S = said(idNo=NUMBERS[WANG].lower(), idType="01", userName="王小明", ecToken="t")

WANG_S_AS_TEXT = json.dumps({"code": 0, "data": json.dumps({"idNo": NUMBERS[WANG]})}).encode()


def decode(url: str, seconds: float = 2) -> Decoded | Undecoded:
    async def ask() -> Decoded | Undecoded:
        decoder = HttpDecoder(url, seconds)
        try:
            return await decoder.decode(VOUCHER, ASKER)
        finally:
            await decoder.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("answers", "expected", "questions"),
    [
        ([(200, WANG_S, 0)], Decoded(NUMBERS[WANG]), 1),
        ([(200, said("0", idNo=NUMBERS[WANG]), 0)], Decoded(NUMBERS[WANG]), 1),
        ([(200, WANG_S_AS_TEXT, 0)], Decoded(NUMBERS[WANG]), 1),
        ([(503, b"", 0), (200, WANG_S, 0)], Decoded(NUMBERS[WANG]), 2),
        ([(200, WANG_S, 1.5), (200, WANG_S, 0)], Decoded(NUMBERS[WANG]), 2),
        ([(200, said(-1), 0)], Undecoded.NOBODYS, 1),
        ([(200, said(), 0)], Undecoded.NOBODYS, 1),
        ([(200, said(idNo="E12345678"), 0)], Undecoded.NOBODYS, 1),
        ([(404, b"", 0)], Undecoded.NO_ANSWER, 1),
        ([(200, b"<html>", 0)], Undecoded.NO_ANSWER, 1),
        ([(200, b"[]", 0)], Undecoded.NO_ANSWER, 1),
        ([(200, b" " * 100_000, 0)], Undecoded.NO_ANSWER, 1),
        ([(500, b"", 0), (502, b"", 0)], Undecoded.NO_ANSWER, 2),
        ([(200, WANG_S, 1.5), (200, WANG_S, 1.5)], Undecoded.NO_ANSWER, 2),
    ],
)
def test_what_a_decoder_answers(
    centre: Centre, answers: list[tuple[int, bytes, float]], expected: Decoded | Undecoded, questions: int
) -> None:
    centre.answers = list(answers)
    began = time.monotonic()
    assert decode(centre.url, 0.5) == expected
    assert time.monotonic() - began < 3
    assert len(centre.asked) == questions
    question = centre.asked[0]
    assert (question["transType"], question["orgId"], question["data"]["ecToken"]) == (
        "ec.query",
        ASKER.institution,
        VOUCHER,
    )


def test_a_decoder_that_is_away() -> None:
    assert decode("http://127.0.0.1:9/") is Undecoded.NO_ANSWER


def who(voucher: str, **more: str) -> dict[str, Any]:
    return {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": voucher, **more}}


@pytest.fixture
def decoded(offices: FakeOffices, door: Door) -> Door:
    offices.decoder = SandboxDecoder()
    return door


def test_a_voucher_names_its_holder_and_the_sandbox_says_it_is_one(decoded: Door) -> None:
    answer = post(decoded, request("1101", who(voucher_for(NUMBERS[WANG])), 20))
    assert answer["output"]["baseinfo"]["certno"] == NUMBERS[WANG]
    assert "试用环境" in answer["warn_msg"]
    own = bill("B1", mdtrt_cert_type="01", mdtrt_cert_no=voucher_for(NUMBERS[WANG]))
    for infno in ("2206", "2207"):
        answer = post(decoded, request(infno, own, 21 if infno == "2206" else 22))
        assert answer["infcode"] == 0 and "试用环境" in answer["warn_msg"]


def test_somebody_else_s_voucher(decoded: Door) -> None:
    other = bill("B1", mdtrt_cert_type="01", mdtrt_cert_no=voucher_for(NUMBERS[LI]))
    assert "不是患者本人" in post(decoded, request("2207", other, 23))["err_msg"]


@pytest.mark.parametrize(
    ("voucher", "says"),
    [("SANDBOX-NOBODY", "没有对应的参保人"), ("SANDBOX-SILENT", "解码服务没有应答"), (VOUCHER, "没有对应的参保人")],
)
def test_a_voucher_nobody_can_read(decoded: Door, voucher: str, says: str) -> None:
    bad = bill("B1", mdtrt_cert_type="01", mdtrt_cert_no=voucher)
    assert says in post(decoded, request("1101", who(voucher), 24))["err_msg"]
    assert says in post(decoded, request("2207", bad, 25))["err_msg"]
    quoted = post(decoded, request("2206", bad, 26))
    assert quoted["infcode"] == 0 and "认不出是谁的" in quoted["warn_msg"]


def test_only_e_vouchers_are_asked_for(decoded: Door, offices: FakeOffices) -> None:
    for kind in ("02", "03"):
        data = {"mdtrt_cert_type": kind, "mdtrt_cert_no": voucher_for(NUMBERS[WANG])}
        assert "没有对应的参保人" in post(decoded, request("1101", {"data": data}, 27))["err_msg"]
    offices.decoder = None
    assert "没有对应的参保人" in post(decoded, request("1101", who(voucher_for(NUMBERS[WANG])), 28))["err_msg"]
