"""`mulaid serve`: the service for hospitals and pharmacies, until it is told to stop."""

import asyncio
import signal
import sys
from typing import Annotated

import typer
import uvloop

from mulaid.app.logs import NUMBERS, Log, listen_to, log_all_from
from mulaid.app.serving import serving
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.settings import Settings
from mulaid.wording import commands

app = Commands()

LOST = 1
"""The exit code when the database is gone and cannot be brought back: whoever supervises may start anew."""


@app.command(help=commands.SERVE)
def command(sandbox: Annotated[bool, typer.Option("--sandbox", help=commands.SANDBOX)] = False) -> None:
    """Exit 0 after SIGTERM or SIGINT with everything accepted answered; 1 when its database is lost for good; 2 when it
    cannot start."""
    with open_database() as (settings, dsn):
        log = log_all_from(NUMBERS[settings.log_level], settings.log_format)
        lost = uvloop.run(_serve(settings, dsn, log, sandbox=sandbox))
    if lost:
        print_lines([commands.DATABASE_LOST], sys.stderr)
        raise typer.Exit(LOST)


async def _serve(settings: Settings, dsn: str, log: Log, *, sandbox: bool) -> bool:
    """Serve until told to stop, or until the database is given up; whether it was."""
    loop, told_to_stop = asyncio.get_running_loop(), asyncio.Event()
    listen_to(loop, log)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    async with serving(settings, dsn, sandbox=sandbox, log=log) as (house, port):
        print_lines([commands.serving(settings.host, port)])
        ends = [asyncio.create_task(each.wait()) for each in (told_to_stop, house.database.given_up)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        lost = not told_to_stop.is_set()
        for end in ends:
            end.cancel()
    if not lost:
        print_lines([commands.STOPPED])
    return lost
