"""`mulaid policy propose show FOLDER`: a correction once more, against the book as it is now."""

from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.asking import AsJson, OnDay, Policies, day_of
from mulaid.cli.policy.propose import REFUSED
from mulaid.cli.policy.proposing import data, lines, look
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.wording import proposals as words

app = Commands()


@app.command(help=words.SHOW)
def command(
    folder: Annotated[Path, typer.Argument(help=words.PROPOSAL, show_default=False)],
    on: OnDay = "",
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when nothing has to be put right, 1 when something has, 2 when a file cannot be read."""
    looked = look(folder, policies, day_of(on) if on else None)
    if as_json:
        print_json(data(looked))
    else:
        print_lines(lines(looked))
    raise typer.Exit(REFUSED if looked.to_put_right else 0)
