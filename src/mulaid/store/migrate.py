"""The schema: plain SQL files in `migrations/`, applied forward by dbmate, each once."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from mulaid.store.connect import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
_TIMEOUT_SECONDS = 600

# Extensions may keep tables of their own where ours go.
TABLES = """
select exists (
    select from pg_class c
    where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p', 'v', 'm')
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
)
"""

VERSIONS = "select version from schema_migrations order by version"


class MigrationFailed(RuntimeError):
    """dbmate refused or could not reach the database; the message is what it said."""


class DbmateMissing(MigrationFailed):
    """dbmate is not installed."""


class SchemaUnknown(RuntimeError):
    """The database's schema is not exactly the one this version of mulaid ships: too old, too new, or not ours."""

    def __init__(self, found: tuple[str, ...], expected: tuple[str, ...]) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.found, self.expected = found, expected


def shipped() -> tuple[str, ...]:
    """The versions this mulaid knows, in order."""
    return tuple(sorted(file.name.partition("_")[0] for file in MIGRATIONS.glob("*.sql")))


def migrate(dsn: str) -> None:
    """Bring an existing database to the shipped schema. Safe to repeat and to run from several processes at once.

    Raises `MigrationFailed`.
    """
    command = [
        _dbmate(),
        *("--env", "MULAID_MIGRATE_URL", "--env-file", os.devnull),
        *("--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "--migration-lock"),
        *("migrate", "--strict"),
    ]
    # The address may hold a password, so it goes by the environment, where no list of processes shows it.
    environment = {**os.environ, "MULAID_MIGRATE_URL": _for_dbmate(dsn)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if done.returncode != 0:
        raise MigrationFailed(re.sub(r"://[^\s@]*@", "://", done.stderr.strip() or done.stdout.strip()))


async def require_ours(connection: Connection) -> None:
    """Raises `SchemaUnknown` unless the database is empty or was made by this mulaid or one before it.

    Migrations go nowhere else: whoever gives the address of another program's database finds it as it was.
    """
    found = await _applied(connection)
    if not set(found) <= set(shipped()) or (not found and await connection.fetchval(TABLES)):
        raise SchemaUnknown(found, shipped())


async def require_known_schema(connection: Connection) -> None:
    """Raises `SchemaUnknown` unless exactly the shipped migrations have been applied."""
    found = await _applied(connection)
    if found != shipped():
        raise SchemaUnknown(found, shipped())


async def _applied(connection: Connection) -> tuple[str, ...]:
    """The migrations a database says it has had; none where it does not say so, or not as ours do."""
    try:
        return tuple(str(row[0]) for row in await connection.fetch(VERSIONS))
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return ()


def _dbmate() -> str:
    """The program that came with the package, else one on the path."""
    own = shutil.which("dbmate", path=sysconfig.get_path("scripts"))
    program = own or shutil.which("dbmate")
    if program is None:
        raise DbmateMissing("dbmate is not installed")
    return program


def _for_dbmate(dsn: str) -> str:
    """dbmate's driver asks for TLS when nothing is said; asyncpg and libpq take what the server offers."""
    if "sslmode" in parse_qs(urlsplit(dsn).query):
        return dsn
    return f"{dsn}{'&' if urlsplit(dsn).query else '?'}sslmode=prefer"
