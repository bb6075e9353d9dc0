"""Every command of docs/operate.md, run as it stands there: install, dump, restore as somebody else, audit, serve.

What a reader has to fill in (a folder, an address) is filled in here; nothing else is changed.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded, bin_path
from mulaid.store.seal import KEY_FILE
from tests.journeys.served import EXAMPLES, Message, Served, example_home, sale, served, who_is
from tests.places import database_place
from tests.tidy.tree import ROOT

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(300)]

BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INSTALL, LOAD, PSQL, OWN, DUMP_OWN, DUMP, RESTORE_OWN, RESTORE, AUDIT, REPAIR = (
    "python3 -m venv .venv",
    "mulaid load",
    "mulaid database psql",
    "export MULAID_DSN=",
    "pg_dump ",
    "mulaid database pg_dump",
    "pg_restore ",
    "mulaid database pg_restore",
    "mulaid audit",
    "mulaid repair clock",
)
HERE = "by this very environment: `make test` made it so"
STARTED = "服务已启动"
OWNERS = "select distinct tableowner from pg_tables where schemaname = 'public'"


def blocks() -> list[str]:
    """The commands of the page, a text a block."""
    page = (ROOT / "docs" / "operate.md").read_text("utf-8")
    return [re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE) for found in BLOCK.finditer(page)]


def block(begins: str) -> str:
    """The block that begins so."""
    return next(text for text in blocks() if text.startswith(begins))


def environment(home: Path, dsn: str | None) -> dict[str, str]:
    """A shell of an operator: mulaid is on the path, PostgreSQL's programs too, and no setting but these."""
    path = f"{Path(sys.executable).parent}:{bin_path()}:{os.environ['PATH']}"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("MULAID_")}
    own = {} if dsn is None else {"MULAID_DSN": dsn}
    return {**bare, "PATH": path, "MULAID_HOME": str(home), "PYTHONIOENCODING": "utf-8", **own}


def run(text: str, folder: Path, home: Path, dsn: str | None = None) -> str:
    """Run a block in a folder; what it prints. It must end well."""
    command = ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(
        command, cwd=folder, env=environment(home, dsn), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, (text, done.stdout, done.stderr)
    return done.stdout


def serve(text: str, folder: Path, home: Path, dsn: str | None = None) -> str:
    """Run a block that ends in a service until it has started, and stop it; what it printed."""
    log = folder / "serve.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=folder,
            env=environment(home, dsn) | {"MULAID_PROCESSES": "0", "MULAID_PORT": "18352"},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + 120
    while STARTED not in log.read_text("utf-8"):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text("utf-8")
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(60)
    return log.read_text("utf-8")


def new_home(place: Path, key_of: Path) -> Path:
    """A home with nothing in it but the key, as the page says."""
    place.mkdir()
    shutil.copy(key_of / KEY_FILE, place / KEY_FILE)
    (place / KEY_FILE).chmod(0o600)
    return place


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with example_home() as found:
        yield found


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the database's user can enter."""
    with database_place() as folder:
        yield folder


@pytest.fixture
def own_server(place: Path) -> Iterator[str]:
    """A PostgreSQL of one's own: an empty database that belongs to a user who may do nothing else."""
    with Embedded(place / "own") as dsn:
        asyncio.run(_make_owner(dsn))
        host = dsn.partition("host=")[2]
        yield f"postgresql://agency@/records?host={quote(host, safe='%')}"


async def _make_owner(dsn: str) -> None:
    opened = await connect(dsn)
    await opened.execute("create role agency login")
    await opened.execute("create database records owner agency")
    await opened.close()


class Till:
    """Sells to one student; the same message again is word for word the same."""

    def __init__(self) -> None:
        self._sent: dict[str, Message] = {}

    def sells(self, service: Served, message: str) -> tuple[str, str]:
        """Number and time of the settlement of one sale."""
        if message not in self._sent:
            student = service.post(who_is())["output"]["baseinfo"]["psn_no"]
            self._sent[message] = sale(message, student)
        answer = service.post(self._sent[message])
        assert answer["infcode"] == 0, answer
        found = answer["output"]["setlinfo"]
        return found["setl_id"], found["setl_time"]


async def owners(dsn: str) -> list[str]:
    opened = await connect(dsn)
    found = [row[0] for row in await opened.fetch(OWNERS)]
    await opened.close()
    return found


def test_every_command_of_the_page_is_run_here() -> None:
    run_here = (LOAD, PSQL, OWN, DUMP_OWN, DUMP, RESTORE_OWN, RESTORE, AUDIT, REPAIR)
    unknown = [text for text in blocks() if not text.startswith((INSTALL, *run_here))]
    assert unknown == []
    assert all(block(begins) for begins in run_here), HERE


def test_a_dump_is_restored_as_another_owner_and_goes_on(home: Path, place: Path, own_server: str) -> None:
    """From the embedded server to one of one's own, and back to an embedded one elsewhere."""
    till = Till()
    with served(home) as service:
        before = till.sells(service, "before")
        run(block(DUMP), place, home)
    assert run(block(PSQL), place, home).split()[2] == "10"

    elsewhere = new_home(place / "elsewhere", home)
    run(block(RESTORE_OWN), place, elsewhere, own_server)
    assert asyncio.run(owners(own_server)) == ["agency"]
    assert "账目相符，没有查出问题。" in run(block(AUDIT), place, elsewhere, own_server)
    assert "不用改" in run(block(REPAIR), place, elsewhere, own_server)
    with served(elsewhere, MULAID_DSN=own_server) as service:
        assert till.sells(service, "before") == before
        after = till.sells(service, "after")
    assert "账目相符" in run(block(AUDIT), place, elsewhere, own_server)

    (place / "mulaid.dump").unlink()
    run(block(DUMP_OWN), place, elsewhere, own_server)
    back = new_home(place / "back", home)
    run(block(RESTORE), place, back)
    assert "账目相符" in run(block(AUDIT), place, back)
    with served(back) as service:
        assert till.sells(service, "after") == after
        till.sells(service, "last")
    assert "12 笔业务" in run(block(AUDIT), place, back)


def test_a_dump_is_of_no_use_with_another_key(home: Path, place: Path) -> None:
    run(block(DUMP), place, home)
    back = place / "back"
    back.mkdir()
    (back / KEY_FILE).touch(0o600)
    (back / KEY_FILE).write_bytes(b"k" * 32)
    run(block(RESTORE), place, back)
    done = subprocess.run(
        ["bash", "-c", block(AUDIT)], env=environment(back, None), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "不是这个数据库的" in done.stderr, done.stderr


def test_the_first_steps(place: Path, own_server: str) -> None:
    folder = EXAMPLES / "population"
    first = place / "first"
    assert STARTED in serve(block(LOAD).replace("装入的文件夹", str(folder)), place, first)
    assert "账目相符" in run(block(AUDIT), place, first)
    own = block(OWN).replace("postgresql://mulaid@db.example/mulaid", f"'{own_server}'")
    assert STARTED in serve(own, place, place / "second")
