"""The server of one's own: shared while anybody uses it, gone with the last, back after it was killed."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mulaid.store import embedded
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded, EmbeddedFailed

START = (
    "import sys; from mulaid.store.embedded import Embedded; Embedded(__import__('pathlib').Path(sys.argv[1])).start()"
)


def running(home: Path) -> int | None:
    """The server's process id while it runs."""
    try:
        pid = int((embedded.data_path(home) / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


async def test_durability_is_left_at_its_safe_defaults(dsn: str) -> None:
    opened = await connect(dsn)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await opened.fetchval("select current_setting($1)", setting) == "on"
    assert await opened.fetchval("select current_setting('TimeZone')") == "Asia/Shanghai"
    assert await opened.fetchval("select current_setting('listen_addresses')") == ""
    await opened.close()


def test_a_servers_life(tmp_path: Path) -> None:
    """Started by several at once, left one by one, killed with its user, and started again."""
    users = [Embedded(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(Embedded.start, users))) == 1
    pid = running(tmp_path)
    assert pid is not None
    for user in users[:-1]:
        user.stop()
    assert running(tmp_path) == pid
    users[-1].stop()
    users[-1].stop()
    assert running(tmp_path) is None

    # A user that ends without a word leaves a server behind; whoever comes next joins it, and stops it when leaving.
    subprocess.run([sys.executable, "-c", START, str(tmp_path)], check=True)
    left = running(tmp_path)
    assert left is not None
    with Embedded(tmp_path):
        assert running(tmp_path) == left
        os.kill(left, signal.SIGKILL)
        _wait_for_the_end(left)

    with Embedded(tmp_path) as dsn:
        assert running(tmp_path) not in (None, left)
        psql = [str(embedded.bin_path() / "psql"), dsn, "--tuples-only", "--command=select 40 + 2"]
        assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout.strip() == "42"

    # In a container the dead server's number may be somebody else's now: this very process, say.
    (embedded.data_path(tmp_path) / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with Embedded(tmp_path):
        assert running(tmp_path) not in (None, os.getpid())
    assert running(tmp_path) is None


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    assert len(str(embedded._socket_folder(tmp_path / ("long" * 30)))) < 90


def test_a_server_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_SETTINGS", embedded._SETTINGS + "no_such_setting = 1\n")
    with pytest.raises(EmbeddedFailed, match="no_such_setting"):
        Embedded(tmp_path).start()


def _wait_for_the_end(pid: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
