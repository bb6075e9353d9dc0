"""The wordings of `claim_patterns.toml`, compiled. A new wording is one line there."""

import re
import tomllib
from importlib.resources import files
from typing import Any

import msgspec


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wording as it is written: the rule, how it compares, the pattern, and the value where the pattern fixes it."""

    rule: str
    compares: str
    says: str
    value: Any = None
    item: str = ""
    also: str = ""
    """A yes-or-no rule that is claimed with it."""
    note: str = ""


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    wordings: tuple[Written, ...]
    pieces: dict[str, str]
    several: dict[str, dict[str, list[str]]]
    unclear: dict[str, dict[str, list[str]]]
    words: dict[str, dict[str, str]]
    qualifiers: dict[str, dict[str, str]]


class Wording(msgspec.Struct, frozen=True):
    """A compiled pattern with what it was written from."""

    written: Written
    pattern: re.Pattern[str]


TABLES = msgspec.convert(tomllib.loads((files("mulaid.wording") / "claim_patterns.toml").read_text("utf-8")), Tables)


def _listed(name: str) -> str:
    """One or several of the words, parted as people part them."""
    one = "|".join([*TABLES.several.get(name, ()), *TABLES.words[name].values()])
    return f"(?P<{name}>(?:{one})(?:(?:[、，,和及与或]|以及)(?:{one}))*)"


def _one(name: str) -> str:
    return f"(?P<{name}>{'|'.join(TABLES.qualifiers[name].values())})"


_PIECES = (
    TABLES.pieces | {name: _listed(name) for name in TABLES.words} | {name: _one(name) for name in TABLES.qualifiers}
)


def _spelled(says: str) -> str:
    """A pattern with its pieces put in."""

    def piece(match: re.Match[str]) -> str:
        name = match[1].rstrip("_")
        again = "_" if match[1].endswith("_") else ""
        return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1{again}>", _spelled(_PIECES[name]))

    return re.sub(r"\{([a-z_]+)\}", piece, says)


WORDINGS = tuple(Wording(each, re.compile(_spelled(f"{{filler}}(?:{each.says})"))) for each in TABLES.wordings)
"""Every wording that is understood."""
