"""The identity numbers of two people: from the screen, standard input or a file, never from the arguments.

A list of processes and a shell's history would show what stands in the arguments.
"""

import sys
from pathlib import Path

import typer

from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.intake.load_form import is_identity_number
from mulaid.wording import binding as words

_FILE_MAX = 4096
"""Characters of a file of two numbers that are read at all."""


def two_numbers(context: typer.Context, file: str) -> tuple[str, str]:
    """The sponsor's number and the beneficiary's: from a file, from the screen, else from standard input."""
    if context.args:
        cannot(words.NOT_IN_ARGUMENTS)
    if not file and sys.stdin.isatty():
        return _asked(words.ASK_SPONSOR), _asked(words.ASK_BENEFICIARY)
    try:
        if file in ("", "-"):
            text = sys.stdin.read(_FILE_MAX)
        else:
            with Path(file).open(encoding="utf-8-sig") as opened:
                text = opened.read(_FILE_MAX)
    except UnicodeDecodeError:
        cannot(words.NOT_TWO_NUMBERS)
    except OSError as error:
        cannot(words.cannot_read(file, error.strerror or str(error)))
    found = [_number(line) for line in text.splitlines() if line.strip()]
    if len(found) != 2:
        cannot(words.NOT_TWO_NUMBERS)
    for position, number in enumerate(found, 1):
        if not is_identity_number(number):
            cannot(words.bad_number(position))
    return found[0], found[1]


def _asked(question: str) -> str:
    """A number typed on the screen, asked again while it is none."""
    while True:
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            cannot(words.NOT_TWO_NUMBERS)
        number = _number(line)
        if is_identity_number(number):
            return number
        print_lines([words.BAD_NUMBER], sys.stderr)


def _number(line: str) -> str:
    return line.strip().lstrip("\ufeff").upper()
