"""`mulaid settings`: which settings hold, and where each of them came from."""

import os
import re
from typing import Annotated

import typer

from mulaid.cli import environment
from mulaid.cli.printing import print_json, print_table
from mulaid.cli.usage import Commands
from mulaid.settings import Settings, given, processes_of, variable
from mulaid.wording import settings as words
from mulaid.wording.commands import AS_JSON

app = Commands()

_PASSWORD = re.compile(r"(?<=://)([^/@]*?):[^@]*@|(?<=[?&]password=)[^&]*", re.IGNORECASE)
"""In an address: after the user's name, or among the options."""


@app.command(help=words.SETTINGS)
def command(as_json: Annotated[bool, typer.Option("--json", help=AS_JSON)] = False) -> None:
    """Exit 0 when every setting can be used, 2 when one cannot."""
    settings = environment.settings()
    set_here = given(os.environ)
    rows = [(variable(field), field, shown(settings, field), field in set_here) for field in words.MEANINGS]
    if as_json:
        print_json(
            [
                {
                    "name": name,
                    "value": value,
                    "source": "environment" if here else "default",
                    "meaning": words.MEANINGS[field],
                }
                for name, field, value, here in rows
            ]
        )
        return
    print_table(
        words.HEADINGS,
        [
            (name, value, words.FROM_ENVIRONMENT if here else words.DEFAULT, words.MEANINGS[field])
            for name, field, value, here in rows
        ],
    )


def shown(settings: Settings, field: str) -> str:
    """The value of a setting as it can be shown: no password, and what stands in when nothing is set."""
    value = getattr(settings, field)
    if field == "dsn":
        return words.EMBEDDED if value is None else without_password(value)
    if field == "policies":
        return ":".join(map(str, value)) or words.SHIPPED
    if field == "proxies":
        return ",".join(value) or "none"
    if field == "processes" and value is None:
        return words.by_cores(processes_of(settings))
    return str(value)


def without_password(address: str) -> str:
    """A database's address with its password as dots."""
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] is not None else "***", address)
