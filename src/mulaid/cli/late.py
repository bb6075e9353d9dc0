"""A group of commands each of which is imported only when it is called, so that none waits for what others need."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from typer.core import TyperCommand
from typer.main import get_command

from mulaid.cli.cannot import cannot
from mulaid.cli.usage import Group
from mulaid.wording.usage import not_installed


def late_group(room: str, commands: Mapping[str, str]) -> type[Group]:
    """The commands by name with a line about each; `check-claim` stands in the module `room` + `check_claim`."""

    class Late(Group):
        _only_names = False

        def list_commands(self, ctx: Any) -> list[str]:
            return list(commands)

        def summaries(self, ctx: Any) -> Iterable[tuple[str, str]]:
            return commands.items()

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name not in commands:
                return None
            if self._only_names:
                return TyperCommand(cmd_name, short_help=commands[cmd_name])
            command = get_command(_module(ctx, room, cmd_name).app)
            command.name, command.short_help = cmd_name, commands[cmd_name]
            return command

        def shell_complete(self, ctx: Any, incomplete: str) -> Any:
            self._only_names = True
            try:
                return super().shell_complete(ctx, incomplete)
            finally:
                self._only_names = False

    return Late


def _module(ctx: Any, room: str, name: str) -> Any:
    """The command's module. Where a package it needs is not installed, that is said, and only what needs it is lost."""
    try:
        return import_module(room + name.replace("-", "_"))
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == __name__.partition(".")[0]:
            raise
        cannot(not_installed(f"{ctx.command_path} {name}", package))
