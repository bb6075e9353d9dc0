"""The words of `words/*.toml`: which concepts a phrase may stand for, and how long phrases get.

A phrase is written once for each concept it may mean; `{a,b,}` in it stands for each of these in turn. A newcomer adds
a phrase by adding it to the line of its concept.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import product
from typing import Any

import msgspec

UNITS, PATTERNS = "unit", "pattern"
LISTS = ("subjects", "lists", "reminds", "passes", "blocks", "carries", "opens", "closes")
ENDS = ("goes_on", "endings", "joins", "adds", "examples")


class Sense(msgspec.Struct, frozen=True):
    """One thing a phrase may mean: a concept, and the members it names where the concept has some."""

    concept: str
    members: tuple[str, ...] = ()


Phrases = Mapping[str, tuple[Sense, ...]]


class Lexicon(msgspec.Struct, frozen=True):
    """Every phrase with its senses, the units of numbers, and the three lists every frame goes by."""

    phrases: dict[str, tuple[Sense, ...]]
    longest: int
    """How many characters the longest phrase has."""
    units: dict[str, tuple[str, ...]]
    """By unit word, what a number with it may count."""
    patterns: dict[str, str]
    """Dates, hours and articles, each a pattern with named groups."""
    passes: frozenset[str]
    blocks: frozenset[str]
    carries: frozenset[str]
    subjects: frozenset[str]
    """Of what is carried, what a sentence goes on speaking of and the next one does not."""
    lists: frozenset[str]
    """What stands between the members of a list."""
    reminds: frozenset[str]
    """Of what is carried, what keeps a frame from being read as well."""
    opens: frozenset[str]
    closes: frozenset[str]
    """Words a mere condition begins or ends with."""
    adds: tuple[str, ...]
    """What a bracket that adds to a list begins with."""
    examples: tuple[str, ...]
    """What a bracket that only gives an example begins with."""
    joins: tuple[str, ...]
    """Words between two statements in one clause."""
    goes_on: tuple[str, ...]
    """Words by which a clause goes on about the regions of the one before."""
    endings: tuple[str, ...]
    """What a region is, at the end of its name; the longest first."""

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(sense.concept for senses in self.phrases.values() for sense in senses)


def plain(text: str) -> str:
    """A text without blanks and quotation marks, in half-width signs: what phrases and sentences are compared in."""
    return re.sub(r"[\s“”\"'‘’「」『』《》]", "", unicodedata.normalize("NFKC", text))


def spelled(written: str) -> Iterator[str]:
    """Every phrase that a line of phrases writes."""
    for word in written.split():
        pieces = re.split(r"\{([^{}]*)\}", word)
        choices = [piece.split(",") if number % 2 else [piece] for number, piece in enumerate(pieces)]
        yield from ("".join(choice) for choice in product(*choices))


def _tables() -> Iterator[dict[str, Any]]:
    folder = files("mulaid.policy.claims") / "words"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text("utf-8"))


def _read() -> Lexicon:
    senses: dict[str, list[Sense]] = {}
    units: dict[str, list[str]] = {}
    patterns: dict[str, str] = {}
    lists: dict[str, frozenset[str]] = {}
    ends: dict[str, tuple[str, ...]] = {}
    for table in _tables():
        for concept, written in table.items():
            if concept in ENDS:
                ends[concept] = tuple(sorted(written.split(), key=len, reverse=True))
            elif concept in LISTS:
                lists[concept] = frozenset(written.split())
            elif concept == PATTERNS:
                patterns = written
            elif concept == UNITS:
                for unit, words in written.items():
                    for word in spelled(words):
                        units.setdefault(plain(word), []).append(unit)
            else:
                members = written if isinstance(written, dict) else {"": written}
                for member, words in members.items():
                    sense = Sense(concept, tuple(member.split()))
                    for word in spelled(words):
                        _add(senses.setdefault(plain(word), []), sense)
    senses.pop("", None)
    return Lexicon(
        longest=max(map(len, senses)),
        phrases={phrase: tuple(found) for phrase, found in senses.items()},
        units={word: tuple(dict.fromkeys(found)) for word, found in units.items()},
        patterns=patterns,
        goes_on=ends["goes_on"],
        endings=ends["endings"],
        joins=ends["joins"],
        adds=ends["adds"],
        examples=ends["examples"],
        passes=lists["passes"],
        blocks=lists["blocks"],
        carries=lists["carries"],
        subjects=lists["subjects"],
        lists=lists["lists"],
        reminds=lists["reminds"],
        opens=lists["opens"],
        closes=lists["closes"],
    )


def _add(senses: list[Sense], sense: Sense) -> None:
    if sense not in senses:
        senses.append(sense)


LEXICON = _read()
