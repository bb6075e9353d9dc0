"""`mulaid book build DIR`: the policy book as a site of files, which opens without a server."""

from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.asking import OnDay, Policies, book_of, day_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.wording import commands

app = Commands()


@app.command(help=commands.BOOK_BUILD)
def command(
    folder: Annotated[Path, typer.Argument(help=commands.BOOK_FOLDER, metavar="DIR")],
    on: OnDay = "",
    policies: Policies = None,
) -> None:
    """Exit 0; 2 when the day or a policy file cannot be read, or the files cannot be written."""
    from mulaid.web.book.static import build
    from mulaid.web.library import Library

    book, day = book_of(policies), day_of(on)
    try:
        written = build(Library(book), day, folder)
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or folder), error.strerror or ""))
    print_lines([commands.book_built(str(folder), written.files, written.size, book.digest)])
