"""`mulaid book …`: the policy book as pages. Each of its commands stands in a file of its own here."""

from mulaid.cli.late import late_group
from mulaid.cli.usage import Commands
from mulaid.wording.commands import BOOK, BOOK_COMMANDS

app = Commands(cls=late_group("mulaid.cli.book.", BOOK_COMMANDS))


@app.callback(help=BOOK)
def book() -> None:
    """Only holds the subcommands together."""
