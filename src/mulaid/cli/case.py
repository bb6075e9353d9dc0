"""`mulaid case new|examples`: a commented template of a case file, and the worked cases that come with mulaid."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.cannot import cannot
from mulaid.cli.examples import examples_folder
from mulaid.cli.printing import print_lines
from mulaid.cli.usage import Commands
from mulaid.wording import commands

app = Commands()


@app.callback(help=commands.CASE)
def case() -> None:
    """Only holds the subcommands together."""


@app.command(help=commands.CASE_NEW)
def new(file: Annotated[Path | None, typer.Argument(help=commands.CASE_FILE, show_default=False)] = None) -> None:
    """Print the template, or write it to a file that does not exist yet. Exit 2 when it cannot."""
    template = files("mulaid.wording").joinpath("case_template.toml").read_text(encoding="utf-8")
    if file is None:
        print(template, end="")
        return
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(template)
    except FileExistsError:
        cannot(commands.file_exists(str(file)))
    except OSError as error:
        cannot(commands.cannot_write(str(file), error.strerror or ""))
    print_lines([commands.case_written(str(file))])


@app.command(help=commands.CASE_EXAMPLES)
def examples(folder: Annotated[Path, typer.Argument(help=commands.EXAMPLES_FOLDER, show_default=False)]) -> None:
    """Copy the worked cases into a folder, over no file. Exit 2 when it cannot."""
    shipped = sorted((examples_folder() / "cases").glob("*.toml"))
    copies = [folder / file.name for file in shipped]
    for copy in copies:
        if copy.exists():
            cannot(commands.file_exists(str(copy)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, copy in zip(shipped, copies, strict=True):
            copy.write_bytes(file.read_bytes())
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or folder), error.strerror or ""))
    print_lines([commands.examples_written(str(folder), len(copies))])
