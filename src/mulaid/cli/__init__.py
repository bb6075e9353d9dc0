"""The commands. Each file holds one of them and prints; none holds a rule.

A command's module is imported only when the command is called, so that `mulaid decide` loads neither a database
driver nor a web server.
"""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from mulaid.wording.commands import COMMANDS, PROGRAM


class _Commands(TyperGroup):
    """The commands by name, each in the module of that name."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(f"mulaid.cli.{cmd_name}").app)
        command.name, command.short_help = cmd_name, COMMANDS[cmd_name]
        return command


app = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback(help=PROGRAM)
def mulaid() -> None:
    """Only holds the commands together."""


def main() -> None:
    """The console script."""
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)
