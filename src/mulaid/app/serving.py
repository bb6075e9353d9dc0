"""The service: the pages, and the gateway with its health, readiness and metrics, until it is told to stop.

SIGTERM and SIGINT stop accepting; what was accepted is answered before the process ends.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Response, get
from litestar.types import ASGIApp

from mulaid.app.connections import Closed, Config, Gate, files_for
from mulaid.app.front import beside
from mulaid.app.house import House, open_house
from mulaid.app.logs import NUMBERS, Log
from mulaid.app.meters import Meters
from mulaid.clock import Clock, china_now
from mulaid.gateway import door
from mulaid.gateway.answered import Answered
from mulaid.gateway.faults import FieldFault
from mulaid.outside.evoucher import Decoder
from mulaid.outside.evoucher_http import HttpDecoder
from mulaid.outside.evoucher_sandbox import SandboxDecoder
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.settings import Settings
from mulaid.web import routes, site
from mulaid.web.library import Library
from mulaid.wording import gateway as say

DRAIN_SECONDS = 30
CORRECTIONS = "corrections"
"""The folder at home for corrections of the policy book that readers send in."""
_SAID: Mapping[Closed, FieldFault | Refused] = {
    Closed.FULL: Refused(code=Fault.BUSY),
    Closed.SLOW_HEAD: FieldFault(say.too_slow),
    Closed.SLOW_BODY: FieldFault(say.too_slow),
    Closed.LONG_HEAD: FieldFault(say.head_too_long),
}


class Server(uvicorn.Server):
    """Leaves signals to whoever runs it, who has more to close than the web server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def application(house: House, gate: Gate, log: Log, clock: Clock, *, sandbox: bool) -> ASGIApp:
    """The pages, the gateway and the three endpoints operators watch."""
    meters, database = Meters(house, gate), house.database

    def told(answer: Answered) -> None:
        log.answered(answer)
        meters.answered(answer)

    def state(well: dict[str, str]) -> Response[dict[str, str]]:
        if not database.up:
            return Response({"status": "no database", "since": str(database.away_since)}, status_code=503)
        if house.offices.shut() is not None:
            return Response({"status": "clock wrong"}, status_code=503)
        return Response(well)

    @get("/health", sync_to_thread=False)
    def health() -> Response[dict[str, str]]:
        """The process answers, and can do what it is for."""
        return state({"status": "ok"})

    @get("/ready", sync_to_thread=False)
    def ready() -> Response[dict[str, str]]:
        """Requests can be settled, and by which policy."""
        return state({"status": "ready", "policy": house.bureau.law.book.digest})

    @get("/metrics", media_type="text/plain", sync_to_thread=False)
    def metrics() -> bytes:
        """Prometheus text."""
        return meters.text()

    app = door.create(house.offices, clock, sandbox, door.Watch(told))
    for handler in (health, ready, metrics):
        app.register(handler)
    library = Library(house.bureau.law.book, corrections=house.settings.home / CORRECTIONS)
    return beside(app, site.create(library, clock, sandbox=sandbox), routes.segments())


def _config(house: House, log: Log, clock: Clock, *, sandbox: bool) -> Config:
    settings = house.settings
    most = files_for(settings.connections_max)
    gate = Gate(most, settings.head_seconds, settings.body_seconds, lambda reason: door.unread(_SAID[reason], clock))
    return Config(
        application(house, gate, log, clock, sandbox=sandbox),
        gate,
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _decoder(settings: Settings, *, sandbox: bool) -> Decoder | None:
    """Who is asked for e-vouchers: the one that is set, else in a sandbox its own."""
    if settings.evoucher_url is not None:
        return HttpDecoder(settings.evoucher_url, settings.evoucher_seconds)
    return SandboxDecoder() if sandbox else None


@asynccontextmanager
async def serving(
    settings: Settings, dsn: str, *, clock: Clock = china_now, sandbox: bool = False, log: Log | None = None
) -> AsyncIterator[tuple[House, int]]:
    """Run the service on the running loop while the block runs: (house, port). Port 0 takes a free one."""
    log = Log(NUMBERS[settings.log_level], settings.log_format) if log is None else log
    async with open_house(settings, dsn, clock=clock) as house:
        house.offices.decoder = _decoder(settings, sandbox=sandbox)
        listening = socket.create_server((settings.host, settings.port), backlog=1024)
        config = _config(house, log, clock, sandbox=sandbox)
        server = Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        sweep = asyncio.create_task(config.gate.sweep())
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        try:
            yield house, listening.getsockname()[1]
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await running
            sweep.cancel()
            if house.offices.decoder is not None:
                await house.offices.decoder.close()
            log.flush()
