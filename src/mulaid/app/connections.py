"""Who may connect, and how long a client may take: what the web server itself leaves open.

A connection reads a request's head, then its body, then waits for the answer, then idles. Nobody may stay in the first
two for longer than the settings say, nor leave an answer lying. When as many are connected as may be, one that idles is
closed for the next; when none idles, the next is told to come back.
"""

import asyncio
import contextlib
import resource
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep a connection to a server, so that none sends on one that is just being closed."""
HEAD_MAX = 64 << 10
SWEEP_SECONDS = 1.0
LINGER_SECONDS = 2.0
LINGERING_MAX = 200
"""Turned away and not yet gone; beyond these a connection is dropped without a word."""
SLOW_TOLD_SECONDS = 60
FREE_SHARE = 0.9
FILES_BESIDE = 200
"""Files a process has open besides its connections."""

_log = structlog.get_logger()


class Reading(StrEnum):
    """What of a request is being read."""

    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"


class Closed(StrEnum):
    """Why a connection was closed on a client."""

    FULL = "full"
    SLOW_HEAD = "slow_head"
    SLOW_BODY = "slow_body"
    LONG_HEAD = "long_head"
    NOT_HTTP = "not_http"
    ANSWER_LEFT = "answer_left"


class Gate:
    """All connections of the service, and how many of them were closed for what."""

    def __init__(self, most: int, head_seconds: float, body_seconds: float, words: Callable[[Closed], bytes]) -> None:
        self.most, self.head_seconds, self.body_seconds = most, head_seconds, body_seconds
        self.words = words
        """The body for a client whose connection is closed."""
        self.open: set[Connection] = set()
        self.idle: dict[Connection, None] = {}
        """Those that wait for a next request, the longest first."""
        self.lingering: dict[Connection, float] = {}
        self.closed: Counter[Closed] = Counter()
        self._full_since = 0
        self._told: Counter[Closed] = Counter()
        self._told_at = -float(SLOW_TOLD_SECONDS)

    @property
    def full(self) -> bool:
        """Whether one more would be too many; one that idles is closed first."""
        if len(self.open) < self.most:
            return False
        if not self.idle:
            return True
        idle = next(iter(self.idle))
        del self.idle[idle]
        self.open.discard(idle)
        idle.transport.close()
        return False

    def count(self, reason: Closed) -> None:
        """Count a connection closed on its client; the log is told when the connections become full."""
        self.closed[reason] += 1
        if reason is Closed.FULL and not self._full_since:
            self._full_since = self.closed[reason]
            _log.warning("connections_full", most=self.most)

    async def sweep(self) -> None:
        """Close whoever takes too long, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = loop.time()
            for connection in list(self.open):
                connection.look(now)
            for connection, since in list(self.lingering.items()):
                if now - since > LINGER_SECONDS:
                    connection.transport.abort()
            self._tell(now)

    def _tell(self, now: float) -> None:
        """The end of being full, and once a minute what was closed for being slow or odd."""
        if self._full_since and len(self.open) <= self.most * FREE_SHARE:
            _log.warning("connections_free", refused=self.closed[Closed.FULL] - self._full_since + 1)
            self._full_since = 0
        slow = Counter(self.closed)
        slow.pop(Closed.FULL, None)
        if slow != self._told and now - self._told_at >= SLOW_TOLD_SECONDS:
            _log.warning("connections_slow", **{str(reason): count for reason, count in (slow - self._told).items()})
            self._told, self._told_at = slow, now


class Config(uvicorn.Config):
    """The web server's configuration, with the gate its connections go through."""

    def __init__(self, app: Any, gate: Gate, **options: Any) -> None:
        super().__init__(app, http=Connection, ws="none", timeout_keep_alive=KEEP_ALIVE_SECONDS, **options)
        self.gate = gate


class Connection(HttpToolsProtocol):
    """One connection, and since when it has been reading what."""

    config: Config

    def __init__(self, config: Config, **given: Any) -> None:
        super().__init__(config, **given)
        self._gate = config.gate
        self._reading, self._since, self._head_size = Reading.HEAD, self.loop.time(), 0
        self._left, self._left_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if self._gate.full:
            self._gate.count(Closed.FULL)
            self._turn_away(transport)
            return
        super().connection_made(transport)
        self._gate.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gate.open.discard(self)
        self._gate.idle.pop(self, None)
        if self._gate.lingering.pop(self, None) is None:
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self in self._gate.lingering:
            return
        in_head = self._reading is Reading.HEAD
        super().data_received(data)
        if in_head and self._reading is Reading.HEAD:
            self._head_size += len(data)
            if self._head_size > HEAD_MAX:
                self._close(Closed.LONG_HEAD, 431)

    def send_400_response(self, msg: str) -> None:
        self._gate.count(Closed.NOT_HTTP)
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        self._reading, self._since, self._head_size = Reading.HEAD, self.loop.time(), 0
        self._gate.idle.pop(self, None)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._reading, self._since = Reading.BODY, self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._reading = Reading.NOTHING
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._reading is Reading.NOTHING and self.cycle.response_complete and self in self._gate.open:
            self._gate.idle[self] = None

    def look(self, now: float) -> None:
        """Close the connection when it has taken too long."""
        if self.flow.read_paused:
            # We do not read: that is not the client's time.
            self._since = now
        if self._reading is Reading.HEAD and now - self._since > self._gate.head_seconds:
            self._close(Closed.SLOW_HEAD, 408)
        elif self._reading is Reading.BODY and now - self._since > self._gate.body_seconds:
            self._close(Closed.SLOW_BODY, 408)
        elif left := self.transport.get_write_buffer_size():
            if not self._left or left < self._left:
                self._left_since = now
            elif now - self._left_since > self._gate.body_seconds:
                self._gate.count(Closed.ANSWER_LEFT)
                self.transport.abort()
            self._left = left
        else:
            self._left = 0

    def _close(self, reason: Closed, status: int) -> None:
        """Close it with a word, unless an answer is on its way or nothing was asked."""
        self._gate.count(reason)
        cycle: RequestResponseCycle | None = self.cycle
        answering = cycle is not None and cycle.response_started and not cycle.response_complete
        if not answering and not self.transport.is_closing():
            self.transport.write(_response(status, self._gate.words(reason)))
        self.transport.close()

    def _turn_away(self, transport: asyncio.Transport) -> None:
        """Tell a client to come back and let it hang up: closed at once, it might never read why."""
        self.transport = transport
        if len(self._gate.lingering) >= LINGERING_MAX:
            transport.abort()
            return
        self._gate.lingering[self] = self.loop.time()
        transport.write(_response(503, self._gate.words(Closed.FULL)))
        with contextlib.suppress(OSError):
            transport.write_eof()


def _response(status: int, body: bytes) -> bytes:
    return b"%bcontent-type: application/json;charset=UTF-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b" % (
        STATUS_LINE[status],
        len(body),
        body,
    )


def files_for(connections: int) -> int:
    """Make room for so many connections among this process's open files; for how many there is room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < wanted:
            room = max(1, allowed - FILES_BESIDE)
            _log.warning("files_too_few", connections=room, wanted=connections)
            return room
    return connections
