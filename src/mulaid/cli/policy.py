"""`mulaid policy …`: look into the policy book. Each of its commands stands in `policy_<name>`."""

import typer

from mulaid.cli.late import late_group
from mulaid.wording.commands import POLICY, POLICY_COMMANDS

app = typer.Typer(cls=late_group("mulaid.cli.policy_", POLICY_COMMANDS), add_completion=False, no_args_is_help=True)


@app.callback(help=POLICY)
def policy() -> None:
    """Only holds the subcommands together."""
