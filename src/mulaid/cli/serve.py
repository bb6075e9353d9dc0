"""`mulaid serve`: the service for hospitals and pharmacies, until it is told to stop."""

import asyncio
import logging
import signal
from typing import Annotated

import typer
import uvloop

from mulaid.app.logs import log_from
from mulaid.app.serving import serving
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.settings import Settings
from mulaid.wording import commands

app = Commands()


@app.command(help=commands.SERVE)
def command(sandbox: Annotated[bool, typer.Option("--sandbox", help=commands.SANDBOX)] = False) -> None:
    """Exit 0 after SIGTERM or SIGINT with everything accepted answered; 2 when it cannot start."""
    log_from(logging.INFO)
    with open_database() as (settings, dsn):
        uvloop.run(_serve(settings, dsn, sandbox=sandbox))


async def _serve(settings: Settings, dsn: str, *, sandbox: bool) -> None:
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    async with serving(settings, dsn, sandbox=sandbox) as (_, port):
        print_lines([commands.serving(settings.host, port)])
        await told_to_stop.wait()
    print_lines([commands.STOPPED])
