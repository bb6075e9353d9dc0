"""`mulaid load FILE…`: bring people, institutions, sponsorships and the catalogue into the database."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from mulaid.app.house import bureau_on, database
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import DATABASE_UNUSABLE, in_the_way
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.clock import Clock, ClockWrong, china_now
from mulaid.counter.command import at_once, origin
from mulaid.gateway.profile import profile_names
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import Loads, read_loads
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.procedures.load.load import Loaded, LoadRequest, Summary
from mulaid.settings import Settings
from mulaid.store.connect import connect
from mulaid.store.seal import KeyRefused
from mulaid.terms.actor import Role
from mulaid.wording import commands, loading
from mulaid.wording.files import fault_sentence

app = Commands()

_PATIENCE = 600
"""Seconds a statement may take: a load has the machine to itself more often than not."""
_QUIET_SECONDS = 2


class PurseHeld(RuntimeError):
    """Somebody holds a purse of the people in the files; nothing was loaded."""


@app.command(help=loading.LOAD)
def command(files: Annotated[list[Path], typer.Argument(help=loading.FILES, show_default=False)]) -> None:
    """Exit 0 when everything is loaded, 1 when the database cannot be used, 2 when a file or a setting is not valid."""
    settings = environment.settings()
    try:
        summary = load_into(settings, files)
    except Fault as fault:
        cannot(fault_sentence(fault))
    except KeyRefused as error:
        print_lines([commands.key_refused(error.trouble, str(error.file))], sys.stderr)
        raise typer.Exit(1) from error
    except ClockWrong as wrong:
        print_lines([commands.clock_wrong(wrong.here, wrong.there)], sys.stderr)
        raise typer.Exit(1) from wrong
    except PurseHeld as error:
        raise _trouble("held", "") from error
    except DATABASE_UNUSABLE as error:
        blocked = in_the_way(error)
        raise _trouble("blocked" if blocked else "database", blocked or str(error)) from error
    _report(summary)


def load_into(settings: Settings, files: Sequence[Path], clock: Clock = china_now) -> Summary:
    """Read the files and load them into the database the settings name, which is made and migrated first.

    Raises `located.Fault`, and what the database raises.
    """
    book = Book.load(settings.policies)
    loads = read_loads(load_files(files), book.divisions.resolve, _Progress(), profiles=profile_names())
    with database(settings) as dsn:
        return asyncio.run(_load(settings, book, dsn, loads, clock))


async def _load(settings: Settings, book: Book, dsn: str, loads: Loads, clock: Clock) -> Summary:
    connection = await connect(dsn, purpose="mulaid load", patience=_PATIENCE)
    try:
        bureau = await bureau_on(connection, settings, book)
        request = LoadRequest(loads=loads, progress=_Progress())
        answer = await at_once(connection, bureau, request, origin(bureau, request, Role.OPERATOR), clock())
        if not isinstance(answer, Loaded):
            raise PurseHeld
        return answer.summary
    finally:
        await connection.close()


class _Progress:
    """Says on stderr how far a long load is; a short one stays quiet."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= _QUIET_SECONDS:
            self._last = now
            print(loading.progress_line(stage, done, total), file=sys.stderr, flush=True)


def _report(summary: Summary) -> None:
    table = Table(box=SIMPLE)
    for at, name in enumerate(loading.COLUMNS):
        table.add_column(name, justify="right" if at else "left")
    for name, counts in summary.items():
        numbers = (counts.inserted, counts.changed, counts.unchanged)
        if any(numbers):
            table.add_row(loading.TABLE_NAMES[name], *map(str, numbers))
    Console().print(table)
    print_lines([loading.done_sentence(any(counts.inserted or counts.changed for counts in summary.values()))])


def _trouble(kind: str, detail: str) -> typer.Exit:
    print_lines([loading.trouble_sentence(kind, detail)], sys.stderr)
    return typer.Exit(1)
