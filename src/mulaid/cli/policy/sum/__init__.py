"""`mulaid policy sum …`: sums that people ask for, each with its formula and the clause it rests on."""

from mulaid.cli.late import late_group
from mulaid.cli.usage import Commands
from mulaid.wording.reckoning import SUM, SUM_COMMANDS

app = Commands(cls=late_group("mulaid.cli.policy.sum.", SUM_COMMANDS))

UNKNOWN = 1
"""The exit code when nobody knows what it takes to compute a sum."""


@app.callback(help=SUM)
def sums() -> None:
    """Only holds the subcommands together."""
