"""`mulaid serve` as an operator watches it, and tills that buy from it."""

import contextlib
import http.client
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mulaid.cli.load import load_into
from mulaid.clock import china_now
from mulaid.settings import Settings
from mulaid.store.embedded import SUPERUSER, data_path
from tests.journeys.hospitals.service import Service, serving

Message = dict[str, Any]
EXAMPLES = Path(__file__).parents[2] / "examples"
PHARMACY = "P43010099903"
"""It has no credential: a sandbox lets it in."""
STUDENT = "994301200508310010"


class Served(msgspec.Struct, frozen=True):
    """A running service, what it tells and what it has written."""

    service: Service

    @property
    def port(self) -> int:
        return self.service.port

    def text(self) -> str:
        """Its log so far, without what the command says on stdout."""
        lines = self.service.log.read_text("utf-8").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("服务已"))

    def lines(self) -> list[Message]:
        """The log so far; every line of it must be JSON."""
        return [json.loads(line) for line in self.text().splitlines()]

    def events(self, *names: str) -> list[Message]:
        return [line for line in self.lines() if line["event"] in names]

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        told = answer.status, answer.read()
        connection.close()
        return told

    def metric(self, name: str) -> float:
        """A line of the metrics."""
        found = [line for line in self.get("/metrics")[1].decode().splitlines() if line.startswith(f"{name} ")]
        return float(found[0].rpartition(" ")[2])

    def post(self, body: Message, headers: dict[str, str] | None = None) -> Message:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/fsi/api", json.dumps(body).encode(), headers or {})
        answer = connection.getresponse()
        told: Message = json.loads(answer.read())
        connection.close()
        return told

    def until(self, status: int, within: float = 60) -> None:
        """Wait until /health says so."""
        deadline = time.monotonic() + within
        while self.get("/health")[0] != status:
            assert time.monotonic() < deadline, self.text()[-3_000:]
            time.sleep(0.05)


@contextlib.contextmanager
def served(home: Path, **settings: str) -> Iterator[Served]:
    """A service in the sandbox with these settings; it must end well when it is stopped."""
    with serving(home, settings=settings) as service:
        yield Served(service)
        if service.process.poll() is None:
            assert service.stop() == 0


@contextlib.contextmanager
def example_home() -> Iterator[Path]:
    """A home with the example people in its database; nothing runs."""
    with tempfile.TemporaryDirectory(prefix="mulaid-tests-") as folder:
        home = Path(folder) / "home"
        Path(folder).chmod(0o755)
        load_into(Settings(home=home), [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
        yield home


def sale(message_id: str, patient: str, pharmacy: str = PHARMACY) -> Message:
    """A box of tablets for one yuan."""
    now = f"{china_now():%Y-%m-%d %H:%M:%S}"
    return {
        "infno": "2102",
        "msgid": message_id,
        "fixmedins_code": pharmacy,
        "input": {
            "druginfo": {
                "psn_no": patient,
                "mdtrt_cert_type": "02",
                "mdtrt_cert_no": STUDENT,
                "begntime": now,
                "medfee_sumamt": "1.00",
                "insutype": "390",
                "acct_used_flag": "2",
                "med_type": "41",
            },
            "drugdetail": [
                {
                    "feedetl_sn": "1",
                    "fee_ocur_time": now,
                    "med_list_codg": "XJ0000001",
                    "det_item_fee_sumamt": "1.00",
                    "cnt": "1",
                    "pric": "1.00",
                }
            ],
        },
    }


def who_is(message_id: str = "who", number: str = STUDENT, pharmacy: str = PHARMACY) -> Message:
    data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": number}
    return {"infno": "1101", "msgid": message_id, "fixmedins_code": pharmacy, "input": {"data": data}}


class Tills:
    """Several tills that sell to one student, each as fast as it is answered; what each message was answered last."""

    def __init__(self, served: Served, patient: str, count: int = 6) -> None:
        self._service, self._patient = served, patient
        self._going_on = True
        self._sent: dict[str, Message] = {}
        self.answers: dict[str, Message] = {}
        self.dropped = 0
        self._threads = [threading.Thread(target=self._sell, args=(at,)) for at in range(count)]

    def __enter__(self) -> "Tills":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going_on = False
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> dict[str, str]:
        """The settlement of each message that was told done."""
        told = list(self.answers.items())
        return {name: answer["output"]["setlinfo"]["setl_id"] for name, answer in told if answer["infcode"] == 0}

    @property
    def sentences(self) -> set[str]:
        """What was said to messages that were not done."""
        return {answer["err_msg"] for answer in list(self.answers.values()) if answer["infcode"] != 0}

    def settle_the_rest(self) -> None:
        """Send again what was not done, until it is."""
        for name in [name for name in self.answers if name not in self.done]:
            self.answers[name] = self._service.post(self._sent[name])
        assert not self.sentences, self.sentences

    def _sell(self, till: int) -> None:
        at = 0
        while self._going_on:
            at += 1
            name = f"{self._service.port}-{till}-{at}"
            self._sent[name] = sale(name, self._patient)
            try:
                self.answers[name] = self._service.post(self._sent[name])
            except (OSError, http.client.HTTPException):
                self.dropped += 1
                self.answers[name] = {"infcode": -1, "err_msg": "dropped"}
            time.sleep(0.005 if self.answers[name]["infcode"] == 0 else 0.1)


def postmaster(home: Path) -> int:
    return int((data_path(home) / "postmaster.pid").read_text().split("\n")[0])


def address(home: Path) -> str:
    return f"postgresql://{SUPERUSER}@/mulaid?host={home / 'postgres' / 'socket'}"
