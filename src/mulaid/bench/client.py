"""The hospital side of `mulaid bench gateway`: a process of its own that keeps connections open and sends bills.

    python -m mulaid.bench.client PORT CONNECTIONS SECONDS FILE

FILE holds the request bodies as one msgpack list. The last line of stdout is one JSON object.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from mulaid.gateway.hospital import SUCCESS

_SEPARATOR = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Answers(msgspec.Struct):
    """What came back: seconds for each request, and how many were settled."""

    latencies: list[float] = []
    settled: int = 0


class Caller(asyncio.Protocol):
    """One kept-open connection: sends the next request when the answer to the last has come whole."""

    def __init__(self, bodies: list[bytes], answers: Answers, until: float) -> None:
        self._bodies, self._answers, self._until = bodies, answers, until
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._began = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(_SEPARATOR)
        if head < 0:
            return
        found = self._received.lower().find(_LENGTH, 0, head)
        length = int(self._received[found + len(_LENGTH) : self._received.index(b"\r", found)])
        if len(self._received) < head + len(_SEPARATOR) + length:
            return
        self._answers.latencies.append(time.perf_counter() - self._began)
        self._answers.settled += SUCCESS in self._received
        self._received.clear()
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the service closed the connection"))

    def _next(self) -> None:
        assert self._transport is not None
        if not self._bodies or time.perf_counter() >= self._until:
            self.done.set_result(None)
            self._transport.close()
            return
        body = self._bodies.pop()
        self._began = time.perf_counter()
        self._transport.write(
            b"POST /fsi/api HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )


async def _call(port: int, connections: int, seconds: float, bodies: list[bytes]) -> tuple[Answers, float]:
    answers, began = Answers(), time.perf_counter()
    callers: list[Caller] = []
    for _ in range(connections):
        _, caller = await asyncio.get_running_loop().create_connection(
            lambda: Caller(bodies, answers, began + seconds), "127.0.0.1", port
        )
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))
    return answers, time.perf_counter() - began


def main() -> None:
    """Send everything, then say how it went."""
    port, connections, seconds, file = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    bodies = msgspec.msgpack.decode(file.read_bytes(), type=list[bytes])
    prepared = len(bodies)
    answers, took = uvloop.run(_call(port, connections, seconds, bodies))
    latencies = sorted(answers.latencies)
    said = {
        "requests": len(latencies),
        "settled": answers.settled,
        "seconds": took,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
        "left": prepared - len(latencies),
    }
    print(msgspec.json.encode(said).decode())


if __name__ == "__main__":
    main()
