"""`mulaid database PROGRAM …`: run one of PostgreSQL's own programs on the embedded database, such as pg_dump."""

import os
import subprocess
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer

from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import why
from mulaid.cli.usage import Commands
from mulaid.store.embedded import Embedded, EmbeddedFailed, bin_path
from mulaid.wording import commands

app = Commands()

CLIENTS = "pg_amcheck pg_basebackup pg_dump pg_dumpall pg_isready pg_restore psql reindexdb vacuumdb".split()
"""Those that ask a running server; the others would go behind its back."""

# What begins with a dash after the program is the program's.
PASSED_ON = {"allow_interspersed_args": False, "ignore_unknown_options": True}


@app.command(help=commands.DATABASE, context_settings=PASSED_ON)
def command(
    program: Annotated[str, typer.Argument(help=commands.DATABASE_PROGRAM)],
    arguments: Annotated[list[str] | None, typer.Argument(help=commands.DATABASE_ARGUMENTS)] = None,
) -> None:
    """Exit as the program does; 2 when it cannot be run. The server is started for it where it does not run.

    Nothing is migrated, so that a dump can be restored into a database that is empty.
    """
    settings = environment.settings()
    if settings.dsn is not None:
        cannot(commands.OWN_DATABASE)
    if program not in CLIENTS:
        cannot(commands.no_such_program(program, CLIENTS))
    try:
        with Embedded(settings.home) as dsn:
            done = subprocess.run([bin_path() / program, *(arguments or ())], env=_reaching(dsn), check=False)
    except (EmbeddedFailed, OSError) as failure:
        cannot(commands.cannot_start(why(failure)))
    raise typer.Exit(done.returncode)


def _reaching(dsn: str) -> dict[str, str]:
    """An environment in which PostgreSQL's programs reach this database without being told where it is."""
    parts = urlsplit(dsn)
    [host] = parse_qs(parts.query)["host"]
    address = {"PGHOST": host, "PGUSER": parts.username or "", "PGDATABASE": parts.path.removeprefix("/")}
    return {**os.environ, **address}
