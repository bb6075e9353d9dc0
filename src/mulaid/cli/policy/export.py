"""`mulaid policy export --out DIR`: the whole book as a data package and as one JSON, always the same bytes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.asking import Policies, book_of
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.explain.package import NAME, data_package, whole_json
from mulaid.wording import book as words
from mulaid.wording import commands

app = Commands()


class Format(StrEnum):
    """Which files are written."""

    JSON = "json"
    CSV = "csv"
    BOTH = "both"


@app.command(help=commands.POLICY_EXPORT)
def command(
    out: Annotated[Path, typer.Option("--out", help=words.EXPORT_FOLDER)],
    form: Annotated[Format, typer.Option("--format", help=words.EXPORT_FORMAT)] = Format.BOTH,
    policies: Policies = None,
) -> None:
    """Exit 0; 2 when a policy file cannot be read or the files cannot be written."""
    book = book_of(policies)
    made = {} if form is Format.CSV else {f"{NAME}.json": whole_json(book)}
    if form is not Format.JSON:
        made |= data_package(book, made)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, content in made.items():
            (out / file).write_bytes(content)
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or out), error.strerror or ""))
    print_lines([words.exported([str(out / file) for file in made], len(book.entries), book.digest)])
