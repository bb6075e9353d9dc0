"""`mulaid policy …`: look into the policy book. Each of its commands stands in the file of its name."""

from mulaid.cli.late import late_group
from mulaid.cli.usage import Commands
from mulaid.wording.commands import POLICY, POLICY_COMMANDS

app = Commands(cls=late_group("mulaid.cli.policy.", POLICY_COMMANDS))


@app.callback(help=POLICY)
def policy() -> None:
    """Only holds the subcommands together."""
