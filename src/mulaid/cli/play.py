"""`mulaid play FILE…`: play stories, several acts in order, each on an empty set of books with a clock of its own."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid.app.house import database
from mulaid.app.logs import log_from
from mulaid.cli.asking import Policies, book_of
from mulaid.cli.cannot import cannot
from mulaid.cli.demo import gone_afterwards
from mulaid.cli.opening import DATABASE_UNUSABLE, why
from mulaid.cli.playing import Played, Player
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.stage import Stage
from mulaid.cli.usage import Commands
from mulaid.intake.story_form import Story, read_stories
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.divisions import UnknownDivision
from mulaid.procedures.table import ACTS
from mulaid.settings import LogLevel, Settings
from mulaid.store.connect import connect
from mulaid.wording import commands
from mulaid.wording import stories as words
from mulaid.wording.files import fault_sentence

app = Commands()


class Told(msgspec.Struct):
    """A story that was played."""

    story: Story
    steps: list[Played]
    findings: list[str]
    timed: list[str]
    """The acts of timers that fell due on the way."""

    @property
    def ok(self) -> bool:
        return not self.findings and all(step.ok for step in self.steps)


@app.command(help=words.PLAY)
def command(
    files: Annotated[list[Path], typer.Argument(help=words.FILES, show_default=False)],
    policies: Policies = None,
    strict: Annotated[bool, typer.Option("--strict", help=commands.STRICT)] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help=words.COVERAGE)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=commands.AS_JSON)] = False,
) -> None:
    """Exit 0 when every expectation holds, 1 when one does not, 2 when a file is not valid or it cannot be played."""
    log_from(logging.CRITICAL)
    try:
        stories = read_stories(files)
        told = play_all(stories, policies or [], strict=strict)
    except Fault as fault:
        cannot(fault_sentence(fault))
    except UnknownDivision as unknown:
        cannot(words.no_such_place(str(unknown)))
    except DATABASE_UNUSABLE as failure:
        cannot(commands.cannot_start(why(failure)))
    if as_json:
        print_json([_as_json(each) for each in told])
    else:
        print_lines(line for each in told for line in _report(each))
        print_lines([words.tally(len(told), sum(not each.ok for each in told))])
        if coverage:
            print_lines(words.coverage(covered(told)))
    raise typer.Exit(0 if all(each.ok for each in told) else 1)


def play_all(stories: Iterable[Story], folders: list[Path], *, strict: bool = False) -> list[Told]:
    """Play stories on an embedded database of their own."""
    with gone_afterwards() as home, database(Settings(home=home, port=0, log_level=LogLevel.ERROR)) as dsn:
        return asyncio.run(_play_all(dsn, stories, folders, strict))


async def _play_all(dsn: str, stories: Iterable[Story], folders: list[Path], strict: bool) -> list[Told]:
    books: dict[tuple[Path, ...], Book] = {}
    connection = await connect(dsn, purpose="mulaid play")
    told = []
    try:
        for story in stories:
            if story.policies not in books:
                beside = [*(folders or [shipped_folder()]), *story.policies]
                books[story.policies] = book_of(beside, strict=strict)
            stage = Stage(connection, books[story.policies], story)
            await stage.set()
            player = Player(stage)
            steps = [await player.play(n, step) for n, step in enumerate(story.steps, 1)]
            told.append(Told(story, steps, await stage.findings(), stage.timed))
    finally:
        await connection.close()
    return told


def covered(told: Sequence[Told]) -> list[tuple[str, int, int, int]]:
    """For each act of the table how often a story did it, had it refused, and sent it again."""
    steps = [step for each in told for step in each.steps if step.act and step.ok]
    rows = []
    for act in ACTS:
        mine = [step for step in steps if step.act == act.name]
        again = sum(step.again for step in mine)
        refused = sum(step.refused is not None for step in mine)
        timed = sum(each.timed.count(act.name) for each in told)
        rows.append((act.name, len(mine) - refused - again + timed, refused, again))
    return rows


def _report(told: Told) -> list[str]:
    lines = [words.story(told.story.form.name, ok=told.ok)]
    for step in told.steps:
        lines += [words.difference(step.n, step.do, str(step.on), text) for text in step.differs]
    return [*lines, *(words.finding(each) for each in told.findings)]


def _as_json(told: Told) -> dict[str, Any]:
    steps = [
        {
            "n": step.n,
            "do": step.do,
            "on": step.on,
            "ok": step.ok,
            "outcome": "refused" if step.refused else "done",
            "refused": step.refused,
            "differs": step.differs,
            "result": step.result,
        }
        for step in told.steps
    ]
    return {"name": told.story.form.name, "ok": told.ok, "steps": steps, "audit": told.findings or "clean"}
