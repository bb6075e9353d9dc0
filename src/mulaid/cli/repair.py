"""`mulaid repair clock`: put right the days to come that a wrong clock has left behind."""

import asyncio
import logging
from typing import Annotated

import msgspec
import structlog
import typer

from mulaid.app.house import bureau_on
from mulaid.app.logs import log_from
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.counter.command import at_once, origin
from mulaid.policy.book import Book
from mulaid.procedures.account.clock_repair import Found, NearMidnight, look, requests
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.settings import Settings
from mulaid.store.connect import Connection, connect
from mulaid.store.ids import wire
from mulaid.terms.actor import Role
from mulaid.wording import repair as wording

app = Commands()

_log = structlog.get_logger()

_PATIENCE = 3_600
"""Seconds for one statement: whole tables are looked through."""


@app.callback(help=wording.REPAIR)
def group() -> None:
    """Only holds the subcommands together."""


@app.command(help=wording.CLOCK)
def clock(today: Annotated[str, typer.Option("--today", help=wording.TODAY, show_default=False)] = "") -> None:
    """Exit 0 when all is right, 1 when nobody confirmed, 2 when it cannot be done."""
    log_from(logging.INFO)
    with open_database() as (settings, dsn):
        try:
            confirmed = asyncio.run(_clock(settings, dsn, today))
        except NearMidnight:
            cannot(wording.NEAR_MIDNIGHT)
    raise typer.Exit(0 if confirmed else 1)


async def _clock(settings: Settings, dsn: str, today: str) -> bool:
    """Whether all is right now. Opened as the service is, so a wrong clock or key stops it."""
    connection = await connect(dsn, purpose="mulaid repair", patience=_PATIENCE)
    try:
        bureau = await bureau_on(connection, settings, Book.load(settings.policies))
        moment = china_now()
        found = await look(connection, moment)
        lines = _lines(found)
        print_lines([wording.now(moment), *lines] if lines else [wording.NOTHING])
        return not found.ahead.repairable or await _repaired(connection, bureau, found, today)
    finally:
        await connection.close()


async def _repaired(connection: Connection, bureau: Bureau, found: Found, today: str) -> bool:
    typed = today or _asked()
    moment = china_now()
    if not typed:
        print_lines([wording.UNCHANGED])
        return False
    if typed.strip() != str(moment.date()):
        cannot(wording.other_day(typed, moment))
    for request in await requests(connection, moment):
        answer = await at_once(
            connection, bureau, request, origin(bureau, request, Role.OPERATOR, request.region), moment
        )
        if isinstance(answer, Refused):
            cannot(wording.HELD)
    _log.warning("clock_repaired", **msgspec.structs.asdict(found.ahead))
    print_lines([wording.DONE])
    return True


def _asked() -> str:
    """What was typed; nothing where nobody is there to type."""
    try:
        return str(typer.prompt(wording.ASK, default="", show_default=False))
    except typer.Abort:
        return ""


def _lines(found: Found) -> list[str]:
    return wording.found(msgspec.structs.asdict(found.ahead), [wire(*case) for case in found.cases])
