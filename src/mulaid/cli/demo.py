"""`mulaid demo`: a day of messages over an invented population, explained and audited, on this machine."""

import asyncio
import logging
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from mulaid.app.house import database
from mulaid.app.logs import log_from
from mulaid.app.serving import serving
from mulaid.audit.findings import NOTES, OF_THE_ENGINE, Report
from mulaid.audit.walk import audit
from mulaid.cli.audit import replayer
from mulaid.cli.cannot import cannot
from mulaid.cli.citing import cite
from mulaid.cli.day import Amounts, DayBroken, Played, play
from mulaid.cli.explain import Explained, as_lines, explained_case
from mulaid.cli.load import load_into
from mulaid.clock import from_ten
from mulaid.located import Fault
from mulaid.procedures.load import Summary
from mulaid.settings import LogLevel, Settings
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import EmbeddedFailed, data_path
from mulaid.store.ids import parse_wire
from mulaid.store.migrate import MigrationFailed, SchemaUnknown
from mulaid.terms.money import yuan
from mulaid.wording import audit as audit_wording
from mulaid.wording import commands
from mulaid.wording import demo as wording
from mulaid.wording.files import fault_sentence

app = typer.Typer(add_completion=False)

PROGRAM = "mulaid"
WIDTH = 100
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
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = WIDTH if not console.is_terminal else min(console.width, WIDTH)
    examples = examples_folder()
    if home is not None and data_path(home).exists():
        cannot(wording.already_there(str(home)))
    try:
        with ExitStack() as stack:
            kept = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mulaid-demo-")))
            settings = Settings(home=kept.expanduser().absolute(), port=0, processes=0, log_level=LogLevel.ERROR)
            console.print(wording.STARTING)
            dsn = stack.enter_context(database(settings))
            tell_loaded(console, load_into(settings, [examples / "population", examples / "catalogue.toml"]))
            case, report = asyncio.run(a_day(console, settings, dsn, examples / "day"))
    except Unexpected as error:
        raise typer.Exit(1) from error
    except DayBroken as error:
        cannot(str(error))
    except Fault as fault:
        cannot(fault_sentence(fault))
    except (EmbeddedFailed, MigrationFailed, SchemaUnknown, OSError) as failure:
        cannot(commands.cannot_start(str(failure)))
    console.print()
    print("\n".join(wording.next_steps(called_as(), str(home or "mulaid-demo"), case, home is not None)))
    raise typer.Exit(1 if report.damaged else 0)


def called_as() -> str:
    """How to type this program again: by its path when the shell would not find it by name."""
    called = sys.argv[0]
    return called if Path(called).name == PROGRAM and shutil.which(PROGRAM) != called else PROGRAM


def examples_folder() -> Path:
    """The examples of a checkout: where we are, or beside the sources."""
    for folder in (Path.cwd() / "examples", Path(__file__).parents[3] / "examples"):
        if (folder / "day").is_dir() and (folder / "population").is_dir():
            return folder
    cannot(wording.NO_EXAMPLES)


async def a_day(console: Console, settings: Settings, dsn: str, folder: Path) -> tuple[str, Report]:
    """Serve, send, print, explain and audit: the case explained and what the audit found. Raises `Unexpected`."""
    console.print(wording.PLAYING)
    clock = from_ten()
    connection = await connect(dsn, purpose="mulaid demo")
    sent, explained = 0, ""
    try:
        async with serving(settings, dsn, clock=clock, sandbox=True) as (_, port):
            async for played in play(port, folder, clock):
                sent += 1
                tell(console, played, await _recorded(connection, played))
                if played.surprises:
                    for line in wording.unexpected(played.scene.name, played.surprises):
                        console.print(line)
                    raise Unexpected
                if played.scene.demo.explain:
                    explained = played.case
        console.print(f"\n{wording.tally(sent)}")
        await _explain(console, connection, explained)
        report = await _audit(console, connection)
    finally:
        await connection.close()
    return explained, report


def tell_loaded(console: Console, summary: Summary) -> None:
    """How much there is to play with."""
    tables = ("person", "institution", "sponsorship")
    people, institutions, sponsorships = (summary[table].inserted for table in tables)
    console.print(wording.loaded(people, institutions, sponsorships))


def tell(console: Console, played: Played, told: Explained | None) -> None:
    """One message: its title, and what came back."""
    demo = played.scene.demo
    number = played.scene.name.partition("-")[0]
    console.print(f"\n{number}  {played.transaction}  {demo.title}")
    if demo.lose_answer:
        _indented(console, wording.LOST)
        return
    if played.sentence:
        _indented(console, wording.fact(wording.REFUSED, played.sentence))
    elif played.amounts is not None:
        console.print(Padding(_table(played.amounts), (0, 0, 0, INDENT), expand=False))
    else:
        shown = [wording.fact(label, text) for label, text in played.shown.items()]
        _indented(console, wording.facts([wording.DONE, *shown]))
    for payer in played.payers:
        _indented(console, wording.payer_line(payer.name, payer.kin, payer.pay, payer.way))
    if told is not None and not demo.same_as:
        for line in _passed_over(told):
            _indented(console, line)
    if played.remark:
        _indented(console, played.remark)


def _passed_over(told: Explained) -> list[str]:
    """Who did not pay, with the rule behind it: the interface has no room for that."""
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


def _indented(console: Console, text: str) -> None:
    inner = text.lstrip(" ")
    indent = INDENT + len(text) - len(inner)
    for line in folded(inner, console.width - indent):
        console.print(" " * indent + line if line else "")


def folded(text: str, width: int) -> list[str]:
    """Lines of at most so many columns. Chinese breaks anywhere, but no line begins with a closing mark."""
    lines = [""]
    for piece in wording.UNBROKEN.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


async def _recorded(connection: Connection, played: Played) -> Explained | None:
    """The record of a settlement, for what its answer has no room for. A quote has none."""
    return await explained_case(connection, *parse_wire(played.case)) if played.case else None


async def _explain(console: Console, connection: Connection, case: str) -> None:
    told = await explained_case(connection, *parse_wire(case))
    assert told is not None, "the case was answered, so it is recorded"
    console.print(f"\n{wording.explaining(case)}")
    for line in as_lines(told):
        _indented(console, line)


async def _audit(console: Console, connection: Connection) -> Report:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        report = await audit(connection, replay=replayer())
    console.print(f"\n{wording.AUDITING}")
    for line in audit_wording.report(
        regions=report.regions,
        checked=report.checked,
        found={str(check): number for check, number in report.found.items()},
        findings=[(each.check, each.region, each.where, each.expected, each.found) for each in report.findings],
        notes=NOTES,
        engine=OF_THE_ENGINE,
        replayed=True,
    ):
        _indented(console, line)
    return report
