"""Every refusal, command and setting stands in docs/reference/. Nothing is skipped, not even a missing folder."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import typer

from mulaid.cli import app
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.refusals import INTERNAL_FAILURE
from mulaid.procedures.act.faults import Fault
from mulaid.settings import Settings
from mulaid.terms import reasons
from tests.messages.test_sentences import field_sentences
from tests.tidy.tree import ROOT, Finding, nothing_found

REFERENCE = ROOT / "docs" / "reference"


def refusals() -> list[str]:
    """The codes of every list of reasons, in order of precedence."""
    lists = [kind for kind in vars(reasons).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    return [code.value for kind in lists for code in kind]


def answered() -> list[str]:
    """The codes of answers that the gateway gives by itself: broken fields, requests that cannot be carried out."""
    return [*Fault, INTERNAL_FAILURE, *(FieldFault(each).code for each in field_sentences())]


def spelled(command: Any, path: str) -> Iterator[str]:
    """A command as it is typed: `mulaid bench settle`. A group is asked for its commands, as it may load them late."""
    if not hasattr(command, "list_commands"):
        yield path
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from spelled(command.get_command(context, name), f"{path} {name}")


def commands() -> list[str]:
    return list(spelled(typer.main.get_command(app), "mulaid"))


def settings() -> list[str]:
    return [f"MULAID_{field.upper()}" for field in Settings.__struct_fields__]


def undocumented(words: list[str], pages: str) -> list[Finding]:
    """The words that stand on no page, as whole words."""
    return [f"{word} is not in docs/reference/" for word in words if not re.search(rf"(?<!\w){word}(?!\w)", pages)]


def reference() -> str:
    return "\n".join(page.read_text("utf-8") for page in sorted(REFERENCE.rglob("*.md")))


def test_every_refusal_is_documented() -> None:
    assert refusals()
    nothing_found(undocumented(refusals(), reference()))


def test_every_code_of_the_gateway_is_documented() -> None:
    assert answered()
    nothing_found(undocumented(answered(), reference()))


def test_every_command_is_documented() -> None:
    assert commands()
    nothing_found(undocumented(commands(), reference()))


def test_every_setting_is_documented() -> None:
    assert settings()
    nothing_found(undocumented(settings(), reference()))


def test_the_check_wants_whole_words() -> None:
    pages = "| `OVER_LIMIT_ALL` | ... |\n`mulaid bench settle`"
    assert undocumented(["OVER_LIMIT", "mulaid bench settle"], pages) == ["OVER_LIMIT is not in docs/reference/"]


def test_commands_are_spelled_as_typed() -> None:
    program, group = typer.Typer(), typer.Typer()
    program.command("serve")(lambda: None)
    group.command("settle")(lambda: None)
    program.add_typer(group, name="bench")
    assert sorted(spelled(typer.main.get_command(program), "mulaid")) == ["mulaid bench settle", "mulaid serve"]
