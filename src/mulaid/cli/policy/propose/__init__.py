"""`mulaid policy propose …`: a correction of the book, made by one person and accepted by another."""

from mulaid.cli.late import late_group
from mulaid.cli.usage import Commands
from mulaid.wording.proposals import PROPOSE, PROPOSE_COMMANDS

app = Commands(cls=late_group("mulaid.cli.policy.propose.", PROPOSE_COMMANDS))

REFUSED = 1
"""The exit code when a correction has to be put right first."""


@app.callback(help=PROPOSE)
def propose() -> None:
    """Only holds the subcommands together."""
