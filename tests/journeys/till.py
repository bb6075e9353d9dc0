"""A till of the day in examples/day/: it sends that day's messages, changed in one place, to a real house over HTTP."""

import asyncio
import http.client
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from mulaid.app.logs import Log
from mulaid.app.serving import serving
from mulaid.cli.day import PATH, headers, read_day
from mulaid.cli.load import load_into
from mulaid.clock import from_ten
from mulaid.gateway.offices import Proof
from mulaid.settings import LogFormat, Settings
from mulaid.store.connect import connect
from tests.conftest import empty

EXAMPLES = Path(__file__).parents[2] / "examples"
CLOCK = from_ten()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IDENTITY_NUMBER = re.compile(r"99[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-9]{5}[0-9X]")
BILL, LINES, ENQUIRY = "mother-settles", "mother-fees", "mother-enquiry"
# That somebody was refused is noted, and nothing else may be.
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'attempt' order by 1"
ROWS = "select count(*)::text || md5(string_agg(t::text, ' ' order by t::text)) from {} t"

Message = dict[str, Any]
Change = Callable[[Message], object]


class Hospital(msgspec.Struct):
    """A till: knows the day's messages, and what earlier answers were kept as."""

    port: int
    dsn: str
    scenes: dict[str, Any]
    kept: dict[str, str] = {}
    sent: int = 0
    log: Path | None = None

    def logged(self, since: int = 0) -> str:
        """What the service has written to its log: something, if only a moment after the answer."""
        assert self.log is not None
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

    def post(self, name: str, body: Message | bytes, proof: Proof | None = None, path: str = PATH) -> Message:
        """The answer to a body sent as the institution of the named message; HTTP must be content."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        status, said = self.http("POST", path, raw, headers(proof or self.scenes[name].demo.credential, CLOCK()))
        assert status == 200
        answer: Message = json.loads(said)
        return answer

    def http(self, method: str, path: str, body: bytes = b"", sent: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, sent or {})
        response = connection.getresponse()
        said = response.read()
        connection.close()
        return response.status, said

    def done(self, name: str, change: Change | None = None) -> Message:
        """Send a message that must succeed; its output."""
        answer = self.post(name, self.message(name, change))
        assert (answer["infcode"], answer["err_msg"]) == (0, "")
        output: Message = answer["output"]
        return output

    def metric(self, name: str, by: str) -> float:
        """The value of one counter."""
        lines = self.http("GET", "/metrics")[1].decode().splitlines()
        return float(next(line for line in lines if line.startswith(f'{name}{{by="{by}"}}')).split()[1])

    def warned(self, name: str, change: Change | None = None) -> str:
        """Send a message that must succeed; the warning beside its answer."""
        answer = self.post(name, self.message(name, change))
        assert (answer["infcode"], answer["err_msg"]) == (0, "")
        warning: str = answer["warn_msg"]
        return warning

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


@contextmanager
def opened(dsn: str, home: Path) -> Iterator[Hospital]:
    """A hospital where the mother has one batch settled and cancelled, one settled, and one waiting."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    written = home / "till.log"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
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
        hospital = Hospital(ports[0], dsn, scenes, log=written)
        open_visit(hospital)
        yield hospital
    finally:
        over.set()
        thread.join()
        os.close(descriptor)
        asyncio.run(empty(dsn))


def open_visit(hospital: Hospital) -> None:
    kept = hospital.kept
    kept["mother"] = hospital.done("who-is-mother")["baseinfo"]["psn_no"]
    kept["suspended"] = hospital.done("who-is-suspended")["baseinfo"]["psn_no"]
    kept["mother_visit"] = hospital.done("mother-registers")["data"]["mdtrt_id"]
    for batch in ("B0", "B1", "B2"):
        hospital.done(LINES, in_batch(batch))
    settled = hospital.done(BILL, in_batch("B2"))["setlinfo"]
    kept["mother_case"], kept["mother_message"] = settled["setl_id"], settled["medins_setl_id"]
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
