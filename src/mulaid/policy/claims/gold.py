"""Sentences with the readings people expect, and how the reader does against them, clause by clause.

A line is a sentence, a tab, and its readings parted by `|`, each `rule op value @region -> verdict (remark)`. A `*`
says that the book need not have it yet; `exists` that only some regions are meant; `-` that no rule is stated. What has
several meanings says `ambiguous` or `ask back`.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.claims.claim import DENIED, Comparison
from mulaid.policy.claims.places import called
from mulaid.policy.claims.reader import Reading, read
from mulaid.policy.claims.readings import Said
from mulaid.policy.claims.truth import Truth
from mulaid.policy.claims.verdict import Judged, Verdict, judged
from mulaid.policy.rules import BY_KEY


class Outcome(StrEnum):
    """How one expected clause was met."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    ABSTAINED = "abstained"
    """Rightly: no rule is stated, and none was read."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One clause as it ought to be read."""

    text: str
    keys: tuple[str, ...] = ()
    """The rule; several where it is open which is meant."""
    comparison: Comparison | None = None
    value: frozenset[str] = frozenset()
    place: str = ""
    some: bool = False
    verdicts: frozenset[Verdict] = frozenset()
    """Empty: no rule is stated."""
    new: bool = False
    """The book need not have it yet."""
    open: bool = False
    """Both meanings have to be told."""


class Scored(msgspec.Struct, frozen=True):
    """An expected clause with what the reader made of it."""

    sentence: str
    expected: str
    outcome: Outcome
    read: str


_DAY = re.compile(r"\bDay (\d{4}-\d{2}-\d{2})")
_OPERATORS = {word: Comparison(word) for word in Comparison} | {
    "<=": Comparison.AT_MOST,
    ">=": Comparison.AT_LEAST,
    ">": Comparison.AT_LEAST,
}
_ALL_KNOWN = frozenset((Verdict.HOLDS, Verdict.FAILS, Verdict.PERSON))
_PARTLY = frozenset((Verdict.HOLDS_WHERE_KNOWN, Verdict.FAILS_WHERE_KNOWN))
_VERDICTS: tuple[tuple[str, frozenset[Verdict]], ...] = (
    ("not a rule", frozenset()),
    ("ask back", frozenset((Verdict.ASK,))),
    ("holds not", frozenset((Verdict.FAILS, Verdict.FAILS_WHERE_KNOWN, Verdict.AGAINST))),
    ("holds", frozenset((Verdict.HOLDS, Verdict.HOLDS_WHERE_KNOWN, Verdict.AGREED))),
    ("depends on person", frozenset((Verdict.PERSON,))),
    ("depends", _PARTLY | {Verdict.DEPENDS}),
    ("unknown", frozenset((Verdict.UNKNOWN, Verdict.NO_RULE))),
)
_FLIPPED = {
    Verdict.HOLDS: Verdict.FAILS,
    Verdict.FAILS: Verdict.HOLDS,
    Verdict.HOLDS_WHERE_KNOWN: Verdict.FAILS_WHERE_KNOWN,
    Verdict.FAILS_WHERE_KNOWN: Verdict.HOLDS_WHERE_KNOWN,
}


def day_in(lines: Iterable[str]) -> datetime.date | None:
    """The day the head of a file says its verdicts are of."""
    for line in lines:
        if line.startswith("#") and (match := _DAY.search(line)):
            return datetime.date.fromisoformat(match[1])
    return None


def score(book: Book, lines: Iterable[str], day: datetime.date) -> Iterator[Scored]:
    """Every expected clause of every line. What was read and nobody expected is told as a clause of its own."""
    names = called(book)
    for line in lines:
        sentence, tab, written = line.rstrip("\n").partition("\t")
        if not tab or line.startswith("#"):
            continue
        expected = [expectation(each) for each in written.split(" | ")]
        found = [(each, judged(book, each, day)) for each in _by_place(read(sentence, names).readings)]
        yield from _line(sentence, expected, found, names)


def _by_place(readings: Iterable[Reading]) -> Iterator[Reading]:
    """What is said of several regions is said of each."""
    for reading in readings:
        for place in reading.places or (None,):
            yield msgspec.structs.replace(reading, places=(place,)) if place else reading


def expectation(written: str) -> Expected:
    """One clause as a gold file writes it."""
    left, arrow, right = written.strip().partition("->")
    left, right = left.strip(), right.strip()
    if not arrow or "ambiguous" in (left[:9], right[:9]):
        keys = tuple(dict.fromkeys(word for word in re.findall(r"[a-z_]+", written) if word in BY_KEY))
        return Expected(text=written, keys=keys, open=True, verdicts=frozenset(Verdict))
    if left.startswith("-") or right.startswith("not a rule"):
        return Expected(text=written)
    some = left.startswith("exists ")
    head, _, place = left.removeprefix("exists ").partition("@")
    words = re.sub(r"\([^)]*\)", "", head).split()
    key, operator = words[0], next((word for word in words[1:2] if word in _OPERATORS), "")
    named = _keys_named(right)
    return Expected(
        text=written,
        keys=(named or key.rstrip("*"),),
        comparison=_OPERATORS.get(operator),
        value=frozenset() if named or ">" in words[1:2] else _words(words[2 if operator else 1 :]),
        place=place.split()[0] if place else "",
        some=some,
        verdicts=_verdicts(right.partition(named)[2].lstrip(", ") if named else right),
        new="*" in written or "no key" in right or "key new" in right,
        open=right.startswith("ask back") and " or unknown" not in right,
    )


def _keys_named(right: str) -> str:
    """Another rule that the verdict itself says is meant."""
    match = re.search(r"\bis ([a-z]+_[a-z_]+)\b", right)
    return match[1] if match and match[1] in BY_KEY else ""


def _verdicts(written: str) -> frozenset[Verdict]:
    text = written.removeprefix("question;").strip()
    found: frozenset[Verdict] = frozenset()
    for word, verdicts in _VERDICTS:
        if text.startswith(word):
            found = verdicts
            break
    if text.startswith("depends on region (holds"):
        found |= {Verdict.HOLDS}
    if "where sourced" in text:
        found |= _PARTLY
    return found | ({Verdict.UNKNOWN, Verdict.NO_RULE} if " or unknown" in text else frozenset())


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_number(word) for each in words for word in re.split(r"[{},]", each) if word)


def _number(word: str) -> str:
    return re.sub(r"\.0+$", "", word) if re.fullmatch(r"[0-9]+\.0+", word) else word


def _line(
    sentence: str,
    expected: list[Expected],
    found: list[tuple[Reading, tuple[Judged, ...]]],
    names: Mapping[str, str],
) -> Iterator[Scored]:
    left = list(found)
    missing: list[Expected] = []
    met: list[list[tuple[Any, ...]]] = []
    silent = [each for each in expected if not each.keys]
    for each in (each for each in expected if each.keys):
        at = _best(each, left, names)
        if at is None:
            missing.append(each)
            continue
        reading, judgements = left.pop(at)
        met.append(_claimed(reading))
        yield Scored(sentence, each.text, _outcome(each, reading, judgements, names), told(reading, judgements))
    known = {key for each in expected for key in each.keys}
    for reading, judgements in left:
        if reading.said[0].key in known and reading.said[0].topic:
            continue
        if _claimed(reading) in met or all(each.verdict is Verdict.NO_RULE for each in judgements):
            continue
        wanted = silent.pop(0).text if silent else missing.pop(0).text if missing else ""
        yield Scored(sentence, wanted, Outcome.WRONG, told(reading, judgements))
    yield from (Scored(sentence, each.text, Outcome.MISSED, "") for each in missing)
    yield from (Scored(sentence, each.text, Outcome.ABSTAINED, "") for each in silent)


def _claimed(reading: Reading) -> list[tuple[Any, ...]]:
    """What is claimed, in whatever words: a repetition is no claim of its own."""
    return [(said.key, said.comparison, said.value, said.item) for said in reading.said]


def _best(expected: Expected, found: list[tuple[Reading, tuple[Judged, ...]]], names: Mapping[str, str]) -> int | None:
    """The reading of the same rule, rather one in which all else is as expected too."""
    same = [at for at, (reading, _) in enumerate(found) if {said.key for said in reading.said} & set(expected.keys)]
    if not same and (expected.new or not set(expected.keys) & set(BY_KEY)):
        same = [at for at, (reading, _) in enumerate(found) if reading.said[0].topic]
    right = (at for at in same if _outcome(expected, *found[at], names) is Outcome.RIGHT)
    return next(right, same[0] if same else None)


def _outcome(expected: Expected, reading: Reading, judgements: tuple[Judged, ...], names: Mapping[str, str]) -> Outcome:
    if expected.open:
        told_both = reading.asks or len(reading.said) > 1
        return Outcome.RIGHT if told_both else Outcome.WRONG
    if reading.asks or len(reading.said) > 1:
        return Outcome.MISSED
    (said,), (judgement,) = reading.said, judgements
    if judgement.verdict is Verdict.NO_RULE and expected.new:
        return Outcome.RIGHT
    places = (names[expected.place],) if expected.place in names else ()
    if places and not set(places) & set(reading.places):
        return Outcome.WRONG
    if (reading.places and not places and not expected.place) or (expected.some and not reading.some):
        return Outcome.WRONG
    if not _same_sense(expected, said):
        return Outcome.WRONG
    return _judgement(expected, said, judgement)


def _judgement(expected: Expected, said: Said, judgement: Judged) -> Outcome:
    verdict = judgement.verdict
    opposite = expected.comparison is not None and expected.comparison is DENIED.get(said.comparison)
    if opposite and "false" not in expected.value and (isinstance(said.value, bool) or _shares(expected, said)):
        verdict = _FLIPPED.get(verdict, verdict)
    if verdict in expected.verdicts or (expected.new and verdict is Verdict.UNKNOWN):
        return Outcome.RIGHT
    if verdict in (Verdict.UNKNOWN, Verdict.NO_RULE) and Verdict.UNKNOWN not in expected.verdicts:
        return Outcome.MISSED
    mostly_unknown = 2 * judgement.count(Truth.HOLDS, Truth.FAILS) < len(judgement.truths)
    if Verdict.UNKNOWN in expected.verdicts and verdict in _PARTLY | {Verdict.DEPENDS} and mostly_unknown:
        return Outcome.RIGHT
    return Outcome.WRONG


def _shares(expected: Expected, said: Said) -> bool:
    return not expected.value or bool(said_words(said.value) & expected.value)


def _same_sense(expected: Expected, said: Said) -> bool:
    """Whether operator and value are those expected, as far as the gold file writes them."""
    value = said_words(said.value)
    if said.topic or not expected.value:
        return True
    if isinstance(said.value, bool):
        stated = said.value if said.comparison is Comparison.IS else not said.value
        return expected.value <= {"true", "false"} or _number(str(stated)).lower() in expected.value
    if isinstance(said.value, list):
        exact = Comparison.IS in (expected.comparison, said.comparison)
        both = expected.comparison is said.comparison
        wanted = expected.value - {"all", "personal", "shares"}
        if wanted != expected.value:
            return len(value) > 4
        return wanted == value if exact and both else bool(wanted & value)
    if {expected.comparison, said.comparison} == {Comparison.IS, Comparison.IS_NOT} and not value & expected.value:
        return True
    ends = {end for word in expected.value for end in re.split("[-x]", word)}
    return bool(value & (expected.value | ends)) or not any(word[0].isdigit() for word in value)


def said_words(value: Any) -> set[str]:
    """A value as the words a gold file writes it with."""
    if isinstance(value, dict):
        return {_number(str(each)) for each in value.values()}
    return {_number(str(each)) for each in value} if isinstance(value, list) else {_number(str(value))}


def told(reading: Reading, judgements: tuple[Judged, ...]) -> str:
    """A reading in the notation of a gold file."""
    parts = []
    for said, judgement in zip(reading.said, judgements, strict=True):
        some = "exists " if reading.some else ""
        item = f"[{said.item}]" if said.item else ""
        place = f" @{','.join(reading.places)}" if reading.places else ""
        parts.append(f"{some}{said.key}{item} {said.comparison} {said.value}{place} -> {judgement.verdict}")
    return " / ".join(parts)
