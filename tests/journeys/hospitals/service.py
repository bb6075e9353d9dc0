"""`mulaid serve` and the other commands as somebody types them: processes of their own over a home of their own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import psutil

ROOT = Path(__file__).parents[3]
SETTLING_PROCESSES = 2
START_SECONDS = 90
STOP_SECONDS = 60


class Service(msgspec.Struct, frozen=True):
    """A service that answers; what it says of itself goes into `log`."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def status(self, page: str) -> int:
        """What a page answers. Raises `OSError` when nobody does."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", page)
            return connection.getresponse().status

    def settling(self) -> list[int]:
        """The processes it has started to settle."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        return [child.pid for child in started if "mulaid.app.annex" in child.cmdline()]

    def stop(self) -> int:
        """Ask it to stop, as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def mulaid(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end, with no setting but the home."""
    return subprocess.run(
        [sys.executable, "-m", "mulaid", *arguments],
        env=_environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@contextlib.contextmanager
def serving(
    home: Path,
    *,
    program: tuple[str, ...] = ("-m", "mulaid", "serve", "--sandbox"),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """Start the service with these settings and wait until it is ready; killed at the end unless it was stopped."""
    port = _free_port()
    log = home.parent / f"{home.name}-{port}.log"
    usual = {"MULAID_PORT": str(port), "MULAID_PROCESSES": str(SETTLING_PROCESSES)}
    environment = _environment(home) | usual | dict(settings or {})
    with log.open("wb") as said:
        process = subprocess.Popen([sys.executable, *program], env=environment, stdout=said, stderr=subprocess.STDOUT)
    service = Service(port, process, log)
    try:
        _wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _environment(home: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("MULAID_")}
    sources = [str(ROOT / "src"), str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(sources), "PYTHONIOENCODING": "utf-8", "MULAID_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_ready(service: Service) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if service.process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if service.status("/ready") == http.client.OK:
                return
        time.sleep(0.1)
    raise AssertionError(service.log.read_text("utf-8"))
