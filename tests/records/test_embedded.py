"""The server of one's own: shared while anybody uses it, gone with the last, back after it was killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mulaid.store import embedded
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded, EmbeddedFailed, Unreachable
from tests.places import database_place
from tests.tidy.tree import ROOT

START = (
    "import sys; from mulaid.store.embedded import Embedded; Embedded(__import__('pathlib').Path(sys.argv[1])).start()"
)


@pytest.fixture
def place() -> Iterator[Path]:
    with database_place() as folder:
        yield folder


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


def test_a_servers_life(place: Path) -> None:
    """Started by several at once, left one by one, killed with its user, and started again."""
    users = [Embedded(place) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(Embedded.start, users))) == 1
    pid = running(place)
    assert pid is not None
    for user in users[:-1]:
        user.stop()
    assert running(place) == pid
    users[-1].stop()
    users[-1].stop()
    assert running(place) is None

    # A user that ends without a word leaves a server behind; whoever comes next joins it, and stops it when leaving.
    subprocess.run([sys.executable, "-c", START, str(place)], check=True)
    left = running(place)
    assert left is not None
    with Embedded(place):
        assert running(place) == left
        os.kill(left, signal.SIGKILL)
        _wait_for_the_end(left)

    with Embedded(place) as dsn:
        assert running(place) not in (None, left)
        psql = [str(embedded.bin_path() / "psql"), dsn, "--tuples-only", "--command=select 40 + 2"]
        assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout.strip() == "42"

    # In a container the dead server's number may be somebody else's now: this very process, say.
    (embedded.data_path(place) / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with Embedded(place):
        assert running(place) not in (None, os.getpid())
    assert running(place) is None


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(place: Path) -> None:
    assert len(str(embedded._socket_folder(place / ("long" * 30)))) < 90


def test_a_server_that_cannot_be_made_says_why(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_SETTINGS", embedded._SETTINGS + "no_such_setting = 1\n")
    with pytest.raises(EmbeddedFailed, match="no_such_setting"):
        Embedded(place).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_folders_that_were_there_stay_as_they_are(place: Path) -> None:
    ours, locked = place / "ours", place / "locked"
    ours.mkdir(mode=0o751)
    locked.mkdir(mode=0o700)
    modes = {each: each.stat() for each in (place, ours, locked, Path("/tmp"))}
    with pytest.raises(Unreachable) as refused:
        Embedded(locked / "deeper").start()
    assert refused.value.place == locked
    with Embedded(ours / "new" / "home"):
        assert running(ours / "new" / "home") is not None
    for each, before in modes.items():
        after = each.stat()
        assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid), each
    assert [stat.S_IMODE((ours / name).stat().st_mode) for name in ("new", "new/home")] == [0o711, 0o711]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_a_home_that_cannot_be_entered_is_told_with_the_way_out(place: Path) -> None:
    locked = place / "locked"
    locked.mkdir(mode=0o700)
    settings = os.environ | {"MULAID_HOME": str(locked / "home")}
    command = [sys.executable, "-m", "mulaid", "load", str(ROOT / "examples" / "population")]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"进不了文件夹 {locked}。" in done.stderr and "MULAID_HOME" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_programs_that_root_alone_can_reach_are_copied(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, locked = embedded.bin_path().parents[1], place / "locked"
    locked.mkdir(mode=0o700)
    for part in (package, package.with_name(f"{package.name}.libs")):
        (locked / part.name).symlink_to(part)
    inside = locked / embedded.bin_path().relative_to(package.parent)
    monkeypatch.setattr(embedded, "bin_path", lambda: inside)
    home = place / "home"
    for _ in range(2):
        with Embedded(home):
            pid = running(home)
            assert Path(f"/proc/{pid}/exe").resolve().is_relative_to(home / "postgres" / "programs")
    assert locked.stat().st_mode & 0o777 == 0o700


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
