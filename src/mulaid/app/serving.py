"""The service: the gateway with its health, readiness and metrics, until it is told to stop.

SIGTERM and SIGINT stop accepting; what was accepted is answered before the process ends.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import prometheus_client
import uvicorn
from litestar import Litestar, Response, get
from litestar.types import ASGIApp, Receive, Scope, Send

from mulaid.app.house import House, open_house
from mulaid.clock import Clock, china_now
from mulaid.gateway import door
from mulaid.settings import Settings
from mulaid.store.connect import connect

DRAIN_SECONDS = 30
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Server(uvicorn.Server):
    """Leaves signals to whoever runs it, who has more to close than the web server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Meters:
    """What the metrics endpoint tells, in a registry of its own."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.seconds = prometheus_client.Histogram(
            "mulaid_request_seconds", "Time from request to answer", buckets=_BUCKETS, registry=self.registry
        )
        gauge = prometheus_client.Gauge("mulaid_waiting", "Requests waiting for a lane", registry=self.registry)
        gauge.set_function(waiting)

    def around(self, app: ASGIApp) -> ASGIApp:
        """Time every request of an application."""

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            began = time.perf_counter()
            try:
                await app(scope, receive, send)
            finally:
                self.seconds.observe(time.perf_counter() - began)

        return timed


def application(house: House, clock: Clock, *, sandbox: bool) -> Litestar:
    """The gateway and the three endpoints operators watch."""
    meters = Meters(lambda: float(house.hall.queued))
    meters.registry.register(house.offices.given)

    @get("/health", sync_to_thread=False)
    def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @get("/ready")
    async def ready() -> Response[dict[str, str]]:
        """The database answers too, so requests can be settled."""
        try:
            connection = await connect(house.dsn, purpose="mulaid ready", patience=2)
        except OSError:
            return Response({"status": "no database"}, status_code=503)
        await connection.close()
        if house.offices.shut() is not None:
            return Response({"status": "clock wrong"}, status_code=503)
        return Response({"status": "ready", "policy": house.bureau.law.book.digest})

    @get("/metrics", media_type="text/plain", sync_to_thread=False)
    def metrics() -> bytes:
        """Prometheus text."""
        return prometheus_client.generate_latest(meters.registry)

    app = door.create(house.offices, clock=clock, sandbox=sandbox)
    for handler in (health, ready, metrics):
        app.register(handler)
    app.asgi_handler = meters.around(app.asgi_handler)
    return app


@asynccontextmanager
async def serving(
    settings: Settings, dsn: str, *, clock: Clock = china_now, sandbox: bool = False
) -> AsyncIterator[tuple[House, int]]:
    """Run the service on the running loop while the block runs: (house, port). Port 0 takes a free one."""
    async with open_house(settings, dsn, clock=clock) as house:
        listening = socket.create_server((settings.host, settings.port), backlog=1024)
        config = uvicorn.Config(
            application(house, clock, sandbox=sandbox),
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        server = Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        try:
            yield house, listening.getsockname()[1]
        finally:
            server.should_exit = True
            await running
