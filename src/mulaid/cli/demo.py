"""`mulaid demo`: a day of messages over an invented population, explained and audited, on this machine."""

import asyncio
import datetime
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from mulaid.app.house import database
from mulaid.app.logs import log_from
from mulaid.app.serving import serving
from mulaid.audit.findings import Report
from mulaid.audit.walk import audit
from mulaid.cli.audit import as_text, installation_key, replayer
from mulaid.cli.cannot import cannot
from mulaid.cli.day import Amounts, DayBroken, Played, play
from mulaid.cli.examples import examples_folder
from mulaid.cli.explain import Explained, as_lines, explained_case
from mulaid.cli.load import load_into
from mulaid.cli.opening import DATABASE_UNUSABLE, why
from mulaid.cli.printing import columns, print_lines
from mulaid.cli.usage import Commands
from mulaid.clock import ClockWrong, from_ten
from mulaid.explain.citing import cite
from mulaid.located import Fault
from mulaid.procedures.load.load import Summary
from mulaid.settings import LogLevel, Settings
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import data_path
from mulaid.store.ids import parse_wire
from mulaid.terms.codes import FundsBy
from mulaid.terms.money import yuan
from mulaid.wording import commands
from mulaid.wording import demo as wording
from mulaid.wording.files import fault_sentence

app = Commands()

PROGRAM = "mulaid"
WIDTH = 100
"""How wide a table of amounts may be where there is no screen."""
INDENT = 4


class Unexpected(Exception):
    """An answer was not what its message expects; it has been told already."""


@app.command(help=wording.DEMO)
def command(home: Annotated[Path | None, typer.Option(help=wording.HOME, show_default=False)] = None) -> None:
    """Exit 0 when everything came out as expected, 1 when something did not, 2 when the demo cannot run.

    No setting of this machine reaches the demo, so that it is the same everywhere.
    """
    log_from(logging.CRITICAL)
    logging.disable(logging.INFO)
    console = Console(highlight=False, markup=False, emoji=False, width=columns(sys.stdout) or WIDTH)
    examples = examples_folder()
    if home is not None and data_path(home).exists():
        cannot(wording.already_there(str(home)))
    try:
        with ExitStack() as stack:
            kept = home or stack.enter_context(gone_afterwards())
            settings = Settings(home=kept.expanduser().absolute(), port=0, log_level=LogLevel.ERROR)
            print_lines([wording.STARTING])
            dsn = stack.enter_context(database(settings))
            tell_loaded(load_into(settings, [examples / "population", examples / "catalogue.toml"], from_ten()))
            case, report = asyncio.run(a_day(console, settings, dsn, examples / "day"))
    except Unexpected as error:
        raise typer.Exit(1) from error
    except DayBroken as error:
        cannot(str(error))
    except Fault as fault:
        cannot(fault_sentence(fault))
    except ClockWrong as wrong:
        cannot(commands.clock_wrong(wrong.here, wrong.there))
    except DATABASE_UNUSABLE as failure:
        cannot(commands.cannot_start(why(failure)))
    # Not folded: these lines are typed again, or copied.
    print("", *wording.next_steps(called_as(), str(home or "mulaid-demo"), case, home is not None), sep="\n")
    raise typer.Exit(1 if report.damaged else 0)


@contextmanager
def gone_afterwards() -> Iterator[Path]:
    """A folder for this one run alone; started by root, the database's own user has to pass through it."""
    with tempfile.TemporaryDirectory(prefix="mulaid-demo-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def called_as() -> str:
    """How to type this program again: by its path when the shell would not find it by name."""
    called = sys.argv[0]
    return called if Path(called).name == PROGRAM and shutil.which(PROGRAM) != called else PROGRAM


async def a_day(console: Console, settings: Settings, dsn: str, folder: Path) -> tuple[str, Report]:
    """Serve, send, print, explain and audit: the case explained and what the audit found. Raises `Unexpected`."""
    clock = from_ten()
    print_lines([wording.playing(clock().date())])
    connection = await connect(dsn, purpose="mulaid demo")
    sent, explained = 0, ""
    try:
        async with serving(settings, dsn, clock=clock, sandbox=True) as (_, port):
            async for played in play(port, folder, clock):
                sent += 1
                tell(console, played, await _recorded(connection, played))
                if played.surprises:
                    print_lines(wording.unexpected(played.scene.name, played.surprises))
                    raise Unexpected
                if played.scene.demo.explain:
                    explained = played.case
        print_lines(["", wording.tally(sent)])
        await _explain(connection, explained)
        report = await _audit(connection, settings, clock())
    finally:
        await connection.close()
    return explained, report


def tell_loaded(summary: Summary) -> None:
    """How much there is to play with."""
    tables = ("person", "institution", "sponsorship")
    people, institutions, sponsorships = (summary[table].inserted for table in tables)
    print_lines([wording.loaded(people, institutions, sponsorships)])


def tell(console: Console, played: Played, told: Explained | None) -> None:
    """One message: its title, and what came back."""
    demo = played.scene.demo
    number = played.scene.name.partition("-")[0]
    print_lines(["", f"{number}  {played.transaction}  {demo.title}"])
    if demo.lose_answer:
        _indented(wording.LOST)
        return
    if played.sentence:
        _indented(wording.fact(wording.REFUSED, played.sentence))
    elif played.amounts is not None:
        console.print(Padding(_table(played.amounts), (0, 0, 0, INDENT), expand=False))
    else:
        shown = [wording.fact(label, text) for label, text in played.shown.items()]
        _indented(wording.facts([wording.DONE, *shown]))
    for payer in played.payers:
        _indented(wording.payer_line(payer.name, payer.kin, payer.pay, payer.way))
    if told is not None and not demo.same_as:
        for line in _passed_over(told):
            _indented(line)
        if told.record.funds_by not in (None, FundsBy.SANDBOX):
            _indented(wording.FUNDS_GIVEN)
    if played.remark:
        _indented(played.remark)


def _passed_over(told: Explained) -> list[str]:
    """Who did not pay, with the rule behind it, which the answer leaves out."""
    names = [sponsor.name for sponsor in told.record.case.sponsors]
    outcome = told.record.outcome
    why = {(step.who, step.code): step.text for step in cite(told.book, outcome.steps, names)}
    return [wording.passed_over_line(names[at], why[at, skip.value]) for at, skip in outcome.skipped]


def _table(amounts: Amounts) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    row = []
    for name in amounts.__struct_fields__:
        amount = getattr(amounts, name)
        if amount or name != "institution":
            table.add_column(wording.column(name), justify="right")
            row.append(yuan(amount))
    table.add_row(*row)
    return table


def _indented(text: str) -> None:
    print_lines(" " * INDENT + line if line else "" for line in text.splitlines())


async def _recorded(connection: Connection, played: Played) -> Explained | None:
    """The record of a settlement, for what its answer has no room for. A quote has none."""
    return await explained_case(connection, *parse_wire(played.case)) if played.case else None


async def _explain(connection: Connection, case: str) -> None:
    told = await explained_case(connection, *parse_wire(case))
    assert told is not None, "the case was answered, so it is recorded"
    print_lines(["", wording.explaining(case)])
    for line in as_lines(told):
        _indented(line)


async def _audit(connection: Connection, settings: Settings, now: datetime.datetime) -> Report:
    key = installation_key(settings.home)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        report = await audit(connection, now=now, key=key, replay=replayer())
    print_lines(["", wording.AUDITING])
    for line in as_text(report, replayed=True):
        _indented(line)
    return report
