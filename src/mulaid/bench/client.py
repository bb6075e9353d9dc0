"""Sends requests over connections that stay open, each the next when the answer to the last has come whole.

Runs in a process of its own, so that the service does not pay for its clients.
"""

import asyncio
import time
from collections.abc import Callable, Generator
from typing import cast

import msgspec

from mulaid.gateway.hospital import SUCCESS

_SEPARATOR = b"\r\n\r\n"
_LENGTH = b"content-length: "

Script = Generator[tuple[str, bytes], bytes | None, None]
"""What one connection sends: transaction and body. It is told the answer, None for a refusal."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """How one transaction went. Times are from sending a request to its whole answer."""

    requests: int
    done: int
    p50_ms: float
    p99_ms: float


class Answers(msgspec.Struct):
    """What came back, by transaction: seconds for each request, and how many were not refused."""

    latencies: dict[str, list[float]] = {}
    done: dict[str, int] = {}

    def add(self, transaction: str, seconds: float, *, done: bool) -> None:
        self.latencies.setdefault(transaction, []).append(seconds)
        self.done[transaction] = self.done.get(transaction, 0) + done

    def summed(self) -> dict[str, Answered]:
        """In figures, transaction by transaction."""
        return {
            transaction: Answered(
                requests=len(latencies),
                done=self.done[transaction],
                p50_ms=_at(latencies, 0.5),
                p99_ms=_at(latencies, 0.99),
            )
            for transaction, latencies in sorted(self.latencies.items())
        }


class Caller(asyncio.Protocol):
    """One connection that plays a script."""

    def __init__(self, script: Script, answers: Answers) -> None:
        self._script, self._answers = script, answers
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._transaction, self._began = "", 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(_SEPARATOR)
        if head < 0:
            return
        found = self._received.lower().find(_LENGTH, 0, head)
        length = int(self._received[found + len(_LENGTH) : self._received.index(b"\r", found)])
        whole = head + len(_SEPARATOR) + length
        if len(self._received) < whole:
            return
        seconds, done = time.perf_counter() - self._began, SUCCESS in self._received
        self._answers.add(self._transaction, seconds, done=done)
        answer = bytes(self._received[head + len(_SEPARATOR) : whole]) if done else None
        self._received.clear()
        self._send(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the service closed the connection"))

    def _send(self, answer: bytes | None) -> None:
        """Write the next request of the script, or close when there is none."""
        assert self._transport is not None
        try:
            self._transaction, body = self._script.send(answer)
        except StopIteration:
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(
            b"POST /fsi/api HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )


async def send(port: int, connections: int, script: Callable[[], Script]) -> tuple[Answers, float]:
    """Play a script of its own on each connection: what came back, and how many seconds it took."""
    answers, began = Answers(), time.perf_counter()
    callers: list[Caller] = []
    for _ in range(connections):
        _, caller = await asyncio.get_running_loop().create_connection(
            lambda: Caller(script(), answers), "127.0.0.1", port
        )
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))
    return answers, time.perf_counter() - began


def _at(latencies: list[float], share: float) -> float:
    return round(sorted(latencies)[int(len(latencies) * share)] * 1000, 1)
