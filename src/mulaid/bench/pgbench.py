"""pgbench's built-in TPC-B on the same server: what this machine and this PostgreSQL can do with one row at a time."""

import re
import subprocess
from typing import Any

import msgspec

from mulaid.store.embedded import bin_path

SCALE = 100
"""Larger than the clients are many, or they would wait for each other's branch."""
CLIENTS = (32, 64)
THREADS = 2
SECONDS = 10
SECONDS_LEAST = 2
"""On a busy machine so many clients need up to a second to connect."""
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class PgbenchFailed(RuntimeError):
    """pgbench did not run to its end; the message is what it said."""


class Runs(msgspec.Struct):
    """Runs in one mode, simple or prepared, with the number of clients that did better in the first."""

    mode: str
    clients: int = 0
    rates: list[float] = []

    @property
    def tps(self) -> float:
        """The mean of the runs, in transactions a second."""
        return sum(self.rates) / len(self.rates)


class Yardstick:
    """pgbench before and after: first with every number of clients, in the end with the better one again."""

    def __init__(self, dsn: str, seconds: float) -> None:
        self._dsn, self._seconds = dsn, max(SECONDS_LEAST, round(min(seconds, SECONDS)))
        self.simple, self.prepared = Runs("simple"), Runs("prepared")

    def prepare(self) -> None:
        """Fill the four tables of TPC-B."""
        _run("-i", "-q", "-s", str(SCALE), self._dsn)

    def before(self) -> None:
        """Find out with how many clients each mode does better."""
        for runs in (self.simple, self.prepared):
            tried = {clients: self._rate(runs.mode, clients) for clients in CLIENTS}
            runs.clients = max(tried, key=tried.__getitem__)
            runs.rates.append(tried[runs.clients])

    def after(self) -> None:
        """Run each mode once more."""
        for runs in (self.simple, self.prepared):
            runs.rates.append(self._rate(runs.mode, runs.clients))

    def ratios(self, rate: float) -> dict[str, Any]:
        """So many a second as multiples of what pgbench did, `ratio` to simple and `ratio_prepared` to prepared."""
        return {
            "ratio": round(rate / self.simple.tps, 3),
            "ratio_prepared": round(rate / self.prepared.tps, 3),
        }

    def _rate(self, mode: str, clients: int) -> float:
        said = _run("-c", str(clients), "-j", str(THREADS), "-M", mode, "-T", str(self._seconds), self._dsn)
        found = _TPS.search(said)
        if found is None:
            raise PgbenchFailed(said)
        return float(found[1])


def _run(*arguments: str) -> str:
    done = subprocess.run([bin_path() / "pgbench", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PgbenchFailed(done.stderr)
    return done.stdout
