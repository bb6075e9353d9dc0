"""A database that is not ours, of another version, too old or not there: every command says so and changes nothing."""

import asyncio
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mulaid.cli import app
from mulaid.store.connect import connect
from mulaid.store.migrate import migrate
from mulaid.wording import commands
from tests.tidy.tree import ROOT

COMMANDS = {
    "load": ("load", str(ROOT / "examples" / "catalogue.toml")),
    "bind": ("bind", "make", "--kinship", "parent"),
    "explain": ("explain", "4506001"),
    "repair": ("repair", "clock"),
    "serve": ("serve",),
    "audit": ("audit",),
    "rehearse": ("policy", "rehearse", "DRAFT", "--recorded"),
}
READ_ONLY = ("audit", "rehearse")
NUMBERS = "994506198205140010\n994506195711030021\n"
NOT_OURS = "这个数据库里没有 mulaid 的账目"

CUSTOMERS = "create table customers (name text); insert into customers values ('x')"
OTHERS_MIGRATIONS = (
    "create table schema_migrations (version text primary key); insert into schema_migrations values ('2019')"
)
ANOTHER_PROGRAM = "create table schema_migrations (id int, dirty boolean); create table person (id int)"
TABLES = "select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'"


@pytest.fixture
def database(server: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[str]:
    """The address of an empty database of its own, set for the commands."""
    dsn = server.replace("/mulaid?", "/strange?")
    _run(server, "drop database if exists strange with (force)", "create database strange template template0")
    monkeypatch.setenv("MULAID_DSN", dsn)
    monkeypatch.setenv("MULAID_HOME", str(home))
    yield dsn
    _run(server, "drop database strange with (force)")


def _run(dsn: str, *statements: str) -> str:
    async def run() -> str:
        opened = await connect(dsn)
        for statement in statements:
            await opened.execute(statement)
        told = await opened.fetchval(TABLES)
        await opened.close()
        return str(told)

    return asyncio.run(run())


def told(name: str, draft: Path) -> str:
    """What a command says on stderr; it must not have worked."""
    (draft / "draft.toml").write_text('amends = "450600"\n', "utf-8")
    typed = [str(draft) if word == "DRAFT" else word for word in COMMANDS[name]]
    done = CliRunner().invoke(app, typed, input=NUMBERS, env={"COLUMNS": "1000"})
    assert done.exit_code == (1 if name == "load" else 2), (done.stdout, done.stderr, done.exception)
    assert done.stderr.endswith("。\n") and "Traceback" not in done.stderr and "('" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("foreign", [CUSTOMERS, OTHERS_MIGRATIONS, ANOTHER_PROGRAM], ids=["plain", "rails", "dirty"])
def test_another_programs_database_is_left_alone(database: str, tmp_path: Path, name: str, foreign: str) -> None:
    tables = _run(database, *foreign.split(";"))
    assert NOT_OURS in told(name, tmp_path)
    assert _run(database) == tables


@pytest.mark.parametrize("name", COMMANDS)
def test_a_newer_database_is_left_alone(database: str, tmp_path: Path, name: str) -> None:
    migrate(database)
    tables = _run(database, "insert into schema_migrations values ('9999')")
    assert commands.schema_unknown(["9999", "0002"], ["0002"]) in told(name, tmp_path)
    assert _run(database) == tables


@pytest.mark.parametrize("name", READ_ONLY)
def test_who_only_reads_does_not_bring_an_older_database_forward(database: str, tmp_path: Path, name: str) -> None:
    migrate(database)
    _run(database, "delete from schema_migrations where version = (select max(version) from schema_migrations)")
    assert "数据库的结构还是旧版本的" in told(name, tmp_path)


@pytest.mark.parametrize("name", READ_ONLY)
def test_an_empty_database_has_nothing_to_read(database: str, tmp_path: Path, name: str) -> None:
    assert NOT_OURS in told(name, tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_database_that_does_not_exist(
    server: str, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("MULAID_HOME", str(home))
    monkeypatch.setenv("MULAID_DSN", server.replace("/mulaid?", "/nowhere?"))
    assert commands.NO_SUCH_DATABASE.rstrip("。") in told(name, tmp_path)
    monkeypatch.setenv("MULAID_DSN", server.replace("postgres@", "stranger@"))
    assert commands.NOT_LET_IN.rstrip("。") in told(name, tmp_path)
    monkeypatch.setenv("MULAID_DSN", "postgresql://mulaid@127.0.0.1:9/mulaid")
    assert commands.NO_SERVER.rstrip("。") in told(name, tmp_path)


class OldServer(socketserver.StreamRequestHandler):
    """As much of PostgreSQL 15 as a client learns before it asks anything: no encryption, no password, the version."""

    def handle(self) -> None:
        while (size := self.rfile.read(4)) and (body := self.rfile.read(struct.unpack("!i", size)[0] - 4)):
            if struct.unpack("!i", body[:4])[0] == 80877103:
                self.wfile.write(b"N")
                continue
            self._send(b"R", struct.pack("!i", 0))
            for name, value in (("server_version", "15.8"), ("client_encoding", "UTF8"), ("TimeZone", "UTC")):
                self._send(b"S", f"{name}\0{value}\0".encode())
            self._send(b"Z", b"I")
            self.rfile.read(len(b"X") + 4)
            return

    def _send(self, kind: bytes, body: bytes) -> None:
        self.wfile.write(kind + struct.pack("!i", len(body) + 4) + body)


@pytest.fixture
def old_server() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldServer) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield f"postgresql://mulaid@127.0.0.1:{listening.server_address[1]}/mulaid"
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_server_that_is_too_old(
    old_server: str, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("MULAID_HOME", str(home))
    monkeypatch.setenv("MULAID_DSN", old_server)
    assert commands.server_too_old(15, 16).rstrip("。") in told(name, tmp_path)
