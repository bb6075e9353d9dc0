"""Broken and forbidden requests over HTTP against a real house: one clear sentence each, and nothing changed.

What a file of examples/day/ sends is the starting point; each test breaks it in one place.
"""

import asyncio
import copy
import http.client
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from mulaid.app.logs import Log
from mulaid.app.serving import serving
from mulaid.cli.day import PATH, headers, read_day
from mulaid.cli.load import load_into
from mulaid.clock import from_ten
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.settings import LogFormat, Settings
from mulaid.store.connect import connect
from tests.conftest import empty

pytestmark = pytest.mark.xdist_group("gateway_real")

EXAMPLES = Path(__file__).parents[2] / "examples"
CLOCK = from_ten()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IDENTITY_NUMBER = re.compile(r"99[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-9]{5}[0-9X]")
MOTHER, DAUGHTER, SUSPENDED = "994506195711030021", "994506198509220028", "994506195503300015"
BILL, LINES, ENQUIRY = "mother-settles", "mother-fees", "mother-enquiry"
TEN_MEGABYTES = 10 << 20
TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
ROWS = "select count(*)::text || md5(string_agg(t::text, ' ' order by t::text)) from {} t"

Message = dict[str, Any]
Change = Callable[[Message], object]


class Hospital(msgspec.Struct):
    """A till: knows the day's messages, and what earlier answers were kept as."""

    port: int
    dsn: str
    scenes: dict[str, Any]
    log: Path
    kept: dict[str, str] = {}
    sent: int = 0

    def logged(self, since: int = 0) -> str:
        """What the service has written to its log: something, if only a moment after the answer."""
        deadline = time.monotonic() + 5
        while not (said := self.log.read_text("utf-8")[since:]) and time.monotonic() < deadline:
            time.sleep(0.002)
        return said

    def message(self, name: str, change: Change | None = None) -> Message:
        """A message of the day with a fresh id, its placeholders replaced, and then changed."""
        self.sent += 1
        moment = CLOCK()
        values = {**self.kept, "now": f"{moment:%Y-%m-%d %H:%M:%S}", "stamp": f"{moment:%Y%m%d}{self.sent:06d}"}
        text = json.dumps(self.scenes[name].message, ensure_ascii=False)
        message: Message = json.loads(re.sub(r"\{\{(\w+)\}\}", lambda place: values.get(place[1], ""), text))
        if change is not None:
            change(message)
        return message

    def post(self, name: str, body: Message | bytes, proof: Proof | None = None) -> Message:
        """The answer to a body sent as the institution of the named message; HTTP must be content."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", PATH, raw, headers(proof or self.scenes[name].demo.credential, CLOCK()))
        response = connection.getresponse()
        answer: Message = json.loads(response.read())
        connection.close()
        assert response.status == 200
        return answer

    def done(self, name: str, change: Change | None = None) -> Message:
        """Send a message that must succeed; its output."""
        answer = self.post(name, self.message(name, change))
        assert (answer["infcode"], answer["err_msg"]) == (0, "")
        output: Message = answer["output"]
        return output

    def state(self) -> dict[str, str]:
        """Rows and digest of every table: whatever changes, one of them differs."""
        return asyncio.run(self._state())

    async def _state(self) -> dict[str, str]:
        opened = await connect(self.dsn)
        tables = [row[0] for row in await opened.fetch(TABLES)]
        state = {table: await opened.fetchval(ROWS.format(table)) or "" for table in tables}
        await opened.close()
        return state

    def refuses(self, name: str, body: Message | bytes, says: str, proof: Proof | None = None) -> None:
        """The body is refused with a clear sentence that has these words, nothing changes, and no log names anybody."""
        before = self.state()
        said = len(self.logged())
        answer = self.post(name, body, proof)
        logs = self.logged(said)
        sentence = answer["err_msg"]
        assert (answer["infcode"], answer["output"]) == (-1, None)
        assert says in sentence, sentence
        assert CHINESE.search(sentence) and sentence.endswith("。") and len(sentence) <= 200
        assert not IDENTITY_NUMBER.search(sentence)
        assert '"event":"answered"' in logs and not IDENTITY_NUMBER.search(logs)
        assert self.state() == before


@pytest.fixture(scope="module")
def till(dsn: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """A hospital where the mother has one batch settled and cancelled, one settled, and one waiting."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    written = tmp_path_factory.mktemp("till") / "log"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    log = Log(logging.INFO, LogFormat.JSON, descriptor)
    ports: list[int] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(settings, dsn, clock=CLOCK, sandbox=True, log=log) as (_, port):
            ports.append(port)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        scenes = {scene.name.partition("-")[2]: scene for scene in read_day(EXAMPLES / "day")[1]}
        hospital = Hospital(ports[0], dsn, scenes, written)
        _open_visit(hospital)
        yield hospital
    finally:
        over.set()
        thread.join()
        os.close(descriptor)
        asyncio.run(empty(dsn))


def _open_visit(hospital: Hospital) -> None:
    kept = hospital.kept
    kept["mother"] = hospital.done("who-is-mother")["baseinfo"]["psn_no"]
    kept["suspended"] = hospital.done("who-is-suspended")["baseinfo"]["psn_no"]
    kept["mother_visit"] = hospital.done("mother-registers")["data"]["mdtrt_id"]
    for batch in ("B0", "B1", "B2"):
        hospital.done(LINES, in_batch(batch))
    kept["mother_case"] = hospital.done(BILL, in_batch("B2"))["setlinfo"]["setl_id"]
    kept["cancelled_case"] = hospital.done(BILL, in_batch("B0"))["setlinfo"]["setl_id"]
    hospital.done(ENQUIRY, cancelling(kept["cancelled_case"]))


def in_batch(batch: str, serials: str = "") -> Change:
    """The same lines or bill under another batch number; a line's serial is unique in its visit."""

    def change(message: Message) -> None:
        nodes = message["input"]
        for node in nodes.get("feedetail") or [nodes["data"]]:
            node["chrg_bchno"] = batch
            if "feedetl_sn" in node:
                node["feedetl_sn"] = f"{serials or batch}-{node['feedetl_sn']}"

    return change


def cancelling(case: str) -> Change:
    """An enquiry after a settlement, made its cancellation: both name it the same way."""

    def change(message: Message) -> None:
        message["infno"] = "2208"
        message["input"]["data"]["setl_id"] = case

    return change


def put(value: object, *path: str | int) -> Change:
    """Write one value at a place of the message."""

    def change(message: Message) -> None:
        at: Any = message
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def without(*path: str | int) -> Change:
    """Leave one field out."""

    def change(message: Message) -> None:
        at: Any = message
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return change


BROKEN: dict[str, tuple[str, Change, str]] = {
    "infno-unknown": (BILL, put("2299", "infno"), "不是本系统提供的交易"),
    "infno-is-a-list": (BILL, put(["2207"], "infno"), "类型不对"),
    "input-is-a-number": (BILL, put(7, "input"), "不是有效的 JSON 对象"),
    "input-is-a-list": (BILL, put([], "input"), "类型不对"),
    "amount-is-a-word": (BILL, put("许多", "input", "data", "medfee_sumamt"), "不是数字"),
    "amount-is-an-object": (BILL, put({}, "input", "data", "medfee_sumamt"), "不是数字"),
    "amount-with-three-decimals": (BILL, put("900.001", "input", "data", "medfee_sumamt"), "最多写 2 位小数"),
    "line-amount-with-three-decimals": (
        LINES,
        put(600.001, "input", "feedetail", 0, "det_item_fee_sumamt"),
        "最多写 2 位小数",
    ),
    "amount-negative": (BILL, put("-900.00", "input", "data", "medfee_sumamt"), "不能是负数"),
    "line-negative": (LINES, put(-1, "input", "feedetail", 1, "cnt"), "不能是负数"),
    "funds-negative": (BILL, put('{"funds_paid": "-1.00"}', "input", "data", "exp_content"), "不能是负数"),
    "funds-above-the-total": (BILL, put('{"funds_paid": "900.01"}', "input", "data", "exp_content"), "900.01 元"),
    "four-amounts-do-not-add-up": (BILL, put("702.99", "input", "data", "inscp_scp_amt"), "四项之和"),
    "total-differs-from-lines": (
        BILL,
        lambda message: message["input"]["data"].update(medfee_sumamt="900.01", inscp_scp_amt="703.01"),
        "900.01 元",
    ),
    "line-does-not-multiply": (LINES, put("599.98", "input", "feedetail", 0, "det_item_fee_sumamt"), "相差超过 0.01"),
    "person-missing": (BILL, without("input", "data", "psn_no"), "缺少人员编号"),
    "amounts-missing": (BILL, without("input", "data", "preselfpay_amt"), "缺少先行自付金额"),
    "message-id-missing": (BILL, without("msgid"), "缺少发送方报文ID"),
    "input-missing": (BILL, without("input"), "缺少交易输入"),
    "lines-missing": (LINES, put({}, "input"), "缺少费用明细"),
    "visit-not-ours": (BILL, put("visit 7", "input", "data", "mdtrt_id"), "不是本系统给出的编号"),
    "message-id-of-another-institution": (BILL, put("H45060099903202603021015300001", "msgid"), "别家机构"),
    "institution-unknown": (BILL, put("H45060099999", "fixmedins_code"), "没有找到这家定点医药机构"),
    "somebody-elses-card": (BILL, put(DAUGHTER, "input", "data", "mdtrt_cert_no"), "不是患者本人"),
    "card-of-nobody": (BILL, put("990000190001010010", "input", "data", "mdtrt_cert_no"), "没有对应的参保人"),
    "batch-unknown": (BILL, in_batch("B9"), "没有找到这个收费批次"),
    "batch-settled-before": (BILL, in_batch("B2"), "已经结算"),
    "batch-uploaded-before": (LINES, in_batch("B1", "N"), "已经上传"),
    "line-uploaded-before": (LINES, put("B1-1", "input", "feedetail", 0, "feedetl_sn"), "流水号"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(till: Hospital, name: str) -> None:
    source, change, says = BROKEN[name]

    def both(message: Message) -> None:
        in_batch("B1" if source == BILL else "B3")(message)
        change(message)

    till.refuses(source, till.message(source, both), says)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"2207"', b"\xff\xfe{}", b"{'infno': 1}"])
def test_malformed_json(till: Hospital, body: bytes) -> None:
    till.refuses(BILL, body, "不是有效的 JSON 对象")


def test_ten_megabytes(till: Hospital) -> None:
    body = till.message(BILL, put("x" * TEN_MEGABYTES, "cainfo"))
    till.refuses(BILL, body, "超过 1 MB")


def test_unknown_person(till: Hospital) -> None:
    till.refuses(
        "who-is-mother",
        till.message(
            "who-is-mother",
            lambda message: message["input"]["data"].update(
                mdtrt_cert_no="990000190001010010", certno="990000190001010010"
            ),
        ),
        "没有对应的参保人",
    )
    till.refuses(
        "mother-registers",
        till.message("mother-registers", put("4506007", "input", "data", "psn_no")),
        "没有找到这个参保人",
    )


@pytest.mark.parametrize(
    "proof", [Proof(kind=ProofKind.API_KEY, secret="guessed"), Proof(kind=ProofKind.TIF, key="demo-fcg", secret="x")]
)
def test_wrong_credential(till: Hospital, proof: Proof) -> None:
    till.refuses(BILL, till.message(BILL), "身份没有通过验证", proof)


def test_cancelled_twice(till: Hospital) -> None:
    till.refuses(ENQUIRY, till.message(ENQUIRY, cancelling(till.kept["cancelled_case"])), "已经撤销过")


def test_cancelled_by_another_institution(till: Hospital) -> None:
    body = till.message(
        "liang-cancels",
        lambda message: message["input"]["data"].update(
            setl_id=till.kept["mother_case"], mdtrt_id=till.kept["mother_visit"], psn_no=till.kept["mother"]
        ),
    )
    till.refuses("liang-cancels", body, "别家机构")


def test_suspended_person(till: Hospital) -> None:
    till.refuses("suspended-buys", till.message("suspended-buys"), "暂停")


def test_one_message_id_with_other_content(till: Hospital) -> None:
    body = till.message("mother-settles", in_batch("B1"))
    registered = till.message("mother-registers")
    body["msgid"] = registered["msgid"]
    assert till.post("mother-registers", registered)["infcode"] == 0
    till.refuses("mother-settles", body, "另一笔内容不同的交易")


def test_a_repeated_registration_opens_one_visit(till: Hospital) -> None:
    body = till.message("mother-registers")
    empty_handed = till.state()
    first = till.post("mother-registers", body)
    before = till.state()
    assert before != empty_handed
    again = till.post("mother-registers", copy.deepcopy(body))
    assert (again["infcode"], again["output"]) == (0, first["output"])
    assert till.state() == before


def test_a_quote_changes_nothing(till: Hospital) -> None:
    before = till.state()
    output = till.done("mother-quote", in_batch("B1"))
    assert output["setlinfo"]["medfee_sumamt"] == 900
    assert till.state() == before


def test_no_log_names_anybody(till: Hospital, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        till.done("who-is-mother")
        till.post(BILL, b'{"infno": "1101", "mdtrt_cert_no": "' + MOTHER.encode() + b'"')
        till.post("who-is-suspended", till.message("who-is-suspended", put(SUSPENDED, "msgid")))
    assert '"event":"answered"' in till.logged()
    assert not IDENTITY_NUMBER.search(str(logs) + caplog.text + till.logged())
