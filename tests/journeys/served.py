"""`mulaid serve` as an operator starts it, in a process of its own, and a till that buys from it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mulaid.clock import china_now
from mulaid.store.embedded import SUPERUSER, data_path

Message = dict[str, Any]
EXAMPLES = Path(__file__).parents[2] / "examples"
PHARMACY = "P43010099903"
"""It has no credential: a sandbox lets it in."""
SIGNED_PHARMACY = "P45060099905"
STUDENT = "994301200508310010"
STARTS_WITHIN = 60


class Service(msgspec.Struct, kw_only=True):
    """One running service, and the lines it has written."""

    process: Any
    port: int
    log: Path

    def lines(self) -> list[Message]:
        """The log so far; every line of it must be JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

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
            assert time.monotonic() < deadline, self.log.read_text("utf-8")[-3_000:]
            time.sleep(0.05)

    def stop(self) -> int:
        """Stop it as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return int(self.process.wait(60))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@contextlib.contextmanager
def service(folder: Path, **settings: str) -> Iterator[Service]:
    """A service in the sandbox with these settings, its log in a folder; killed when it still runs at the end."""
    port = free_port()
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MULAID_")}
    environment |= {"MULAID_PORT": str(port), "MULAID_PROCESSES": "2", **settings}
    log = folder / f"log-{port}"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "mulaid", "serve", "--sandbox"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stream, text=True)
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert str(port) in first, first + log.read_text("utf-8")
        yield Service(process=process, port=port, log=log)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


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

    def __init__(self, service: Service, patient: str, count: int = 6) -> None:
        self._service, self._patient = service, patient
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
