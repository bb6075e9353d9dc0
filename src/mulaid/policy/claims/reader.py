"""What a text claims: every clause read by the frames, in the place and on the days the text names."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mulaid.policy.claims.clauses import Part, parts_of, ways_apart
from mulaid.policy.claims.lexicon import LEXICON, Phrases, Sense
from mulaid.policy.claims.readings import (
    MUST,
    ONLY,
    PLACE,
    SOME,
    Clause,
    Meaning,
    Said,
    blocked,
    concepts_in,
    is_strange,
    meanings_of,
)
from mulaid.policy.claims.tokens import Token, tokens_of
from mulaid.policy.divisions import NATIONAL

SPAN_MAX = 3
"""So many clauses between commas may state one rule together."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a text claims, with where and when it is said to be so."""

    text: str
    said: tuple[Said, ...]
    """One claim, or several of which it is open which is meant."""
    asks: str = ""
    """What has to be asked back before anything can be answered; where it is empty, every meaning is answered."""
    places: tuple[str, ...] = ()
    some: bool = False
    """It says only that some regions have it so."""
    first: datetime.date | None = None
    last: datetime.date | None = None
    """The days it speaks of."""
    since: bool = False
    question: bool = False


class Unread(msgspec.Struct, frozen=True):
    """A part that is not read, and whether a word of it says that it states no rule."""

    text: str
    no_rule: bool


class Text(msgspec.Struct, frozen=True):
    """A text as it was understood."""

    readings: tuple[Reading, ...]
    unread: tuple[Unread, ...]


class _Mind(msgspec.Struct):
    """What was said before and still holds for the clauses that follow."""

    places: tuple[str, ...] = ()
    carried: frozenset[str] = frozenset()
    some: bool = False
    """The clause before spoke of some regions; an example goes on speaking of them."""


def read(text: str, names: Mapping[str, str]) -> Text:
    """Read a text. `names` are the regions by every name they are called by."""
    places: Phrases = {name: (Sense(PLACE, (region,)),) for name, region in names.items()}
    mind = _Mind()
    readings: list[Reading] = []
    unread: list[Unread] = []
    for part in parts_of(text):
        for found in _part(part, places, mind):
            if isinstance(found, Reading):
                readings.append(found)
            else:
                unread.append(found)
    return Text(tuple(readings), tuple(unread))


def _part(part: Part, places: Phrases, mind: _Mind) -> Iterator[Reading | Unread]:
    label = tuple(token for token in tokens_of(part.label, places) if MUST not in token.concepts)
    mind.places = _places(label) or mind.places
    mind.carried -= LEXICON.subjects
    clauses, at = part.clauses, 0
    while at < len(clauses):
        if at:
            label = tuple(token for token in label if ONLY not in token.concepts)
        if _is_place(clauses[at], places, mind):
            at += 1
            continue
        for span in range(min(SPAN_MAX, len(clauses) - at), 0, -1):
            together = clauses[at : at + span]
            if span > 1 and any(_stands_alone(clause, places) for clause in together[1:]):
                continue
            if found := _together(together, label, places, mind):
                yield from found
                at += span
                break
        else:
            if inside := _with_bracket(clauses[at : at + 2], label, places, mind):
                yield from inside
                at += 2
                continue
            yield from _apart(clauses[at], label, places, mind)
            at += 1


def _together(clauses: tuple[str, ...], label: tuple[Token, ...], places: Phrases, mind: "_Mind") -> list[Reading]:
    """What clauses state together, unless each of them states something by itself."""
    before = msgspec.structs.replace(mind)
    joined = _clause(clauses, label, places, mind)
    if not joined or len(clauses) == 1:
        return joined
    alone = [_clause((clause,), label, places, before) for clause in clauses]
    return [reading for found in alone for reading in found] if all(alone) else joined


def _with_bracket(clauses: tuple[str, ...], label: tuple[Token, ...], places: Phrases, mind: "_Mind") -> list[Reading]:
    """What a clause states with what the bracket behind it names."""
    if len(clauses) < 2 or not clauses[1].startswith("(") or _stands_alone(clauses[1][1:], places):
        return []
    return _clause(clauses, label, places, mind)


def _stands_alone(clause: str, places: Phrases) -> bool:
    """Whether a clause cannot carry on the one before it: a bracket, or one about some regions or other places."""
    return clause.startswith("(") or bool(concepts_in(tokens_of(clause, places)) & {SOME, PLACE})


def _apart(clause: str, label: tuple[Token, ...], places: Phrases, mind: _Mind) -> Iterator[Reading | Unread]:
    """A clause no frame reads: tried between its enumeration commas; a mere place is kept in mind."""
    for pieces in ways_apart(clause):
        found = [_clause((piece,), label, places, mind) for piece in pieces]
        if all(found) and _apart_enough(found):
            for readings in found:
                yield from readings
            return
    tokens = tokens_of(clause.strip("()"), places)
    if clause.startswith("(") or all(token.concepts & LEXICON.passes for token in tokens):
        return
    mind.places = (_places(tokens) if not clause.startswith("(") else ()) or mind.places
    mind.some = SOME in concepts_in(tokens)
    if not blocked(tokens) and not is_strange(tokens):
        mind.carried = mind.carried | (concepts_in(tokens) & LEXICON.carries)
    yield Unread(clause, blocked(tokens))


def _is_place(clause: str, places: Phrases, mind: _Mind) -> bool:
    """Whether a clause only says where; that is kept in mind."""
    tokens = tokens_of(clause.strip("()"), places)
    named = _places(tokens)
    if not named or not all(token.concepts & (LEXICON.passes | {PLACE}) for token in tokens):
        return False
    mind.places = named
    return True


def _apart_enough(found: list[list[Reading]]) -> bool:
    """Whether the pieces state different rules. Pieces of one list are no statements of their own."""
    keys = [reading.said[0].key for readings in found for reading in readings]
    return len(set(keys)) == len(keys)


def _clause(texts: tuple[str, ...], label: tuple[Token, ...], places: Phrases, mind: _Mind) -> list[Reading]:
    tokens = tuple(token for text in texts for token in tokens_of(text.strip("()"), places))
    if blocked(tokens) or _two_places(tokens):
        return []
    text = ",".join(texts)
    labels = (label, ()) if label else ((),)
    meanings = next((found for each in labels if (found := _meanings(text, tokens, each, mind, len(texts)))), ())
    if not meanings:
        return []
    mind.places = _places(tokens) or mind.places
    mind.carried = mind.carried | (concepts_in(tokens) & LEXICON.carries)
    some = SOME in concepts_in(tokens) or (mind.some and text.startswith((*LEXICON.examples, *LEXICON.goes_on)))
    mind.some = some
    return [_reading(text, meaning, tokens, mind.places, some) for meaning in meanings]


def _two_places(tokens: tuple[Token, ...]) -> bool:
    """Whether places are named that are not one list: then it is open which of them a rule is said of."""
    at = [number for number, token in enumerate(tokens) if PLACE in token.concepts]
    between = tokens[at[0] : at[-1]] if at else ()
    return any(PLACE not in token.concepts and token.text not in LEXICON.lists for token in between)


def _meanings(
    text: str, tokens: tuple[Token, ...], label: tuple[Token, ...], mind: _Mind, parts: int
) -> tuple[Meaning, ...]:
    return meanings_of(Clause(text, tokens, label, mind.carried, parts))


def _reading(text: str, meaning: Meaning, tokens: tuple[Token, ...], places: tuple[str, ...], some: bool) -> Reading:
    concepts = concepts_in(tokens)
    dates = [number for token in tokens for number in token.numbers if number.unit == "date"]
    one = dates[0] if len(dates) == 1 and not _dated(meaning) else None
    return Reading(
        text=text,
        said=meaning.said,
        asks=meaning.asks,
        places=() if some and set(places) == {NATIONAL} else places,
        some=some,
        first=one.low if one else None,
        last=one.high if one else None,
        since="from_now" in concepts or "cancel_rule" in concepts,
        question="question" in concepts,
    )


def _dated(meaning: Meaning) -> bool:
    """Whether the value itself holds the year."""
    return any(isinstance(said.value, dict) and "year" in said.value for said in meaning.said)


def _places(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    named: list[Any] = [sense.members[0] for token in tokens for sense in token.senses if sense.concept == PLACE]
    return tuple(dict.fromkeys(named))
