"""The hospitals' side of `mulaid bench gateway` and `chain`: a process of its own, one connection for each till.

    python -m mulaid.bench.tills FILE

FILE holds a `Plan` as msgpack; stdout is one `Told` as JSON.
"""

import asyncio
import datetime
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import uvloop

from mulaid.bench.client import Answered, Script, send
from mulaid.gateway import hospital
from mulaid.gateway.hospital import Line, Patient
from mulaid.terms.money import Fen

CHAIN = ("2201", "2204", "2206", "2207")
LOOK_UP, CANCEL = "1101", "2208"
_ORDER = (LOOK_UP, *CHAIN, CANCEL)
"""By which messages of one bill get ids of their own."""


PATIENCE_SECONDS = 60
"""How much longer than it was told the process may take before the measurement is given up."""


class TillsFailed(RuntimeError):
    """The process did not end well: its exit code, or that it did not end."""


class Bill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Charges of a patient. Visit and settlement are known once the messages that make them were answered."""

    number: int
    patient: Patient
    lines: tuple[Line, ...]
    funds: Fen | None
    visit: str = ""
    settlement: str = ""

    @property
    def total(self) -> Fen:
        return sum(line.amount for line in self.lines)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to send until the time is up: bodies as they are, of settlements, or the `steps` of each bill."""

    port: int
    connections: int
    seconds: float
    moment: datetime.datetime
    bodies: list[bytes] = []
    bills: list[Bill] = []
    steps: tuple[str, ...] = ()


def with_seconds(plan: Plan, seconds: float) -> Plan:
    """The same for so long."""
    return msgspec.structs.replace(plan, seconds=seconds)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How it went: `left` were never begun; `finished` are the bills with which all went well."""

    seconds: float
    transactions: dict[str, Answered]
    left: int
    finished: list[Bill]


class Tills:
    """What all connections have in common: what is still to be sent, and until when."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._until = plan, time.perf_counter() + plan.seconds
        self._bodies, self._bills = list(plan.bodies), list(plan.bills)
        self.finished: list[Bill] = []

    @property
    def left(self) -> int:
        return len(self._bodies) + len(self._bills)

    def script(self) -> Script:
        """For one connection: the next of what is left, as long as the time is not up."""
        while self._bodies and time.perf_counter() < self._until:
            yield "2207", self._bodies.pop()
        while self._bills and time.perf_counter() < self._until:
            yield from self._steps(self._bills.pop())

    def _steps(self, bill: Bill) -> Script:
        """The messages of one bill, up to the first that is refused."""
        parts: dict[str, str] = {}
        for step in self._plan.steps:
            answer = yield step, self._body(step, bill, parts)
            if answer is None:
                return
            if step == "2201":
                bill = msgspec.structs.replace(bill, visit=hospital.registered_visit(answer))
            elif step == "2206":
                parts = hospital.quoted_parts(answer)
            elif step == "2207":
                bill = msgspec.structs.replace(bill, settlement=hospital.settled_case(answer))
        self.finished.append(bill)

    def _body(self, step: str, bill: Bill, parts: dict[str, str]) -> bytes:
        patient, moment = bill.patient, self._plan.moment
        serial = bill.number * len(_ORDER) + _ORDER.index(step)
        said = hospital.message_id(patient.institution, moment, serial), moment
        match step:
            case "2201":
                return hospital.register(patient, said)
            case "2204":
                return hospital.upload(patient, said, bill.visit, bill.lines)
            case "2206":
                return hospital.quote(patient, said, bill.visit, bill.total, bill.funds)
            case "2207":
                return hospital.settle(patient, said, bill.visit, bill.total, parts, bill.funds)
            case "2208":
                return hospital.cancel(patient, said, bill.visit, bill.settlement)
            case "1101":
                return hospital.look_up(patient, said)
        raise ValueError(step)


async def at_tills(plan: Plan) -> Told:
    """Let a process of its own carry out the plan. Raises `TillsFailed`."""
    with tempfile.NamedTemporaryFile(suffix=".msgpack") as file:
        await asyncio.to_thread(Path(file.name).write_bytes, msgspec.msgpack.encode(plan))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, file.name, stdout=asyncio.subprocess.PIPE
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), plan.seconds + PATIENCE_SECONDS)
        except TimeoutError as error:
            process.kill()
            await process.wait()
            raise TillsFailed("no end") from error
    if process.returncode:
        raise TillsFailed(str(process.returncode))
    return msgspec.json.decode(said, type=Told)


def main() -> None:
    """Send everything, then say how it went."""
    plan = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    tills = Tills(plan)
    answers, seconds = uvloop.run(send(plan.port, plan.connections, tills.script))
    told = Told(seconds=seconds, transactions=answers.summed(), left=tills.left, finished=tills.finished)
    print(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main()
