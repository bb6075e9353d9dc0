"""CPU seconds of a measurement's own processes: its PostgreSQL, and this process with its annexes. No others count."""

import contextlib
import resource
from pathlib import Path

import msgspec
import psutil

from mulaid.store.embedded import data_path

_ANNEX = "mulaid.app.annex"


class Used(msgspec.Struct, frozen=True):
    """CPU seconds used so far."""

    postgres: float
    python: float

    def since(self, before: "Used") -> "Used":
        """What was used since an earlier look."""
        return Used(self.postgres - before.postgres, self.python - before.python)


def used(home: Path) -> Used:
    """What the server in `home` and this process with its annexes have used. Whoever sends the requests does not count.

    Raises `OSError` and `psutil.Error` when no server runs there.
    """
    server = psutil.Process(int((data_path(home) / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
    mine = resource.getrusage(resource.RUSAGE_SELF)
    annexes = [child for child in psutil.Process().children() if _is_annex(child)]
    return Used(
        postgres=_with_children(server),
        python=mine.ru_utime + mine.ru_stime + sum(map(_seconds, annexes)),
    )


def _with_children(server: psutil.Process) -> float:
    """Seconds of a process, of its children, and of those that have ended; looked at again when one ends meanwhile."""
    while True:
        ended = _ended(server)
        seconds = ended + _seconds(server) + sum(map(_seconds, server.children(recursive=True)))
        if _ended(server) == ended:
            return seconds


def _ended(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def _seconds(process: psutil.Process) -> float:
    """Its own seconds; nothing when it has just ended, for its parent then has them."""
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _is_annex(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return _ANNEX in process.cmdline()
    return False
