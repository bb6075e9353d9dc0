"""A text taken apart: sentences, the label before a colon, clauses between commas, and what stands in brackets."""

import re
from collections.abc import Iterator

import msgspec

from mulaid.policy.claims.lexicon import LEXICON, plain

LABEL_MAX = 24
"""A label before a colon has at most so many characters."""
_SENTENCES, _CLAUSES, _LISTED = r"[。;!?…\n]", r",(?![0-9]{3})", "、"
_BRACKETS = re.compile(r"\(([^()]*)\)")


class Part(msgspec.Struct, frozen=True):
    """The clauses of one sentence, with the label before them."""

    label: str
    clauses: tuple[str, ...]


def parts_of(text: str) -> Iterator[Part]:
    """Every sentence of a text with its label and clauses. What stands in brackets is a clause of its own, behind."""
    for sentence in re.split(_SENTENCES, plain(text)):
        if not sentence.strip(",、"):
            continue
        label, body = _label(sentence)
        clauses: list[str] = []
        for clause in filter(None, re.split(_CLAUSES, _whole_brackets(body))):
            clauses += _unbracketed(clause.replace("\0", ","))
        yield Part(label, tuple(filter(None, clauses)))


def ways_apart(clause: str) -> Iterator[tuple[str, ...]]:
    """A clause parted between its enumeration commas, or where an "and" begins another statement."""
    for pattern in (re.escape(_LISTED), "|".join(map(re.escape, LEXICON.joins))):
        pieces = tuple(filter(None, re.split(pattern, clause)))
        if len(pieces) > 1:
            yield pieces


def _label(sentence: str) -> tuple[str, str]:
    """Colons of clocks part nothing; of several labels the last one counts with all that stands before."""
    found = [match for match in re.finditer(r"(?<![0-9]):|:(?![0-9])", sentence) if match.start() <= LABEL_MAX]
    if not found:
        return "", sentence
    last = found[-1]
    return sentence[: last.start()], sentence[last.end() :]


def _whole_brackets(text: str) -> str:
    """Commas inside brackets do not part a clause."""
    return _BRACKETS.sub(lambda match: match[0].replace(",", "\0"), text)


def _unbracketed(clause: str) -> list[str]:
    """What a bracket adds to a list stays in the clause; an example says nothing; anything else is a clause behind."""
    inner = [match[1] for match in _BRACKETS.finditer(clause)]
    behind = [each for each in inner if len(each) > 1 and not each.startswith((*LEXICON.adds, *LEXICON.examples))]
    outer = _BRACKETS.sub(_kept, clause)
    return [outer, *(f"({each})" for each in behind)]


def _kept(match: re.Match[str]) -> str:
    """A single character belongs to the word beside it."""
    if len(match[1]) == 1:
        return match[0]
    return match[1] if match[1].startswith(LEXICON.adds) else ""
