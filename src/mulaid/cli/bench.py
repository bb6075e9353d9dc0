"""`mulaid bench settle|gateway`: how fast, as a ratio to pgbench on the same server in the same run; and `decide`."""

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mulaid.app.logs import log_from
from mulaid.bench import decide as decide_
from mulaid.bench import gateway as gateway_
from mulaid.bench import settle as settle_
from mulaid.bench.population import PEOPLE
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.located import Fault
from mulaid.wording import benching
from mulaid.wording.files import fault_sentence

app = typer.Typer(add_completion=False, no_args_is_help=True)

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
    _show([msgspec.structs.asdict(report)], ("",), as_json=as_json)


def _measure(run: Callable[..., msgspec.Struct], seconds: float, *, as_json: bool, scale: bool) -> None:
    environment.settings()
    log_from(logging.INFO)
    sizes = SCALES if scale else (PEOPLE,)
    reports = [msgspec.structs.asdict(run(seconds, _say, people)) for people in sizes]
    _show(reports, [benching.people(size) for size in sizes], as_json=as_json)


def _show(reports: list[dict[str, Any]], headings: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        shown: Any = reports if len(reports) > 1 else reports[0]
        print(msgspec.json.encode(shown).decode())
        return
    table = Table(benching.FIGURE, *headings)
    for name in reports[0]:
        table.add_row(benching.NAMES[name], *[benching.shown(report[name]) for report in reports])
    Console().print(table)


def _say(stage: str) -> None:
    print(benching.STAGES.get(stage, stage), file=sys.stderr, flush=True)
