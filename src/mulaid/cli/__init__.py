"""The commands. Each file holds one of them and prints; none holds a rule.

A command's module is imported only when the command is called, so that `mulaid decide` loads neither a database
driver nor a web server.
"""

import io
import sys
from typing import Annotated

import typer

from mulaid import __version__
from mulaid.cli.late import late_group
from mulaid.cli.usage import Commands
from mulaid.wording.commands import COMMANDS, PROGRAM

app = Commands(cls=late_group("mulaid.cli.", COMMANDS), completion=True)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"mulaid {__version__}")
        raise typer.Exit


@app.callback(help=PROGRAM)
def mulaid(
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True)] = False,
) -> None:
    """Only holds the commands together."""


def main() -> None:
    """The console script. What a screen or a file cannot hold, a foreign coding or half a character, is written out."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)
