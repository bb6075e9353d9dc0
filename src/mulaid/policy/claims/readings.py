"""The frames that explain a clause. A frame reads a clause only when it accounts for every word in it.

So a word nobody foresaw keeps a clause from being read. That is meant: an answer to what was not said is worse than
none.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from mulaid.policy.claims.amounts import MONTH_DAYS, Number
from mulaid.policy.claims.claim import DENIED, HOURS, Comparison
from mulaid.policy.claims.frames import FRAMES, Frame, More
from mulaid.policy.claims.lexicon import LEXICON
from mulaid.policy.claims.tokens import UNKNOWN, Token

PLACE, NO, ONLY, SOME, MAYBE = "place", "no", "only", "some_regions", "maybe"
MUST, EVERY = "must", "every"
"""What is not so of all may be so of some: a "not" beside it turns nothing."""
_APART = frozenset((UNKNOWN, NO, PLACE, SOME))
"""Concepts that no frame has to name: they are accounted for by themselves."""
LISTED_MAX = 3
"""Beside members that are named one by one, a word for more of them than these only says what they are."""
EACH = frozenset(("each_sponsor", "each_family"))
"""A number that only says "one person" of whoever is spoken of, where another number is the value."""
_CONDITIONS = {"retired": ("retired", True), "working": ("retired", False)}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One claim of a clause. `value` is in the form of a policy file; a topic is something the book has no rule for."""

    key: str
    comparison: Comparison = Comparison.IS
    value: Any = None
    item: str = ""
    qualifier: tuple[str, ...] = ()
    who: dict[str, Any] = {}
    topic: bool = False
    against: str = ""
    """The contradiction of the book that settles a topic."""
    unclear: bool = False
    """What it speaks of is defined nowhere, so nothing can be said."""
    note: str = ""
    condition: str = ""
    """A yes-or-no rule that has to hold as well."""


class Meaning(msgspec.Struct, frozen=True):
    """What is meant: one claim, or several of which it is open which one. `asks` names what has to be asked back."""

    said: tuple[Said, ...]
    asks: str = ""


class Clause(msgspec.Struct, frozen=True):
    """The words of a clause, of the label before it, and what was said before and is still in mind."""

    text: str
    tokens: tuple[Token, ...]
    label: tuple[Token, ...] = ()
    carried: frozenset[str] = frozenset()
    parts: int = 1
    """How many clauses between commas it is made of."""


def meanings_of(clause: Clause) -> tuple[Meaning, ...]:
    """What the frame that needs most of the clause makes of it; nothing when none fits, or two disagree."""
    if is_strange(clause.tokens) or is_condition(clause.tokens, clause.parts):
        return ()
    fitting = [(len(frame.needs), found) for frame in FRAMES if (found := _fits(frame, clause))]
    most = max((weight for weight, _ in fitting), default=0)
    best = [found for weight, found in fitting if weight == most]
    return best[0] if best and all(found == best[0] for found in best) else ()


def blocked(tokens: Iterable[Token]) -> bool:
    """Whether a word says that no rule is stated here: advice, an instruction, a plan, "it differs"."""
    return any({sense.concept for sense in token.senses} <= LEXICON.blocks for token in tokens if not token.numbers)


def is_strange(tokens: Iterable[Token]) -> bool:
    """Whether there is a word nobody foresaw: it could turn what the others say into another thing."""
    return any(UNKNOWN in token.concepts and _letters(token) for token in tokens)


def is_condition(tokens: Sequence[Token], parts: int = 1) -> bool:
    """Whether the words only say when something holds: a condition without its consequence claims nothing."""
    ends = [token.text for token in tokens if _letters(token)]
    return not ends or ends[-1] in LEXICON.closes or (parts == 1 and ends[0] in LEXICON.opens)


def _letters(token: Token) -> str:
    return "".join(sign for sign in token.text if sign.isalnum())


def concepts_in(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset().union(*(token.concepts for token in tokens))


def _fits(frame: Frame, clause: Clause) -> tuple[Meaning, ...]:
    """What the frame makes of the clause; nothing when it does not fit."""
    named = concepts_in(clause.tokens)
    said = named | concepts_in(clause.label)
    heard = said | clause.carried
    if frame.unless & (said | clause.carried & LEXICON.reminds) or not all(need & heard for need in frame.needs):
        return ()
    if (
        not any(need & named for need in frame.needs)
        or not _accounted(frame, clause.tokens)
        or not _near(frame, clause)
    ):
        return ()
    if frame.form.not_before and _before(frame, clause):
        return ()
    if ONLY in named and ONLY not in frame.allowed:
        return ()
    denied = sum(NO in token.concepts for token in clause.tokens)
    if denied and EVERY in named:
        return ()
    turned = _turned(frame, denied)
    return () if turned is None else _meant(frame, clause, turned, ONLY in heard)


def _accounted(frame: Frame, tokens: Sequence[Token]) -> bool:
    """Whether the frame has a use for every word. That some regions may have it so is no less than that some have."""
    somewhere = SOME in concepts_in(tokens)
    for token in tokens:
        concepts = token.concepts
        if not concepts & (_APART | frame.allowed) and not (MAYBE in concepts and (frame.form.hedge or somewhere)):
            return False
    return True


def _before(frame: Frame, clause: Clause) -> bool:
    return any(
        one.concepts & set(frame.takes) and frame.form.not_before in other.concepts
        for one, other in pairwise(clause.tokens)
    )


def _near(frame: Frame, clause: Clause) -> bool:
    """Whether the nearest of some words after (`next`) or before (`prev`) a word is the one the frame asks for."""
    for written, step in ((frame.form.next, 1), (frame.form.prev, -1)):
        if not written:
            continue
        pivot, _, names = written.partition(":")
        first, *others = names.split()
        wanted = set(first.split("|"))
        at = next((at for at, token in enumerate(clause.tokens) if pivot in token.concepts), None)
        if at is None:
            return False
        around = clause.tokens[at + 1 :] if step > 0 else tuple(reversed(clause.tokens[:at]))
        found = next((token for token in around if token.concepts & {*wanted, *others}), None)
        if found is None or not wanted & found.concepts:
            return False
    return True


def _turned(frame: Frame, denied: int) -> bool | None:
    """Whether a "not" turns the comparison; None when the frame does not fit."""
    rule = frame.form.no
    if (rule == "never" and denied) or (rule in ("needed", "kept") and not denied) or (denied > 1 and rule != "either"):
        return None
    turned = bool(denied) and rule in ("turns", "needed")
    return None if turned and frame.form.compares not in DENIED else turned


def _meant(frame: Frame, clause: Clause, turned: bool, only: bool) -> tuple[Meaning, ...]:
    form = frame.form
    read = _value(frame, clause)
    if read is None or (only and turned):
        return ()
    value, ranged = read
    comparison = Comparison.AT_MOST if ranged else Comparison(form.compares)
    first = Said(
        key=frame.key,
        comparison=DENIED[comparison] if turned and comparison in DENIED else comparison,
        value=value,
        item=form.item,
        qualifier=_members(clause, "scheme", "purpose"),
        who=_who(clause),
        topic=bool(form.topic),
        against=form.against,
        unclear=form.unclear,
        note="" if form.noted_without in concepts_in(clause.tokens) | clause.carried else form.note,
        condition=form.condition,
    )
    exact = msgspec.structs.replace(first, comparison=Comparison.IS)
    loose = form.only == "both" or "near_relatives_etc" in concepts_in(clause.tokens)
    whole = bool(form.whole) and isinstance(value, list) and set(form.whole.split()) <= set(value)
    alternatives = [exact] if only and form.only in ("is", "both") and loose and not whole else []
    if only and form.only == "is" and not ranged and not loose:
        first = exact
    alternatives += [said for each in form.senses if (said := _more(each, clause))]
    told = [said for each in form.also if (said := _more(each, clause))]
    return Meaning((first, *alternatives), form.asks), *(Meaning((said,)) for said in told)


def _more(more: More, clause: Clause) -> Said | None:
    if not set(more.given.split()) <= concepts_in(clause.tokens):
        return None
    value = more.value
    if more.takes and (members := _members(clause, *more.takes.split())):
        value = sorted(members)
    elif more.takes:
        numbers = _numbers(clause, more.takes.split())
        value = numbers[0].low if len(numbers) == 1 else None
    return Said(key=more.rule, comparison=Comparison(more.compares), value=value, item=more.item)


def _value(frame: Frame, clause: Clause) -> tuple[Any, bool] | None:
    """The value a frame reads, and whether it is the upper end of a range; None when the clause names none, or two."""
    form = frame.form
    if form.makes:
        made = _MADE[form.makes](clause)
        return None if made is None else (made, False)
    if not frame.takes:
        return form.value, False
    if members := _members(clause, *frame.takes):
        return sorted(members), False
    numbers = _numbers(clause, frame.takes)
    if len(numbers) != 1:
        return None
    (number,) = numbers
    if form.count:
        return (form.value, False) if number.low == number.high == form.count else None
    ranged = number.low != number.high
    value = [number.high] if form.compares in ("has", "lacks") else number.high
    return None if ranged and not form.upper else (value, ranged)


def _members(clause: Clause, *concepts: str) -> tuple[str, ...]:
    tokens = clause.tokens
    senses = (sense for concept in concepts for token in tokens for sense in token.senses if sense.concept == concept)
    named = tuple(dict.fromkeys(sense.members for sense in senses))
    several = tuple(members for members in named if len(members) <= LISTED_MAX)
    return tuple(dict.fromkeys(member for members in several or named for member in members))


def _numbers(clause: Clause, units: Sequence[str]) -> list[Number]:
    wanted = {"days", "months"} | set(units) if "duration" in units else set(units)
    in_clause, in_label = (
        [(token, number) for token in tokens for number in token.numbers if number.unit in wanted]
        for tokens in (clause.tokens, clause.label)
    )
    found = in_clause or in_label
    plain = [number for token, number in found if not token.concepts & EACH]
    return plain or [number for _, number in found[-1:]]


def _who(clause: Clause) -> dict[str, Any]:
    """What the clause says of the person and the institution."""
    found: dict[str, Any] = {}
    for member in _members(clause, "person"):
        name, value = _CONDITIONS[member]
        found[name] = value
    if len(levels := _members(clause, "level")) == 1:
        found["level"] = int(levels[0])
    return found


def _premium(clause: Clause) -> dict[str, Any] | None:
    years, amounts = _numbers(clause, ("date",)), _numbers(clause, ("yuan",))
    if len(years) != 1 or len(amounts) != 1:
        return None
    return {"year": years[0].low.year, "amount": amounts[0].low}


def _fine(clause: Clause) -> dict[str, Any] | None:
    times = sorted({end for number in _numbers(clause, ("multiple",)) for end in (number.low, number.high)})
    return _bounds(clause, times, "fine")


def _suspension(clause: Clause) -> dict[str, Any] | None:
    months = sorted(
        {end // MONTH_DAYS for number in _numbers(clause, ("months",)) for end in (number.low, number.high)}
    )
    return _bounds(clause, months, "suspend") if months else {"article": 41, "suspends": True}


def _bounds(clause: Clause, ends: Sequence[int], name: str) -> dict[str, Any] | None:
    """A span of the penalty of article 41; of one number it has to be said which end it is."""
    if not ends:
        return None
    if len(ends) > 1:
        return {"article": 41, f"{name}_from": ends[0], f"{name}_upto": ends[-1]}
    said = concepts_in(clause.tokens)
    least, most = bool(said & {"above", "least"}), bool(said & {"below", "most"})
    return {"article": 41, f"{name}_{'from' if least else 'upto'}": ends[0]} if least != most else None


def _season(clause: Clause) -> dict[str, str] | None:
    days = [number.low for number in _numbers(clause, ("month_day",))]
    return {"opens": days[0], "closes": days[1]} if len(days) == 2 else None


def _hours(clause: Clause) -> dict[str, str] | None:
    clocks = [number.low for number in _numbers(clause, ("clock",))]
    return dict(zip(HOURS, clocks, strict=False)) if clocks else None


_MADE = {"season": _season, "hours": _hours, "premium": _premium, "fine": _fine, "suspension": _suspension}
