"""The commands. Each file holds one of them and prints; none holds a rule.

A command's module is imported only when the command is called, so that `mulaid decide` loads neither a database
driver nor a web server.
"""

import sys

import typer

from mulaid.cli.late import late_group
from mulaid.wording.commands import COMMANDS, PROGRAM

app = typer.Typer(
    cls=late_group("mulaid.cli.", COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(help=PROGRAM)
def mulaid() -> None:
    """Only holds the commands together."""


def main() -> None:
    """The console script."""
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)
