"""A group of commands each of which is imported only when it is called, so that none waits for what others need."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command


def late_group(room: str, commands: Mapping[str, str]) -> type[TyperGroup]:
    """The commands by name with a line about each; `check-claim` stands in the module `room` + `check_claim`."""

    class Late(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(commands)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name not in commands:
                return None
            command = get_command(import_module(room + cmd_name.replace("-", "_")).app)
            command.name, command.short_help = cmd_name, commands[cmd_name]
            return command

    return Late
