"""`mulaid bench settle|gateway`: how fast, as a ratio to pgbench on the same server in the same run."""

import logging
import sys
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mulaid.app.logs import log_from
from mulaid.bench import gateway as gateway_
from mulaid.bench import settle as settle_
from mulaid.bench.population import PEOPLE
from mulaid.wording import benching

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


def _measure(run: Callable[..., msgspec.Struct], seconds: float, *, as_json: bool, scale: bool) -> None:
    log_from(logging.INFO)
    sizes = SCALES if scale else (PEOPLE,)
    reports = [msgspec.structs.asdict(run(seconds, _say, people)) for people in sizes]
    if as_json:
        shown: Any = reports if scale else reports[0]
        print(msgspec.json.encode(shown).decode())
        return
    table = Table(*[benching.FIGURE, *[benching.people(size) for size in sizes]])
    for name in reports[0]:
        table.add_row(benching.NAMES[name], *[benching.shown(report[name]) for report in reports])
    Console().print(table)


def _say(stage: str) -> None:
    print(benching.STAGES.get(stage, stage), file=sys.stderr, flush=True)
