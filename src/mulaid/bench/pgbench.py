"""pgbench's built-in TPC-B on the same server: what this machine and this PostgreSQL can do with one row at a time."""

import re
import subprocess

from mulaid.store.embedded import bin_path

SCALE = 32
CLIENTS = 32
THREADS = 2
SECONDS = 10
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class PgbenchFailed(RuntimeError):
    """pgbench did not run to its end; the message is what it said."""


def prepare(dsn: str) -> None:
    """Fill the four tables of TPC-B."""
    _run("-i", "-q", "-s", str(SCALE), dsn)


def run(dsn: str, *, mode: str = "simple", seconds: int = SECONDS) -> float:
    """Transactions a second over `seconds`, in `mode` simple or prepared."""
    said = _run("-c", str(CLIENTS), "-j", str(THREADS), "-M", mode, "-T", str(seconds), dsn)
    found = _TPS.search(said)
    if found is None:
        raise PgbenchFailed(said)
    return float(found[1])


def _run(*arguments: str) -> str:
    done = subprocess.run([bin_path() / "pgbench", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PgbenchFailed(done.stderr)
    return done.stdout
