"""How a command says that it cannot do its work."""

import sys
from typing import NoReturn

import typer

from mulaid.cli.printing import print_lines

CANNOT = 2
"""The exit code when a command cannot do its work at all."""


def cannot(sentence: str) -> NoReturn:
    """Say why on stderr and end."""
    print_lines(sentence.splitlines(), sys.stderr)
    raise typer.Exit(CANNOT)
