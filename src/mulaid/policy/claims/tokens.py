"""A clause as tokens: the fewest phrases that cover it, with what no phrase covers left over as unknown."""

import msgspec

from mulaid.policy.claims.amounts import Number, numbers_in
from mulaid.policy.claims.lexicon import LEXICON, Lexicon, Phrases, Sense

UNKNOWN = "unknown"
NUMBER_MAX = 24
"""A number with its unit has at most so many characters."""
_UNKNOWN_COST, _TOKEN_COST = 100, 10
_DURATIONS = {"days": "duration", "months": "duration"}


class Token(msgspec.Struct, frozen=True):
    """Some characters of a clause with what they may mean; `numbers` are the readings of a number."""

    text: str
    start: int
    senses: tuple[Sense, ...]
    numbers: tuple[Number, ...] = ()

    @property
    def concepts(self) -> frozenset[str]:
        named = {sense.concept for sense in self.senses}
        named |= {f"{sense.concept}.{member}" for sense in self.senses for member in sense.members}
        units = {number.unit for number in self.numbers}
        return frozenset(named | units | {_DURATIONS[unit] for unit in units & set(_DURATIONS)})

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokens_of(text: str, places: Phrases, lexicon: Lexicon = LEXICON) -> tuple[Token, ...]:
    """The cheapest way to cover a plain text: an unknown character costs more than any phrases."""
    numbers: dict[tuple[int, int], list[Number]] = {}
    for number in numbers_in(text, lexicon.units):
        numbers.setdefault((number.start, number.end), []).append(number)
    longest = max(lexicon.longest, NUMBER_MAX, *map(len, places))
    best: list[tuple[int, Token | None]] = [(0, None)]
    for end in range(1, len(text) + 1):
        choices = []
        for start in range(max(0, end - longest), end):
            cost, token = _token(text, start, end, numbers, places, lexicon)
            if token is not None:
                choices.append((best[start][0] + cost, token))
        best.append(min(choices, key=lambda choice: (choice[0], -len(choice[1].text))))
    found: list[Token] = []
    at = len(text)
    while at:
        token = best[at][1]
        assert token is not None
        found.append(token)
        at = token.start
    return _joined(tuple(reversed(found)))


def _token(
    text: str, start: int, end: int, numbers: dict[tuple[int, int], list[Number]], places: Phrases, lexicon: Lexicon
) -> tuple[int, Token | None]:
    piece = text[start:end]
    senses = (*lexicon.phrases.get(piece, ()), *places.get(piece, ()))
    read = tuple(numbers.get((start, end), ()))
    if senses or read:
        return _TOKEN_COST - bool(read), Token(piece, start, senses, read)
    if end - start == 1:
        return _UNKNOWN_COST, Token(piece, start, (Sense(UNKNOWN),))
    return 0, None


def _joined(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Unknown characters that stand together are one token."""
    found: list[Token] = []
    for token in tokens:
        if found and UNKNOWN in token.concepts and UNKNOWN in found[-1].concepts:
            found[-1] = msgspec.structs.replace(found[-1], text=found[-1].text + token.text)
        else:
            found.append(token)
    return tuple(found)
