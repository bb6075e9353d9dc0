"""`mulaid policy propose accept FOLDER --by NAME --into DIR`: a second person takes a correction over."""

import shutil
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from mulaid.cli.asking import AsJson, Policies
from mulaid.cli.cannot import cannot
from mulaid.cli.policy.propose import REFUSED
from mulaid.cli.policy.proposing import Looked, data, lines, look, write_head
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.intake.proposals import SOURCES, files_of, same_person
from mulaid.wording import commands
from mulaid.wording import proposals as words

app = Commands()


@app.command(help=words.ACCEPT)
def command(
    folder: Annotated[Path, typer.Argument(help=words.PROPOSAL, show_default=False)],
    by: Annotated[str, typer.Option("--by", help=words.ACCEPTED_BY)],
    into: Annotated[Path, typer.Option("--into", help=words.INTO)],
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it was taken over, 1 when it may not be, 2 when a file cannot be read or written."""
    looked = look(folder, policies, None)
    proposal = looked.proposal
    if proposal.accepted_by and proposal.accepted_on:
        _refuse(words.already(proposal.accepted_by, proposal.accepted_on))
    if same_person(by, proposal.proposed_by) or not by.strip():
        _refuse(words.SAME_PERSON)
    if looked.to_put_right:
        print_lines(lines(looked), sys.stderr)
        _refuse(words.NOT_ACCEPTED)
    taken = _take_over(looked, by, into)
    if as_json:
        print_json(data(looked) | {"accepted_by": by, "files": taken})
    else:
        print_lines([*lines(looked), words.accepted(str(into), taken)])


def _take_over(looked: Looked, by: str, into: Path) -> list[str]:
    """Copy the files under names of their own, and write down who accepted them."""
    targets = {}
    for name, file in files_of(looked.folder).items():
        inside = name if name.parts[0] == SOURCES else Path(f"{looked.folder.resolve().name}.toml")
        targets[into / inside] = file
    try:
        for target, file in targets.items():
            if target.exists():
                cannot(commands.file_exists(str(target)))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        accepted = {"accepted_by": by, "accepted_on": china_now().date(), "digest": looked.before.digest}
        write_head(looked.folder, msgspec.structs.replace(looked.proposal, **accepted))
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or into), error.strerror or ""))
    return [str(target) for target in targets]


def _refuse(sentence: str) -> NoReturn:
    print_lines([sentence], sys.stderr)
    raise typer.Exit(REFUSED)
