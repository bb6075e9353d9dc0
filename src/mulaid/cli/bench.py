"""`mulaid bench settle|gateway|chain`: how fast, as a ratio to pgbench on the same server in the same run; `decide`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mulaid.bench import chain as chain_
from mulaid.bench import decide as decide_
from mulaid.bench import gateway as gateway_
from mulaid.bench import settle as settle_
from mulaid.bench.population import PEOPLE
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.located import Fault
from mulaid.wording import benching
from mulaid.wording.files import fault_sentence

app = Commands()

SCALES = (10_000, 100_000, 1_000_000)

Seconds = Annotated[float, typer.Option(help=benching.SECONDS, min=1)]
AsJson = Annotated[bool, typer.Option("--json", help=benching.AS_JSON)]
Scale = Annotated[bool, typer.Option("--scale", help=benching.SCALE)]


@app.callback(help=benching.BENCH)
def bench() -> None:
    """Only holds the subcommands together."""


@app.command(help=benching.SETTLE)
def settle(seconds: Seconds = 20, as_json: AsJson = False, scale: Scale = False) -> None:
    """Exit 0 when the measurement was made."""
    _measure(settle_.run, seconds, as_json=as_json, scale=scale)


@app.command(help=benching.GATEWAY)
def gateway(seconds: Seconds = 20, as_json: AsJson = False, scale: Scale = False) -> None:
    """Exit 0 when the measurement was made."""
    _measure(gateway_.run, seconds, as_json=as_json, scale=scale)


@app.command(help=benching.CHAIN)
def chain(seconds: Seconds = 20, as_json: AsJson = False, scale: Scale = False) -> None:
    """Exit 0 when the measurement was made."""
    _measure(chain_.run, seconds, as_json=as_json, scale=scale)


@app.command(help=benching.DECIDE)
def decide(
    cases: Annotated[list[Path], typer.Argument(help=benching.CASES, show_default=False)],
    seconds: Seconds = 5,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when the measurement was made, 2 when a file is not valid."""
    try:
        report = decide_.run(seconds, cases)
    except Fault as fault:
        cannot(fault_sentence(fault))
    show([msgspec.to_builtins(report)], as_json=as_json)


def _measure(run: Callable[..., msgspec.Struct], seconds: float, *, as_json: bool, scale: bool) -> None:
    environment.settings()
    sizes = SCALES if scale else (PEOPLE,)
    show([msgspec.to_builtins(run(seconds, _say, people)) for people in sizes], as_json=as_json)


def show(reports: list[dict[str, Any]], *, as_json: bool) -> None:
    """One JSON value; or for each report a table of its figures, and one for every list in it, an item a column."""
    if as_json:
        print_json(reports if len(reports) > 1 else reports[0])
        return
    console = Console()
    for report in reports:
        for listed in filter(_is_list, report.values()):
            names = list(listed[0])
            columns = [[benching.shown(part[name]) for name in names] for part in listed]
            console.print(_table(names, columns))
        names = [name for name in report if not _is_list(report[name])]
        console.print(_table(["", *names], [["", *[benching.shown(report[name]) for name in names]]]))


def _table(names: list[str], columns: list[list[str]]) -> Table:
    """Names on the left; the first figure of each column is its heading."""
    first, *rest = names
    table = Table(benching.NAMES.get(first, benching.FIGURE))
    for column in columns:
        table.add_column(column[0], justify="right")
    for at, name in enumerate(rest, 1):
        table.add_row(benching.NAMES[name], *[column[at] for column in columns])
    return table


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _say(sentence: str) -> None:
    print_lines([sentence], sys.stderr)
