"""How a command writes spreadsheet files: the options, and what is said when they are written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.sheets import Sheet, as_csv, as_xlsx
from mulaid.wording import commands
from mulaid.wording import readings as words

AsCsv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help=words.CSV, show_default=False)]
AsXlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=words.XLSX, show_default=False)]


def wrote(sheets: Sequence[Sheet], csv: Path | None, xlsx: Path | None, *, silent: bool = False) -> bool:
    """Whether files were asked for; then they are written and named, unless `silent`.

    A workbook holds all sheets. A CSV holds one: the others stand beside it, their names behind its own.
    """
    if csv is None and xlsx is None:
        return False
    made: dict[Path, bytes] = {}
    if csv is not None:
        others = (csv.with_name(f"{csv.stem}-{sheet.name}{csv.suffix}") for sheet in sheets[1:])
        made |= {file: as_csv(sheet) for file, sheet in zip((csv, *others), sheets, strict=True)}
    if xlsx is not None:
        made[xlsx] = as_xlsx(sheets)
    for file, content in made.items():
        try:
            file.write_bytes(content)
        except OSError as error:
            cannot(commands.cannot_write(str(file), error.strerror or ""))
    if not silent:
        print_lines([words.files_written(map(str, made), sum(len(sheet.rows) for sheet in sheets))])
    return True
