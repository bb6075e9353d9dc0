"""The frames of `frames/*.toml`: what a clause has to name for a rule to be stated by it, and with what value."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal

import msgspec

from mulaid.policy.claims.lexicon import LEXICON

Polarity = Literal["turns", "never", "needed", "kept", "either"]


class More(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further claim: told with the first (`also`), or another thing that may be meant (`senses`)."""

    rule: str
    takes: str = ""
    value: Any = None
    compares: str = "is"
    item: str = ""
    given: str = ""
    """Only where all of these are named."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frame as it is written; `docs/check-claims.md` explains every field."""

    needs: str
    rule: str = ""
    topic: str = ""
    takes: str = ""
    value: Any = None
    compares: str = "is"
    item: str = ""
    may: str = ""
    unless: str = ""
    no: Polarity = "turns"
    only: Literal["", "is", "both", "ok"] = ""
    next: str = ""
    prev: str = ""
    not_before: str = ""
    """The words the value is taken from must not stand right before one of these."""
    upper: bool = False
    hedge: bool = False
    count: int = 0
    whole: str = ""
    unclear: bool = False
    makes: Literal["", "premium", "fine", "suspension", "hours", "season"] = ""
    also: tuple[More, ...] = ()
    senses: tuple[More, ...] = ()
    asks: str = ""
    against: str = ""
    note: str = ""
    noted_without: str = ""
    """The remark is made only where this is not named."""
    condition: str = ""


class Frame(msgspec.Struct, frozen=True):
    """A frame ready to be tried."""

    form: Form
    needs: tuple[frozenset[str], ...]
    allowed: frozenset[str]
    """Concepts a word of the clause may have."""
    unless: frozenset[str]
    takes: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.form.rule or self.form.topic


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    frames: tuple[Form, ...]


def _frame(form: Form) -> Frame:
    needs = tuple(frozenset(one.split("|")) for one in form.needs.split())
    named = frozenset().union(*needs, form.may.split())
    return Frame(
        form=form,
        needs=needs,
        allowed=named | LEXICON.passes | ({"only"} if form.only else frozenset()),
        unless=frozenset(form.unless.split()),
        takes=tuple(form.takes.split()),
    )


def _forms() -> Iterator[Form]:
    folder = files("mulaid.policy.claims") / "frames"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield from msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).frames


FRAMES = tuple(_frame(form) for form in _forms())
"""Every way a rule is stated that is understood."""
